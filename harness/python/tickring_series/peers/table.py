# SPDX-License-Identifier: Apache-2.0
"""The rows of peers.json for people: lines for a terminal, or Markdown."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tickring_series.peers.plan import (
    BARE_LINES,
    FLAT_OUT,
    NATIVE_UNSTAMPED_MODES,
    PACED,
    PUBLIC_CALL,
    ROUND_TRIP,
    TITLES,
    UNSTAMPED_MODES,
)
from tickring_series.text import DASH, rate_text, time_text, wrapped

Entry = dict[str, Any]
OWN_BUILD, USUAL_WAITING = "this project's", "spin"
# Modes with a second table of throughput, and the row to which its ratios are.
THROUGHPUT_BESIDE = {FLAT_OUT: PUBLIC_CALL, **dict.fromkeys(NATIVE_UNSTAMPED_MODES, BARE_LINES)}
NAME_WIDTH, FIGURE_WIDTH, RATIO_WIDTH = 23, 11, 24
FROM_INTENDED = (
    "the same from the intended time: what comes before the stamp counts, entering the call too"
)


@dataclasses.dataclass(frozen=True)
class Column:
    """A heading, and what stands below it."""

    head: str
    cell: Callable[[Entry], str]
    width: int = FIGURE_WIDTH  # on a terminal


@dataclasses.dataclass(frozen=True)
class View:
    """One table. is_first: of its mode, which says in what the rows are unlike and why one has no
    figures; the others leave that row out."""

    mode: str
    title: str
    columns: Sequence[Column]
    is_first: bool = False


def _median(found: Entry | None) -> float | None:
    return found["median"] if found else None


def _number(value: float) -> str:
    """Of a ratio: to a hundredth, or to the third place where it is large."""
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def ratio_text(found: Entry | None) -> str:
    """With its interval, or its range where there are too few repeats for one."""
    if found is None:
        return DASH
    low, high, mark = found["low"], found["high"], ""
    if low is None:
        low, high, mark = found["min"], found["max"], "*"
    return f"{_number(found['median'])} [{_number(low)}, {_number(high)}]{mark}"


def _percentile(name: str, latency: str = "latency_ns") -> Column:
    return Column(name, lambda row: time_text(_median((row[latency] or {}).get(name))))


def _ratio(name: str) -> Column:
    return Column("ratio", lambda row: ratio_text((row["ratio"] or {}).get(name)), RATIO_WIDTH)


def _ratio_to(other: str, name: str) -> Column:
    def cell(row: Entry) -> str:
        return ratio_text(row["other_ratios"].get(other, {}).get(name))

    return Column("ratio", cell, RATIO_WIDTH)


def _columns(mode: str) -> list[Column]:
    """Of the first table of a mode."""
    if mode == ROUND_TRIP:
        trip = Column("round trip", lambda row: time_text(_median(row["round_trip_ns"])))
        return [trip, _ratio("round_trip")]
    if mode == PACED:
        return [_percentile("p50"), _ratio("p50"), _percentile("p99")]
    rate = Column("throughput", lambda row: rate_text(_median(row["throughput_per_s"])))
    throughput = [rate, _ratio("throughput")]
    if mode in UNSTAMPED_MODES:
        return throughput
    return [*throughput, _percentile("p50"), _percentile("p99")]


def _views() -> Iterator[View]:
    for mode, title in TITLES.items():
        yield View(mode, title, _columns(mode), is_first=True)
        if mode in THROUGHPUT_BESIDE:
            other = THROUGHPUT_BESIDE[mode]
            ratio = _ratio_to(other, "throughput")
            yield View(mode, f"the same, throughput to that of {other}", [ratio])
        if mode == PACED:
            ratio = _ratio_to(PUBLIC_CALL, "p50")
            yield View(mode, f"the same, p50 to that of {PUBLIC_CALL}", [ratio])
            latency = "intended_latency_ns"
            columns = _percentile("p50", latency), _ratio("intended_p50")
            yield View(mode, FROM_INTENDED, [*columns, _percentile("p99", latency)])


def marks(row: Entry) -> str:
    """In what a row is unlike a row of the ring, and what happened to it."""
    words = []
    if row["guarantee"] != "lossless":
        sent = row["messages_sent"]
        share = row["lost"] / sent if sent else 0
        words.append(f"{row['guarantee']}, {share:.1%} lost")
    elif row["runs_with_faults"]:
        words.append(f"NOT INTACT in {row['runs_with_faults']} runs")
    if row["size"] != "any":
        words.append("no payload" if row["size"] == "none" else f"{row['size']} size")
    if row["waiting"] != USUAL_WAITING:
        words.append(row["waiting"])
    if row["build"] != OWN_BUILD:
        words.append(row["build"])
    if row["pinned"] is False:
        words.append("not pinned")
    if "later" in row["stamp_from"]:
        words.append("stamped later")
    if row["aborted_runs"]:
        words.append(f"{row['aborted_runs']} aborted")
    if row["backpressure_count"]:
        words.append(f"{row['backpressure_count']:,} times full")
    return "; ".join(words)


def _tables(document: Entry) -> Iterator[tuple[View, list[Entry]]]:
    """With their rows; a table without any is left out."""
    for view in _views():
        rows = [row for row in document["rows"] if row["mode"] == view.mode]
        if not view.is_first:
            rows = [row for row in rows if view.columns[0].cell(row) != DASH]
        if rows:
            yield view, rows


def _state(row: Entry) -> str | None:
    """What is said of a row that has no figures."""
    if not row["available"]:
        return f"not available: {row['reason']}"
    if row["slices_in_main_regime"]:
        return None
    if row["measured_runs"]:
        return f"not compared: its {row['measured_runs']} runs lie in other regimes"
    aborts = f": {row['abort_reasons'][0]}" if row["abort_reasons"] else ""
    return f"not measured, {row['aborted_runs']} runs aborted{aborts}"


def _closing(document: Entry) -> list[str]:
    wanted = document["settings"]
    lines = [
        f"Medians over {wanted['repeats_done']} of {wanted['repeats']} repeats; ratio to "
        f"{document['baseline']} in the same repeat, with the exact interval of its median at "
        f"{wanted['confidence']:.0%} (*: too few repeats, their range).",
    ]
    if document["regimes"]:
        parts = [
            f"{r['name']} {time_text(r['core_to_core_rtt_ns']['median'])} ({r['slices']} slices)"
            for r in document["regimes"]
        ]
        lines.append(
            f"A cache line there and back: {', '.join(parts)}; "
            f"{document['slices_between_regimes']} slices in between. "
            f"Compared is regime {document['main_regime']} alone."
        )
    else:
        lines.append(f"Placement regimes are not known: {document['regimes_reason']}.")
    if document["status"] != "complete":
        lines.insert(0, "INCOMPLETE: the series was interrupted.")
    return lines


def terminal(document: Entry, width: int = 80) -> str:
    """Lines of at most `width` columns."""
    lines: list[str] = []
    for view, rows in _tables(document):
        heads = "".join(f"{column.head:>{column.width}}" for column in view.columns)
        lines += ["", *wrapped(view.title, width, 0), f"{'':{NAME_WIDTH}}{heads}"]
        for row in rows:
            state = _state(row)
            if state is not None:
                lines += wrapped(f"{row['name']:{NAME_WIDTH}} {state}", width, NAME_WIDTH + 1)
                continue
            cells = "".join(f"{column.cell(row):>{column.width}}" for column in view.columns)
            lines.append(f"{row['name']:{NAME_WIDTH}}{cells}")
            if view.is_first and marks(row):
                lines += wrapped(f"  {marks(row)}", width, 2)
    lines.append("")
    for line in _closing(document):
        lines += wrapped(line, width, 0)
    return "\n".join(lines[1:])


def markdown(document: Entry) -> str:
    """The same tables."""
    lines: list[str] = []
    for view, rows in _tables(document):
        heads = ["row", *(column.head for column in view.columns)]
        heads += ["unlike"] if view.is_first else []
        lines += [f"**{view.title}**", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
        for row in rows:
            state = _state(row)
            cells = [column.cell(row) if state is None else DASH for column in view.columns]
            if view.is_first:
                cells.append(_escaped(marks(row) if state is None else state))
            lines.append(f"| {' | '.join([row['name'], *cells])} |")
        lines.append("")
    return "\n".join([*lines, *_closing(document)])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
