# SPDX-License-Identifier: Apache-2.0
"""What each call of the Python module costs, within one thread, in Google Benchmark's JSON.

    python_calls.py OUT.json [--repetitions N] [--min-time-s S]

An iteration is one message, its share of the loop included. The rows, which python_rows.py has, are
measured in turn, once for each repetition: a processor that changes its speed does so for all.

PYTHONPATH has to name harness/benchmarks of the build tree, too.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median, stdev

import tickring
from python_rows import Call, receiving, sending, to_a_process
from sender_loops import ARRIVAL_TIMEOUT_S, BATCH, BYTES, CAPACITY_BYTES, PUBLISH_EVERY


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
            told = timed()
            spent_ns = time.perf_counter_ns() - before
            elapsed_ns += told if call.tells_ns else spent_ns
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
