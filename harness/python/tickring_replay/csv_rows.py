# SPDX-License-Identifier: Apache-2.0
"""The rows of a CSV file with a header, each with the number of its line."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tickring_replay.columns import Columns
from tickring_replay.errors import BadTrades

Row = tuple[str, tuple[object, ...]]  # where it stands, and its values in the order of FIELDS
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def rows(path: Path, columns: Columns) -> Iterator[Row]:
    """The trades; raises BadTrades with the line of what is wrong."""
    with path.open("rb") as file:
        reader = csv.reader(_lines(file), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            if not header:
                raise BadTrades("line 1: there is none; a header with names of columns is needed")
            places = columns.places(header, "line 1")
            for row in reader:
                where = f"line {reader.line_num}"
                if len(row) != len(header):
                    raise BadTrades(f"{where}: it has {len(row)} values; {len(header)} are needed")
                yield where, tuple(row[place].strip() for place in places)
        except csv.Error as failure:
            raise BadTrades(f"line {reader.line_num}: {failure}") from failure


def _lines(file: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        if not line.endswith(b"\n"):
            raise BadTrades(f"line {number}: it has no newline at its end: the file is cut off")
        try:
            yield line.removeprefix(BYTE_ORDER_MARK if number == 1 else b"").decode()
        except UnicodeDecodeError as failure:
            raise BadTrades(
                f"line {number}: byte {failure.start + 1} is not UTF-8; a file in UTF-8 is needed"
            ) from failure
