# SPDX-License-Identifier: Apache-2.0
"""Trades from Parquet, as writers of such files have them."""

from pathlib import Path
from typing import Any

import pytest
from tickring_replay import prepared
from tickring_replay.columns import Columns
from tickring_replay.errors import BadTrades
from tickring_replay.prepare import prepare

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
NORMAL = 1_000_000
GOOD = {"symbol": ["A", "BC"], "price": [1.5, 2.0], "quantity": [1, 2], "timestamp": [5, 9]}


def written(folder: Path, changed: dict[str, Any]) -> Path:
    path = folder / "trades.parquet"
    parquet.write_table(pa.table(GOOD | changed), path)
    return path


def trades_of(folder: Path, changed: dict[str, Any], columns: Columns) -> list[prepared.Trade]:
    out = folder / "ticks.bin"
    about = prepare(written(folder, changed), columns, NORMAL, out)
    assert about["kind"] == "parquet"
    return list(prepared.Prepared(str(out)).part(range(about["count"])))


def test_numbers_are_times_of_the_unit_that_is_said(tmp_path: Path) -> None:
    trades = trades_of(tmp_path, {}, Columns(unit="us"))
    assert trades == [(b"A" + bytes(7), 1.5, 1, 0, 0), (b"BC" + bytes(6), 2.0, 2, 0, 4000)]


@pytest.mark.parametrize(
    ("unit", "step_ns"), [("s", 10**9), ("ms", 10**6), ("us", 1000), ("ns", 1)]
)
def test_a_column_of_times_knows_its_unit(tmp_path: Path, unit: str, step_ns: int) -> None:
    times = pa.array([5, 9], pa.timestamp(unit, tz="UTC"))
    trades = trades_of(tmp_path, {"timestamp": times}, Columns())
    assert [trade[4] for trade in trades] == [0, 4 * step_ns]


def test_symbols_may_be_from_a_dictionary(tmp_path: Path) -> None:
    symbols = pa.array(["A", "A"]).dictionary_encode()
    assert trades_of(tmp_path, {"symbol": symbols}, Columns())[1][0] == b"A" + bytes(7)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"symbol": ["A", None]}, "row 2: symbol is None; text of 1 to 8 bytes is needed"),
        ({"price": [1.0, float("nan")]}, "row 2: price is nan; a finite number is needed"),
        ({"quantity": [1, 2**32]}, "row 2: quantity is 4294967296; a whole number from 0 to"),
        ({"quantity": [0.5, 1.0]}, "row 1: quantity is 0.5; a whole number from 0 to"),
        ({"timestamp": [9, 5]}, "row 2: timestamp is 5; a time not before that of the trade above"),
        ({"symbol": [1, 2]}, "row 1: symbol is 1; text of 1 to 8 bytes is needed"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_row(
    tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    path = written(tmp_path, changed)
    with pytest.raises(BadTrades) as bad:
        prepare(path, Columns(), NORMAL, tmp_path / "ticks.bin")
    assert str(bad.value).startswith(f"--ticks '{path}': {sentence}")
    assert not (tmp_path / "ticks.bin").exists()


def test_a_file_that_is_cut_off_or_lacks_a_column_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {})
    columns = Columns(("symbol", "px", "quantity", "timestamp"))
    with pytest.raises(BadTrades, match="the schema: the column 'px' for price is not there"):
        prepare(path, columns, NORMAL, tmp_path / "ticks.bin")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BadTrades, match="the Parquet file cannot be read: "):
        prepare(path, Columns(), NORMAL, tmp_path / "ticks.bin")
