# SPDX-License-Identifier: Apache-2.0
"""The guide with its figures: a stale word, number or picture is told."""

import sys
from pathlib import Path

import pytest

from scripts import render_docs

sys.path.insert(0, str(render_docs.ROOT / "scripts"))

import docs_guide  # noqa: E402 - found by the line above

KEPT = render_docs.ROOT / "results" / "reference"
EMPTY = "before\n{}\nold\n{}\nafter\n".format(*docs_guide.MARKERS)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("docs") / "guide.md"
    page.write_text(EMPTY)
    assert docs_guide.render(page, KEPT, is_check=False) == []
    return page


def test_the_guide_shows_each_figure_with_its_words(guide: Path) -> None:
    text = guide.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "\nold\n" not in text
    for picture in (guide.parent / "figures").glob("*.png"):
        assert f"](figures/{picture.name})" in text
    assert "![The sawtooth](figures/sawtooth.png)\n\nThe first message of a batch waits" in text


def test_what_has_just_been_rendered_is_not_stale(guide: Path) -> None:
    assert docs_guide.render(guide, KEPT, is_check=True) == []


def test_a_number_a_word_and_a_picture_can_each_be_stale(guide: Path) -> None:
    page = guide.read_text()
    numbers = guide.parent / "figures" / docs_guide.NUMBERS
    right = numbers.read_text()
    guide.write_text(page.replace("waits for all", "waits for none"))
    numbers.write_text(right.replace("a", "b"))
    (guide.parent / "figures" / "sawtooth.png").unlink()
    assert docs_guide.render(guide, KEPT, is_check=True) == [
        f"{guide} is not what the kept runs say",
        f"{guide.parent / 'figures'} does not show the numbers of the kept runs",
        f"{guide.parent / 'figures'}/sawtooth.png is missing",
    ]
    guide.write_text(page)
    docs_guide.render(guide, KEPT, is_check=False)


def test_a_guide_without_markers_or_runs_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "guide.md"
    page.write_text("nothing here\n")
    with pytest.raises(ValueError, match="lacks the lines"):
        docs_guide.render(page, KEPT, is_check=True)
    page.write_text(EMPTY)
    with pytest.raises(FileNotFoundError, match="holds 0 runs of seed"):
        docs_guide.render(page, tmp_path, is_check=True)
