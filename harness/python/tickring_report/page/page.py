# SPDX-License-Identifier: Apache-2.0
"""The page of a report: gathers words and tables, and fills the template."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..material import Material
from ..plots.catalogue import Drawn
from ..tails import FEW
from ..text import shown
from .causes import causes, why
from .outcome import came_out, like_published, percentiles, verdicts
from .reproduction import command
from .trust import trust

HERE = Path(__file__).parent
LIKE_KINDS = {"Yes": "good", "In part": "care", "No": "bad"}


def page(
    materials: Sequence[Material],
    figures: Sequence[Drawn],
    left_out: dict[str, str],
    scenarios: Path,
) -> str:
    """The page of one run. scenarios: the folder of scenario files."""
    main = materials[0]
    return _render(
        title=f"tickring: {main.scenario}",
        origin=_origin(main),
        notes=main.missing,
        first=_first_screen(main, scenarios),
        differences=None,
        run_names=[],
        figures=figures,
        left_out=left_out,
        environment=_environment(main),
        scenario=_scenario(main),
    )


def _render(**values: Any) -> str:  # noqa: ANN401
    templates = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    css = (HERE / "report.css").read_text(encoding="utf-8")
    return templates.get_template("report.html.j2").render(css=css, few=FEW, **values)


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
        "like_word": word,
        "like_kind": LIKE_KINDS.get(word, "quiet"),
        "like_sentence": sentence,
        "verdicts": verdicts(material),
        "why": why(material),
        "causes": causes([material, *material.companions.values()]),
        "trust": trust(material),
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
