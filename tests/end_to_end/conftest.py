# SPDX-License-Identifier: Apache-2.0
"""The installed command with its real participants. TICKRING is the command; default: in .venv."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = Path(os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring"))

# The lock of "one run at a time" lies here, so nobody else's run is in the way. Short, because the
# sockets lie here too.
RUNTIME = tempfile.TemporaryDirectory(prefix="tickring-")


@dataclass
class Run:
    folder: Path
    result: dict


@dataclass
class Tickring:
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def prefix(self) -> Path:
        return COMMAND.parent.parent

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=os.environ | {"XDG_RUNTIME_DIR": RUNTIME.name},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *arguments: str, status: int = 0) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == status, err
        return out

    def measure(self, *arguments: str) -> Run:
        """One run with --json; its directory and its result, which keeps the schema."""
        out = self.folder / "out"
        before = set(out.iterdir()) if out.is_dir() else set()
        result = json.loads(self.run("run", *arguments, "--json", "--out", str(out)))
        schema = json.loads((self.prefix / "share/tickring/result.schema.json").read_text())
        Draft202012Validator(schema).validate(result)
        (folder,) = set(out.iterdir()) - before
        return Run(folder, result)


@pytest.fixture
def tickring(tmp_path: Path) -> Iterator[Tickring]:
    """A run that a failing test leaves would keep the lock from the tests behind it."""
    assert COMMAND.exists(), f"{COMMAND} is missing; make test installs it"
    made = Tickring(tmp_path)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
