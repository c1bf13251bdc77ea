# SPDX-License-Identifier: Apache-2.0
"""A forked child may not use the bus of its parent, and does not harm it."""

import faulthandler
import os
import signal
from collections.abc import Callable

import pytest
import tickring
from buses import Pair


def in_child(action: Callable[[], None]) -> int:
    """Runs an action in a forked child; 0 when it raised nothing."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            action()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_child_is_refused_and_the_parent_goes_on(pair: Pair) -> None:
    producer, consumer = pair

    def use_everything() -> None:
        sends = (
            lambda: producer.send_zero_copy(8),
            lambda: producer.try_send_zero_copy(8),
            lambda: producer.send(b"child"),
        )
        uses = (producer.flush, consumer.recv, consumer.__next__)
        receives = (
            consumer.recv_zero_copy,
            lambda: consumer.recv_into(bytearray(8)),
            consumer.drain,
        )
        for end in pair:
            for call in (*sends, *uses, *receives, end.stats, end.peer_state):
                with pytest.raises(tickring.Forked):
                    call()
        for end in pair:
            end.close()
            end.close()

    assert in_child(use_everything) == 0
    assert consumer.peer_state() == producer.peer_state() == "alive"
    producer.send(b"parent")
    assert consumer.recv(timeout_s=0) == (0, b"parent")


def test_a_message_open_at_fork_is_the_parents(pair: Pair) -> None:
    producer, consumer = pair

    def leave_the_block() -> None:
        with pytest.raises(tickring.Forked):
            tx.__exit__(None, None, None)
        producer.close()

    with producer.send_zero_copy(6) as tx:
        assert in_child(leave_the_block) == 0
        with memoryview(tx) as view:
            view[:] = b"parent"
    assert consumer.recv(timeout_s=0) == (0, b"parent")


def test_a_message_being_read_at_fork_is_the_parents(pair: Pair) -> None:
    producer, consumer = pair

    def drop_everything() -> None:
        with pytest.raises(tickring.Forked):
            memoryview(rx)
        view.release()
        with pytest.raises(tickring.Forked):
            rx.__exit__(None, None, None)
        consumer.close()

    producer.send(b"parent")
    producer.send(b"next")
    with consumer.recv_zero_copy() as rx, memoryview(rx) as view:
        assert in_child(drop_everything) == 0
        assert bytes(view) == b"parent"
    assert consumer.recv(timeout_s=0) == (0, b"next")


def test_a_message_left_for_the_next_call_is_the_parents(pair: Pair) -> None:
    producer, consumer = pair

    def receive() -> None:
        calls = (
            consumer.recv,
            consumer.recv_zero_copy,
            lambda: consumer.recv_into(bytearray(9)),
            consumer.drain,
        )
        for call in calls:
            with pytest.raises(tickring.Forked):
                call()

    producer.send(b"too large")
    with pytest.raises(ValueError):
        consumer.recv_into(bytearray(1))
    assert in_child(receive) == 0
    assert consumer.recv(timeout_s=0) == (0, b"too large")


def test_an_inherited_view_has_no_memory(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"content")
    with consumer.recv_zero_copy() as rx, memoryview(rx) as view:
        child = os.fork()
        if child == 0:
            faulthandler.disable()
            os._exit(view[0])
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGSEGV
        assert bytes(view) == b"content"


def test_a_child_that_lives_on_does_not_hide_the_close_of_its_parent(pair: Pair) -> None:
    producer, consumer = pair
    resume, hold = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hold)
        os.read(resume, 1)
        os._exit(0)
    producer.close()
    with pytest.raises(tickring.PeerClosed):
        consumer.recv(timeout_s=10)
    os.close(hold)
    os.close(resume)
    os.waitpid(child, 0)
