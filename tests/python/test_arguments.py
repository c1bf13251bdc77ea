# SPDX-License-Identifier: Apache-2.0
"""Wrong types, wrong values, and the exceptions that answer them."""

import math
import socket
from pathlib import Path
from typing import Any

import pytest
import tickring
from buses import Pair

SENDS = ["send_zero_copy", "try_send_zero_copy"]
TOO_LARGE = [(1 << 16) - 79, 2**31, 2**63, 2**64, 10**99]


class Index:
    def __index__(self) -> int:
        return 4


@pytest.mark.parametrize("send", SENDS)
@pytest.mark.parametrize("size", TOO_LARGE)
def test_a_size_that_never_fits_is_too_large(pair: Pair, send: str, size: int) -> None:
    with pytest.raises(tickring.TooLarge, match=f"size is {size}; allowed are 0 to 65456"):
        getattr(pair[0], send)(size=size)


@pytest.mark.parametrize("send", SENDS)
@pytest.mark.parametrize("size", [-1, -(2**63), -(10**99)])
def test_a_negative_size_is_refused(pair: Pair, send: str, size: int) -> None:
    with pytest.raises(tickring.InvalidArgument, match=f"size is {size};"):
        getattr(pair[0], send)(size)


@pytest.mark.parametrize("send", SENDS)
@pytest.mark.parametrize("type_id", [-1, 2**32, 10**99])
def test_a_type_outside_32_bits_is_refused(pair: Pair, send: str, type_id: int) -> None:
    with pytest.raises(tickring.InvalidArgument, match="type_id is .* 0 to 4294967295"):
        getattr(pair[0], send)(8, type_id=type_id)
    with pytest.raises(tickring.InvalidArgument, match="type_id is"):
        pair[0].send(b"", type_id)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        ((), {"type_id": 1}),
        ((1, 2, 3), {}),
        ((1,), {"size": 1}),
        ((1,), {"sise": 1}),
        (("8",), {}),
        ((8.0,), {}),
        ((None,), {}),
        ((8, "1"), {}),
        ((8,), {"type_id": None}),
    ],
)
@pytest.mark.parametrize("send", SENDS)
def test_arguments_that_do_not_fit_are_type_errors(
    pair: Pair, send: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match="size|type_id|sise|argument"):
        getattr(pair[0], send)(*args, **kwargs)
    pair[0].send(b"unharmed")
    assert pair[1].recv(timeout_s=0) == (0, b"unharmed")


def test_what_has_an_index_is_an_int(pair: Pair) -> None:
    with pair[0].send_zero_copy(Index(), Index()) as tx:
        assert (tx.size, tx.type_id) == (4, 4)
        tx.actual_size = Index()
    assert len(pair[1].recv(timeout_s=0)[1]) == 4


def test_keyword_names_need_not_be_interned(pair: Pair) -> None:
    name = "".join(["type", "_", "id"])
    with pair[0].send_zero_copy(4, **{name: 5}) as tx:
        assert tx.type_id == 5


def test_every_contiguous_buffer_can_be_sent(pair: Pair) -> None:
    numbers = memoryview(b"abcdefgh")
    for data in (b"abcdefgh", bytearray(b"abcdefgh"), numbers, numbers.cast("H"), numbers[2:]):
        pair[0].send(data)
        assert pair[1].recv(timeout_s=0) == (0, bytes(data))


@pytest.mark.parametrize("data", ["text", 3, None, [1, 2], object()])
def test_what_is_no_buffer_cannot_be_sent(pair: Pair, data: object) -> None:
    with pytest.raises(TypeError):
        pair[0].send(data)


def test_a_buffer_with_gaps_or_too_large_cannot_be_sent(pair: Pair) -> None:
    with pytest.raises(ValueError, match="contiguous"):
        pair[0].send(memoryview(b"abcdefgh")[::2])
    with pytest.raises(tickring.TooLarge, match="data has 65457 bytes; allowed are 0 to 65456"):
        pair[0].send(bytes((1 << 16) - 79))


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"role": "boss"}, "role is 'boss'"),
        ({"wait": "sleep"}, "wait is 'sleep'"),
        ({"publish_every": 0}, "publish_every is 0"),
        ({"publish_every": -1}, "publish_every is -1"),
        ({"publish_every": 2**32}, "publish_every is 4294967296"),
        ({"spin_threshold": -1}, "spin_threshold is -1"),
        ({"arrival_timeout_s": -1}, "arrival_timeout_s is -1"),
        ({"arrival_timeout_s": math.nan}, "arrival_timeout_s is nan"),
        ({"handshake_timeout_s": 0}, "handshake_timeout_ns is 0"),
        ({"send_timeout_s": -0.5}, "send_timeout_s is -0.5"),
    ],
)
def test_an_option_out_of_range_is_named(tmp_path: Path, kwargs: dict, text: str) -> None:
    for set_up in (tickring.Bus.listen, tickring.Bus.connect):
        with pytest.raises(tickring.InvalidArgument, match=text):
            set_up(tmp_path / "bus", **kwargs)


@pytest.mark.parametrize("capacity", [0, -1, 1000, 3 << 12, 2**32, 10**99])
def test_a_capacity_that_cannot_be_is_refused(tmp_path: Path, capacity: int) -> None:
    with pytest.raises(tickring.InvalidArgument, match=f"capacity.* is {capacity}"):
        tickring.Bus.listen(tmp_path / "bus", capacity)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kwargs",
    [{"role": 1}, {"wait": None}, {"publish_every": 1.0}, {"arrival_timeout_s": "1"}, {"size": 1}],
)
def test_an_option_of_a_wrong_type_is_a_type_error(tmp_path: Path, kwargs: dict) -> None:
    with pytest.raises(TypeError):
        tickring.Bus.connect(tmp_path / "bus", **kwargs)


def test_nobody_at_the_path_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        tickring.Bus.connect(tmp_path / "bus")
    assert isinstance(caught.value, tickring.NotFound)
    assert caught.value.code == 12
    with pytest.raises(TimeoutError, match="no listener before the deadline"):
        tickring.Bus.connect(tmp_path / "bus", arrival_timeout_s=0.12)
    with pytest.raises(TimeoutError, match="no peer before the deadline"):
        tickring.Bus.listen(tmp_path / "bus", arrival_timeout_s=0.12)
    assert list(tmp_path.iterdir()) == []


def test_a_file_at_the_path_survives(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(tickring.InvalidArgument, match="not a socket"):
        tickring.Bus.listen(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("path", ["", "x" * 108, "nul\0byte"])
def test_a_path_that_cannot_be_is_refused(path: str) -> None:
    for set_up in (tickring.Bus.listen, tickring.Bus.connect):
        with pytest.raises(ValueError):
            set_up(path)


def test_a_path_may_be_bytes(tmp_path: Path) -> None:
    with pytest.raises(tickring.NotFound):
        tickring.Bus.connect(bytes(tmp_path / "bus"))


def test_a_foreign_listener_is_told_from_ours(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as foreign:
        foreign.bind(str(tmp_path / "bus"))
        foreign.listen()
        with pytest.raises(tickring.Timeout):
            tickring.Bus.connect(tmp_path / "bus", handshake_timeout_s=0.05)


def test_every_error_is_an_error_of_tickring_with_its_code() -> None:
    codes = {}
    for name in tickring.__all__:
        kind = getattr(tickring, name)
        if isinstance(kind, type) and issubclass(kind, tickring.Error):
            codes[kind.code] = name
            assert kind.__doc__
    assert sorted(codes, key=str) == sorted([None, *range(1, 18)], key=str)


def test_every_public_symbol_says_what_it_does() -> None:
    for kind in (tickring.Bus, tickring.TxGuard, tickring.RxGuard):
        assert kind.__doc__
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert member.__doc__, name


def test_buses_and_guards_come_from_their_calls_only() -> None:
    for kind in (tickring.Bus, tickring.TxGuard, tickring.RxGuard):
        with pytest.raises(TypeError, match="cannot create"):
            kind()
