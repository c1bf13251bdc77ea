# SPDX-License-Identifier: Apache-2.0
"""The figures of docs/how-to-read.md, drawn from kept runs by what draws every report."""

import hashlib
import re
import sys
from pathlib import Path
from textwrap import fill

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "harness" / "python"))

from tickring_report.inputs import Inputs, read_inputs  # noqa: E402 - found by the line above
from tickring_report.page.causes import why  # noqa: E402
from tickring_report.page.outcome import came_out, like_published  # noqa: E402
from tickring_report.plots.catalogue import figures_of  # noqa: E402
from tickring_report.plots.drawing import (  # noqa: E402
    Drawing,
    NothingToDrawError,
    csv_text,
    save_png,
)

MARKERS = ("<!-- figures: begin -->", "<!-- figures: end -->")
SERIES = (ROOT / "results" / "sweep" / "all-axes.json", ROOT / "results" / "peers" / "peers.json")
NUMBERS = "numbers.sha256"  # of what is behind each figure: pictures differ from font to font


def read_kept(runs: Path) -> Inputs:
    """The main run of the kept bench, with the kept series. Raises FileNotFoundError."""
    mains = [path for path in runs.glob("*/result.json") if path.parent.name.endswith("-seed")]
    if len(mains) != 1:
        raise FileNotFoundError(f"{runs} holds {len(mains)} runs of seed; one is needed")
    kept = [str(path) for path in SERIES if path.is_file()]
    return read_inputs([str(mains[0].parent), *kept], ROOT / "harness" / "result.schema.json")


def drawings_of(inputs: Inputs) -> list[Drawing]:
    """All figures that the kept runs have something for."""
    found = []
    for draw in figures_of(inputs).values():
        try:
            found.append(draw())
        except NothingToDrawError:
            continue
    return found


def block(inputs: Inputs, drawings: list[Drawing], folder: str) -> str:
    """What belongs between the markers."""
    main = inputs.runs[0]
    said = [*came_out(main), like_published(main)[1], *why(main)]
    parts = [f"The run `{main.run.name}`, in the words of its report: {' '.join(said)}"]
    for drawing in drawings:
        picture = f"![{drawing.title}]({folder}/{drawing.name}.png)"
        parts += [f"### {drawing.title}", picture, drawing.words]
    return "\n\n".join(fill(part, 100, break_long_words=False) for part in parts)


def numbers(drawings: list[Drawing]) -> str:
    """A line for each figure that changes when its numbers do."""
    lines = []
    for drawing in drawings:
        digest = hashlib.sha256(csv_text(drawing).encode()).hexdigest()
        lines.append(f"{digest}  {drawing.name}\n")
    return "".join(lines)


def render(page: Path, runs: Path, is_check: bool) -> list[str]:
    """Writes the page and its figures; with is_check only says what is not as it should be.

    Raises FileNotFoundError, ValueError where a run or a marker is missing.
    """
    text = page.read_text(encoding="utf-8")
    between = re.compile(re.escape(MARKERS[0]) + ".*?" + re.escape(MARKERS[1]), re.DOTALL)
    if not between.search(text):
        raise ValueError(f"{page} lacks the lines {' and '.join(MARKERS)}")
    inputs = read_kept(runs)
    drawings = drawings_of(inputs)
    folder = page.parent / "figures"
    inner = block(inputs, drawings, folder.name)
    wanted = between.sub(lambda _: f"{MARKERS[0]}\n{inner}\n{MARKERS[1]}", text)
    if is_check:
        return _stale(page, text != wanted, folder, drawings)
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for drawing in drawings:
        save_png(drawing, folder / f"{drawing.name}.png")
    (folder / NUMBERS).write_text(numbers(drawings), encoding="utf-8")
    page.write_text(wanted, encoding="utf-8")
    return []


def _stale(page: Path, is_text_stale: bool, folder: Path, drawings: list[Drawing]) -> list[str]:
    found = [f"{page} is not what the kept runs say"] if is_text_stale else []
    file = folder / NUMBERS
    if not file.is_file() or file.read_text(encoding="utf-8") != numbers(drawings):
        found.append(f"{folder} does not show the numbers of the kept runs")
    missing = [d.name for d in drawings if not (folder / f"{d.name}.png").is_file()]
    return found + [f"{folder}/{name}.png is missing" for name in missing]
