# SPDX-License-Identifier: Apache-2.0
"""A message being written: its view, its size, and every way in which it ends."""

import contextlib
import gc

import pytest
import tickring
from buses import Pair


def assert_next_is(pair: Pair, expected: bytes) -> None:
    """The next message sent is the next one received: nothing of a rolled back one is seen."""
    producer, consumer = pair
    producer.send(expected, 9)
    assert consumer.recv(timeout_s=0) == (9, expected)


def test_a_view_is_writable_and_has_exactly_the_size(pair: Pair) -> None:
    with pair[0].send_zero_copy(5) as tx, memoryview(tx) as view:
        assert (view.nbytes, view.readonly, view.format, view.ndim) == (5, False, "B", 1)
        view[:] = b"hello"
    assert pair[1].recv(timeout_s=0) == (0, b"hello")


def test_a_message_of_no_bytes_is_sent(pair: Pair) -> None:
    with pair[0].send_zero_copy(size=0, type_id=3) as tx, memoryview(tx) as view:
        assert view.nbytes == 0
    assert pair[1].recv(timeout_s=0) == (3, b"")


def test_the_largest_message_fits_at_every_position(pair: Pair) -> None:
    producer, consumer = pair
    for shift in range(8):
        payload = bytes([shift]) * producer.max_payload_bytes
        producer.send(payload)
        assert consumer.recv(timeout_s=0) == (0, payload)
        assert_next_is(pair, b"x" * 64 * shift)


def test_size_and_type_can_be_passed_by_position(pair: Pair) -> None:
    with pair[0].send_zero_copy(1, 4294967295) as tx:
        tx_view = memoryview(tx)
        tx_view[0] = 7
        tx_view.release()
        assert (tx.size, tx.type_id, tx.actual_size) == (1, 4294967295, 1)
    assert pair[1].recv(timeout_s=0) == (4294967295, b"\7")


def test_only_the_actual_size_is_sent(pair: Pair) -> None:
    with pair[0].send_zero_copy(8) as tx:
        with memoryview(tx) as view:
            view[:] = b"abcdefgh"
        tx.actual_size = 3
    assert pair[1].recv(timeout_s=0) == (0, b"abc")


@pytest.mark.parametrize("value", [-1, 9, 2**63, -(2**63), 10**99])
def test_an_actual_size_outside_the_message_is_refused(pair: Pair, value: int) -> None:
    with pair[0].send_zero_copy(8) as tx:
        with pytest.raises(tickring.InvalidArgument, match=f"actual_size is {value}.* 0 to 8"):
            tx.actual_size = value
        assert tx.actual_size == 8


@pytest.mark.parametrize("value", ["8", 8.0, None, b"8"])
def test_an_actual_size_that_is_no_int_is_refused(pair: Pair, value: object) -> None:
    with pair[0].send_zero_copy(8) as tx, pytest.raises(TypeError, match="actual_size"):
        tx.actual_size = value


def test_the_name_of_an_attribute_may_be_made_at_run_time(pair: Pair) -> None:
    with pair[0].send_zero_copy(8) as tx:
        setattr(tx, "".join(("actual", "_size")), 3)
        assert tx.actual_size == 3
        for other in ("size", "actual_sizes"):
            with pytest.raises(AttributeError, match=other):
                setattr(tx, other, 3)


def test_the_actual_size_cannot_be_deleted(pair: Pair) -> None:
    with pair[0].send_zero_copy(8) as tx, pytest.raises(TypeError, match="deleted"):
        del tx.actual_size


def test_an_exception_in_the_block_rolls_back_and_passes_through(pair: Pair) -> None:
    with pytest.raises(KeyError, match="mine"), pair[0].send_zero_copy(8):
        raise KeyError("mine")
    assert_next_is(pair, b"next")


def test_an_exception_passes_through_although_a_view_lives(pair: Pair) -> None:
    with pytest.raises(KeyError, match="mine"), pair[0].send_zero_copy(8) as tx:
        view = memoryview(tx)
        raise KeyError("mine")
    with pytest.raises(BufferError):
        pair[0].send(b"too early")
    view.release()
    assert_next_is(pair, b"next")


def test_rollback_sends_nothing_and_the_block_ends_quietly(pair: Pair) -> None:
    with pair[0].send_zero_copy(8) as tx:
        tx.rollback()
        tx.rollback()
    assert_next_is(pair, b"next")


def test_a_guard_that_is_dropped_rolls_back(pair: Pair) -> None:
    pair[0].send_zero_copy(8)
    gc.collect()
    assert_next_is(pair, b"next")


def test_a_view_at_the_end_of_the_block_raises_and_rolls_back(pair: Pair) -> None:
    with pytest.raises(BufferError, match="rolled back"), pair[0].send_zero_copy(8) as tx:
        view = memoryview(tx)
    view.release()
    assert_next_is(pair, b"next")


@pytest.mark.parametrize("send", ["send_zero_copy", "try_send_zero_copy", "send"])
def test_no_message_is_sent_while_a_view_of_an_earlier_one_lives(pair: Pair, send: str) -> None:
    with pytest.raises(BufferError), pair[0].send_zero_copy(8) as tx:
        view = memoryview(tx)[2:4]
    argument = b"new" if send == "send" else 3
    for _ in range(2):
        with pytest.raises(BufferError, match="still lives"):
            getattr(pair[0], send)(argument)
    view[:] = b"!!"
    view.release()
    assert_next_is(pair, b"next")


def test_the_last_of_several_views_decides(pair: Pair) -> None:
    with pytest.raises(BufferError), pair[0].send_zero_copy(8) as tx:
        first, second = memoryview(tx), memoryview(tx)
    first.release()
    with pytest.raises(BufferError):
        pair[0].send(b"too early")
    second.release()
    assert_next_is(pair, b"next")


def test_no_view_can_be_made_after_the_message(pair: Pair) -> None:
    with pair[0].send_zero_copy(8) as tx:
        pass
    with pytest.raises(BufferError, match="not open"):
        memoryview(tx)
    with pytest.raises(tickring.BadState, match="committed"):
        tx.actual_size = 1
    with pytest.raises(tickring.BadState, match="committed"):
        tx.rollback()
    with pytest.raises(tickring.BadState, match="committed"):
        tx.__enter__()


def test_an_old_guard_never_becomes_the_next_message(pair: Pair) -> None:
    with pair[0].send_zero_copy(8) as old:
        pass
    with pair[0].send_zero_copy(16) as new:
        assert old is not new
        with pytest.raises(BufferError):
            memoryview(old)
        with pytest.raises(tickring.BadState):
            old.rollback()
        with pytest.raises(tickring.BadState):
            old.actual_size = 1
    assert [len(pair[1].recv(0)[1]) for _ in range(2)] == [8, 16]


@pytest.mark.parametrize("send", ["send_zero_copy", "try_send_zero_copy", "send"])
def test_a_second_message_while_one_is_open_is_refused(pair: Pair, send: str) -> None:
    with pair[0].send_zero_copy(4) as tx:
        with pytest.raises(tickring.BadState, match="open already"):
            getattr(pair[0], send)(b"new" if send == "send" else 3)
        with memoryview(tx) as view:
            view[:] = b"good"
    assert pair[1].recv(timeout_s=0) == (0, b"good")


def test_a_guard_can_be_entered_on_an_exit_stack(pair: Pair) -> None:
    with contextlib.ExitStack() as stack:
        view = stack.enter_context(memoryview(stack.enter_context(pair[0].send_zero_copy(4))))
        view[:] = b"good"
    assert pair[1].recv(timeout_s=0) == (0, b"good")
    with pytest.raises(KeyError), contextlib.ExitStack() as stack:
        stack.enter_context(pair[0].send_zero_copy(4))
        raise KeyError
    assert_next_is(pair, b"next")


def test_enter_and_exit_are_particular_about_their_arguments(pair: Pair) -> None:
    tx = pair[0].send_zero_copy(4)
    for call in (
        lambda: tx.__enter__(1),
        lambda: tx.__exit__(None),
        lambda: tx.__exit__(kind=None),
        lambda: type(tx).__enter__(),
        lambda: type(tx).__exit__(3, None, None, None),
    ):
        with pytest.raises(TypeError):
            call()
    tx.__exit__(None, None, None)
    assert len(pair[1].recv(timeout_s=0)[1]) == 4
