# SPDX-License-Identifier: Apache-2.0
"""From a trade file to a prepared one."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tickring_replay import csv_rows, parquet_rows
from tickring_replay.columns import Columns
from tickring_replay.errors import BadTrades, wrong
from tickring_replay.prepared import Writer
from tickring_replay.trades import MAX_TIME_NS, price_of, quantity_of, symbol_of, time_of

MAX_TRADES = 2**32 - 1
NORMAL_SPEED = 1_000_000


def prepare(
    path: Path,
    columns: Columns,
    speed_millionths: int,
    out: Path,
    *,
    most: int = 0,
    end_ns: int = 0,
) -> dict[str, Any]:
    """Checks all trades of a file and writes those to send: at most so many, and none that is due
    end_ns after the start or later; 0: no limit. Returns what there is to know. Raises BadTrades;
    `out` is then not there."""
    try:
        with out.open("xb") as file:
            trades, about = _write(path, columns, speed_millionths, Writer(file), most, end_ns)
    except BaseException as failure:
        out.unlink(missing_ok=True)
        if isinstance(failure, BadTrades):
            raise BadTrades(f"--ticks '{path}': {failure}") from None
        raise
    return about | {"trades": trades}


def _write(
    path: Path, columns: Columns, speed_millionths: int, writer: Writer, most: int, end_ns: int
) -> tuple[int, dict[str, Any]]:
    kind, rows, columns = _open(path, columns)
    trades, first_ns, last_ns = 0, 0, 0
    for where, (symbol, price, quantity, time) in rows:
        time_ns = time_of(time, where, columns.unit, columns.unit_ns)
        first_ns = first_ns if trades else time_ns
        if time_ns < last_ns:
            raise wrong(where, "timestamp", time, "a time not before that of the trade above")
        last_ns, trades = time_ns, trades + 1
        if trades > MAX_TRADES:
            raise BadTrades(f"{where}: it is trade {trades}; at most {MAX_TRADES} can be sent")
        values = symbol_of(symbol, where), price_of(price, where), quantity_of(quantity, where)
        offset_ns = (time_ns - first_ns) * NORMAL_SPEED // speed_millionths
        if offset_ns > MAX_TIME_NS:
            raise wrong(where, "timestamp", time, "a time that this speed reaches in 292 years")
        if (most == 0 or writer.count < most) and (end_ns == 0 or offset_ns < end_ns):
            writer.add(*values, offset_ns)
    if trades == 0:
        raise BadTrades("no trade follows the names of the columns; one is needed")
    writer.finish()
    about = {"kind": kind, "sha256": _digest(path), "count": writer.count}
    return trades, about | {"length_ns": writer.length_ns}


def _open(path: Path, columns: Columns) -> tuple[str, Iterator[csv_rows.Row], Columns]:
    try:
        if not path.is_file():
            raise BadTrades("there is no such file; a CSV or Parquet file is needed")
        if not parquet_rows.is_parquet(path):
            return "csv", csv_rows.rows(path, columns), columns
    except OSError as failure:
        raise BadTrades(f"it cannot be read: {failure.strerror}") from failure
    columns = parquet_rows.with_own_unit(path, columns)
    return "parquet", parquet_rows.rows(path, columns), columns


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
