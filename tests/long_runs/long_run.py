# SPDX-License-Identifier: Apache-2.0
"""What a long run leaves for docs/reliability.md: one JSON file that says itself what it is of."""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "harness" / "python"))

from tickring_series import files  # noqa: E402 - found by the line above

NO_CHECKOUT = "not a git checkout"


def _git(*words: str) -> str | None:
    """What git says; nothing outside a checkout."""
    command = ["git", "-C", str(ROOT), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def project() -> dict[str, Any]:
    """Which sources these are: version, commit, and whether a tracked file was changed."""
    version = re.search(r"version: '(\S+)'", (ROOT / "meson.build").read_text())
    changes = _git("status", "--porcelain", "--untracked-files=no")
    section: dict[str, Any] = {}
    files.put(section, "version", version[1] if version else None, "meson.build names none")
    files.put(section, "commit", _git("rev-parse", "--short=7", "HEAD"), NO_CHECKOUT)
    files.put(section, "dirty", None if changes is None else bool(changes), NO_CHECKOUT)
    return section


def add_option(parser: argparse.ArgumentParser) -> None:
    """--json FILE, as all long runs have it."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcome there too")


class LongRun:
    """Begins when it is made, from the sources as they are then."""

    def __init__(self, what: str, settings: Mapping[str, Any]) -> None:
        self._what, self._settings = what, dict(settings)
        self._utc, self._started_s = time.gmtime(), time.monotonic()
        self._project = project()

    def elapsed_s(self) -> float:
        """Since it began."""
        return round(time.monotonic() - self._started_s, 3)

    def write(self, path: Path | None, found: Mapping[str, Any]) -> bool:
        """What was found, with the rest; no path: nothing to write. False, and a sentence on
        standard error, where it cannot be written."""
        if path is None:
            return True
        document = {
            "schema_version": 1,
            "what": self._what,
            "started_utc": time.strftime(files.UTC, self._utc),
            "elapsed_s": self.elapsed_s(),
            "project": self._project,
            "cpus": len(os.sched_getaffinity(0)),
            "settings": self._settings,
            **found,
        }
        try:
            files.write(document, path)
        except OSError as failure:
            print(f"{self._what}: cannot write {path}: {failure.strerror}", file=sys.stderr)
            return False
        return True
