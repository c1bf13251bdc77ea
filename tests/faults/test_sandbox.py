# SPDX-License-Identifier: Apache-2.0
"""The example of a filter of system calls: what a session needs passes, nothing else does."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tickring

EXAMPLES = Path(__file__).resolve().parents[2] / "build" / "examples"
PATIENCE_S = 20.0
LONG_MS, SHORT_MS = "20000", "100"
OTHER = {"consumer": "producer", "producer": "consumer"}
MESSAGES_OF_A_FULL_RING = 63

PEER = """
import sys, time, tickring
bus = tickring.Bus.connect(sys.argv[1], role=sys.argv[2], arrival_timeout_s=20)
print("connected", flush=True)
time.sleep(60)
"""


class Sandboxed:
    """The program, which puts its filter on once a peer is there."""

    def __init__(self, folder: Path, role: str, timeout_ms: str, program: str) -> None:
        self.role, self.path = role, str(folder / "bus")
        self.process = subprocess.Popen(
            [EXAMPLES / program, role, self.path, timeout_ms], stdout=subprocess.PIPE, text=True
        )

    def connect(self) -> tickring.Bus:
        role = OTHER[self.role]
        bus = tickring.Bus.connect(self.path, role=role, arrival_timeout_s=PATIENCE_S)
        self.wait_for("Seccomp", "2")
        return bus

    def wait_for(self, key: str, value: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        status = Path(f"/proc/{self.process.pid}/status")
        while f"\n{key}:\t{value}" not in status.read_text():
            assert time.monotonic() < deadline, f"{key} does not become {value}"
            time.sleep(0.001)

    def stop_and_continue(self) -> None:
        self.wait_for("State", "S")
        self.process.send_signal(signal.SIGSTOP)
        self.wait_for("State", "T")
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> tuple[int, str]:
        out, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out


Start = Callable[..., Sandboxed]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Sandboxed] = []

    def make(
        role: str = "consumer", timeout_ms: str = LONG_MS, program: str = "example_sandbox"
    ) -> Sandboxed:
        started.append(Sandboxed(tmp_path, role, timeout_ms, program))
        return started[-1]

    yield make
    for one in started:
        one.process.kill()
        one.process.communicate()


def test_a_stop_in_a_sleep_is_survived_under_the_filter(start: Start) -> None:
    one = start()
    with one.connect() as bus:
        for number in range(3):
            one.stop_and_continue()
            bus.send(number.to_bytes(8, "little"))
        one.stop_and_continue()
    assert one.end() == (0, "3 messages; the peer has closed its end\n")


def test_a_stop_while_it_waits_for_room_is_survived_too(start: Start) -> None:
    one = start("producer")
    with one.connect() as bus:
        one.stop_and_continue()
        assert len(bus.drain()) >= MESSAGES_OF_A_FULL_RING
        one.stop_and_continue()
    code, out = one.end()
    assert (code, out.partition("; ")[2]) == (0, "the peer has closed its end\n")


def test_without_restart_syscall_the_same_stop_is_the_end(start: Start) -> None:
    one = start(program="sandbox_without_restart")
    with one.connect() as bus:
        bus.send(bytes(8))
        one.stop_and_continue()
        assert one.end() == (-signal.SIGSYS, "")


@pytest.mark.parametrize(
    ("role", "messages"), [("consumer", 0), ("producer", MESSAGES_OF_A_FULL_RING)]
)
def test_a_time_out_passes_the_filter(start: Start, role: str, messages: int) -> None:
    one = start(role, SHORT_MS)
    with one.connect():
        assert one.end() == (0, f"{messages} messages; the deadline passed\n")


@pytest.mark.parametrize(
    ("role", "messages"), [("consumer", 0), ("producer", MESSAGES_OF_A_FULL_RING)]
)
def test_a_death_of_the_peer_passes_the_filter(start: Start, role: str, messages: int) -> None:
    one = start(role)
    command = [sys.executable, "-c", PEER, one.path, OTHER[role]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdout
        assert peer.stdout.readline() == "connected\n"
        one.wait_for("Seccomp", "2")
        one.wait_for("State", "S")
        peer.kill()
    ended = "the peer is dead: it ended without closing"
    assert one.end() == (0, f"{messages} messages; {ended}\n")


def test_an_abort_passes_the_filter(start: Start) -> None:
    one = start()
    with one.connect() as bus:
        bus.send(b"odd")
        assert one.end() == (-signal.SIGABRT, "")
