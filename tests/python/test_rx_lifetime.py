# SPDX-License-Identifier: Apache-2.0
"""The receiving side's bus, guard and views let go in every order."""

import contextlib
import gc
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
import tickring
from buses import Pair, fill, open_pair

STEPS = ("close bus", "drop bus", "leave block", "drop guard", "drop view", "drop slice")
CONTENT = b"\xa5" * 64


class Held:
    """A consumer's bus with an open message and two views of it."""

    def __init__(self, bus: tickring.Bus) -> None:
        self.bus: tickring.Bus | None = bus
        self.guard: tickring.RxGuard | None = bus.recv_zero_copy(timeout_s=0).__enter__()
        self.view: memoryview | None = memoryview(self.guard)
        self.slice: memoryview | None = memoryview(self.guard)[8:16]

    def take(self, step: str) -> None:
        if step == "close bus" and self.bus:
            self.bus.close()
        elif step == "drop bus":
            self.bus = None
        elif step == "leave block" and self.guard:
            with contextlib.suppress(BufferError):
                self.guard.__exit__(None, None, None)
        elif step == "drop guard":
            self.guard = None
        elif step == "drop view":
            self.view = None
        elif step == "drop slice":
            self.slice = None
        # The memory is there, and the message in it, for as long as a view is.
        assert self.view is None or bytes(self.view) == CONTENT
        assert self.slice is None or bytes(self.slice) == CONTENT[8:16]

    def is_held(self) -> bool:
        """Whether the consumer's end is still open for somebody."""
        return any((self.bus and not self.bus.closed, self.view, self.slice))


@pytest.mark.parametrize("first", STEPS)
def test_letting_go_in_any_order_is_safe(tmp_path: Path, first: str) -> None:
    rest = [step for step in STEPS if step != first]
    for number, order in enumerate(itertools.permutations(rest)):
        producer, bus = open_pair(tmp_path / str(number), 4096)
        producer.send(CONTENT)
        held = Held(bus)
        del bus
        for step in (first, *order):
            held.take(step)
            fill(producer, b"\x5a" * 48) if held.is_held() else None
        gc.collect()
        # Nobody holds the bus any more: the producer learns of it.
        assert producer.peer_state() == "closed", (first, *order)
        producer.close()


def test_a_closed_bus_goes_when_the_last_view_does(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"content")
    with consumer.recv_zero_copy() as rx:
        view, copy = memoryview(rx), memoryview(rx)
        consumer.close()
        assert consumer.closed
        with pytest.raises(BufferError, match="not open"):
            memoryview(rx)
    with pytest.raises(tickring.BadState, match="closed"):
        rx.__enter__()
    assert (bytes(view), producer.peer_state()) == (b"content", "alive")
    copy.release()
    assert (bytes(view), producer.peer_state()) == (b"content", "alive")
    view.release()
    assert producer.peer_state() == "closed"


def test_a_bus_closed_inside_of_a_block_ends_it_quietly(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"content")
    with consumer.recv_zero_copy() as rx:
        consumer.close()
        assert producer.peer_state() == "closed"
    assert rx.size == 7


def test_a_message_left_for_the_next_call_goes_with_the_bus(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"too large")
    with pytest.raises(ValueError):
        consumer.recv_into(bytearray(1))
    del consumer
    gc.collect()
    pair[1].close()
    assert producer.peer_state() == "closed"


def test_a_dropped_view_closes_the_bus_without_the_garbage_collector(tmp_path: Path) -> None:
    producer, consumer = open_pair(tmp_path / "bus")
    producer.send(b"content")
    gc.disable()
    try:
        view = memoryview(consumer.recv_zero_copy())
        del consumer
        assert (bytes(view), producer.peer_state()) == (b"content", "alive")
        del view
        assert producer.peer_state() == "closed"
    finally:
        gc.enable()
    producer.close()


def test_an_interpreter_ends_well_with_everything_open(tmp_path: Path) -> None:
    program = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from buses import open_pair
producer, bus = open_pair(Path({str(tmp_path)!r}) / "bus")
producer.send(b"content")
rx = bus.recv_zero_copy()
view = memoryview(rx)
cycle = [bus, rx, view]; cycle.append(cycle)
del bus, rx, view
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_all_of_this_holds_under_the_debug_allocator() -> None:
    if os.environ.get("PYTHONMALLOC") == "debug":
        pytest.skip("this is the run under the debug allocator")
    here = Path(__file__)
    names = (here.name, "test_rx_guard.py", "test_receive_calls.py")
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        + [str(here.with_name(name)) for name in names],
        env=dict(os.environ, PYTHONMALLOC="debug"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
