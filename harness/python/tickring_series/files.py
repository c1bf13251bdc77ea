# SPDX-License-Identifier: Apache-2.0
"""The files of series: nulls with reasons, and writing one so that it is always whole."""

import json
import os
import platform
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

IDENTIFYING = ("boot_id", "kernel_command_line")  # the machine rather than its kind
UTC = "%Y%m%dT%H%M%SZ"


def put(target: dict[str, Any], key: str, value: object, why: str) -> None:
    """A value, or null with its reason."""
    target[key] = value
    if value is None:
        target[f"{key}_reason"] = why


def without_identity(environment: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The environment of a result, but for what tells this very machine."""
    if environment is None:
        return None
    return {key: item for key, item in environment.items() if key not in IDENTIFYING}


def folder_name(result: Mapping[str, Any] | None, started: time.struct_time, series: str) -> str:
    """Of the run directory; result: of the first run, for the commit."""
    project = (result or {}).get("project") or {}
    dirty = "-dirty" if project.get("dirty") else ""
    commit = project.get("commit") or "unknown"
    utc = time.strftime(UTC, started)
    return f"{utc}-{commit}{dirty}-{platform.node() or 'host'}-{series}"


def write(document: Mapping[str, Any], path: Path) -> Path:
    """Under its name when it is whole; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False, allow_nan=False)
            file.write("\n")
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
