# SPDX-License-Identifier: Apache-2.0
"""The receiving side: order, contents, and how a stream ends."""

import subprocess
import sys
from pathlib import Path

import pytest
import tickring
from buses import Pair, open_pair
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DYING_PRODUCER = """
import os, signal, sys, tickring
bus = tickring.Bus.connect(sys.argv[1], arrival_timeout_s=10, publish_every=2)
for payload in (b"published", b"too", b"kept back"):
    bus.send(payload)
os.kill(os.getpid(), signal.SIGKILL)
"""

messages = st.lists(
    st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=300)), min_size=1, max_size=40
)


@given(messages)
@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_what_is_sent_is_received_in_order(pair: Pair, sent: list[tuple[int, bytes]]) -> None:
    producer, consumer = pair
    for type_id, payload in sent:
        producer.send(payload, type_id=type_id)
    assert [consumer.recv(timeout_s=0) for _ in sent] == sent


def test_iteration_ends_when_the_producer_has_closed(pair: Pair) -> None:
    producer, consumer = pair
    producer.send(b"one", 1)
    producer.send(b"two", 2)
    producer.close()
    assert list(consumer) == [(1, b"one"), (2, b"two")]
    assert list(consumer) == []
    with pytest.raises(tickring.PeerClosed):
        consumer.recv()
    assert consumer.peer_state() == "closed"


def test_a_dead_producer_is_told_from_a_closed_one(tmp_path: Path) -> None:
    path = tmp_path / "bus"
    with (
        subprocess.Popen([sys.executable, "-c", DYING_PRODUCER, str(path)]),
        tickring.Bus.listen(path, arrival_timeout_s=10) as consumer,
    ):
        assert consumer.recv(timeout_s=10) == (0, b"published")
        assert consumer.recv(timeout_s=10) == (0, b"too")
        with pytest.raises(tickring.PeerDead):
            next(consumer)
        with pytest.raises(tickring.PeerDead):
            consumer.recv(timeout_s=0)
        assert consumer.peer_state() == "dead"


def test_a_producer_learns_that_the_consumer_has_closed(pair: Pair) -> None:
    producer, consumer = pair
    assert producer.peer_state() == "alive"
    consumer.close()
    with pytest.raises(tickring.PeerClosed):
        for _ in range(1 << 16):
            producer.send(b"x" * 64)


@pytest.mark.parametrize("wait", ["spin", "hybrid", "park"])
def test_recv_gives_up_after_its_timeout(tmp_path: Path, wait: str) -> None:
    producer, consumer = open_pair(tmp_path / "bus", consumer={"wait": wait})
    with producer, consumer:
        with pytest.raises(tickring.Timeout, match="120 ms"):
            consumer.recv(timeout_s=0.12)
        producer.send(b"later")
        assert consumer.recv() == (0, b"later")


@pytest.mark.parametrize("timeout_s", [-1, -1e-9, float("nan"), float("-inf")])
def test_a_timeout_that_is_none_is_refused(pair: Pair, timeout_s: float) -> None:
    with pytest.raises(tickring.InvalidArgument, match="timeout_s is"):
        pair[1].recv(timeout_s)


def test_huge_timeouts_are_for_ever(pair: Pair) -> None:
    for timeout_s in (float("inf"), 1e300, 10**10, None):
        pair[0].send(b"here")
        assert pair[1].recv(timeout_s=timeout_s) == (0, b"here")


def test_roles_can_be_turned_round(tmp_path: Path) -> None:
    consumer, producer = open_pair(
        tmp_path / "bus", producer={"role": "consumer"}, consumer={"role": "producer"}
    )
    with producer, consumer:
        assert (producer.role, consumer.role) == ("producer", "consumer")
        producer.send(b"turned round")
        assert consumer.recv() == (0, b"turned round")


def test_a_call_of_the_other_role_is_refused(pair: Pair) -> None:
    producer, consumer = pair
    for call in (producer.recv, producer.__next__, consumer.flush):
        with pytest.raises(tickring.BadState, match="this end of the bus is the"):
            call()
    with pytest.raises(tickring.BadState, match="this end of the bus is the consumer"):
        consumer.send_zero_copy(8)
    with pytest.raises(tickring.BadState, match="this end of the bus is the consumer"):
        consumer.send(b"")


def test_the_counters_of_both_ends_agree(pair: Pair) -> None:
    producer, consumer = pair
    for _ in range(5):
        producer.send(b"four")
        consumer.recv()
    for end in pair:
        stats = end.stats()
        assert (stats["messages_count"], stats["payload_bytes"]) == (5, 20)
        assert set(stats) >= {"full_count", "sleeps_count", "publications_count"}
