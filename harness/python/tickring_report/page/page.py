# SPDX-License-Identifier: Apache-2.0
"""The page of a report: gathers words and tables, and fills the template."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ..inputs import Inputs
from ..material import Material
from ..plots.catalogue import Drawn
from ..tails import FEW
from ..text import shown
from .causes import causes, traced, why
from .differences import differences, figures_beside
from .gates import decided
from .outcome import came_out, latency_titles, like_published, percentiles, verdicts
from .reproduction import command
from .trust import floors, trust
from .words import listed

HERE = Path(__file__).parent
LIKE_KINDS = {"Yes": "good", "In part": "care", "No": "bad"}


def page(
    inputs: Inputs, figures: Sequence[Drawn], left_out: dict[str, str], scenarios: Path
) -> str:
    """The page. scenarios: the folder of scenario files."""
    runs = inputs.runs
    main = runs[0] if len(runs) == 1 else None
    return _render(
        title=_title(inputs),
        origin=_origin(main) if main else "",
        notes=[note for run in runs for note in run.missing],
        gates=[decided(gate) for gate in inputs.gates],
        first=_first_screen(main, scenarios) if main else None,
        runs=[f"{run.letter}: {run.run.name}" for run in runs],
        beside=figures_beside(runs) if len(runs) > 1 else None,
        differences=differences(runs) if len(runs) > 1 else None,
        figures=figures,
        left_out=left_out,
        environment=_environment(main) if main else None,
        scenario=_scenario(main) if main else None,
    )


def _title(inputs: Inputs) -> str:
    if len(inputs.runs) == 1:
        return f"tickring: {inputs.runs[0].scenario}"
    if inputs.runs:
        return f"tickring: {len(inputs.runs)} runs side by side"
    series = {"a sweep": inputs.sweeps, "peers": inputs.peers, "a gate": inputs.gates}
    return f"tickring: {listed([name for name, found in series.items() if found])}"


@cache
def _template() -> Template:
    """Compiled once, however many pages a program makes."""
    templates = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("report.html.j2")


def _render(**values: Any) -> str:  # noqa: ANN401
    css = (HERE / "report.css").read_text(encoding="utf-8")
    return _template().render(css=css, few=FEW, **values)


def _origin(material: Material) -> str:
    parts = [
        material.run.name,
        material.get("environment.cpu_model.value"),
        material.get("environment.kernel.value"),
        material.get("project.compiler"),
    ]
    return " · ".join(str(part) for part in parts if part)


def _first_screen(material: Material, scenarios: Path) -> dict[str, Any]:
    word, sentence = like_published(material)
    return {
        "came_out": came_out(material),
        "percentiles": percentiles(material),
        "latency_titles": latency_titles(material),
        "like_word": word,
        "like_kind": LIKE_KINDS.get(word, "quiet"),
        "like_sentence": sentence,
        "verdicts": verdicts(material),
        "why": why(material),
        "traced": traced(material),
        "causes": causes(Inputs([material]).shown),
        "trust": trust(material),
        "floors": floors(material),
        "commit": material.get("project.commit") or "unknown",
        "command": command(material, scenarios),
    }


def _environment(material: Material) -> list[tuple[str, str, str, str]]:
    return [
        (
            name.replace("_", " "),
            shown(item["value"]),
            item["status"].replace("_", " "),
            item["source"],
        )
        for name, item in (material.get("environment") or {}).items()
    ]


def _scenario(material: Material) -> dict[str, str]:
    fields = material.get("scenario") or {}
    return {
        key.replace("_", " "): shown(value)
        for key, value in fields.items()
        if not key.endswith("_reason")
    }
