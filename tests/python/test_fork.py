# SPDX-License-Identifier: Apache-2.0
"""A forked child may not use the bus of its parent, and does not harm it."""

import os
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
        for end in pair:
            for call in (*sends, *uses, end.stats, end.peer_state):
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
