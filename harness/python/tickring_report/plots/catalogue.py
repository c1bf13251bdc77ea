# SPDX-License-Identifier: Apache-2.0
"""All figures of a report, drawn as far as there is what they show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..inputs import Inputs
from ..material import Material
from .core_matrix import core_matrix
from .drawing import Drawing, NothingToDrawError, write
from .heat_map import heat_map
from .over_time import over_time, spikes, windows
from .parts import measured_parts, parts
from .peers import peers_latency, peers_throughput
from .percentiles import distribution, spectrum
from .sawtooth import sawtooth
from .sweeps import cost, frontier, rate

# Title and function, in the order of the page.
OF_RUNS: dict[str, Callable[[Sequence[Material]], Drawing]] = {
    "The sawtooth": sawtooth,
    "Where the time goes": parts,
    "Percentile spectrum": spectrum,
    "Window means": windows,
    "Latency over time": over_time,
    "Heat map": heat_map,
    "Distribution": distribution,
    "Core to core": core_matrix,
}
# These know by themselves which of the runs were traced.
OF_TRACED_RUNS: dict[str, Callable[[Sequence[Material]], Drawing]] = {
    "Where the time goes, traced": measured_parts,
    "Spikes by cause": spikes,
}
OF_ONE_RUN = ("Latency over time", "Heat map", "Core to core")

Figures = dict[str, Callable[[], Drawing]]


@dataclass(frozen=True)
class Drawn:
    """A figure in a page."""

    name: str
    title: str
    words: str
    svg: str


def figures_of(inputs: Inputs) -> Figures:
    """What there is to draw, by title."""
    figures: Figures = {
        title: partial(draw, inputs.shown)
        for title, draw in OF_RUNS.items()
        if len(inputs.runs) == 1 or (inputs.runs and title not in OF_ONE_RUN)
    }
    for title, draw in OF_TRACED_RUNS.items():
        if len(inputs.runs) == 1:
            figures[title] = partial(draw, inputs.all_of_one)
    for sweep in inputs.sweeps[:1]:
        figures["Latency against the offered rate"] = partial(rate, sweep)
        figures["Throughput and latency against publish-every"] = partial(
            frontier, sweep, inputs.runs
        )
        figures["The cost of a message when something grows"] = partial(cost, sweep)
    for peers in inputs.peers[:1]:
        figures["Latency beside others"] = partial(peers_latency, peers)
        figures["Throughput beside others"] = partial(peers_throughput, peers)
    for gate in inputs.gates[:1]:
        from .gate import gate_chart  # loads what decides, of which no other figure has a use

        figures["The gate, block by block"] = partial(gate_chart, gate)
    return figures


def draw_all(figures: Figures, folder: Path) -> tuple[list[Drawn], dict[str, str]]:
    """Writes the files of every figure; returns them, and by title why others are not there."""
    drawn, left_out = [], {}
    for title, draw in figures.items():
        try:
            drawing = draw()
            svg = write(drawing, folder)
        except NothingToDrawError as nothing:
            left_out[title] = str(nothing)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Values that the schema allows and no run writes: the other figures are still there.
            left_out[title] = f"its data make no sense ({type(error).__name__}: {error})"
        else:
            drawn.append(Drawn(drawing.name, drawing.title, drawing.words, svg))
    return drawn, left_out
