# SPDX-License-Identifier: Apache-2.0
"""breakdown.json for a terminal."""

from typing import Any

from tickring_series.breakdown.summary import PARTS
from tickring_series.text import DASH, time_text


def terminal(document: dict[str, Any]) -> str:
    """The parts, and what the instruments add beside what they are said to."""
    lines = [
        f"{'from':17}{'stamp':>9}{'commit':>9}{'publish':>9}{'seen':>9}"
        f"{'plain':>9}{'traces add':>12}{'stated':>9}",
        f"{'to':17}{'commit':>9}{'publish':>9}{'seen':>9}{'read':>9}",
    ]
    for row in document["rows"]:
        parts = row["parts_ns"] or dict.fromkeys(PARTS)
        cells = "".join(f"{time_text(parts[part]):>9}" for part in PARTS)
        verdict = {True: "agrees", False: "does not agree", None: DASH}[row["agrees"]]
        lines.append(
            f"{row['scenario']:17}{cells}{time_text(row['plain_ns']):>9}"
            f"{signed(row['added_ns']):>12}{time_text(row['stated_ns']):>9}  {verdict}"
        )
    return "\n".join(lines)


def signed(value_ns: float | None) -> str:
    """A difference: what is below zero in the same units."""
    return time_text(value_ns) if value_ns is None or value_ns >= 0 else f"-{time_text(-value_ns)}"
