# SPDX-License-Identifier: Apache-2.0
"""A report: figures and the page around them, written into the directory of the run."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from .inputs import Inputs
from .page.page import page
from .plots.catalogue import draw_all, figures_of
from .smaller_is_better import FILE, as_json


def make_report(inputs: Inputs, schema: Path, out: Path) -> Path:
    """Draws the report of what was named; returns the page.

    That of one thing lies beside it, that of several in a new directory below out. Raises OSError
    where nothing can be written.
    """
    return write_report(inputs, inputs.folder or _new_folder(out), schema.parent / "scenarios")


def _new_folder(out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-report"
    for number in range(1, 1000):
        folder = out / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(17, "exists", str(out / name))


def write_report(inputs: Inputs, folder: Path, scenarios: Path) -> Path:
    """Writes plots/ and report.html into a folder; an older report stays until both are whole."""
    draft = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        plots = draft / "plots"
        plots.mkdir()
        drawn, left_out = draw_all(figures_of(inputs), plots)
        text = page(inputs, drawn, left_out, scenarios)
        (draft / "report.html").write_text(text, encoding="utf-8")
        if inputs.runs:
            (draft / FILE).write_text(as_json(inputs.shown), encoding="utf-8")
            (draft / FILE).replace(folder / FILE)
        _replace(plots, folder / "plots")
        return (draft / "report.html").replace(folder / "report.html")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(new: Path, old: Path) -> None:
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old)
    os.replace(new, old)
