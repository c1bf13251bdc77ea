# SPDX-License-Identifier: Apache-2.0
"""Looking at processes that a test did not start itself."""

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 30


def is_alive(pid: int) -> bool:
    """Running, not a zombie that its parent has yet to take."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits for what must come; a test that waits in vain fails here."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        os.sched_yield()
