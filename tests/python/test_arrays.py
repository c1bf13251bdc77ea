# SPDX-License-Identifier: Apache-2.0
"""send_many, drain_into and drain_array: many messages of one size side by side."""

import array
import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
import tickring
from buses import Pair, receive_all

TICK = np.dtype(
    [("symbol", "S8"), ("price", "<f8"), ("quantity", "<u4"), ("timestamp", "<u8"), ("pad", "V4")]
)


def make_ticks(count: int) -> np.ndarray:
    ticks = np.zeros(count, TICK)
    ticks["symbol"] = b"BTCUSDT"
    ticks["price"] = np.arange(count) / 4
    ticks["quantity"] = np.arange(count)
    return ticks


def test_each_item_of_a_structured_array_is_a_message(pair: Pair) -> None:
    ticks = make_ticks(5)
    assert pair[0].send_many(ticks, 3) == 5
    assert receive_all(pair[1]) == [(3, tick.tobytes()) for tick in ticks]


@pytest.mark.parametrize(
    ("buffer", "messages"),
    [
        (b"abc", [b"a", b"b", b"c"]),
        (array.array("H", [1, 2]), [b"\1\0", b"\2\0"]),
        (np.arange(6, dtype="u1").reshape(3, 2), [b"\0\1", b"\2\3", b"\4\5"]),
        (memoryview(bytes(6)).cast("B", (2, 3)), [bytes(3), bytes(3)]),
        ((ctypes.c_uint32 * 2)(7, 8), [b"\7\0\0\0", b"\x08\0\0\0"]),
        (np.zeros((0, 8)), []),
        (np.zeros(2, "V0"), [b"", b""]),
    ],
)
def test_any_contiguous_buffer_is_sent_along_its_first_dimension(
    pair: Pair, buffer: object, messages: list[bytes]
) -> None:
    assert pair[0].send_many(buffer) == len(messages)
    assert [payload for _, payload in receive_all(pair[1])] == messages


def test_each_message_can_have_its_own_type(pair: Pair) -> None:
    pair[0].send_many(b"abc", np.array([5, 0, 2**32 - 1], np.uint32))
    assert receive_all(pair[1]) == [(5, b"a"), (0, b"b"), (2**32 - 1, b"c")]


def test_a_type_may_be_a_number_of_numpy(pair: Pair) -> None:
    pair[0].send_many(b"a", np.uint32(6))
    assert receive_all(pair[1]) == [(6, b"a")]


@pytest.mark.parametrize(
    "types",
    [
        np.zeros(2, np.uint32),
        np.zeros(3, np.int32),
        np.zeros(3, np.float32),
        np.zeros(3, ">u4"),
        np.zeros((3, 1), np.uint32),
        np.zeros(6, np.uint32)[::2],
        np.zeros(1, np.uint32),
    ],
)
def test_types_that_do_not_fit_the_messages_are_refused(pair: Pair, types: np.ndarray) -> None:
    with pytest.raises(tickring.InvalidArgument, match="type_id"):
        pair[0].send_many(b"abc", types)
    assert receive_all(pair[1]) == []


def test_a_type_that_is_no_number_is_refused(pair: Pair) -> None:
    with pytest.raises(TypeError, match="type_id must be an int, not str"):
        pair[0].send_many(b"abc", "1")


@pytest.mark.parametrize(
    "scattered",
    [np.zeros((4, 4)).T, np.zeros(8)[::2], np.asfortranarray(np.zeros((3, 2)))],
)
def test_an_array_that_is_not_contiguous_is_refused(pair: Pair, scattered: np.ndarray) -> None:
    with pytest.raises(tickring.InvalidArgument, match="array is not contiguous in C order"):
        pair[0].send_many(scattered)
    assert receive_all(pair[1]) == []


def test_an_array_without_a_dimension_is_refused(pair: Pair) -> None:
    with pytest.raises(tickring.InvalidArgument, match="array has no dimension"):
        pair[0].send_many(np.zeros((), TICK))


@pytest.mark.parametrize("thing", [None, 3, "text", [b"list"]])
def test_what_is_no_buffer_cannot_be_sent(pair: Pair, thing: object) -> None:
    with pytest.raises(TypeError):
        pair[0].send_many(thing)


def test_an_item_larger_than_any_message_is_refused(pair: Pair) -> None:
    most = pair[0].max_payload_bytes
    with pytest.raises(tickring.TooLarge, match=f"has {most + 1} bytes; allowed are 0 to {most}"):
        pair[0].send_many(np.zeros((2, most + 1), "u1"))
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize("stamp", ["timestamp", 20])
def test_each_message_is_stamped_at_its_commit_and_the_array_is_not(
    pair: Pair, stamp: str | int
) -> None:
    ticks = make_ticks(100)
    before = time.time_ns()
    pair[0].send_many(ticks, stamp=stamp)
    after = time.time_ns()
    assert not ticks["timestamp"].any()
    types, received = pair[1].drain_array(TICK)
    stamps = received["timestamp"].astype(np.int64)
    assert before <= stamps[0] and stamps[-1] <= after
    assert (np.diff(stamps) >= 0).all() and stamps[-1] > stamps[0]
    ticks["timestamp"] = received["timestamp"]
    assert (received == ticks).all()


def test_a_stamped_field_has_the_order_of_its_dtype(pair: Pair) -> None:
    pair[0].send_many(np.zeros(1, [("t", ">u8")]), stamp="t")
    assert abs(int.from_bytes(pair[1].recv(0)[1], "big") - time.time_ns()) < 60 * 10**9


@pytest.mark.parametrize("stamp", ["price", "quantity", "nowhere", 25, -1, 2**70])
def test_a_stamp_that_has_no_place_is_refused(pair: Pair, stamp: object) -> None:
    with pytest.raises(tickring.InvalidArgument, match="stamp is"):
        pair[0].send_many(make_ticks(1), stamp=stamp)
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize("thing", [b"12345678", np.zeros(1, "u8")])
def test_a_stamp_by_name_needs_a_structured_array(pair: Pair, thing: object) -> None:
    with pytest.raises(tickring.InvalidArgument, match="stamp is 't'"):
        pair[0].send_many(thing, stamp="t")


def test_an_array_larger_than_the_ring_arrives_whole(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(4096, producer={"publish_every": 7})
    ticks = make_ticks(5000)
    received = np.zeros(5000, TICK)
    types = np.zeros(5000, np.uint32)

    def receive() -> None:
        count = 0
        while count < len(received):
            count += consumer.drain_into(received[count:], types[count:], 10)

    receiver = threading.Thread(target=receive)
    receiver.start()
    assert producer.send_many(ticks, np.arange(5000, dtype=np.uint32)) == 5000
    producer.flush()
    receiver.join()
    assert (received == ticks).all()
    assert (types == np.arange(5000)).all()


def test_an_error_in_the_middle_tells_how_many_went_out(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(4096, producer={"send_timeout_s": 0.05})
    with pytest.raises(tickring.Timeout) as failure:
        producer.send_many(make_ticks(1000))
    messages = receive_all(consumer)
    assert 0 < failure.value.sent_count == len(messages) < 1000


@pytest.mark.parametrize("call", ["send_many", "drain_into", "drain_array"])
def test_a_closed_bus_is_refused(pair: Pair, call: str) -> None:
    arguments = {"send_many": [b""], "drain_into": [bytearray()], "drain_array": ["u1"]}
    for bus in pair:
        bus.close()
        with pytest.raises(tickring.BadState, match="closed"):
            getattr(bus, call)(*arguments[call])


def test_the_wrong_side_is_refused(pair: Pair) -> None:
    with pytest.raises(tickring.BadState):
        pair[1].send_many(b"abc")
    with pytest.raises(tickring.BadState):
        pair[0].drain_into(bytearray(8))


def test_a_forked_child_is_refused(pair: Pair) -> None:
    pair[0].send(b"x")
    child = os.fork()
    if child == 0:
        status = 0
        for call in (lambda: pair[0].send_many(b"a"), lambda: pair[1].drain_into(bytearray(1))):
            try:
                call()
                status = 1
            except tickring.Forked:
                pass
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_ctrl_c_ends_a_long_send(make_pair: Callable[..., Pair], when_waiting: Callable) -> None:
    producer, _ = make_pair(4096)
    when_waiting(producer, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        producer.send_many(make_ticks(1000))


def test_a_signal_is_heard_in_a_long_send_that_never_waits(make_pair: Callable[..., Pair]) -> None:
    class Alarm(Exception):
        """What the handler raises."""

    def ring(*_: object) -> None:
        raise Alarm

    producer, _ = make_pair(1 << 26)
    earlier = signal.signal(signal.SIGALRM, ring)
    try:
        with pytest.raises(Alarm):
            signal.setitimer(signal.ITIMER_REAL, 0.002)
            producer.send_many(np.zeros(1_000_000, TICK))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
    assert producer.stats()["messages_count"] < 1_000_000


def test_drain_into_takes_what_is_published_and_fits(pair: Pair) -> None:
    pair[0].send_many(b"abcde", 4)
    target, types = bytearray(3), np.zeros(3, np.uint32)
    assert pair[1].drain_into(target, types) == 3
    assert (target, types.tolist()) == (b"abc", [4, 4, 4])
    assert pair[1].drain_into(target) == 2
    assert target == b"dec"
    assert pair[1].drain_into(target) == 0


def test_drain_into_waits_for_its_first_message_as_long_as_it_is_told(
    pair: Pair, when_waiting: Callable
) -> None:
    assert pair[1].drain_into(bytearray(1), None, 0.01) == 0
    when_waiting(pair[1], lambda: pair[0].send(b"z"))
    target = bytearray(2)
    assert pair[1].drain_into(target, timeout_s=None) == 1
    assert target == b"z\0"


def test_a_message_of_another_size_stays_for_the_next_call(pair: Pair) -> None:
    for payload in (b"ab", b"cd", b"efg"):
        pair[0].send(payload)
    target = np.zeros((3, 2), "u1")
    assert pair[1].drain_into(target) == 2
    with pytest.raises(tickring.InvalidArgument, match="has 2 bytes, the message has 3"):
        pair[1].drain_into(target)
    assert pair[1].recv(timeout_s=0) == (0, b"efg")


@pytest.mark.parametrize(
    ("target", "types"),
    [
        (b"read", None),
        (np.zeros(8)[::2], None),
        (np.zeros(()), None),
        (bytearray(2), np.zeros(3, np.uint32)),
        (bytearray(2), np.zeros(2, np.uint16)),
        (bytearray(2), bytes(8)),
    ],
)
def test_a_target_that_does_not_do_is_refused_and_nothing_is_taken(
    pair: Pair, target: object, types: object
) -> None:
    pair[0].send(b"a")
    with pytest.raises(tickring.InvalidArgument):
        pair[1].drain_into(target, types)
    assert pair[1].recv(timeout_s=0) == (0, b"a")


def test_drain_array_returns_types_and_a_structured_array(pair: Pair) -> None:
    ticks = make_ticks(4)
    pair[0].send_many(ticks, np.array([1, 2, 1, 2], np.uint32))
    types, received = pair[1].drain_array(TICK, 3)
    assert (types.tolist(), types.dtype) == ([1, 2, 1], np.uint32)
    assert received.dtype == TICK and (received == ticks[:3]).all()
    assert len(pair[1].drain_array(TICK)[1]) == 1
    assert [len(part) for part in pair[1].drain_array(TICK)] == [0, 0]


def test_drain_array_keeps_no_more_memory_than_its_messages(pair: Pair) -> None:
    pair[0].send_many(make_ticks(2))
    for part in pair[1].drain_array(TICK):
        assert part.base is None and len(part) == 2


def test_a_consumer_learns_of_the_end_once_it_has_everything(pair: Pair) -> None:
    pair[0].send_many(b"ab")
    pair[0].close()
    assert pair[1].drain_into(bytearray(9), None, None) == 2
    with pytest.raises(tickring.PeerClosed):
        pair[1].drain_into(bytearray(9), None, None)


def test_what_is_no_dtype_is_refused(pair: Pair) -> None:
    pair[0].send(b"a")
    with pytest.raises(TypeError):
        pair[1].drain_array("no such type")
    assert pair[1].recv(timeout_s=0) == (0, b"a")
