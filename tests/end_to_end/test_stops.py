# SPDX-License-Identifier: Apache-2.0
"""A participant that is stopped for five seconds and goes on: suspect, never dead."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from conftest import Tickring
from test_deaths import wait_for_children, wait_for_messages

STOPPED_S = 5


def cpu_s(pid: int) -> float:
    """CPU time that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("stopped, other", [("consumer", "producer"), ("producer", "consumer")])
def test_a_stopped_peer_costs_nothing_and_loses_nothing(
    tickring: Tickring, stopped: str, other: str
) -> None:
    process = tickring.start(
        *("run", "seed", "--duration-s", str(STOPPED_S), "--producer", "c", "--consumer", "c"),
        *("--wait", "park", "--capacity-bytes", "4096", "--timeout-s", "30", "--out", "out"),
    )
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children[stopped], signal.SIGSTOP)
    # The other one runs into the full or empty ring within microseconds; that is part of its cost.
    before_s = cpu_s(children[other])
    time.sleep(STOPPED_S)  # the stop is what is tested
    used_s = cpu_s(children[other]) - before_s
    os.kill(children[stopped], signal.SIGCONT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert used_s < 0.01 * STOPPED_S, "a sleeping side uses the CPU"
    (path,) = tickring.folder.glob("out/*/result.json")
    result = json.loads(path.read_text())
    received = result["consumer"]
    assert received["messages_received"] == result["producer"]["messages_sent"]
    assert (received["lost"], received["duplicated"], received["torn"]) == (0, 0, 0)
