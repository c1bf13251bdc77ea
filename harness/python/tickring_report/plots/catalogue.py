# SPDX-License-Identifier: Apache-2.0
"""All figures of a report, drawn as far as the runs have what they show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..material import Material
from .drawing import Drawing, NothingToDrawError, write
from .heat_map import heat_map
from .over_time import over_time, windows
from .parts import parts
from .percentiles import distribution, spectrum
from .sawtooth import sawtooth

Draw = Callable[[Sequence[Material]], Drawing]

# name of the files, title, function; in the order of the page
FIGURES: tuple[tuple[str, Draw], ...] = (
    ("The sawtooth", sawtooth),
    ("Where the time goes", parts),
    ("Percentile spectrum", spectrum),
    ("Window means", windows),
    ("Latency over time", over_time),
    ("Heat map", heat_map),
    ("Distribution", distribution),
)


@dataclass(frozen=True)
class Drawn:
    """A figure in a page."""

    name: str
    title: str
    words: str
    svg: str


def draw_all(
    materials: Sequence[Material], folder: Path, figures: Sequence[tuple[str, Draw]] = FIGURES
) -> tuple[list[Drawn], dict[str, str]]:
    """Writes the files of every figure; returns them, and by title why others are not there."""
    drawn, left_out = [], {}
    for title, draw in figures:
        try:
            drawing = draw(materials)
            svg = write(drawing, folder)
        except NothingToDrawError as nothing:
            left_out[title] = str(nothing)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Values that the schema allows and no run writes: the other figures are still there.
            left_out[title] = f"its data make no sense ({type(error).__name__}: {error})"
        else:
            drawn.append(Drawn(drawing.name, drawing.title, drawing.words, svg))
    return drawn, left_out
