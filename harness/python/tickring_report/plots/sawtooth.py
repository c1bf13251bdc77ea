# SPDX-License-Identifier: Apache-2.0
"""The sawtooth: how long a message waits depends on its place among those published with it."""

from collections.abc import Sequence

from ..material import Material
from ..model import model_of
from .drawing import Drawing, NothingToDrawError
from .style import INK, SERIES, blank, legend_above, times_on


def sawtooth(materials: Sequence[Material]) -> Drawing:
    """Median latency by position in the batch; the line is predicted, not fitted."""
    found = [material for material in materials if _positions(material)]
    if not found:
        raise NothingToDrawError(_why_not(materials[0]))
    figure = blank()
    axes = figure.add_subplot()
    rows = []
    for number, material in enumerate(found):
        model = model_of(material)
        medians = _positions(material)
        line = [model.at(p) if model else None for p in range(len(medians))]
        axes.plot(
            medians,
            "os^DvP"[number % 6],
            ms=4,
            color=SERIES[number % 6],
            label=f"{material.label}, measured",
        )
        if None not in line:
            name = "predicted" if number == 0 else None
            axes.plot(line, color=INK, linewidth=1, zorder=1, label=name)
        rows += [
            (material.run.name, place, median, predicted)
            for place, (median, predicted) in enumerate(zip(medians, line, strict=True))
        ]
    axes.set_xlabel("position in the batch (0 was written first)")
    times_on(axes, "median latency")
    legend_above(axes)
    return Drawing(
        "sawtooth",
        "The sawtooth",
        "The first message of a batch waits for all the others, the last for none. The dots are "
        "measured; the line comes from the send period of the run and from the transport that "
        "another run measured, with nothing fitted.",
        figure,
        ("run", "position", "median_ns", "predicted_ns"),
        rows,
    )


def _positions(material: Material) -> list[float]:
    medians = material.get("residency.by_position_p50_ns") or []
    return medians if len(medians) > 1 else []


def _why_not(material: Material) -> str:
    if material.get("residency.effective_batch") == 1:
        return "every message was published at once, so there is no batch"
    return material.why_not("residency.slope_ns_per_position")
