# SPDX-License-Identifier: Apache-2.0
"""A report: figures and the page around them, written into the directory of the run."""

import os
import shutil
import tempfile
from pathlib import Path

from .material import Material, read_material
from .page.page import page
from .plots.catalogue import draw_all


def make_report(place: str, schema: Path) -> Path:
    """Draws the report of a run into its directory; returns the page.

    Raises UnreadableRunError where the run cannot be used, OSError where nothing can be written.
    """
    material = read_material(place, schema)
    folder = material.run.file.parent
    return write_report(
        folder, [material, *material.companions.values()], schema.parent / "scenarios"
    )


def write_report(folder: Path, materials: list[Material], scenarios: Path) -> Path:
    """Writes plots/ and report.html into a folder; an older report stays until both are whole."""
    draft = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        plots = draft / "plots"
        plots.mkdir()
        drawn, left_out = draw_all(materials, plots)
        text = page(materials, drawn, left_out, scenarios)
        (draft / "report.html").write_text(text, encoding="utf-8")
        _replace(plots, folder / "plots")
        return (draft / "report.html").replace(folder / "report.html")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(new: Path, old: Path) -> None:
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old)
    os.replace(new, old)
