# SPDX-License-Identifier: Apache-2.0
"""scripts/marked_pages.py: blocks of a page that scripts fill."""

from pathlib import Path

import pytest

from scripts import marked_pages

PAGE = """before
<!-- one: begin -->
old
<!-- one: end -->
between
<!-- two: begin -->
<!-- two: end -->
"""


def test_only_the_named_block_is_filled() -> None:
    right = marked_pages.filled(PAGE, "one", "new\n")
    assert right == PAGE.replace("old", "new")
    assert marked_pages.filled(PAGE, "two", "x\n").endswith(
        "two: begin -->\nx\n<!-- two: end -->\n"
    )


@pytest.mark.parametrize("missing", ["<!-- one: begin -->", "<!-- one: end -->"])
def test_a_missing_marker_is_named(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        marked_pages.filled(PAGE.replace(missing, ""), "one", "new\n")


def test_a_check_writes_nothing_and_says_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("old")
    assert marked_pages.show(page, "new", "source.toml", is_check=True) == 1
    assert f"{page} is not what source.toml says" in capsys.readouterr().err
    assert page.read_text() == "old"
    assert marked_pages.show(page, "new", "source.toml", is_check=False) == 0
    assert page.read_text() == "new"
    assert marked_pages.show(page, "new", "source.toml", is_check=True) == 0
