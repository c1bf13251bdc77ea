# SPDX-License-Identifier: Apache-2.0
import signal
import subprocess
from pathlib import Path

import pytest

STEPPED_CLOCK = Path(__file__).resolve().parent / "harness" / "fakes" / "stepped_clock.c"


@pytest.fixture(autouse=True)
def default_signals() -> None:
    """A shell without job control starts what runs in the background with SIGINT ignored, and
    children would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def stepped_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that stands in front of the clock of the day and can set it."""
    library = tmp_path_factory.mktemp("clock") / "libstepped_clock.so"
    command = ["cc", "-O2", "-shared", "-fPIC", str(STEPPED_CLOCK), "-o", str(library), "-ldl"]
    subprocess.run(command, check=True)
    return library
