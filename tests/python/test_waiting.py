# SPDX-License-Identifier: Apache-2.0
"""Calls that wait: for room and for messages, beside other threads, and until Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import tickring
from buses import Pair, fill, receive_all, sleeps

WAITS = ["spin", "hybrid", "park"]
WhenWaiting = Callable[[tickring.Bus, Callable[[], object]], threading.Thread]
MakePair = Callable[..., Pair]


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("wait", WAITS)
def test_a_full_ring_makes_a_send_wait_and_nothing_is_lost(
    make_pair: MakePair, when_waiting: WhenWaiting, wait: str
) -> None:
    producer, consumer = make_pair(4096, producer={"wait": wait})
    sent = fill(producer, b"first")
    received: list[tuple[int, bytes]] = []
    reader = when_waiting(producer, lambda: received.extend(receive_all(consumer)))
    with producer.send_zero_copy(size=6) as tx, memoryview(tx) as view:
        view[:] = b"second"
    reader.join()
    received += receive_all(consumer)
    expected = [(0, b"first")] * sent + [(0, b"second")]
    assert received == expected
    assert producer.stats()["full_count"] == 2  # the last try_ and the send


def test_a_full_ring_makes_a_try_say_so(make_pair: MakePair) -> None:
    producer, consumer = make_pair(4096)
    sent = fill(producer, b"x" * 48)
    assert sent == 63
    with pytest.raises(tickring.Full):
        producer.try_send_zero_copy(0)
    assert len(receive_all(consumer)) == sent
    with producer.try_send_zero_copy(0):
        pass
    assert receive_all(consumer) == [(0, b"")]


@pytest.mark.parametrize("wait", WAITS)
def test_a_send_gives_up_after_its_timeout(make_pair: MakePair, wait: str) -> None:
    producer, consumer = make_pair(4096, producer={"wait": wait, "send_timeout_s": 0.12})
    sent = fill(producer, b"x")
    with pytest.raises(tickring.Timeout, match="120 ms"):
        producer.send(b"late")
    assert len(receive_all(consumer)) == sent


@pytest.mark.parametrize("wait", WAITS)
def test_ctrl_c_ends_a_send_and_the_bus_stays_usable(
    make_pair: MakePair, when_waiting: WhenWaiting, wait: str
) -> None:
    producer, consumer = make_pair(4096, producer={"wait": wait})
    sent = fill(producer, b"x")
    for send in (lambda: producer.send_zero_copy(5), lambda: producer.send(b"never")):
        when_waiting(producer, press_ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert receive_all(consumer) == [(0, b"x")] * sent
    producer.send(b"again")
    assert receive_all(consumer) == [(0, b"again")]


@pytest.mark.parametrize("wait", WAITS)
def test_ctrl_c_ends_a_receive_and_the_bus_stays_usable(
    make_pair: MakePair, when_waiting: WhenWaiting, wait: str
) -> None:
    producer, consumer = make_pair(consumer={"wait": wait})
    for receive in (consumer.recv, consumer.__next__, lambda: consumer.recv(timeout_s=1000)):
        when_waiting(consumer, press_ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            receive()
    producer.send(b"again")
    assert consumer.recv() == (0, b"again")


WAITING_FOR_PEER = """
import sys, math, tickring
print("starting", flush=True)
try:
    getattr(tickring.Bus, sys.argv[2])(sys.argv[1], arrival_timeout_s=math.inf)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("set_up", ["listen", "connect"])
def test_ctrl_c_ends_the_wait_for_a_peer(tmp_path: Path, set_up: str) -> None:
    path = tmp_path / "bus"
    command = [sys.executable, "-c", WAITING_FOR_PEER, str(path), set_up]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdout.readline() == "starting\n"
        while (set_up == "listen" and not path.exists()) or not sleeps(waiting.pid):
            assert waiting.poll() is None
        waiting.send_signal(signal.SIGINT)
        assert waiting.stdout.read() == "interrupted\n"
    assert waiting.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_signal_without_an_exception_does_not_end_the_wait(
    pair: Pair, when_waiting: WhenWaiting
) -> None:
    producer, consumer = pair
    previous = signal.signal(signal.SIGUSR1, lambda *_: producer.send(b"from the handler"))
    try:
        when_waiting(consumer, lambda: os.kill(os.getpid(), signal.SIGUSR1))
        assert consumer.recv() == (0, b"from the handler")
    finally:
        signal.signal(signal.SIGUSR1, previous)


def test_a_signal_handler_may_close_the_bus_that_waits(
    pair: Pair, when_waiting: WhenWaiting
) -> None:
    consumer = pair[1]
    previous = signal.signal(signal.SIGUSR1, lambda *_: consumer.close())
    try:
        when_waiting(consumer, lambda: os.kill(os.getpid(), signal.SIGUSR1))
        with pytest.raises(tickring.BadState, match="closed"):
            consumer.recv()
    finally:
        signal.signal(signal.SIGUSR1, previous)


@pytest.mark.parametrize("wait", WAITS)
def test_a_second_thread_is_refused_while_one_waits(make_pair: MakePair, wait: str) -> None:
    producer, consumer = make_pair(consumer={"wait": wait})
    received = []
    thread = threading.Thread(target=lambda: received.append(consumer.recv()))
    thread.start()
    with pytest.raises(tickring.BadState, match="another thread waits"):
        while True:
            consumer.stats()
    for call in (consumer.recv, consumer.__next__, consumer.peer_state, consumer.flush):
        with pytest.raises(tickring.BadState, match="another thread waits"):
            call()
    producer.send(b"done")
    thread.join()
    assert received == [(0, b"done")]


def test_a_second_sender_is_refused_while_one_waits(
    make_pair: MakePair, when_waiting: WhenWaiting
) -> None:
    producer, consumer = make_pair(4096)
    sent = fill(producer, b"x")
    refusals = []

    def intrude() -> None:
        for call in (producer.flush, lambda: producer.send(b"no")):
            try:
                call()
            except tickring.BadState as refusal:
                refusals.append(refusal)
        receive_all(consumer)

    when_waiting(producer, intrude)
    producer.send(b"yes")
    assert len(refusals) == 2
    assert producer.stats()["messages_count"] == sent + 1


@pytest.mark.parametrize("wait", WAITS)
def test_close_from_another_thread_ends_the_wait(
    make_pair: MakePair, when_waiting: WhenWaiting, wait: str
) -> None:
    producer, consumer = make_pair(consumer={"wait": wait})
    when_waiting(consumer, consumer.close)
    with pytest.raises(tickring.BadState, match="closed while this call waited"):
        consumer.recv()
    with pytest.raises(tickring.PeerClosed):
        for _ in range(1 << 16):
            producer.send(b"x" * 64)


def test_a_consumer_in_another_thread_takes_what_a_producer_sends(make_pair: MakePair) -> None:
    producer, consumer = make_pair(4096, producer={"publish_every": 7})
    received: list[tuple[int, bytes]] = []
    thread = threading.Thread(target=lambda: received.extend(consumer))
    thread.start()
    sent = [(i, i.to_bytes(4, "little") * (i % 50)) for i in range(5000)]
    for type_id, payload in sent:
        producer.send(payload, type_id)
    producer.close()
    thread.join()
    assert received == sent
