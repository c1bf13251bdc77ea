# SPDX-License-Identifier: Apache-2.0
"""What the Python targets call with each input, in a scratch folder.

A reader takes any bytes as its file. It succeeds or refuses with the error that it documents;
everything else is what broke, told with the traceback.
"""

import json
import re
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import json_edits
import log_edits
import numpy as np
from tickring_replay import parquet_rows
from tickring_replay.columns import Columns
from tickring_replay.errors import BadTrades
from tickring_replay.prepare import prepare
from tickring_replay.prepared import MAGIC, Prepared
from tickring_report import figures, terminal
from tickring_report.bootstrap import resampled
from tickring_report.compare import compare_runs
from tickring_report.inputs import read_inputs
from tickring_report.page.page import page
from tickring_report.run_files import Run, UnreadableRunError, read_intervals
from tickring_report.smaller_is_better import as_json
from tickring_report.text import comparison_text

SCHEMA = Path(__file__).resolve().parents[2] / "harness" / "result.schema.json"
RUN = Path("run")
RESAMPLES = 3

edited_result, edited_histogram = json_edits.edited, log_edits.edited


def edited_ticks(_data: bytes, _seed: int) -> bytes:
    """Nothing: libFuzzer's own edits do."""
    return b""


def reader(read: Callable[[bytes], None]) -> Callable[[bytes], str | None]:
    """What broke in one reading, or nothing."""

    def guarded(data: bytes) -> str | None:
        try:
            read(data)
        except BaseException as error:  # also what would end a program
            text = f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
            return text.encode(errors="backslashreplace").decode()
        return None

    return guarded


@reader
def result(data: bytes) -> None:
    """result.json, as `tickring compare` and `tickring report` read it."""
    RUN.mkdir(exist_ok=True)
    (RUN / "result.json").write_bytes(data)
    with suppress(UnreadableRunError):
        comparison = compare_runs(str(RUN), str(RUN), SCHEMA, unlike=True)
        json.dumps(comparison, allow_nan=False)
        comparison_text(comparison).encode()
    with suppress(UnreadableRunError):
        inputs = read_inputs([str(RUN)], SCHEMA)
        if inputs.runs:
            terminal.charts(inputs.runs[0], is_colored=False).encode()
            as_json(inputs.shown).encode()
        page(inputs, [], {}, SCHEMA.parent / "scenarios").encode()


@reader
def histogram(data: bytes) -> None:
    """latency.hlog beside a result that counts as many latencies as it holds."""
    RUN.mkdir(exist_ok=True)
    (RUN / "latency.hlog").write_bytes(data)
    count = 1
    for _ in range(2):
        run = Run(RUN / "result.json", {"latency_ns": {"count": count}})
        try:
            intervals = read_intervals(run)
        except UnreadableRunError as error:
            logged = re.search(r": holds (\d+) latencies", str(error))
            count = int(logged[1]) if logged else 0
            continue
        if intervals is not None:
            show(run, intervals)
        return


def show(run: Run, intervals: object) -> None:
    """What is made of intervals."""
    terminal.histogram(intervals)
    for figure in figures.FIGURES:
        remade = figure.remake(run, intervals)
        if remade is not None:
            statistic, length = remade
            resampled(statistic, length, np.random.default_rng(1), resamples=RESAMPLES)


@reader
def ticks(data: bytes) -> None:
    """A CSV file to prepare, or a prepared one. Parquet files are read by pyarrow."""
    if data.startswith(parquet_rows.MAGIC):
        return
    given, out = Path("ticks"), Path("ticks.prepared")
    given.write_bytes(data)
    if data.startswith(MAGIC):
        with suppress(ValueError):
            trades = Prepared(str(given))
            assert len(list(trades.part(range(trades.count)))) == trades.count
        return
    out.unlink(missing_ok=True)
    try:
        about = prepare(given, Columns(), 1_000_000, out)
    except BadTrades as refusal:
        assert not out.exists(), f"a file is left after: {refusal}"
        return
    assert Prepared(str(out)).count == about["count"]
