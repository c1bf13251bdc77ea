# SPDX-License-Identifier: Apache-2.0
"""An installation of its own for each test session, with fake participants.

TICKRING is the command to test; default: the one in .venv.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RUN_FAKES = (
    *("run", "--transport", "fake", "--producer", "fake", "--consumer", "fake"),
    *("--messages", "20000", "--out", "out"),
)


@dataclass
class Outcome:
    status: int
    out: str
    err: str


@dataclass
class Harness:
    command: Path
    folder: Path  # results go below it, notes of the fakes too
    runtime: Path
    environment: dict[str, str]

    @property
    def runs(self) -> list[Path]:
        """What can be seen in the output folder, unfinished work included."""
        out = self.folder / "out"
        return sorted(out.iterdir()) if out.is_dir() else []

    def result(self) -> dict:
        (run,) = self.runs
        return json.loads((run / "result.json").read_text())

    def tell(self, role: str, **plan: object) -> None:
        self.environment[f"FAKE_{role.upper()}"] = json.dumps(plan)

    def note(self, role: str) -> Path:
        path = self.folder / f"{role}.json"
        self.environment[f"FAKE_NOTE_{role.upper()}"] = str(path)
        return path

    def mark(self, role: str, **plan: object) -> Path:
        """A file that a fake makes when it starts to run."""
        path = self.folder / f"{role}.mark"
        self.environment["FAKE_MARK"] = str(path)
        self.tell(role, at="run", do="mark", **plan)
        return path

    def start(self, *arguments: str, **options: object) -> subprocess.Popen:
        return subprocess.Popen(
            [self.command, *arguments],
            env=self.environment,
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def call(self, *arguments: str, **options: object) -> Outcome:
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=60)
        return Outcome(process.returncode, out, err)

    def run(self, *arguments: str, **options: object) -> Outcome:
        """tickring run with the fakes and an output folder."""
        return self.call(*RUN_FAKES, *arguments, **options)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = tmp_path_factory.mktemp("prefix")
    (prefix / "bin").mkdir()
    command = os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring")
    shutil.copy2(command, prefix / "bin" / "tickring")
    share = prefix / "share" / "tickring"
    shutil.copytree(ROOT / "harness" / "scenarios", share / "scenarios")
    shutil.copytree(ROOT / "results" / "published", share / "published")
    # The bench runs the participants that its scenarios name.
    folders = {"consumers": ("fake", "rust"), "producers": ("fake", "python")}
    for role, languages in folders.items():
        for language in languages:
            folder = prefix / "libexec" / "tickring" / role / language
            folder.mkdir(parents=True)
            shutil.copy2(HERE / "fakes" / "fake.py", folder / "fake.py")
            shutil.copy2(HERE / "fakes" / "fake.py", folder / "ring.py")
    return prefix


@pytest.fixture
def harness(installation: Path, tmp_path: Path) -> Iterator[Harness]:
    # Short: the names of sockets below it are limited.
    runtime = Path(tempfile.mkdtemp(prefix="tickring-test-", dir="/tmp"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TICKRING")}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    environment["XDG_RUNTIME_DIR"] = str(runtime)
    yield Harness(installation / "bin" / "tickring", tmp_path, runtime, environment)
    shutil.rmtree(runtime)


@pytest.fixture(autouse=True)
def default_signals() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
