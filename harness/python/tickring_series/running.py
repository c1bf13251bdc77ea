# SPDX-License-Identifier: Apache-2.0
"""One slice: `tickring run` as a process of its own, and what is kept of its result."""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tickring_series.interrupts import HeldInterrupts

OK, CHECK_FAILED, REFUSED = 0, 1, 2
GRACE_S = 10  # for a run that is interrupted to end by itself


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Of one `tickring run`."""

    status: int
    result: dict[str, Any] | None  # where the run says something
    words: str  # the last line on its standard error
    found: Any = None  # what was read from its run directory, where that was asked for

    @property
    def is_whole(self) -> bool:
        """Whether both ends did all they were to do; messages may be lost."""
        complete = self.result is not None and self.result.get("status") == "complete"
        return self.status in (OK, CHECK_FAILED) and complete


class Runner:
    """Starts runs, one at a time."""

    def __init__(
        self,
        tickring: Path,
        timeout_s: int,
        participants: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """tickring: the command; timeout_s: after which a run is given up; participants: folders
        that are searched before those of TICKRING_PARTICIPANTS; environment: added to ours."""
        self._tickring = tickring
        self._timeout_s = timeout_s
        given = os.environ.get("TICKRING_PARTICIPANTS", "")
        folders = [*map(str, participants), *filter(None, given.split(":"))]
        own = environment or {}
        self._environment = {**os.environ, **own, "TICKRING_PARTICIPANTS": ":".join(folders)}

    def start(
        self,
        arguments: Sequence[str],
        read: Callable[[Path, dict[str, Any]], Any] | None = None,
    ) -> Outcome:
        """`tickring run` with these; its run directory is not kept. read: is called with that
        directory and the result of a run that was whole."""
        with tempfile.TemporaryDirectory(prefix="tickring-series-") as out:
            command = [str(self._tickring), "run", *arguments, "--json", "--out", out]
            command += ["--timeout-s", str(self._timeout_s)]
            # Its own session: an interrupt comes from here, and once.
            with HeldInterrupts() as interrupts:
                child = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=self._environment,
                    start_new_session=True,
                )
                try:
                    interrupts.release()
                    output, errors = child.communicate()
                except BaseException:
                    _end(child)
                    raise
            lines = errors.decode(errors="replace").strip().splitlines()
            outcome = Outcome(child.returncode, _parse(output), lines[-1] if lines else "")
            if read is None or outcome.result is None or not outcome.is_whole:
                return outcome
            (folder,) = Path(out).iterdir()
            return dataclasses.replace(outcome, found=read(folder, outcome.result))


def _end(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.communicate(timeout=GRACE_S)
    child.kill()
    child.wait()


def _parse(output: bytes) -> dict[str, Any] | None:
    try:
        result = json.loads(output)
    except ValueError:
        return None
    return result if isinstance(result, dict) else None
