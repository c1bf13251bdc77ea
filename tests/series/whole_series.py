# SPDX-License-Identifier: Apache-2.0
"""Whole series of measurements over a harness that only pretends."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema

HERE = Path(__file__).parent


@dataclasses.dataclass
class WholeSeries:
    """`python -m tickring_series NAME` in a folder of its own."""

    folder: Path
    name: str  # peers, sweep

    @classmethod
    def over(cls, fake: str, folder: Path, name: str) -> "WholeSeries":
        """fake: the program here that stands for `tickring`."""
        command = folder / "tickring"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / fake}" "$@"\n')
        command.chmod(0o755)
        return cls(folder, name)

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tickring_series", self.name, *words]
        command += ["--tickring", str(self.folder / "tickring"), "--out", str(self.folder / "out")]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, status: int = 0, **environment: str) -> tuple[str, str]:
        process = self.start(*words, **environment)
        output, errors = process.communicate(timeout=120)
        assert process.returncode == status, errors
        assert "Traceback" not in errors
        return output, errors

    def document(self) -> dict[str, Any]:
        (path,) = (self.folder / "out").glob(f"*-{self.name}/*")
        assert path.name == f"{self.name}.json"
        document = json.loads(path.read_text())
        schema = HERE.parents[1] / "harness" / f"{self.name}.schema.json"
        jsonschema.validate(document, json.loads(schema.read_text()))
        return document
