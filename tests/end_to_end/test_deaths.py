# SPDX-License-Identifier: Apache-2.0
"""Participants that are killed at random moments under the real harness."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Tickring

# Long enough that a kill at a random moment meets it.
ARGUMENTS = ("run", "seed", "--messages", "100000000", "--out", "out")


def command_line(pid: str) -> list[str]:
    """Empty when the process is gone: the harness has short-lived children besides."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    """The participants by role; they are direct children."""
    found = {}
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        for pid in children.read_text().split():
            words = command_line(pid)
            if "--role" in words:
                found[words[words.index("--role") + 1]] = int(pid)
    except FileNotFoundError:
        pass
    return found


def wait_for_children(process: subprocess.Popen[str]) -> dict[str, int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = children_of(process)
        if len(children) == 2:
            return children
        assert process.poll() is None, process.communicate()
    raise AssertionError("the participants did not come up")


def wait_for_messages(process: subprocess.Popen[str], children: dict[str, int]) -> None:
    """Until the recorder has seen some, so that there is something to keep."""
    words = command_line(str(children["consumer"]))
    progress = Path(words[words.index("--record") + 1]) / "progress"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if progress.exists() and int.from_bytes(progress.read_bytes()[:8], "little") > 1000:
            return
        assert process.poll() is None, process.communicate()
    raise AssertionError("no messages flow")


def assert_nothing_is_left(children: dict[str, int]) -> None:
    for pid in children.values():
        assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("victim", ["producer", "consumer"])
def test_a_killed_participant_ends_the_run_with_the_partial_result(
    tickring: Tickring, victim: str
) -> None:
    for round_number in range(10):
        process = tickring.start(*ARGUMENTS)
        children = wait_for_children(process)
        wait_for_messages(process, children)
        moment = random.Random(round_number).random() * 0.02
        time.sleep(moment)  # a random moment is the point, nothing waits for it
        os.kill(children[victim], signal.SIGKILL)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 4, err
        assert victim in err
        assert "killed" in err.lower() or "signal" in err.lower() or "SIGKILL" in err
        assert_nothing_is_left(children)
    results = [json.loads(path.read_text()) for path in tickring.folder.glob("out/*/result.json")]
    for result in results:
        assert result["status"] == "incomplete"
    if victim == "producer":  # the consumer lives to tell what it received
        assert len(results) == 10
        for result in results:
            consumer = result["consumer"]
            assert consumer["messages_received"] > 1000
            assert (consumer["lost"], consumer["duplicated"], consumer["torn"]) == (0, 0, 0)


def test_participants_die_with_the_harness(tickring: Tickring) -> None:
    process = tickring.start(*ARGUMENTS)
    children = wait_for_children(process)
    process.kill()
    process.communicate(timeout=20)
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in children.values()):
        assert time.monotonic() < deadline, "a participant outlives the harness"


def test_ctrl_c_keeps_what_was_measured(tickring: Tickring) -> None:
    process = tickring.start(*ARGUMENTS)
    children = wait_for_children(process)
    wait_for_messages(process, children)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    (result,) = (json.loads(p.read_text()) for p in tickring.folder.glob("out/*/result.json"))
    assert result["status"] == "incomplete"
    assert result["consumer"]["messages_received"] == result["producer"]["messages_sent"]
    assert result["consumer"]["lost"] == 0
    assert_nothing_is_left(children)
