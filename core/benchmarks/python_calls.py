# SPDX-License-Identifier: Apache-2.0
"""What each call of the Python module costs, within one thread, in Google Benchmark's JSON.

    python_calls.py OUT.json [--repetitions N] [--min-time-s S]

An iteration is one message, its share of the loop included: the row "loop" is what that costs. The
peer, in the same process, takes or sends the messages between the timed parts.
"reference_without_ring" is the reference loop around a lock and a buffer of the interpreter: what
the loop costs before any ring does anything, one call less than with one. "pack_into" packs the
same message with struct into a buffer, and sends nothing. "empty_call" calls sys.audit(), which
does nothing where nobody listens, as the loop of a sender calls it. In the rows "to_a_process"
another process takes the messages meanwhile. The rows are measured in turn, once for each
repetition: a processor that changes its speed does so for all.

PYTHONPATH has to name harness/benchmarks of the build tree, too.
"""

import argparse
import json
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean, median, stdev
from threading import Lock

import numpy as np
import tickring
from sender_loops import (
    ARRIVAL_TIMEOUT_S,
    BATCH,
    BYTES,
    CAPACITY_BYTES,
    FORMAT,
    PUBLISH_EVERY,
    STAMP_FIELD,
    SYMBOL,
    TICK,
    over_bare_lines,
    stamped_by_python,
    stamped_natively,
    through_a_ring,
)


@dataclass
class Call:
    """One row: a context that gives what is timed, and what makes room or messages before it."""

    name: str
    context: Callable[[], AbstractContextManager[Callable[[], object]]]
    prepare: Callable[[], object]


def alone(name: str, timed: Callable[[], object], prepare: Callable[[], object]) -> Call:
    """A row that needs nothing beside it."""
    return Call(name, lambda: nullcontext(timed), prepare)


class Slot:
    """An attribute to set, as cheaply as the interpreter can."""

    __slots__ = ("actual_size",)
    actual_size: int


def sending(producer: tickring.Bus, consumer: tickring.Bus) -> Iterator[Call]:
    """The calls that send; each sends BATCH messages."""
    pack_into, now, batch = struct.pack_into, time.time_ns, range(BATCH)
    ticks, payload = np.zeros(BATCH, TICK), bytes(BYTES)

    def loop() -> None:
        for _ in batch:
            pass

    def clock() -> None:
        for _ in batch:
            now()

    def reference() -> None:
        for i in batch:
            with producer.send_zero_copy(size=BYTES, type_id=1) as tx:
                with memoryview(tx) as view:
                    pack_into(FORMAT, view, 0, SYMBOL, 1.5, i, now())
                tx.actual_size = BYTES

    guard, memory, slot = Lock(), bytearray(BYTES), Slot()

    def without_ring() -> None:
        for i in batch:
            with guard:
                with memoryview(memory) as view:
                    pack_into(FORMAT, view, 0, SYMBOL, 1.5, i, now())
                slot.actual_size = BYTES

    def packing() -> None:
        for i in batch:
            pack_into(FORMAT, memory, 0, SYMBOL, 1.5, i, now())

    def without_view() -> None:
        for i in batch:
            with producer.send_zero_copy(BYTES, 1) as tx:
                pack_into(FORMAT, tx, 0, SYMBOL, 1.5, i, now())

    def copy() -> None:
        for _ in batch:
            producer.send(payload, 1)

    sender = stamped_by_python(producer.sender(FORMAT))
    stamped = stamped_natively(producer.sender(FORMAT, stamp=STAMP_FIELD))
    audit = sys.audit

    def empty() -> None:
        for i in batch:
            audit("tickring", 1.5, i, now())

    def empty_unstamped() -> None:
        for i in batch:
            audit("tickring", 1.5, i)

    def drain() -> None:
        producer.flush()
        consumer.drain()

    yield alone("loop", loop, drain)
    yield alone("time_ns", clock, drain)
    yield alone("send_zero_copy_reference", reference, drain)
    yield alone("reference_without_ring", without_ring, drain)
    yield alone("pack_into", packing, drain)
    yield alone("send_zero_copy_pack_into_guard", without_view, drain)
    yield alone("send", copy, drain)
    yield alone("sender_time_ns", sender, drain)
    yield alone("sender_stamp_native", stamped, drain)
    yield alone("empty_call_time_ns", empty, drain)
    yield alone("empty_call", empty_unstamped, drain)
    yield alone("send_many", lambda: producer.send_many(ticks), drain)
    yield alone("send_many_stamp_native", lambda: producer.send_many(ticks, 0, "timestamp"), drain)


def receiving(producer: tickring.Bus, consumer: tickring.Bus) -> Iterator[Call]:
    """The calls that receive; each takes BATCH messages."""
    ticks, batch, target = np.zeros(BATCH, TICK), range(BATCH), bytearray(BYTES)

    def fill() -> None:
        consumer.drain()
        producer.send_many(ticks)
        producer.flush()

    def receive() -> None:
        for _ in batch:
            consumer.recv()

    def into() -> None:
        for _ in batch:
            consumer.recv_into(target)

    def zero_copy() -> None:
        for _ in batch:
            with consumer.recv_zero_copy() as rx, memoryview(rx):
                pass

    yield alone("recv", receive, fill)
    yield alone("recv_into", into, fill)
    yield alone("recv_zero_copy", zero_copy, fill)
    yield alone("drain", consumer.drain, fill)
    yield alone("drain_into", lambda: consumer.drain_into(ticks), fill)


def to_a_process(folder: str) -> Iterator[Call]:
    """The senders, and beside each what it cannot do without."""

    def nothing() -> None:
        pass

    for which, natively in (("time_ns", False), ("stamp_native", True)):
        name = f"sender_{which}_to_a_process"
        yield Call(name, partial(through_a_ring, folder, natively=natively), nothing)
        yield Call(f"{name}_bare", partial(over_bare_lines, natively=natively), nothing)


def open_pair(folder: str) -> tuple[tickring.Bus, tickring.Bus]:
    """(producer, consumer) of one ring that publishes in batches of 32."""
    path = f"{folder}/bus"
    with ThreadPoolExecutor(1) as threads:
        listening = threads.submit(tickring.Bus.listen, path, CAPACITY_BYTES, wait="spin")
        producer = tickring.Bus.connect(
            path, wait="spin", publish_every=PUBLISH_EVERY, arrival_timeout_s=ARRIVAL_TIMEOUT_S
        )
        return producer, listening.result()


def measure(call: Call, min_time_s: float) -> dict:
    """One repetition of a row."""
    iterations, elapsed_ns, cpu_ns = 0, 0, 0
    with call.context() as timed:
        while elapsed_ns < min_time_s * 1e9:
            call.prepare()
            cpu_before, before = time.thread_time_ns(), time.perf_counter_ns()
            timed()
            elapsed_ns += time.perf_counter_ns() - before
            cpu_ns += time.thread_time_ns() - cpu_before
            iterations += BATCH
    return {
        "iterations": iterations,
        "real_time": elapsed_ns / iterations,
        "cpu_time": cpu_ns / iterations,
        "time_unit": "ns",
        "items_per_second": iterations / elapsed_ns * 1e9,
        "bytes_per_second": iterations * BYTES / elapsed_ns * 1e9,
    }


def aggregates(name: str, runs: list[dict]) -> Iterator[dict]:
    """The rows that Google Benchmark adds for repetitions."""
    statistics = {"mean": mean, "median": median}
    if len(runs) > 1:
        statistics["stddev"] = stdev
    keys = ("real_time", "cpu_time", "items_per_second", "bytes_per_second")
    for aggregate, of in statistics.items():
        yield {
            "name": f"{name}_{aggregate}",
            "run_name": name,
            "run_type": "aggregate",
            "repetitions": len(runs),
            "aggregate_name": aggregate,
            "iterations": len(runs),
            "time_unit": "ns",
            **{key: of([run[key] for run in runs]) for key in keys},
        }


def main() -> None:
    """Measures every row and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--min-time-s", type=float, default=0.2)
    arguments = parser.parse_args()
    rows: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        pair = open_pair(folder)
        calls = (*sending(*pair), *receiving(*pair), *to_a_process(folder))
        runs: dict[str, list[dict]] = {call.name: [] for call in calls}
        for index in range(arguments.repetitions):
            print(f"micro: python, repetition {index + 1}", file=sys.stderr)
            for call in calls:
                name = f"python/{call.name}"
                run = {
                    "name": name,
                    "run_name": name,
                    "run_type": "iteration",
                    "repetitions": arguments.repetitions,
                    "repetition_index": index,
                    "threads": 1,
                    **measure(call, arguments.min_time_s),
                }
                runs[call.name].append(run)
        for name, of_call in runs.items():
            rows += [*of_call, *aggregates(f"python/{name}", of_call)]
        for bus in pair:
            bus.close()
    context = {"executable": "python_calls.py", "python": sys.version.split()[0]}
    context["date"] = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    context["tickring"] = tickring.__version__
    arguments.out.write_text(json.dumps({"context": context, "benchmarks": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
