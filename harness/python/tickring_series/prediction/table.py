# SPDX-License-Identifier: Apache-2.0
"""prediction.json as lines for a terminal."""

from typing import Any

from tickring_series.text import DASH, time_text, wrapped

Entry = dict[str, Any]
HEADS = ("batch", "predicted", "measured", "min", "max", "error", "error %")
WIDTH, CELL = 80, 10


def _median(found: Entry | None, name: str = "median") -> str:
    return time_text(found[name] if found else None)


def _signed(value_ns: float | None) -> str:
    if value_ns is None:
        return DASH
    return f"{'-' if value_ns < 0 else '+'}{time_text(abs(value_ns))}"


def _row(point: Entry) -> str:
    measured, fraction = point["measured_ns"], point["error_fraction"]
    cells = [
        str(point["batch"]),
        time_text(point["predicted_ns"]),
        *(_median(measured, name) for name in ("median", "min", "max")),
        _signed(point["error_ns"]),
        DASH if fraction is None else f"{fraction * 100:+.1f}",
    ]
    marks = [] if point["is_within"] in (True, None) else ["outside"]
    if measured and not measured["is_in_main_regime"]:
        marks.append("of other regimes")
    return "".join(f"{cell:>{CELL}}" for cell in cells) + "  " + "; ".join(marks)


def _rate_lines(rate: Entry) -> list[str]:
    title = (
        f"{rate['rate_per_s']:,} per second: period {time_text(rate['period_ns'])}, transport "
        f"{_median(rate['transport_ns'])}, reading {_median(rate['reading_ns'])}"
    )
    heads = "".join(f"{head:>{CELL}}" for head in HEADS)
    return ["", title, heads, *(_row(point).rstrip() for point in rate["points"])]


def terminal(document: Entry) -> str:
    """The predictions, the measured steady means, and how far they are from one another."""
    lines = [line for rate in document["rates"] for line in _rate_lines(rate)]
    points = [point for rate in document["rates"] for point in rate["points"]]
    within = sum(point["is_within"] is True for point in points)
    wanted = document["settings"]
    closing = (
        f"{wanted['producer']} to {wanted['consumer']}: predicted is (batch - 1) / 2 x (period + "
        "reading) + transport; the period is that of the rate, the other two are medians of other "
        f"runs. {within} of {len(points)} within 10 % or 100 ns; medians over "
        f"{wanted['repeats_done']} of {wanted['repeats']} repeats."
    )
    if document["status"] != "complete":
        lines.append("INCOMPLETE: the series was interrupted.")
    return "\n".join([*lines[1:], "", *wrapped(closing, WIDTH, 0)])
