# SPDX-License-Identifier: Apache-2.0
"""How far apart the CPUs are: a bare cache line there and back between each two of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from ..material import Material
from .drawing import Drawing, NothingToDrawError
from .style import INK, blank, time_text

LOW, HIGH = 0.8, 1.25  # of the least and the largest time: room for colours where all are alike
DARK = 0.55  # of the scale of colours; letters on what is brighter are black


def core_matrix(materials: Sequence[Material]) -> Drawing:
    """Of the first run, or of another one of its bench."""
    found = [material for material in materials if material.get("core_matrix")]
    if not found:
        raise NothingToDrawError(materials[0].why_not("core_matrix"))
    matrix = found[0].get("core_matrix")
    if not matrix["pairs"]:
        raise NothingToDrawError("the run could use one CPU only")
    cpus = {cpu["cpu"]: cpu for cpu in matrix["cpus"]}
    places = {number: place for place, number in enumerate(cpus)}
    cells = np.full((len(cpus), len(cpus)), np.nan)
    for pair in matrix["pairs"]:
        if pair["rtt_ns"] is not None:
            a, b = places[pair["a"]], places[pair["b"]]
            cells[a, b] = cells[b, a] = pair["rtt_ns"]
    if np.isnan(cells).all():
        raise NothingToDrawError(f"no pair was measured: {matrix['pairs'][0]['rtt_ns_reason']}")
    figure = blank(0.45 + 0.085 * max(len(cpus), 4))
    axes = figure.add_subplot()
    norm = LogNorm(LOW * np.nanmin(cells), HIGH * np.nanmax(cells))
    image = axes.imshow(cells, norm=norm, cmap="viridis", aspect="auto")
    _label(axes, list(cpus.values()))
    _write_numbers(axes, cells, norm)
    bar = figure.colorbar(image, ax=axes, label="round trip", aspect=25, pad=0.02)
    marks = np.unique(np.geomspace(np.nanmin(cells), np.nanmax(cells), 4).round())
    bar.set_ticks(marks, labels=[time_text(mark) for mark in marks], minor=False)
    bar.ax.minorticks_off()
    return Drawing(
        "core-matrix",
        "Core to core",
        _words(matrix),
        figure,
        ("cpu_a", "label_a", "cpu_b", "label_b", "relation", "rtt_ns"),
        [
            (
                pair["a"],
                label(cpus[pair["a"]]),
                pair["b"],
                label(cpus[pair["b"]]),
                pair["relation"],
                pair["rtt_ns"],
            )
            for pair in matrix["pairs"]
        ],
    )


def label(cpu: dict[str, int]) -> str:
    """Where a CPU is, by hwloc."""
    return f"package {cpu['package']}, core {cpu['core']}, thread {cpu['thread']}"


def _words(matrix: dict[str, Any]) -> str:
    left_out = matrix["cpus_left_out"]
    more = (
        f" {left_out} more CPUs are left out; each way in which they can be near is shown."
        if left_out
        else ""
    )
    return (
        "A bare cache line from one CPU to another and back, each pair measured once. P is the "
        "package, C the core, T the hardware thread of that core, by hwloc's numbers. In a virtual "
        f"machine they are what the host says.{more}"
    )


def _label(axes: Axes, cpus: list[dict[str, int]]) -> None:
    names = [f"P{cpu['package']} C{cpu['core']} T{cpu['thread']}" for cpu in cpus]
    axes.set_xticks(range(len(cpus)), [f"CPU {cpu['cpu']}" for cpu in cpus])
    axes.set_yticks(
        range(len(cpus)),
        [f"CPU {cpu['cpu']}: {name}" for cpu, name in zip(cpus, names, strict=True)],
    )
    axes.tick_params(length=0, labelsize=7 if len(cpus) > 6 else 8)
    if len(cpus) > 4:
        axes.tick_params(axis="x", rotation=90)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for place, (one, following) in enumerate(zip(cpus, cpus[1:], strict=False)):
        if one["package"] != following["package"]:
            for line in (axes.axhline, axes.axvline):
                line(place + 0.5, color=INK, linewidth=2)


def _write_numbers(axes: Axes, cells: np.ndarray, norm: LogNorm) -> None:
    size = 9 if len(cells) <= 4 else 6
    for (row, column), value in np.ndenumerate(cells):
        if row == column:
            text, color = "–", INK
        elif np.isnan(value):
            text, color = "?", INK
        else:
            text = time_text(value) if len(cells) <= 4 else f"{value:.0f}"
            color = "black" if norm(value) > DARK else "white"
        axes.text(column, row, text, ha="center", va="center", color=color, fontsize=size)
