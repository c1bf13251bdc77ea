# SPDX-License-Identifier: Apache-2.0
"""Bus.sender(): one call packs, stamps, sends and commits one message."""

import gc
import os
import struct
import threading
import time
import weakref
from collections.abc import Callable

import pytest
import tickring
from buses import Pair, fill, receive_all
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TICK = "<8sdIQ4x"
INTEGERS = "bBhHiIlLqQnN"
# A sender is called, or its method is, bound once.
Call = Callable[[tickring.Sender], Callable[..., None]]
by_any_call = pytest.mark.parametrize("call", [lambda sender: sender, lambda sender: sender.send])

any_settings = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def integers(order: str, code: str) -> st.SearchStrategy[int]:
    bits = 8 * struct.calcsize(order + code)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if code.islower() else (0, 2**bits - 1)
    return st.one_of(st.integers(low, high), st.sampled_from([low, high, 0, 1]), st.booleans())


def values_of(order: str, code: str) -> st.SearchStrategy[object]:
    """What struct.pack takes for one field."""
    if code in INTEGERS:
        return integers(order, code)
    if code in "sp":
        return st.one_of(st.binary(max_size=9), st.binary(max_size=300).map(bytearray))
    widths = {"e": 16, "f": 32, "d": 64}
    if code in widths:
        return st.one_of(st.floats(width=widths[code]), st.integers(-2048, 2048))
    if code == "c":
        return st.binary(min_size=1, max_size=1)
    return st.integers(0, 2**63) if code == "P" else st.sampled_from([True, False, 0, "x", None])


@st.composite
def formats(draw: st.DrawFn) -> tuple[str, list[object]]:
    """A format of struct and values for it."""
    order = draw(st.sampled_from(["", "@", "=", "<", ">", "!"]))
    codes = "cbB?hHiIlLqQefdspx" + ("nNP" if order in ("", "@") else "")
    text, values = order, []
    for code in draw(st.lists(st.sampled_from(codes), max_size=8)):
        counts = st.integers(1, 300) if code == "p" else st.integers(0, 5)
        count = draw(st.one_of(st.none(), counts))
        space = draw(st.sampled_from(["", "", " ", "\n"]))
        text += space + ("" if count is None else str(count)) + code
        one = code in "sp"
        repeat = 0 if code == "x" else 1 if one or count is None else count
        values += [draw(values_of(order, code)) for _ in range(repeat)]
    return text, values


@any_settings
@given(formats())
def test_a_message_has_the_bytes_of_struct_pack(pair: Pair, case: tuple[str, list]) -> None:
    text, values = case
    pair[0].sender(text, 7)(*values)
    assert pair[1].recv(timeout_s=0) == (7, struct.pack(text, *values))


def test_nothing_of_an_earlier_message_shows_in_a_later_one(pair: Pair) -> None:
    send = pair[0].sender("4s6p")
    send(b"long", b"longer")
    send(b"s", b"st")
    assert receive_all(pair[1])[1] == (0, struct.pack("4s6p", b"s", b"st"))


@pytest.mark.parametrize(
    ("text", "values"),
    [(TICK, (b"BTCUSDT\0", 1.5, 7, 8)), ("=I9x", (1,)), ("@IQ", (1, 2)), ("8s24x", (b"12345678",))],
)
def test_a_gap_of_a_format_is_zero_wherever_the_message_lies(
    make_pair: Callable[..., Pair], text: str, values: tuple
) -> None:
    producer, consumer = make_pair(4096)
    for _ in range(4):  # the whole ring
        producer.send(b"\xff" * 2000)
        consumer.drain()
    send = producer.sender(text)
    for _ in range(64):
        send(*values)
        assert consumer.recv(timeout_s=0) == (0, struct.pack(text, *values))


@any_settings
@given(st.text("<>=!@ 0123456789cbB?hHiIlLqQnNefdspPxXy,", max_size=6))
def test_a_format_is_taken_when_struct_takes_it(pair: Pair, text: str) -> None:
    try:
        size = struct.calcsize(text)
    except struct.error:
        with pytest.raises(tickring.InvalidArgument, match="format is "):
            pair[0].sender(text)
        return
    if size > pair[0].max_payload_bytes:
        with pytest.raises(tickring.TooLarge, match="format is .* bytes; allowed are 0 to"):
            pair[0].sender(text)
    else:
        assert pair[0].sender(text).size == size


def test_a_format_may_be_bytes(pair: Pair) -> None:
    pair[0].sender(b"<I")(5)
    assert pair[1].recv(timeout_s=0) == (0, b"\5\0\0\0")


@pytest.mark.parametrize("text", ["<P", "zz", "4", "<8s d I Q 4", "é"])
def test_a_format_that_struct_refuses_is_refused_by_name(pair: Pair, text: str) -> None:
    with pytest.raises((tickring.InvalidArgument, UnicodeEncodeError), match="format|ascii"):
        pair[0].sender(text)


@pytest.mark.parametrize(
    "value", [0, 1, 2**30 - 1, 2**30, 2**31 + 5, 2**60 - 1, 2**60, 2**63 + 7, 2**64 - 1]
)
def test_an_int_of_any_number_of_digits_is_packed(pair: Pair, value: int) -> None:
    pair[0].sender("<Q")(value)
    assert pair[1].recv(timeout_s=0) == (0, struct.pack("<Q", value))


@pytest.mark.parametrize("code", INTEGERS)
def test_a_number_beyond_its_field_is_refused_with_what_is_allowed(pair: Pair, code: str) -> None:
    bits = 8 * struct.calcsize(code)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if code.islower() else (0, 2**bits - 1)
    send = pair[0].sender("B" + code)
    for value in (low - 1, high + 1, 2**70, -(2**70), 2**90, 2**91):
        text = rf"value 1 \('{code}'\) is {value}; allowed are {low} to {high}"
        with pytest.raises(tickring.InvalidArgument, match=text):
            send(1, value)
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize(("code", "value"), [("e", 70000.0), ("f", 1e39), ("d", 10**400)])
def test_a_float_beyond_its_field_is_refused(pair: Pair, code: str, value: float) -> None:
    with pytest.raises(tickring.InvalidArgument, match=rf"value 0 \('{code}'\) is .*; allowed"):
        pair[0].sender(code)(value)


@pytest.mark.parametrize(
    ("code", "value", "wanted"),
    [
        ("I", 1.5, "an int"),
        ("I", "1", "an int"),
        ("d", "1", "a number"),
        ("8s", "text", "bytes"),
        ("4p", None, "bytes"),
        ("c", b"ab", "bytes of length 1"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    pair: Pair, code: str, value: object, wanted: str
) -> None:
    with pytest.raises(TypeError, match=rf"value 0 \('{code[-1]}'\) must be {wanted}, not"):
        pair[0].sender(code)(value)
    assert receive_all(pair[1]) == []


@by_any_call
@pytest.mark.parametrize("values", [(), (1,), (1, 2, 3, 4)])
def test_a_call_with_another_number_of_values_is_refused(
    pair: Pair, values: tuple, call: Call
) -> None:
    send = call(pair[0].sender("II"))
    with pytest.raises(TypeError, match=f"takes 2 values and perhaps a type_id, {len(values)} "):
        send(*values)
    assert receive_all(pair[1]) == []


@by_any_call
@pytest.mark.parametrize("text", ["<B", "<I", "<I28x"])
def test_the_type_is_that_of_the_call_or_that_of_the_sender(
    pair: Pair, text: str, call: Call
) -> None:
    send = call(pair[0].sender(text, 9))
    send(1)
    send(2, 5)
    send(3, 0)
    send(4, 2**32 - 1)
    send(5, type_id=6)
    send(6)
    types = [9, 5, 0, 2**32 - 1, 6, 9]
    expected = [(type_id, struct.pack(text, i)) for i, type_id in enumerate(types, 1)]
    assert receive_all(pair[1]) == expected


@by_any_call
@pytest.mark.parametrize("text", ["B", "I"])
def test_a_type_by_position_and_by_name_is_refused(pair: Pair, text: str, call: Call) -> None:
    with pytest.raises(TypeError, match="takes 1 values and perhaps a type_id, 2 were given"):
        call(pair[0].sender(text))(1, 5, type_id=6)
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize("text", ["B", "I"])
@pytest.mark.parametrize("type_id", [-1, 2**32])
def test_a_type_out_of_range_is_refused(pair: Pair, type_id: int, text: str) -> None:
    with pytest.raises(tickring.InvalidArgument, match="type_id is"):
        pair[0].sender(text)(1, type_id)
    with pytest.raises(tickring.InvalidArgument, match="type_id is"):
        pair[0].sender(text, type_id)
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize("text", ["B", "I"])
def test_an_unknown_keyword_is_refused(pair: Pair, text: str) -> None:
    with pytest.raises(TypeError, match="unexpected argument 'kind'"):
        pair[0].sender(text)(1, kind=3)
    with pytest.raises(TypeError, match="unexpected argument 'kind'"):
        pair[0].sender(text, kind=3)
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize("text", ["<IQH", ">IQH", "<IQI", "<IqI"])
def test_a_stamp_is_taken_between_call_and_return_in_the_order_of_its_field(
    pair: Pair, text: str
) -> None:
    send = pair[0].sender(text, stamp=1)
    before = time.time_ns()
    send(5, 6)
    after = time.time_ns()
    quantity, stamp, rest = struct.unpack(text, pair[1].recv(timeout_s=0)[1])
    assert (quantity, rest) == (5, 6)
    assert before <= stamp <= after


@pytest.mark.parametrize(
    ("text", "stamp", "values"),
    [
        (TICK, 3, [b"BTCUSDT\0", 1.5, 7]),
        ("<8sdQQ", 2, [b"BTCUSDT\0", 1.5, 8]),
        ("<dQ", 1, [1.5]),
        ("<QxI", 0, [7]),
    ],
)
def test_a_stamped_message_has_the_other_bytes_of_struct_pack(
    make_pair: Callable[..., Pair], text: str, stamp: int, values: list
) -> None:
    producer, consumer = make_pair(4096)
    for _ in range(4):  # the whole ring
        producer.send(b"\xff" * 2000)
        consumer.drain()
    send = producer.sender(text, 3, stamp=stamp)
    for _ in range(64):
        before = time.time_ns()
        send(*values)
        after = time.time_ns()
        type_id, payload = consumer.recv(timeout_s=0)
        found = struct.unpack(text, payload)[stamp]
        whole = [*values[:stamp], found, *values[stamp:]]
        assert (type_id, payload) == (3, struct.pack(text, *whole))
        assert before <= found <= after


def test_a_stamp_can_be_of_the_monotonic_clock(pair: Pair) -> None:
    send = pair[0].sender("<q", stamp=0, clock="monotonic")
    before = time.monotonic_ns()
    send()
    stamp = int.from_bytes(pair[1].recv(timeout_s=0)[1], "little")
    assert before <= stamp <= time.monotonic_ns()


def test_a_stamp_is_of_the_commit_and_not_of_the_flush(make_pair: Callable[..., Pair]) -> None:
    producer, consumer = make_pair(producer={"publish_every": 100})
    producer.sender("<Q", stamp=0)()
    committed_ns = time.time_ns()
    while time.time_ns() == committed_ns:
        pass
    producer.flush()
    assert int.from_bytes(consumer.recv(timeout_s=0)[1], "little") <= committed_ns


@pytest.mark.parametrize(
    ("text", "stamp", "why"),
    [
        ("<IQ", 0, "a field 'I' of 4 bytes; allowed is an integer of 8 bytes"),
        ("<d", 0, "a field 'd' of 8 bytes; allowed is an integer of 8 bytes"),
        ("<IQ", 2, "stamp is 2; allowed are 0 to 1"),
        ("<IQ", -1, "stamp is -1; allowed are 0 to 1"),
        ("4x", 0, "format '4x' has no field"),
    ],
)
def test_a_stamp_needs_a_field_that_can_hold_it(
    pair: Pair, text: str, stamp: int, why: str
) -> None:
    with pytest.raises(tickring.InvalidArgument, match=why):
        pair[0].sender(text, stamp=stamp)


def test_an_unknown_clock_is_refused(pair: Pair) -> None:
    with pytest.raises(tickring.InvalidArgument, match="clock is 'tai'; allowed are 'realtime'"):
        pair[0].sender("Q", stamp=0, clock="tai")


def test_a_consumer_has_no_sender(pair: Pair) -> None:
    with pytest.raises(tickring.BadState, match="this end consumes"):
        pair[1].sender("B")


def test_a_sender_of_a_closed_bus_is_refused(pair: Pair) -> None:
    send = pair[0].sender("B")
    pair[0].close()
    with pytest.raises(tickring.BadState, match="closed"):
        send(1)
    with pytest.raises(tickring.BadState, match="closed"):
        pair[0].sender("B")


def test_a_sender_in_a_forked_child_is_refused(pair: Pair) -> None:
    send = pair[0].sender("B")
    child = os.fork()
    if child == 0:
        try:
            send(1)
        except tickring.Forked:
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert receive_all(pair[1]) == []


def test_a_sender_waits_for_room_and_nothing_is_lost(
    make_pair: Callable[..., Pair], when_waiting: Callable
) -> None:
    producer, consumer = make_pair(4096)
    sent = fill(producer, bytes(32))
    taken: list = []
    when_waiting(producer, lambda: taken.extend(consumer.drain()))
    producer.sender("<I")(77)
    assert len(taken) == sent
    assert consumer.recv(timeout_s=5) == (0, b"\x4d\0\0\0")


def test_a_second_thread_on_a_waiting_sender_is_refused(
    make_pair: Callable[..., Pair], when_waiting: Callable
) -> None:
    producer, consumer = make_pair(4096)
    fill(producer, bytes(32))
    send = producer.sender("B")
    refusals: list[Exception] = []

    def intrude() -> None:
        try:
            send(1)
        except tickring.BadState as refusal:
            refusals.append(refusal)
        consumer.drain()

    when_waiting(producer, intrude)
    send(2)
    assert "another call of this sender is under way" in str(refusals[0])


def test_a_sender_times_out_as_its_bus_does(make_pair: Callable[..., Pair]) -> None:
    producer, _ = make_pair(4096, producer={"send_timeout_s": 0.05})
    fill(producer, bytes(32))
    with pytest.raises(tickring.Timeout):
        producer.sender("B")(1)


class Meddler:
    """A number that does something when it is converted."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action = action

    def __index__(self) -> int:
        self.action()
        return 4


@pytest.mark.parametrize("text", ["B", "I"])
def test_a_value_that_closes_the_bus_while_it_is_packed_is_harmless(pair: Pair, text: str) -> None:
    send = pair[0].sender(text)
    with pytest.raises(tickring.BadState, match="closed"):
        send(Meddler(pair[0].close))


@pytest.mark.parametrize("text", ["B", "I"])
def test_a_value_that_calls_the_sender_while_it_is_packed_is_refused(pair: Pair, text: str) -> None:
    send = pair[0].sender(text)
    with pytest.raises(tickring.BadState, match="another call of this sender"):
        send(Meddler(lambda: send(1)))
    send(3)
    assert receive_all(pair[1]) == [(0, struct.pack(text, 3))]


@pytest.mark.parametrize("text", ["BB", "II"])
def test_a_value_that_raises_while_it_is_packed_ends_the_call(pair: Pair, text: str) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pair[0].sender(text)(1, Meddler(fail))
    assert receive_all(pair[1]) == []


@pytest.mark.parametrize("text", ["B", "I"])
def test_a_sender_is_refused_while_a_message_is_open(pair: Pair, text: str) -> None:
    send = pair[0].sender(text)
    with pair[0].send_zero_copy(1) as tx:
        with pytest.raises(tickring.BadState, match="a message is open"):
            send(1)
        tx.rollback()


@pytest.mark.parametrize("text", ["B", "I"])
def test_a_sender_is_refused_while_a_view_of_a_message_lives(pair: Pair, text: str) -> None:
    send = pair[0].sender(text)
    tx = pair[0].send_zero_copy(1)
    view = memoryview(tx)
    with pytest.raises(BufferError, match="rolled back"), tx:
        pass
    with pytest.raises(BufferError, match="a view of an earlier message still lives"):
        send(1)
    view.release()
    send(1)
    assert receive_all(pair[1]) == [(0, struct.pack(text, 1))]


def test_a_bound_send_keeps_its_sender_alive(pair: Pair) -> None:
    send = pair[0].sender("<I", 4).send
    gc.collect()
    send(1)
    assert receive_all(pair[1]) == [(4, struct.pack("<I", 1))]


def test_a_sender_keeps_its_bus_alive_and_nothing_longer(make_pair: Callable[..., Pair]) -> None:
    class Text(str):
        """A format that can be watched."""

    producer, consumer = make_pair()
    text = Text("B")
    watched = weakref.ref(text)
    send = producer.sender(text)
    del text, producer
    gc.collect()
    send(6)
    assert consumer.recv(timeout_s=0) == (0, b"\6")
    del send
    gc.collect()
    assert watched() is None


def test_two_senders_share_one_bus(pair: Pair) -> None:
    first, second = pair[0].sender("B", 1), pair[0].sender("<H", 2)
    for send, value in ((first, 1), (second, 2)):
        thread = threading.Thread(target=send, args=(value,))
        thread.start()
        thread.join()
    assert receive_all(pair[1]) == [(1, b"\1"), (2, b"\2\0")]


def test_a_sender_tells_what_it_packs(pair: Pair) -> None:
    send = pair[0].sender(TICK, stamp=3)
    assert (send.size, send.format) == (32, TICK)
    assert repr(send) == "<tickring.Sender of '<8sdIQ4x', 32 bytes>"
