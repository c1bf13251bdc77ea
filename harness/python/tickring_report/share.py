# SPDX-License-Identifier: Apache-2.0
"""A run in one small file that can be shown to others: no host, no user, no path in it."""

import getpass
import json
import re
import socket
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram
from tickring_series import files

from .material import Material
from .run_files import RANGE, UnreadableRunError

HARMLESS = ("/proc", "/sys", "/etc/os-release", "/dev/cpu")  # where values were looked up
REMOVED = "removed"
PATH = re.compile(r"(?<![\w.])/[\w.@+-]+(?:/[\w.@+-]*)*")


def write_share(material: Material, out: Path) -> Path:
    """Writes the file into a folder; returns it. Raises UnreadableRunError for an unfit run."""
    if material.get("status") != "complete":
        raise UnreadableRunError(f"{material.run.file}: status: only a complete run can be shared")
    if material.intervals is None:
        raise UnreadableRunError(f"{material.run.file}: has no histogram to share")
    result = anonymous(material)
    name = f"{result['started_utc']}-{str(result['project']['commit'])[:7]}-{material.scenario}"
    file = out / f"{name}.json"
    out.mkdir(parents=True, exist_ok=True)
    document = {"share_version": 1, "result": result, "latency_histogram": _histogram(material)}
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return file


def anonymous(material: Material) -> dict[str, Any]:
    """The result without what identifies machine or user."""
    result = dict(material.run.result)
    result.pop("companion_runs", None)
    result["environment"] = files.without_identity(result.get("environment") or {})
    return _cleaned(result, _names(material))


def _names(material: Material) -> re.Pattern[str]:
    """The names of host and user, of here and of where the run was made."""
    names = {socket.gethostname(), getpass.getuser()}
    scenario = re.escape(material.scenario)
    pattern = rf"\d{{8}}T\d{{6}}Z-(?:[0-9a-f]+|unknown)(?:-dirty)?-(.+)-{scenario}(?:-\d+)?"
    if found := re.fullmatch(pattern, material.run.name):
        names.add(found[1])
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in names)})(?!\w)")


def _cleaned(value: Any, names: re.Pattern[str]) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _cleaned(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_cleaned(part, names) for part in value]
    if not isinstance(value, str):
        return value
    text = PATH.sub(lambda path: path[0] if path[0].startswith(HARMLESS) else REMOVED, value)
    return names.sub(REMOVED, text)


def _histogram(material: Material) -> str:
    """Of the whole run: V2 deflate in base64, as in an interval log."""
    histogram = HdrHistogram(*RANGE)
    totals = material.intervals.counts.sum(axis=0)
    for latency_ns, count in zip(material.intervals.highest_ns, totals, strict=True):
        if count:
            histogram.record_value(int(latency_ns), int(count))
    return histogram.encode().decode()
