# SPDX-License-Identifier: Apache-2.0
"""The rows of a Parquet file, where pyarrow can be had."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tickring_replay.columns import Columns
from tickring_replay.csv_rows import Row
from tickring_replay.errors import BadTrades

MAGIC = b"PAR1"
NOT_AVAILABLE = (
    "Parquet is not available: the Python that runs tickring has no package pyarrow; install it "
    "there, or give a CSV file"
)


def is_parquet(path: Path) -> bool:
    """By its first bytes."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def with_own_unit(path: Path, columns: Columns) -> Columns:
    """The columns, with times in nanoseconds where the file says what its times are."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadTrades(NOT_AVAILABLE) from None
    try:
        schema = pyarrow.parquet.read_schema(path)
    except pyarrow.ArrowException as failure:
        raise _unreadable(failure) from None
    columns.places(schema.names, "the schema")
    is_typed = pyarrow.types.is_timestamp(schema.field(columns.names[3]).type)
    return dataclasses.replace(columns, unit="ns") if is_typed else columns


def rows(path: Path, columns: Columns) -> Iterator[Row]:
    """The trades; raises BadTrades with the row of what is wrong."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(columns=list(columns.names)):
                values = [_values(batch.column(name)) for name in columns.names]
                for row in zip(*values, strict=True):
                    number += 1
                    yield f"row {number}", row
    except pyarrow.ArrowException as failure:
        raise _unreadable(failure) from None


def _values(column: Any) -> list[object]:  # noqa: ANN401 - an array of an optional package
    import pyarrow

    if pyarrow.types.is_timestamp(column.type):
        return (
            column.cast(pyarrow.timestamp("ns", column.type.tz)).cast(pyarrow.int64()).to_pylist()
        )
    return column.to_pylist()


def _unreadable(failure: Exception) -> BadTrades:
    return BadTrades(f"the Parquet file cannot be read: {str(failure).splitlines()[0]}")
