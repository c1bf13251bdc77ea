# SPDX-License-Identifier: Apache-2.0
"""A figure with its numbers, and how it becomes files."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from .style import INK, MUTED

Cell = str | int | float | None


class NothingToDrawError(Exception):
    """The runs lack what the figure shows; the text says what and why."""


@dataclass(frozen=True)
class Drawing:
    """A figure and the numbers behind it."""

    name: str  # of its files
    title: str
    words: str  # what it shows, and how to read it
    figure: Figure
    columns: Sequence[str]  # with units
    rows: Sequence[Sequence[Cell]]


def write(drawing: Drawing, folder: Path) -> str:
    """Writes NAME.png, .svg and .csv into the folder; returns the SVG to put into a page."""
    save_png(drawing, folder / f"{drawing.name}.png")
    text = io.StringIO()
    drawing.figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    (folder / f"{drawing.name}.svg").write_text(svg, encoding="utf-8")
    (folder / f"{drawing.name}.csv").write_text(csv_text(drawing), encoding="utf-8")
    return inline(svg, drawing.name, drawing.title)


def save_png(drawing: Drawing, file: Path) -> None:
    """The figure on white, sharp enough for a printed page."""
    drawing.figure.draw_without_rendering()
    drawing.figure.set_layout_engine("none")  # it is laid out: not again for each file
    drawing.figure.savefig(file, dpi=200, facecolor="white", metadata={"Software": None})


def csv_text(drawing: Drawing) -> str:
    """The numbers behind the figure, as CSV with a line of titles."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(drawing.columns)
    writer.writerows(drawing.rows)
    return text.getvalue()


def inline(svg: str, name: str, title: str) -> str:
    """An SVG as a part of a page: as wide as there is room, in the colours of the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(?:width|height)="[^"]*"', "", head)
    # Of two figures with one id the second would take the first one's shapes.
    rest = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{name}-", rest)
    rest = rest.replace(INK, "currentColor").replace(MUTED, "var(--muted)")
    return f'{head} role="img" aria-label="{title}">{rest}'
