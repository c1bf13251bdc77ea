# SPDX-License-Identifier: Apache-2.0
"""Commands that leave nothing running, whatever ends us: each has a session of its own."""

import contextlib
import dataclasses
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tickring_series.interrupts import HeldInterrupts

GRACE_S = 5
SESSION_FIELD = 3  # of /proc/PID/stat, behind the name


@dataclasses.dataclass(frozen=True)
class Finished:
    """What a command said."""

    status: int
    output: str
    errors: str


def finish(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    timeout_s: float | None = None,
    *,
    together: bool = False,
) -> Finished:
    """Runs it to its end. together: errors in their place in the output. Raises TimeoutExpired."""
    with HeldInterrupts() as interrupts:
        child = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            interrupts.release()
            output, errors = child.communicate(timeout=timeout_s)
        except BaseException:
            _end(child)
            raise
    return Finished(child.returncode, output, errors or "")


def _end(child: subprocess.Popen[str]) -> None:
    """All of its session: build tools give each of their children a group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in _session(child.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=GRACE_S)
            if not _session(child.pid):
                return


def _session(leader: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[SESSION_FIELD]) == leader and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found
