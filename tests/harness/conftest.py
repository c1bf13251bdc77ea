# SPDX-License-Identifier: Apache-2.0
"""An installation of its own for each test session, with fake participants.

TICKRING is the command to test; default: the one in .venv.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness_calls import Harness

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


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
