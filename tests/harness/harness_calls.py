# SPDX-License-Identifier: Apache-2.0
"""Calls the command tickring with fake participants, and looks at what it leaves."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

RUN_FAKES = (
    *("run", "--transport", "fake", "--producer", "fake", "--consumer", "fake"),
    *("--messages", "20000", "--out", "out", "--no-report"),
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
