# SPDX-License-Identifier: Apache-2.0
"""recv_into and drain, and what all calls that receive have in common."""

import array
import gc
import os
import signal
import threading
from collections.abc import Callable

import pytest
import tickring
from buses import Pair, fill, receive_all

WhenWaiting = Callable[[tickring.Bus, Callable[[], object]], threading.Thread]
CALLS: dict[str, Callable[..., object]] = {
    "recv_zero_copy": tickring.Bus.recv_zero_copy,
    "recv_into": lambda bus, *args, **kwargs: bus.recv_into(bytearray(9), *args, **kwargs),
    "drain": lambda bus, *args, **kwargs: bus.drain(None, *args, **kwargs),
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def test_recv_into_copies_to_the_start_of_any_writable_buffer(pair: Pair) -> None:
    targets = (bytearray(8), memoryview(bytearray(9))[1:], array.array("I", [0, 0]))
    for number, target in enumerate(targets):
        pair[0].send(b"payload", number)
        assert pair[1].recv_into(target, timeout_s=0) == (number, 7)
        assert bytes(target) == b"payload\0"


def test_recv_into_takes_a_message_of_no_bytes(pair: Pair) -> None:
    pair[0].send(b"", 5)
    assert pair[1].recv_into(bytearray(), 0) == (5, 0)


def test_recv_into_forwards_from_ring_to_ring(make_pair: Callable[..., Pair]) -> None:
    (first, middle), (sender, last) = make_pair(), make_pair()
    first.send(b"forward", 3)
    with sender.send_zero_copy(64, 3) as tx:
        tx.actual_size = middle.recv_into(tx, timeout_s=0)[1]
    assert last.recv(timeout_s=0) == (3, b"forward")


@pytest.mark.parametrize("receive", ["recv", "recv_zero_copy", "recv_into", "drain", "next"])
def test_a_message_too_large_for_its_buffer_stays_for_the_next_call(
    pair: Pair, receive: str
) -> None:
    producer, consumer = pair
    producer.send(b"too large", 7)
    producer.send(b"next")
    target = bytearray(8)
    for _ in range(2):
        with pytest.raises(tickring.InvalidArgument, match="has 8 bytes, the message has 9"):
            consumer.recv_into(target, timeout_s=0)
    assert target == bytes(8)
    if receive == "recv_into":
        target = bytearray(9)
        assert consumer.recv_into(target, timeout_s=0) == (7, 9)
        assert target == b"too large"
    elif receive == "recv_zero_copy":
        with consumer.recv_zero_copy(timeout_s=0) as rx:
            assert (rx.type_id, bytes(rx)) == (7, b"too large")
    elif receive == "drain":
        assert consumer.drain(1) == [(7, b"too large")]
    else:
        assert (next(consumer) if receive == "next" else consumer.recv()) == (7, b"too large")
    assert consumer.recv(timeout_s=0) == (0, b"next")


@pytest.mark.parametrize("target", [b"bytes", memoryview(b"read"), memoryview(bytearray(9))[::2]])
def test_a_buffer_that_cannot_be_written_to_is_refused(pair: Pair, target: object) -> None:
    pair[0].send(b"stays")
    with pytest.raises(ValueError, match="not writable and contiguous"):
        pair[1].recv_into(target)
    assert pair[1].recv(timeout_s=0) == (0, b"stays")


@pytest.mark.parametrize("target", [None, 3, "text", [1]])
def test_what_is_no_buffer_cannot_be_received_into(pair: Pair, target: object) -> None:
    pair[0].send(b"stays")
    with pytest.raises(TypeError):
        pair[1].recv_into(target)
    assert pair[1].recv(timeout_s=0) == (0, b"stays")


def test_drain_returns_what_is_there_in_order(pair: Pair) -> None:
    sent = [(i, bytes(i)) for i in range(20)]
    assert pair[1].drain() == []
    for type_id, payload in sent:
        pair[0].send(payload, type_id)
    assert pair[1].drain(max_messages=0) == []
    assert pair[1].drain(3) == sent[:3]
    assert pair[1].drain(max_messages=None, timeout_s=None) == sent[3:]
    assert pair[1].drain() == []


def test_drain_waits_for_the_first_message_only(pair: Pair, when_waiting: WhenWaiting) -> None:
    when_waiting(pair[1], lambda: pair[0].send(b"first"))
    assert pair[1].drain(timeout_s=None) == [(0, b"first")]
    assert pair[1].drain(timeout_s=0.001) == []


def test_drain_ends_beside_a_producer_that_goes_on(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(4096)
    sent = fill(producer, b"x" * 112)

    def go_on(phase: str, _: dict[str, int]) -> None:
        nonlocal sent
        if phase == "stop" and sent < 1000:
            sent += fill(producer, b"x" * 112)

    # Runs within drain(), whose pairs are garbage collected objects, once no old ones are at hand.
    in_use = [(number, str(number)) for number in range(5000)]
    threshold = gc.get_threshold()
    gc.callbacks.append(go_on)
    try:
        gc.set_threshold(1)
        messages = consumer.drain()
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(go_on)
    del in_use
    assert len(messages) == 4096 // 128
    assert len(messages + receive_all(consumer)) == sent


def test_drain_returns_the_last_messages_before_it_tells_of_the_end(pair: Pair) -> None:
    pair[0].send(b"last")
    pair[0].close()
    assert pair[1].drain(timeout_s=None) == [(0, b"last")]
    for _ in range(2):
        with pytest.raises(tickring.PeerClosed):
            pair[1].drain()


@pytest.mark.parametrize("most", [-1, 2**63, 10**99])
def test_a_number_of_messages_out_of_range_is_refused(pair: Pair, most: int) -> None:
    with pytest.raises(tickring.InvalidArgument, match=f"max_messages is {most};"):
        pair[1].drain(most)


@each_call
def test_a_timeout_that_is_none_is_refused_everywhere(pair: Pair, call: Callable) -> None:
    for timeout_s in (-1, float("nan")):
        with pytest.raises(tickring.InvalidArgument, match="timeout_s is"):
            call(pair[1], timeout_s)
    with pytest.raises(TypeError):
        call(pair[1], "1")
    with pytest.raises(TypeError, match="argument"):
        call(pair[1], 1, 2)


@pytest.mark.parametrize("name", ["recv_zero_copy", "recv_into"])
def test_a_single_receive_gives_up_after_its_timeout(pair: Pair, name: str) -> None:
    with pytest.raises(tickring.Timeout, match="120 ms"):
        CALLS[name](pair[1], timeout_s=0.12)
    with pytest.raises(tickring.Timeout, match="nothing has been published"):
        CALLS[name](pair[1], timeout_s=0)


@each_call
def test_a_receive_by_the_producer_is_refused(pair: Pair, call: Callable) -> None:
    with pytest.raises(tickring.BadState, match="this end of the bus is the producer"):
        call(pair[0])


@each_call
def test_a_receive_on_a_closed_bus_is_refused(pair: Pair, call: Callable) -> None:
    pair[1].close()
    with pytest.raises(tickring.BadState, match="closed"):
        call(pair[1], 1)


@each_call
def test_ctrl_c_ends_a_receive(pair: Pair, when_waiting: WhenWaiting, call: Callable) -> None:
    when_waiting(pair[1], lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        call(pair[1], None)
    pair[0].send(b"again")
    assert pair[1].recv() == (0, b"again")


@each_call
def test_other_threads_are_refused_while_one_waits(
    pair: Pair, when_waiting: WhenWaiting, call: Callable
) -> None:
    producer, consumer = pair
    refusals = []

    def intrude() -> None:
        for intrusion in CALLS.values():
            try:
                intrusion(consumer)
            except tickring.BadState as refusal:
                refusals.append(str(refusal))
        producer.send(b"done")

    when_waiting(consumer, intrude)
    call(consumer, None)
    assert refusals == ["another thread waits in this bus"] * 3


@each_call
def test_close_from_another_thread_ends_a_receive(
    pair: Pair, when_waiting: WhenWaiting, call: Callable
) -> None:
    when_waiting(pair[1], pair[1].close)
    with pytest.raises(tickring.BadState, match="closed while this call waited"):
        call(pair[1], None)


def test_a_handler_that_receives_takes_nothing_from_the_call_it_interrupts(
    pair: Pair, when_waiting: WhenWaiting
) -> None:
    producer, consumer = pair
    held = []

    def handler(*_: object) -> None:
        producer.send(b"too large")
        with pytest.raises(ValueError):
            consumer.recv_into(bytearray(1))
        held.append(True)

    previous = signal.signal(signal.SIGUSR1, handler)
    try:
        when_waiting(consumer, lambda: os.kill(os.getpid(), signal.SIGUSR1))
        with pytest.raises(tickring.BadState):
            consumer.recv()
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert held == [True]
    assert receive_all(consumer) == [(0, b"too large")]


@pytest.mark.parametrize("act", ["close", "recv"])
def test_a_finalizer_may_use_the_bus_that_is_receiving(pair: Pair, act: str) -> None:
    """Collecting garbage runs it wherever Python makes an object that can be part of a cycle."""
    producer, consumer = pair

    class Cycle:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            if act == "close":
                consumer.close()
            elif not consumer.closed:
                taken.extend(consumer.drain(1))

    taken: list[tuple[int, bytes]] = []
    sent = [(i, bytes([i % 256]) * 8) for i in range(400)]
    for type_id, payload in sent:
        producer.send(payload, type_id)
    threshold = gc.get_threshold()
    try:
        received = []
        for _ in range(200):
            Cycle()
            gc.set_threshold(1)
            received.extend(consumer.drain(1))
            gc.set_threshold(*threshold)
    except tickring.BadState:
        assert act == "close"
    finally:
        gc.set_threshold(*threshold)
    received += [] if act == "close" else receive_all(consumer)
    assert sorted(received + taken) == sent[: len(received) + len(taken)]
