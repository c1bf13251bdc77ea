# SPDX-License-Identifier: Apache-2.0
"""A comparison as it is shown in a terminal of 80 columns."""

import textwrap
from typing import Any

COLUMNS = 80
# Unit: (divisor, digits, name), largest first.
SCALES = {
    "ns": [(1e9, 2, " s"), (1e6, 1, " ms"), (1e3, 2, " us"), (0, 0, " ns")],
    "msg/s": [(1e6, 3, "M/s"), (1e3, 1, "k/s"), (0, 0, "/s")],
}


def human(value: float | None, unit: str) -> str:
    """A number with a unit that suits its size; a dash for none."""
    if value is None:
        return "-"
    divisor, digits, name = next(scale for scale in SCALES[unit] if abs(value) >= scale[0])
    return f"{value / (divisor or 1):.{digits}f}{name}"


def wrapped(sentence: str) -> str:
    """A sentence in lines that fit, the later ones indented."""
    return textwrap.fill(
        sentence, COLUMNS, subsequent_indent="  ", break_long_words=True, break_on_hyphens=False
    )


def _row(figure: dict[str, Any]) -> str:
    ratio = "-" if figure["ratio"] is None else f"{figure['ratio']:.3f}"
    interval = "-"
    if figure["interval"] is not None:
        interval = "{:.3f} to {:.3f}".format(*figure["interval"])
    a, b = (human(figure[key], figure["unit"]) for key in ("a", "b"))
    return f"{figure['title']:<20}{a:>13}{b:>13}{ratio:>10}  {interval:>20}".rstrip()


def _reasons(figures: list[dict[str, Any]]) -> list[str]:
    missing: dict[str, list[str]] = {}
    for figure in figures:
        if figure["interval"] is None:
            missing.setdefault(figure["interval_reason"], []).append(figure["title"])
    return [f"No interval for {', '.join(names)}: {why}." for why, names in missing.items()]


def _difference_lines(differences: dict[str, Any]) -> list[str]:
    lines = []
    for part, fields in differences.items():
        for key, (a, b) in fields.items():
            lines.append(f"{part}: {key} is {shown(a)} in A, {shown(b)} in B")
    return lines or ["Scenario, project and environment are the same."]


def shown(value: object) -> str:
    """A value of a result as people read it."""
    return "not there" if value is None else str(value)


def comparison_text(comparison: dict[str, Any]) -> str:
    """Everything, no line longer than a terminal is wide."""
    figures = comparison["figures"]
    lines = [f"{key.upper()}  {comparison[key]['name']}" for key in ("a", "b")]
    for key in ("a", "b"):
        if comparison[key]["status"] != "complete":
            lines.append(f"{key.upper()} is an incomplete run.")
    lines += ["", f"{'figure':<20}{'A':>13}{'B':>13}{'B/A':>10}  {'95 % within the runs':>20}"]
    body = [_row(figure) for figure in figures] or ["no figure that either run has"]
    rest = [*_reasons(figures), "", *_difference_lines(comparison["differences"]), ""]
    rest.append(" ".join(comparison["notes"]))
    return "\n".join([*lines, *body, *(wrapped(line) for line in rest)]) + "\n"
