# SPDX-License-Identifier: Apache-2.0
"""What of peers/ can be used here, and why the rest cannot."""

import dataclasses
import importlib.metadata
import subprocess
import sys
from pathlib import Path

from tickring_series.peers.plan import Row

# What the packages of a peer are imported as.
MODULES = {"iceoryx2": "iceoryx2", "tachyon": "tachyon", "zmq": "zmq"}
IMPORT_TIMEOUT_S = 60


@dataclasses.dataclass(frozen=True)
class Peers:
    """The folder of the sources, and that in which scripts/setup_peers builds them."""

    sources: Path
    build: Path

    @property
    def participants(self) -> Path:
        """For TICKRING_PARTICIPANTS."""
        return self.build / "participants"

    def why_not(self, row: Row) -> str | None:
        """Why a row cannot be measured; None: nothing is known against it."""
        peer = row.transport
        if not (self.sources / peer).is_dir():
            return None
        if row.producer == "python" and (reason := self._why_no_package(peer)):
            return reason
        roles = {"consumers": row.consumer, "producers": row.producer}
        for role, language in roles.items():
            if not (self.participants / role / language / peer).is_file():
                return self._reason(peer, "rust") or f"{role}/{language}/{peer} is not built"
        return None

    def _reason(self, peer: str, part: str) -> str | None:
        path = self.build / "reasons" / f"{peer}-{part}"
        return path.read_text(errors="replace").strip() or None if path.is_file() else None

    def _why_no_package(self, peer: str) -> str | None:
        folder = self.build / "python" / peer
        for name, wanted in pins(self.sources / peer / "requirements.txt"):
            found = version_in(folder, name)
            if found is None:
                return self._reason(peer, "python") or f"the package {name} is missing"
            if found != wanted:
                return f"the package {name} is {found}; {wanted} is needed"
        return why_no_import(folder, MODULES.get(peer, peer))


def pins(requirements: Path) -> list[tuple[str, str]]:
    """Names and versions of a file of `name==version` lines."""
    lines = (line.partition("#")[0].strip() for line in requirements.read_text().splitlines())
    return [
        (name, version) for name, _, version in (line.partition("==") for line in lines if line)
    ]


def version_in(folder: Path, name: str) -> str | None:
    """Of a package in a folder that pip installed into."""
    wanted = _normal(name)
    for found in importlib.metadata.distributions(path=[str(folder)]):
        if found.name and _normal(found.name) == wanted:
            return found.version
    return None


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def why_no_import(folder: Path, module: str) -> str | None:
    """The last line of what an import says that fails."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import {module}"
    command = [sys.executable, "-P", "-c", code]
    try:
        outcome = subprocess.run(
            command, capture_output=True, text=True, timeout=IMPORT_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"import {module} does not end within {IMPORT_TIMEOUT_S} s"
    if outcome.returncode == 0:
        return None
    last = outcome.stderr.strip().splitlines()[-1:] or [f"exit status {outcome.returncode}"]
    return f"import {module} fails: {last[0]}"
