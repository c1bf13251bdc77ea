# SPDX-License-Identifier: Apache-2.0
"""gate.json for a terminal of 80 columns."""

from collections.abc import Mapping
from typing import Any

from tickring_series.text import DASH, wrapped

COLUMNS = 80
HEAD = (
    f"{'end point':14}{'blocks':>7}{'beyond':>7}{'effect':>8}{'interval':>18}"
    f"{'margin':>8}{'least':>7}"
)

LEGEND = (
    "effect: of the candidate on the base, + is slower. beyond: blocks that are slower by more "
    "than the margin. least: the smallest effect that 95 % of gates would find at this noise. "
    "control: the same between two links of the base."
)


def terminal(document: Mapping[str, Any]) -> str:
    """Verdict, one line for each end point and stage, and what is shown only."""
    lines = wrapped(f"{document['verdict'] or 'INCOMPLETE'}: {document['reason']}", COLUMNS, 2)
    lines += ["", HEAD]
    for entry in document["end_points"]:
        for number, finding in enumerate(entry["stages"], 1):
            lines += _finding(entry, finding, "" if number == 1 else " again")
    lines += ["", *wrapped(LEGEND, COLUMNS, 0)]
    lines += wrapped(f"margins: {document['decision']['bounds_from']}", COLUMNS, 2)
    if document["shown_only"]:
        lines += ["", f"{'shown, not judged':30}{'base':>12}{'candidate':>12}{'ratio':>8}"]
        lines += [shown_line(entry) for entry in document["shown_only"]]
    lines += ["", _counts_head(document)]
    lines += [_count(count) for count in changed(document)]
    return "\n".join(lines)


def changed(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The costs that the candidate does not share with the base."""
    return [count for count in document["counts"] if count["state"] != "unchanged"]


def _counts_head(document: Mapping[str, Any]) -> str:
    """What was counted, and what was not."""
    words = f"counted: {len(document['counts'])} costs of operations, "
    words += f"{len(changed(document))} changed"
    for kind, why in document["counts_left_out"].items():
        words += f"; left out: {kind}, {why}"
    return "\n".join(wrapped(words, COLUMNS, 2))


def _count(count: Mapping[str, Any]) -> str:
    return (
        f"{count['operation']:38.38}{count['kind']:14}{count['base']:9.2f}"
        f"{count['candidate']:9.2f} {count['state']:9}"
    )


def percent(value: float | None) -> str:
    """With its sign."""
    return DASH if value is None else f"{100 * value:+.1f} %"


def _finding(entry: Mapping[str, Any], finding: Mapping[str, Any], again: str) -> list[str]:
    interval = DASH
    if finding["low"] is not None:
        interval = f"{100 * finding['low']:+.1f} .. {100 * finding['high']:+.1f} %"
    first = (
        f"{entry['name'] + again:14.14}{finding['kept']:7}{finding['beyond']:7}"
        f"{percent(finding['effect']):>8}{interval:>18}{percent(entry['margin'])[1:]:>8}"
        f"{percent(finding['smallest_effect'])[1:]:>7}"
    )
    words = f"{finding['state']}; control {percent(finding['control'])}"
    if finding["dropped"]:
        words += f"; {finding['dropped']} blocks dropped"
    return [first, *wrapped(f"  {words}: {finding['reason']}", COLUMNS, 4)]


def shown_line(entry: Mapping[str, Any]) -> str:
    """Of a figure that is not judged."""
    name = f"{entry['workload']} {entry['figure']}"
    mark = " beyond its margin" if entry.get("is_beyond") else ""
    return (
        f"{name:30}{entry['base_median']:12.5g}{entry['candidate_median']:12.5g}"
        f"{entry['ratio']:8.3f}{mark}"
    )
