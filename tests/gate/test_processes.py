# SPDX-License-Identifier: Apache-2.0
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tickring_gate.processes import finish
from tickring_series.running import Runner


class InterruptedPopen(subprocess.Popen[Any]):
    """The interrupt comes while the child is there and its starter does not know it yet."""

    started = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **options)
        InterruptedPopen.started = self.pid
        signal.raise_signal(signal.SIGINT)


def is_gone(process: int) -> bool:
    """Ended and waited for."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_interrupt_while_a_command_is_started_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subprocess, "Popen", InterruptedPopen)
    with pytest.raises(KeyboardInterrupt):
        finish(["sleep", "1000"])
    assert is_gone(InterruptedPopen.started)


def test_an_interrupt_while_a_run_is_started_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "tickring"
    command.write_text("#!/bin/sh\nexec sleep 1000\n")
    command.chmod(0o755)
    monkeypatch.setattr(subprocess, "Popen", InterruptedPopen)
    with pytest.raises(KeyboardInterrupt):
        Runner(command, 60).start(["seed"])
    assert is_gone(InterruptedPopen.started)


def test_what_is_ignored_stays_ignored_in_the_child() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        done = finish(["sh", "-c", "kill -TERM $$; echo alive"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (done.status, done.output) == (0, "alive\n")
