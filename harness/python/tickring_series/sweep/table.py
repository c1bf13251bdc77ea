# SPDX-License-Identifier: Apache-2.0
"""The points of sweep.json as lines for a terminal."""

from typing import Any

from tickring_series.sweep.plan import RATE
from tickring_series.text import DASH, time_text, wrapped

Entry = dict[str, Any]
VALUE_WIDTH, FIGURE_WIDTH, BAR_WIDTH, INDENT = 14, 9, 11, 2
SIZES = (("MiB", 2**20), ("KiB", 2**10))


def size_text(value_bytes: int) -> str:
    """In the largest unit that leaves a whole number."""
    for unit, divisor in SIZES:
        if value_bytes % divisor == 0:
            return f"{value_bytes // divisor} {unit}"
    return f"{value_bytes:,} B"


def value_text(axis: Entry, point: Entry) -> str:
    """With its unit, where the title does not say it; a capacity with its cache."""
    if axis["unit"] == "bytes":
        label = point.get("label", "").replace("within ", " ").replace("beyond ", " >")
        return size_text(point["value"]) + label
    if axis["unit"] == "percent":
        return f"{point['value']} %"
    return f"{point['value']:,}"


def bar(value: float, largest: float, width: int = BAR_WIDTH) -> str:
    """As long as the value is large; one character at least."""
    return "#" * max(round(value / largest * width), 1)


def _median(found: Entry | None) -> float | None:
    return found["median"] if found else None


def _percentile(point: Entry, kind: str, name: str) -> str:
    return time_text(_median((point[kind] or {}).get(name)))


def _full(point: Entry) -> str:
    """How often the transport was full, for each message."""
    return f"{point['backpressure_count'] / max(point['messages_sent'], 1):.2g}"


def _millions(value_per_s: float | None) -> str:
    return DASH if value_per_s is None else f"{value_per_s / 1e6:.3g}"


def _cost_cells(point: Entry) -> list[str]:
    cost = point["ns_per_message"] or {}
    costs = [time_text(cost.get(name)) for name in ("median", "min", "max")]
    latency = [_percentile(point, "latency_ns", name) for name in ("p50", "p99")]
    return [*costs, *latency, _full(point)]


def _rate_cells(point: Entry) -> list[str]:
    rates = [_millions(point["offered_per_s"]), _millions(_median(point["achieved_per_s"]))]
    intended = [_percentile(point, "intended_latency_ns", name) for name in ("p50", "p99")]
    return [*rates, _percentile(point, "latency_ns", "p50"), *intended, _full(point)]


COST_HEADS = ("cost", "min", "max", "p50", "p99", "full")
RATE_HEADS = ("offer M/s", " got M/s", "p50", "int. p50", "int. p99", "full")


def _shown_ns(axis: Entry, point: Entry) -> float | None:
    """What the bar shows: of rates the latency from the intended time, else the cost."""
    if axis["name"] == RATE:
        return _median((point["intended_latency_ns"] or {}).get("p50"))
    return _median(point["ns_per_message"])


def marks(point: Entry) -> str:
    """What there is to say of a point beside its figures."""
    if point["outcome"] != "measured":
        return f"{point['outcome'].replace('_', ' ')}: {point['reason']}"
    words = []
    if not point["is_in_main_regime"]:
        words.append("of other regimes")
    if point.get("is_rate_held") is False:
        words.append("the rate was not held")
    if point["aborted_runs"]:
        words.append(f"{point['aborted_runs']} runs aborted")
    if point["runs_with_faults"]:
        words.append(f"NOT INTACT in {point['runs_with_faults']} runs")
    return "; ".join(words)


def _axis_lines(axis: Entry, width: int) -> list[str]:
    is_rate = axis["name"] == RATE
    heads = "".join(f"{head:>{FIGURE_WIDTH}}" for head in (RATE_HEADS if is_rate else COST_HEADS))
    shown = "int. p50" if is_rate else "cost"
    lines = ["", f"{axis['name']}: {axis['title']} (bars: {shown})"]
    lines += wrapped(f"  {axis['note']}", width, INDENT) if "note" in axis else []
    lines.append(f"{'':{VALUE_WIDTH}}{heads}")
    every = [_shown_ns(axis, point) for point in axis["points"]]
    largest = max((value for value in every if value), default=1.0)
    for point, value in zip(axis["points"], every, strict=True):
        name = f"{value_text(axis, point):>{VALUE_WIDTH}}"
        if value is None:
            lines += wrapped(f"{name} {marks(point)}", width, VALUE_WIDTH + 1)
            continue
        cells = _rate_cells(point) if is_rate else _cost_cells(point)
        figures = "".join(f"{cell:>{FIGURE_WIDTH}}" for cell in cells)
        lines.append(f"{name}{figures} {bar(value, largest)}")
        if marks(point):
            lines += wrapped(f"{'':{VALUE_WIDTH}} {marks(point)}", width, VALUE_WIDTH + 1)
    if "flatness" in axis:
        lines += wrapped(_flatness_text(axis), width, INDENT)
    return lines


def _flatness_text(axis: Entry) -> str:
    flatness = axis["flatness"]
    if flatness is None:
        return f"  flatness: not known: {axis['flatness_reason']}"
    mixed = "" if flatness["is_in_main_regime"] else "; not all points are of the main regime"
    return f"  flatness: the largest trimmed mean is {flatness['ratio']:.3f} x the smallest{mixed}"


def _closing(document: Entry) -> list[str]:
    wanted = document["settings"]
    lines = [
        f"{wanted['producer']} to {wanted['consumer']} over {wanted['transport']}; medians over "
        f"{wanted['repeats_done']} of {wanted['repeats']} repeats; p50 and p99 from the stamp, "
        "int. from the intended time; full: how often the producer found it so, for each message."
    ]
    if document["regimes"]:
        parts = [
            f"{r['name']} {time_text(r['core_to_core_rtt_ns']['median'])} ({r['slices']} runs)"
            for r in document["regimes"]
        ]
        lines.append(
            f"A cache line there and back: {', '.join(parts)}; "
            f"{document['slices_between_regimes']} runs in between. "
            f"Figures are of regime {document['main_regime']}, but where it says otherwise."
        )
    else:
        lines.append(f"Placement regimes are not known: {document['regimes_reason']}.")
    if document["status"] != "complete":
        lines.insert(0, "INCOMPLETE: the sweep was interrupted.")
    return lines


def terminal(document: Entry, width: int = 80) -> str:
    """Lines of at most `width` columns."""
    lines = [line for axis in document["axes"] for line in _axis_lines(axis, width)]
    lines.append("")
    for line in _closing(document):
        lines += wrapped(line, width, 0)
    return "\n".join(lines[1:])
