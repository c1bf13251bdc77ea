# SPDX-License-Identifier: Apache-2.0
"""The prepared trade file (docs/participants.md, "Recorded trades")."""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HEADER = struct.Struct("<8sIIQQ")  # magic, version, 0, trades, offset of the last in ns
TRADE = struct.Struct("<8sdIIQ")  # symbol, price, quantity, 0, offset in ns
MAGIC, VERSION = b"TICKTRAD", 1

Trade = tuple[bytes, float, int, int, int]  # as TRADE


class Writer:
    """Writes trades one after the other; the header says how many only when it is closed well."""

    def __init__(self, file: BinaryIO) -> None:
        """At the beginning of an empty file."""
        self.count = self.length_ns = 0
        self._file = file
        self._file.write(bytes(HEADER.size))

    def add(self, symbol: bytes, price: float, quantity: int, offset_ns: int) -> None:
        """Offsets never fall."""
        self._file.write(TRADE.pack(symbol, price, quantity, 0, offset_ns))
        self.count += 1
        self.length_ns = offset_ns

    def finish(self) -> None:
        """Makes the file whole."""
        self._file.seek(0)
        self._file.write(HEADER.pack(MAGIC, VERSION, 0, self.count, self.length_ns))


class Prepared:
    """The trades of a prepared file."""

    def __init__(self, path: str) -> None:
        """Raises ValueError when it is none."""
        with Path(path).open("rb") as file:
            whole = mmap.MAP_SHARED | mmap.MAP_POPULATE
            self._map = mmap.mmap(file.fileno(), 0, flags=whole, prot=mmap.PROT_READ)
        begin = self._map[: HEADER.size].ljust(HEADER.size, b"\0")
        magic, version, _, self.count, self.length_ns = HEADER.unpack(begin)
        size = HEADER.size + self.count * TRADE.size
        if (magic, version) != (MAGIC, VERSION) or len(self._map) != size:
            raise ValueError(f"{path} is not a prepared trade file of version {VERSION}")

    def part(self, numbers: range) -> Iterator[Trade]:
        """Of trades with successive numbers."""
        first = HEADER.size + numbers.start * TRADE.size
        return TRADE.iter_unpack(self._map[first : first + len(numbers) * TRADE.size])
