# SPDX-License-Identifier: Apache-2.0
"""The rows of peers.json for people: lines for a terminal, or Markdown."""

from collections.abc import Callable, Iterator
from typing import Any

from tickring_series.peers.plan import PACED, ROUND_TRIP, TITLES, UNSTAMPED_MODES
from tickring_series.text import DASH, rate_text, time_text, wrapped

Entry = dict[str, Any]
OWN_BUILD, USUAL_WAITING = "this project's", "spin"
NAME_WIDTH, FIGURE_WIDTH, RATIO_WIDTH = 23, 11, 24


def _median(found: Entry | None) -> float | None:
    return found["median"] if found else None


def _number(value: float) -> str:
    """Of a ratio: to a hundredth, or to the third place where it is large."""
    return f"{value:.2f}" if value < 10 else f"{value:.3g}"


def ratio_text(found: Entry | None) -> str:
    """With its interval, or its range where there are too few repeats for one."""
    if found is None:
        return DASH
    low, high, mark = found["low"], found["high"], ""
    if low is None:
        low, high, mark = found["min"], found["max"], "*"
    return f"{_number(found['median'])} [{_number(low)}, {_number(high)}]{mark}"


def _percentile(name: str) -> Callable[[Entry], str]:
    return lambda row: time_text(_median((row["latency_ns"] or {}).get(name)))


def _ratio(name: str) -> Callable[[Entry], str]:
    return lambda row: ratio_text((row["ratio"] or {}).get(name))


def _columns(mode: str) -> list[tuple[str, Callable[[Entry], str]]]:
    """Headings, and what stands below them."""
    if mode == ROUND_TRIP:
        return [
            ("round trip", lambda row: time_text(_median(row["round_trip_ns"]))),
            ("ratio", _ratio("round_trip")),
        ]
    if mode == PACED:
        return [("p50", _percentile("p50")), ("ratio", _ratio("p50")), ("p99", _percentile("p99"))]
    throughput = [
        ("throughput", lambda row: rate_text(_median(row["throughput_per_s"]))),
        ("ratio", _ratio("throughput")),
    ]
    if mode in UNSTAMPED_MODES:
        return throughput
    return [*throughput, ("p50", _percentile("p50")), ("p99", _percentile("p99"))]


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


def _by_mode(document: Entry) -> Iterator[tuple[str, list[Entry]]]:
    for mode in TITLES:
        rows = [row for row in document["rows"] if row["mode"] == mode]
        if rows:
            yield mode, rows


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
    for mode, rows in _by_mode(document):
        columns = _columns(mode)
        widths = [FIGURE_WIDTH] * len(columns)
        widths[[head for head, _ in columns].index("ratio")] = RATIO_WIDTH
        heads = "".join(f"{head:>{w}}" for (head, _), w in zip(columns, widths, strict=True))
        lines += ["", TITLES[mode], f"{'':{NAME_WIDTH}}{heads}"]
        for row in rows:
            state = _state(row)
            if state is not None:
                lines += wrapped(f"{row['name']:{NAME_WIDTH}} {state}", width, NAME_WIDTH + 1)
                continue
            cells = "".join(
                f"{cell(row):>{w}}" for (_, cell), w in zip(columns, widths, strict=True)
            )
            lines.append(f"{row['name']:{NAME_WIDTH}}{cells}")
            if marks(row):
                lines += wrapped(f"  {marks(row)}", width, 2)
    lines.append("")
    for line in _closing(document):
        lines += wrapped(line, width, 0)
    return "\n".join(lines[1:])


def markdown(document: Entry) -> str:
    """A table for each mode."""
    lines: list[str] = []
    for mode, rows in _by_mode(document):
        columns = _columns(mode)
        lines += [f"**{TITLES[mode]}**", ""]
        lines.append("| row | " + " | ".join(head for head, _ in columns) + " | unlike |")
        lines.append("|---|" + "---|" * (len(columns) + 1))
        for row in rows:
            state = _state(row)
            cells = [cell(row) if state is None else DASH for _, cell in columns]
            last = marks(row) if state is None else state
            lines.append("| " + " | ".join([row["name"], *cells, _escaped(last)]) + " |")
        lines.append("")
    return "\n".join([*lines, *_closing(document)])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
