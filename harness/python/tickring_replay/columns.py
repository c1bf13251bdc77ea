# SPDX-License-Identifier: Apache-2.0
"""Which columns of a trade file hold what."""

import dataclasses

from tickring_replay.errors import BadTrades

FIELDS = ("symbol", "price", "quantity", "timestamp")
UNITS_NS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


@dataclasses.dataclass(frozen=True)
class Columns:
    """Their names, in the order of FIELDS, and the unit of the times."""

    names: tuple[str, str, str, str] = FIELDS
    unit: str = "ns"

    @property
    def unit_ns(self) -> int:
        """Nanoseconds in one of the units."""
        return UNITS_NS[self.unit]

    def places(self, header: list[str], where: str) -> list[int]:
        """Where the columns are in a header; raises BadTrades when one is not there, or twice."""
        for field, name in zip(FIELDS, self.names, strict=True):
            if header.count(name) != 1:
                there = ", ".join(header) or "nothing"
                how_often = "twice" if header.count(name) else "not there"
                raise BadTrades(
                    f"{where}: the column {name!r} for {field} is {how_often}; there is: {there} "
                    f"(--ticks-columns {field}=NAME takes another)"
                )
        return [header.index(name) for name in self.names]


def read_columns(text: str) -> Columns:
    """From `price=px,timestamp=time:ms`; what is not named there is called like its field."""
    names, unit = dict(zip(FIELDS, FIELDS, strict=True)), "ns"
    allowed = f"FIELD=NAME with FIELD one of {', '.join(FIELDS)}, separated by commas"
    for part in filter(None, text.split(",")):
        field, equals, name = part.partition("=")
        if field == "timestamp":
            begin, colon, end = name.rpartition(":")
            name, unit = (begin, end) if colon and end in UNITS_NS else (name, unit)
        if field not in names or not equals or not name:
            raise BadTrades(f"--ticks-columns has {part!r}; {allowed} is needed")
        names[field] = name
    symbol, price, quantity, timestamp = names.values()
    return Columns((symbol, price, quantity, timestamp), unit)
