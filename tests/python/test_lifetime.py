# SPDX-License-Identifier: Apache-2.0
"""Bus, guard and view let go in every order; run under Python's debug allocator too."""

import contextlib
import gc
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
import tickring
from buses import open_pair

STEPS = ("close bus", "drop bus", "leave block", "drop guard", "drop view")


class Held:
    """A producer's bus with an open message and a view of it."""

    def __init__(self, bus: tickring.Bus) -> None:
        self.bus: tickring.Bus | None = bus
        self.guard: tickring.TxGuard | None = bus.send_zero_copy(64).__enter__()
        self.view: memoryview | None = memoryview(self.guard)

    def take(self, step: str) -> None:
        if step == "close bus" and self.bus:
            self.bus.close()
        elif step == "drop bus":
            self.bus = None
        elif step == "leave block" and self.guard:
            # Without the view and with an open bus the message is committed, else it is lost.
            with contextlib.suppress(BufferError, tickring.BadState):
                self.guard.__exit__(None, None, None)
        elif step == "drop guard":
            self.guard = None
        elif step == "drop view":
            self.view = None
        if self.view:
            self.view[:] = b"\xff" * 64  # the memory is there for as long as the view is


@pytest.mark.parametrize("first", STEPS)
def test_letting_go_in_any_order_is_safe(tmp_path: Path, first: str) -> None:
    rest = [step for step in STEPS if step != first]
    for number, order in enumerate(itertools.permutations(rest)):
        bus, consumer = open_pair(tmp_path / str(number), 4096)
        bus.send(b"before")
        held = Held(bus)
        del bus
        for step in (first, *order):
            held.take(step)
        gc.collect()
        # Nobody holds the bus any more: the peer sees what was committed, then the end.
        sizes = [len(payload) for _, payload in consumer]
        assert sizes == ([6, 64] if is_committed((first, *order)) else [6]), (first, *order)
        consumer.close()


def is_committed(order: tuple[str, ...]) -> bool:
    """Whether the message is sent: its block is left with the view gone and the bus open."""
    at = order.index
    closed = at("close bus") < at("leave block") and at("close bus") < at("drop bus")
    return (
        at("drop view") < at("leave block") and at("leave block") < at("drop guard") and not closed
    )


def test_the_peer_learns_of_the_end_when_the_last_view_goes(tmp_path: Path) -> None:
    bus, consumer = open_pair(tmp_path / "bus", producer={"publish_every": 32})
    bus.send(b"committed")
    guard = bus.send_zero_copy(8)
    view = memoryview(guard)
    bus.close()
    assert bus.closed
    assert consumer.recv(timeout_s=0) == (0, b"committed")
    with pytest.raises(tickring.Timeout):
        consumer.recv(timeout_s=0)
    view.release()
    with pytest.raises(tickring.PeerClosed):
        consumer.recv(timeout_s=0)
    consumer.close()


def test_a_message_open_at_close_is_lost_and_its_block_says_so(tmp_path: Path) -> None:
    bus, consumer = open_pair(tmp_path / "bus")
    with pytest.raises(tickring.BadState, match="lost"), bus.send_zero_copy(8) as tx:
        bus.close()
    with pytest.raises(tickring.BadState, match="lost"):
        tx.rollback()
    assert list(consumer) == []
    consumer.close()


def test_close_can_be_called_again_and_ends_every_use(tmp_path: Path) -> None:
    bus, consumer = open_pair(tmp_path / "bus")
    with bus as same:
        assert same is bus
    for end in (bus, consumer):
        end.close()
        end.close()
        calls = (end.flush, end.stats, end.peer_state, end.recv, end.__enter__, end.__next__)
        for call in calls:
            with pytest.raises(tickring.BadState, match="closed"):
                call()
        for send in (end.send_zero_copy, end.try_send_zero_copy):
            with pytest.raises(tickring.BadState, match="closed"):
                send(8)
        with pytest.raises(tickring.BadState, match="closed"):
            end.send(b"")
        assert "closed" in repr(end)
        assert (end.capacity_bytes, end.max_payload_bytes) == (1 << 16, (1 << 16) - 80)


def test_a_dropped_bus_ends_its_stream_without_the_garbage_collector(tmp_path: Path) -> None:
    bus, consumer = open_pair(tmp_path / "bus")
    gc.disable()
    try:
        with bus.send_zero_copy(8):
            pass
        del bus
        assert len(list(consumer)) == 1
    finally:
        gc.enable()
    consumer.close()


def test_an_interpreter_ends_well_with_everything_open(tmp_path: Path) -> None:
    program = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from buses import open_pair
bus, consumer = open_pair(Path({str(tmp_path)!r}) / "bus")
tx = bus.send_zero_copy(8)
view = memoryview(tx)
cycle = [bus, tx, view]; cycle.append(cycle)
del bus, tx, view
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_all_of_this_holds_under_the_debug_allocator() -> None:
    if os.environ.get("PYTHONMALLOC") == "debug":
        pytest.skip("this is the run under the debug allocator")
    here = Path(__file__)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(here)]
        + [str(here.with_name("test_guard.py"))],
        env=dict(os.environ, PYTHONMALLOC="debug"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
