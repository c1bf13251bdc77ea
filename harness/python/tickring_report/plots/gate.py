# SPDX-License-Identifier: Apache-2.0
"""A gate block by block: ratios of candidate and control, the margin, and what was decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .drawing import Drawing
from .style import BLUE, INK, MUTED, ORANGE, blank

LEAST_SHOWN = 0.02  # a shift that is always inside
EDGE = 1.5  # of the largest but a tenth: what is farther out is drawn at the edge

Kept = list[tuple[int, int, Mapping[str, float]]]  # stage, block and its ratios


def gate_chart(gate: Mapping[str, Any]) -> Drawing:
    """One picture for each end point, one below the other."""
    points = gate["end_points"]
    kept = [_kept(gate, entry) for entry in points]
    figure = blank(0.3 + 0.62 * len(points))
    panels = figure.subplots(len(points), 1, squeeze=False)[:, 0]
    for axes, entry, blocks in zip(panels, points, kept, strict=True):
        _draw_end_point(axes, entry, blocks)
    panels[-1].set_xlabel("block, in the order of measurement")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=5, handlelength=1.2)
    return Drawing(
        "gate",
        "The gate, block by block",
        _words(gate),
        figure,
        ("end_point", "stage", "block", "candidate_ratio", "control_ratio"),
        [
            (entry["name"], stage, block, ratios["candidate"], ratios["control"])
            for entry, blocks in zip(points, kept, strict=True)
            for stage, block, ratios in blocks
        ],
    )


def _words(gate: Mapping[str, Any]) -> str:
    decisions = [f"{entry['name']} {_decision(entry)}" for entry in gate["end_points"]]
    return (
        f"{gate['verdict'] or 'Incomplete'}: {gate['reason']}. Each dot is a block: the time of "
        "the candidate over that of the base, less is faster; a circle is one build of the base "
        "over another. A shift within the margin is taken for none. At the edge: farther out. "
        f"Decided: {'; '.join(decisions)}."
    )


def _decision(entry: Mapping[str, Any]) -> str:
    if not entry["stages"]:
        return "nothing"
    return ", then ".join(
        finding["state"]
        + ("" if finding["effect"] is None else f" ({_percent(finding['effect'])})")
        for finding in entry["stages"]
    )


def _draw_end_point(axes: Axes, entry: Mapping[str, Any], kept: Kept) -> None:
    margin = entry["margin"]
    axes.axhspan(
        1 / (1 + margin) - 1, margin, color=ORANGE, alpha=0.25, linewidth=0, label="margin"
    )
    axes.axhline(0, color=INK, linewidth=0.6)
    most = _most([ratios["candidate"] - 1 for *_, ratios in kept], margin)
    places = range(1, len(kept) + 1)
    for name, color, fill in (("control", MUTED, "none"), ("candidate", BLUE, BLUE)):
        shifts = [ratios[name] - 1 for *_, ratios in kept]
        inside = [max(-most, min(most, shift)) for shift in shifts]
        axes.plot(places, inside, "o", ms=3.5, color=color, markerfacecolor=fill, label=name)
    first = 0.5
    for number, finding in enumerate(entry["stages"], 1):
        end = first + sum(stage == number for stage, *_ in kept)
        if finding["effect"] is not None and end > first:
            _draw_finding(axes, finding, (first, end), is_first=number == 1)
        if number > 1:
            axes.axvline(first, color=INK, linestyle=":", linewidth=1)
        first = end
    axes.set_ylim(-1.05 * most, 1.05 * most)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda shift, _: _percent(shift)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.5, max(len(kept), 1) + 0.5)
    axes.set_ylabel("slower by")
    axes.set_title(f"{entry['title']}: {_decision(entry)}", fontsize=8, loc="left")


def _draw_finding(
    axes: Axes, finding: Mapping[str, Any], ends: Sequence[float], *, is_first: bool
) -> None:
    axes.plot(ends, [finding["effect"]] * 2, color=BLUE, label="median" if is_first else None)
    if finding["low"] is not None:
        name = "interval" if is_first else None
        ends_of = (finding["low"], finding["high"])
        axes.fill_between(ends, *ends_of, color=BLUE, alpha=0.15, linewidth=0, label=name)


def _most(shifts: Sequence[float], margin: float) -> float:
    """The edge: a block far out must not flatten all others."""
    sizes = sorted(map(abs, shifts))
    inner = sizes[int(0.9 * (len(sizes) - 1))] if sizes else 0.0
    return max(EDGE * inner, 1.2 * margin, LEAST_SHOWN)


def _percent(shift: float) -> str:
    percent = round(100 * shift, 1)
    return f"{percent:+.1f} %" if percent else "0 %"


def _kept(gate: Mapping[str, Any], entry: Mapping[str, Any]) -> Kept:
    """The blocks that the end point was judged by."""
    return [
        (block["stage"], block["block"], block["ratios"][entry["name"]])
        for block in gate["blocks"]
        if block["ratios"] and entry["name"] in block["ratios"]
    ]
