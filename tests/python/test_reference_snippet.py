# SPDX-License-Identifier: Apache-2.0
"""The published producer, with nothing but its import changed."""

import struct
import time
from collections.abc import Callable

import tickring as tachyon
from buses import Pair, fill, receive_all

TICK_SIZE = 32
FLUSH_BATCH = 64
FMT = "<8sdIQ4x"


def send(bus: tachyon.Bus, count: int) -> None:
    symbol, price, qty = b"BTCUSDT\0", 60_000.25, 7
    for i in range(count):
        tick_type = 1 if i % 2 == 0 else 2
        ts = time.time_ns()
        with bus.send_zero_copy(size=TICK_SIZE, type_id=tick_type) as tx:
            with memoryview(tx) as mv:
                struct.pack_into(FMT, mv, 0, symbol, price, qty, ts)
            tx.actual_size = TICK_SIZE
        if (i + 1) % FLUSH_BATCH == 0:
            bus._bus.flush()


def test_the_published_snippet_works_as_written(pair: Pair) -> None:
    producer, consumer = pair
    before = time.time_ns()
    send(producer, 200)
    for i in range(200):
        type_id, payload = consumer.recv(timeout_s=0)
        symbol, price, quantity, stamp = struct.unpack(FMT, payload)
        assert type_id == 1 + i % 2
        assert (symbol, price, quantity) == (b"BTCUSDT\0", 60_000.25, 7)
        assert before <= stamp <= time.time_ns()


def test_flush_makes_the_rest_of_a_batch_visible(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(producer={"publish_every": 32})
    send(producer, 63)
    assert producer.publish_every == 32
    assert len(receive_all(consumer)) == 32
    producer._bus.flush()
    assert len(receive_all(consumer)) == 31


def test_an_explicit_flush_does_not_shift_the_batches(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(producer={"publish_every": 32})
    send(producer, 20)
    producer.flush()
    send(producer, 12)
    assert len(receive_all(consumer)) == 32


def test_a_batch_larger_than_the_ring_does_not_stall(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(4096, producer={"publish_every": 1_000_000})
    assert len(receive_all(consumer)) == 0
    sent = fill(producer, b"x" * 100)
    assert len(receive_all(consumer)) == sent > 0
