# SPDX-License-Identifier: Apache-2.0
"""A message being read in place: its view, and every way in which it is given back."""

import contextlib
import gc
import threading
from collections.abc import Callable

import pytest
import tickring
from buses import Pair, fill, receive_all

RECEIVES: dict[str, Callable[[tickring.Bus], object]] = {
    "recv": lambda bus: bus.recv(timeout_s=0),
    "recv_zero_copy": lambda bus: bus.recv_zero_copy(timeout_s=0),
    "recv_into": lambda bus: bus.recv_into(bytearray(64), timeout_s=0),
    "drain": lambda bus: bus.drain(),
    "next": next,
}
each_receive = pytest.mark.parametrize("receive", RECEIVES.values(), ids=RECEIVES.keys())


def assert_given_back(pair: Pair) -> None:
    """The ring takes as much as an empty one, and goes on in order."""
    producer, consumer = pair
    receive_all(consumer)
    assert fill(producer, b"x" * 48) == 63
    assert len(receive_all(consumer)) == 63


@pytest.fixture
def pair(make_pair: Callable[..., Pair]) -> Pair:
    """The smallest ring: what is not given back is soon missed."""
    return make_pair(4096)


def test_a_view_is_read_only_and_has_exactly_the_message(pair: Pair) -> None:
    pair[0].send(b"hello", 4294967295)
    with pair[1].recv_zero_copy() as rx, memoryview(rx) as view:
        assert (view.nbytes, view.readonly, view.format, view.ndim) == (5, True, "B", 1)
        assert bytes(view) == b"hello"
        assert (rx.type_id, rx.size, rx.run_position) == (4294967295, 5, 0)
        with pytest.raises(TypeError):
            view[0] = 1
    assert (rx.type_id, rx.size, rx.run_position) == (4294967295, 5, 0)
    assert_given_back(pair)


def test_a_message_of_no_bytes_is_read(pair: Pair) -> None:
    pair[0].send(b"", 3)
    with pair[1].recv_zero_copy(timeout_s=0) as rx, memoryview(rx) as view:
        assert (rx.type_id, view.nbytes) == (3, 0)


def test_the_end_of_the_block_gives_the_message_back(pair: Pair) -> None:
    producer, consumer = pair
    sent = fill(producer, b"x" * 48)
    for _ in range(sent):
        with consumer.recv_zero_copy(timeout_s=0):
            pass
    assert_given_back(pair)


def test_a_message_is_held_for_as_long_as_its_block(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"held" * 256)
    with consumer.recv_zero_copy() as rx, memoryview(rx) as view:
        fill(producer, b"x" * 48)
        assert bytes(view) == b"held" * 256
    assert_given_back(pair)


def test_an_exception_in_the_block_gives_the_message_back_and_passes_through(pair: Pair) -> None:
    pair[0].send(b"one")
    pair[0].send(b"two")
    with pytest.raises(KeyError, match="mine"), pair[1].recv_zero_copy():
        raise KeyError("mine")
    assert pair[1].recv(timeout_s=0) == (0, b"two")


def test_an_exception_passes_through_although_a_view_lives(pair: Pair) -> None:
    pair[0].send(b"one")
    with pytest.raises(KeyError, match="mine"), pair[1].recv_zero_copy() as rx:
        view = memoryview(rx)
        raise KeyError("mine")
    with pytest.raises(BufferError, match="still lives"):
        pair[1].recv(timeout_s=0)
    assert bytes(view) == b"one"
    view.release()
    assert_given_back(pair)


@each_receive
def test_a_view_at_the_end_of_the_block_raises_and_holds_the_message(
    pair: Pair, receive: Callable[[tickring.Bus], object]
) -> None:
    producer, consumer = pair
    producer.send(b"held" * 256)
    with pytest.raises(BufferError, match="given back when"), consumer.recv_zero_copy() as rx:
        view = memoryview(rx)
    fill(producer, b"x" * 48)
    for _ in range(2):
        with pytest.raises(BufferError, match="still lives"):
            receive(consumer)
    assert bytes(view) == b"held" * 256
    view.release()
    receive(consumer)
    assert_given_back(pair)


def test_the_last_of_several_views_gives_the_message_back(pair: Pair) -> None:
    pair[0].send(b"held" * 256)
    with pytest.raises(BufferError), pair[1].recv_zero_copy() as rx:
        first, second = memoryview(rx), memoryview(rx)[2:4]
    first.release()
    del first
    fill(pair[0], b"x" * 48)
    assert bytes(second) == b"ld"
    with pytest.raises(BufferError):
        pair[1].recv(timeout_s=0)
    del second
    gc.collect()
    assert_given_back(pair)


@each_receive
def test_no_message_is_received_while_one_is_open(
    pair: Pair, receive: Callable[[tickring.Bus], object]
) -> None:
    pair[0].send(b"one")
    pair[0].send(b"two")
    with pair[1].recv_zero_copy() as rx:
        with pytest.raises(tickring.BadState, match="open already"):
            receive(pair[1])
        assert bytes(rx) == b"one"
    assert pair[1].recv(timeout_s=0) == (0, b"two")


def test_a_guard_that_is_dropped_gives_the_message_back(pair: Pair) -> None:
    producer, consumer = pair
    fill(producer, b"x" * 48)
    consumer.recv_zero_copy()
    view = memoryview(consumer.recv_zero_copy())
    with pytest.raises(tickring.BadState, match="open already"):
        consumer.recv(timeout_s=0)
    del view
    assert_given_back(pair)


def test_an_old_guard_never_becomes_the_next_message(pair: Pair) -> None:
    pair[0].send(b"old")
    pair[0].send(b"newer")
    with pair[1].recv_zero_copy() as old:
        pass
    with pair[1].recv_zero_copy() as new:
        assert old is not new
        with pytest.raises(BufferError, match="not open"):
            memoryview(old)
        with pytest.raises(tickring.BadState, match="given back"):
            old.__enter__()
        old.__exit__(None, None, None)
        del old
        assert bytes(new) == b"newer"
    assert_given_back(pair)


def test_a_guard_can_be_entered_on_an_exit_stack(pair: Pair) -> None:
    pair[0].send(b"good")
    with contextlib.ExitStack() as stack:
        view = stack.enter_context(memoryview(stack.enter_context(pair[1].recv_zero_copy())))
        assert bytes(view) == b"good"
    assert_given_back(pair)


def test_the_guards_of_the_two_sides_are_not_taken_for_each_other(pair: Pair) -> None:
    pair[0].send(b"x")
    rx, tx = pair[1].recv_zero_copy(), pair[0].send_zero_copy(1)
    with pytest.raises(TypeError, match="tickring.RxGuard"):
        type(rx).__exit__(tx, None, None, None)
    with pytest.raises(TypeError, match="tickring.TxGuard"):
        type(tx).__enter__(rx)
    type(rx).__exit__(rx, None, None, None)
    tx.rollback()
    assert_given_back(pair)


def test_another_thread_is_refused_while_a_message_is_open(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"one")
    refusals: list[BaseException] = []

    def intrude() -> None:
        for receive in RECEIVES.values():
            try:
                receive(consumer)
            except tickring.BadState as refusal:
                refusals.append(refusal)

    with consumer.recv_zero_copy():
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join()
    assert len(refusals) == len(RECEIVES)


def test_run_positions_count_from_the_start_of_a_publication(
    make_pair: Callable[..., Pair],
) -> None:
    producer, consumer = make_pair(producer={"publish_every": 3})
    assert (producer.run_position, consumer.run_position) == (None, None)
    for _ in range(6):
        producer.send(b"x")
    positions = []
    for _ in range(3):
        consumer.recv(timeout_s=0)
        positions.append(consumer.run_position)
    for _ in range(3):
        with consumer.recv_zero_copy(timeout_s=0) as rx:
            positions.append(rx.run_position)
            assert consumer.run_position == rx.run_position
    assert positions == [0, 1, 2, 0, 1, 2]
    producer.send(b"too large")
    producer.flush()
    with pytest.raises(ValueError):
        consumer.recv_into(bytearray())
    consumer.close()
    assert (producer.run_position, consumer.run_position, rx.run_position) == (None, 2, 2)
