# SPDX-License-Identifier: Apache-2.0
"""The rows: what is measured, how, and in what its pair is unlike the others."""

import dataclasses
import random
from collections.abc import Sequence

RATE_PER_S = 100_000
BASELINES = ("tachyon", "ring")  # the first that can be had; names of rows in each mode
# Rows, too, that the others are held against.
PUBLIC_CALL = "tachyon send-zero-copy"
BARE_LINES = "bare lines"

FLAT_OUT, FLUSH_EACH, PACED = "flat-out", "flat-out-flush-each", "paced"
UNSTAMPED = "flat-out-unstamped"
NATIVE, NATIVE_EACH = "native-flat-out", "native-flat-out-flush-each"
ROUND_TRIP = "native-round-trip"
TITLES = {
    FLAT_OUT: "Python to Rust, flat out; published 32 at a time where the transport can",
    UNSTAMPED: "Python to Rust, flat out without stamps; published 32 at a time",
    FLUSH_EACH: "Python to Rust, flat out, every message published",
    PACED: f"Python to Rust, {RATE_PER_S:,} messages per second, every message published",
    NATIVE: "native, flat out without stamps; published 32 at a time where the transport can",
    NATIVE_EACH: "native, flat out without stamps, every message published",
    ROUND_TRIP: "native round trip, trimmed mean",
}
MODES = tuple(TITLES)
NATIVE_UNSTAMPED_MODES = (NATIVE, NATIVE_EACH)
# Reading a clock at both ends would cost more than the fastest transports do.
UNSTAMPED_MODES = (UNSTAMPED, *NATIVE_UNSTAMPED_MODES)

# What the stamp of a row is taken from, and where that is later than in the reference loop.
PYTHON_STAMP = "time.time_ns() in Python, inside the open message"
PYTHON_PACKED = "time.time_ns() in Python, before the message is packed"
PYTHON_CALL = "time.time_ns() in Python, before the call"
NO_STAMP = "none: throughput alone"
COMMIT_STAMP = "clock_gettime in the call, when the message is committed: later than the reference"


@dataclasses.dataclass(frozen=True)
class Row:
    """One way to send the workload."""

    name: str  # its own within its mode
    mode: str
    transport: str
    scenario: str = "seed"
    flags: tuple[str, ...] = ()  # of `tickring run`, beyond those of the mode
    api: str = "reference"
    producer: str = "python"
    consumer: str = "rust"
    messages: int = 300_000  # so that a slice takes some 0.3 to 1 s
    guarantee: str = "lossless"
    size: str = "any"
    waiting: str = "spin"
    build: str = "this project's"
    stamp_from: str = PYTHON_STAMP

    @property
    def key(self) -> str:
        """Unique among all rows."""
        return f"{self.mode}/{self.name}"

    def arguments(self, messages: int) -> list[str]:
        """Of `tickring run`, for a slice of so many messages."""
        flags = ["--transport", self.transport, "--producer", self.producer]
        flags += ["--consumer", self.consumer, "--messages", str(messages), *self.flags]
        return [self.scenario, *flags, "--api", self.api]


@dataclasses.dataclass(frozen=True)
class _Transport:
    """What is the same in all rows of a transport."""

    size: str = "any"
    waiting: str = "spin"
    build: str = "this project's"


TRANSPORTS = {
    "ring": _Transport(),
    "cacheline": _Transport(size="none"),
    "lines": _Transport(size="fixed"),
    "pipe": _Transport(waiting="sleep"),
    "uds": _Transport(waiting="sleep"),
    "zmq": _Transport(waiting="sleep", build="pyzmq's wheel; crate zmq"),
    "iceoryx2": _Transport(size="fixed", build="wheel; crate"),
    "tachyon": _Transport(waiting="spin, then sleep", build="here, -march=native"),
    "ringfire": _Transport(size="fixed", build="crate"),
}


def _row(name: str, mode: str, transport: str, **more: object) -> Row:
    common = dataclasses.asdict(TRANSPORTS[transport])
    return Row(name, mode, transport, **{**common, **more})  # type: ignore[arg-type]


EACH_FLAGS = ("--publish-every", "1", "--flush-every", "0")
UNSTAMPED_FLAGS = ("--stamp", "none")


def _python_rows() -> list[Row]:
    """Flat out; what publishes each message anyway does so here."""
    return [
        _row("ring", FLAT_OUT, "ring", messages=800_000),
        _row("ring sender", FLAT_OUT, "ring", scenario="sender", api="sender",
             stamp_from=PYTHON_CALL, messages=3_000_000),
        _row("ring sender-stamped", FLAT_OUT, "ring", scenario="sender-stamped", api="sender",
             stamp_from=COMMIT_STAMP, messages=4_000_000),
        _row("ring batch", FLAT_OUT, "ring", scenario="batch", api="batch",
             stamp_from=COMMIT_STAMP, messages=10_000_000),
        _row("pipe", FLAT_OUT, "pipe", stamp_from=PYTHON_PACKED, messages=400_000),
        _row("uds", FLAT_OUT, "uds", stamp_from=PYTHON_PACKED, messages=200_000),
        _row("zmq", FLAT_OUT, "zmq", stamp_from=PYTHON_PACKED, messages=200_000),
        _row("iceoryx2", FLAT_OUT, "iceoryx2", stamp_from=PYTHON_PACKED, messages=100_000),
        _row("tachyon", FLAT_OUT, "tachyon", messages=500_000),
        _row(PUBLIC_CALL, FLAT_OUT, "tachyon", api="send-zero-copy", flags=EACH_FLAGS,
             messages=200_000),
    ]  # fmt: skip


def _unstamped_rows() -> list[Row]:
    return [
        dataclasses.replace(row, mode=UNSTAMPED, flags=UNSTAMPED_FLAGS, stamp_from=NO_STAMP)
        for row in _python_rows()
        if row.name in ("ring", "ring sender", "ring batch", "tachyon")
    ]


def _flush_each_rows() -> list[Row]:
    return [
        dataclasses.replace(row, mode=FLUSH_EACH, flags=EACH_FLAGS)
        for row in _python_rows()
        if row.name in ("ring", "ring sender", "ring sender-stamped", "tachyon")
    ]


def _paced_rows() -> list[Row]:
    flags = (*EACH_FLAGS, "--rate", str(RATE_PER_S))
    return [
        dataclasses.replace(row, mode=PACED, flags=flags, messages=RATE_PER_S * 2 // 5)
        for row in _python_rows()
        if row.name != "ring batch"  # a batch has no schedule
    ]


def _native_rows() -> list[Row]:
    native = {"producer": "rust", "stamp_from": NO_STAMP, "flags": UNSTAMPED_FLAGS}
    in_c = {**native, "producer": "c"}
    flat = [
        _row("ring", NATIVE, "ring", messages=30_000_000, **native),
        _row("ring batch", NATIVE, "ring", api="batch", messages=30_000_000, **native),
        _row("tachyon", NATIVE, "tachyon", messages=10_000_000, **native),
        _row(BARE_LINES, NATIVE, "lines", messages=30_000_000, **native),
        _row(f"{BARE_LINES} packed", NATIVE, "lines", api="packed", messages=30_000_000, **native),
    ]
    each = [
        *(
            dataclasses.replace(row, mode=NATIVE_EACH, flags=(*EACH_FLAGS, *UNSTAMPED_FLAGS))
            for row in flat
            if row.name != "ring batch"  # of one message
        ),
        _row("iceoryx2", NATIVE_EACH, "iceoryx2", messages=2_000_000, **native),
        _row("ringfire", NATIVE_EACH, "ringfire", guarantee="lossy", messages=6_000_000, **native),
        _row("ringfire lossless", NATIVE_EACH, "ringfire", api="lossless", messages=6_000_000,
             **native),
        _row("zmq", NATIVE_EACH, "zmq", messages=2_000_000, **native),
        _row("pipe", NATIVE_EACH, "pipe", messages=500_000, **in_c),
        _row("uds", NATIVE_EACH, "uds", messages=300_000, **in_c),
    ]  # fmt: skip
    return flat + each


def _round_trip_rows() -> list[Row]:
    common = {
        "scenario": "pingpong",
        "stamp_from": "the consumer's clock, around groups of round trips",
        "messages": 500_000,
    }
    in_c = {**common, "producer": "c", "consumer": "c"}
    in_rust = {**common, "producer": "rust"}
    return [
        _row("cacheline", ROUND_TRIP, "cacheline", **in_c),
        _row("ring", ROUND_TRIP, "ring", **in_c),
        _row("tachyon", ROUND_TRIP, "tachyon", **in_rust),
        _row("tachyon polling", ROUND_TRIP, "tachyon", api="polling",
             **{**in_rust, "waiting": "spin"}),
        _row("ringfire", ROUND_TRIP, "ringfire", **in_rust, guarantee="lossy"),
        _row("ringfire lossless", ROUND_TRIP, "ringfire", api="lossless", **in_rust),
        _row("iceoryx2", ROUND_TRIP, "iceoryx2", **in_rust),
    ]  # fmt: skip


def all_rows() -> list[Row]:
    """In the order of the table."""
    return [
        *_python_rows(),
        *_unstamped_rows(),
        *_flush_each_rows(),
        *_paced_rows(),
        *_native_rows(),
        *_round_trip_rows(),
    ]


def order_of(rows: Sequence[Row], repeat: int, seed: int) -> list[Row]:
    """Each row once, in an order that the seed and the number of the repeat decide."""
    return random.Random(f"{seed}/{repeat}").sample(list(rows), len(rows))
