# SPDX-License-Identifier: Apache-2.0
"""The page in a browser: it fits its window, asks nobody for anything and has no error."""

import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import BROKEN_WORDS, CHROMIUM, STICKING_OUT, Browser
from report_runs import KEPT, SCHEMA
from tickring_report.inputs import read_inputs
from tickring_report.report import make_report

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing")
# Where to leave the screenshots to be looked at; else they go when the test ends.
SCREENSHOTS = os.environ.get("TICKRING_SCREENSHOTS")
FROM_THE_SCHEDULE = ("intended_latency_ns", "schedule_delay_ns")
VIEWS = list(itertools.product((1280, 390), ("light", "dark")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "kept"
    shutil.copytree(KEPT, folder)
    (main,) = folder.glob("*-seed")
    return make_report(read_inputs([str(main)], SCHEMA), SCHEMA, folder)


@pytest.fixture(scope="module")
def open_loop_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run whose latency is told three times: from its stamp, from when due, sent late by."""
    folder = tmp_path_factory.mktemp("open-loop") / "run"
    (kept,) = KEPT.glob("*-seed-paced")
    shutil.copytree(kept, folder)
    file = folder / "result.json"
    result = json.loads(file.read_text())
    latency = result["latency_ns"]
    file.write_text(json.dumps(result | dict.fromkeys(FROM_THE_SCHEDULE, latency)))
    return make_report(read_inputs([str(folder)], SCHEMA), SCHEMA, folder)


@pytest.mark.parametrize("which", ["page", "open_loop_page"])
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_page_fits_and_is_silent(
    browser: Browser,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    width: int,
    scheme: str,
    which: str,
) -> None:
    page = request.getfixturevalue(which)
    browser.show(page, width, scheme)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate(STICKING_OUT) == []
    assert browser.evaluate(BROKEN_WORDS) == []
    assert browser.events("Runtime.consoleAPICalled", "Runtime.exceptionThrown") == []
    assert browser.events("Log.entryAdded") == []
    asked = [event["request"]["url"] for event in browser.events("Network.requestWillBeSent")]
    assert [url for url in asked if not url.startswith("data:")] == [page.resolve().as_uri()]
    picture = Path(SCREENSHOTS or tmp_path) / f"{which}-{width}-{scheme}.png"
    browser.screenshot(picture)
    assert picture.stat().st_size > 50_000


def test_dark_is_dark_and_light_is_light(browser: Browser, page: Path) -> None:
    colors = {}
    for scheme in ("light", "dark"):
        browser.show(page, 1280, scheme)
        for part in ("body", "figure svg"):
            color = f"getComputedStyle(document.querySelector('{part}'))"
            colors[scheme, part] = browser.evaluate(f"[{color}.backgroundColor, {color}.color]")
    assert colors["light", "body"] == ["rgb(255, 255, 255)", "rgb(31, 35, 40)"]
    assert colors["dark", "body"] == ["rgb(13, 17, 23)", "rgb(240, 243, 246)"]
    assert colors["dark", "figure svg"][1] == "rgb(240, 243, 246)"


def test_all_answers_are_on_the_first_screen(browser: Browser, page: Path) -> None:
    browser.show(page, 1280, "light")
    last = browser.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
    assert last <= 900


def test_something_that_sticks_out_is_found(browser: Browser, tmp_path: Path) -> None:
    wide = tmp_path / "wide.html"
    wide.write_text('<meta charset="utf-8"><div style="width:2000px">x</div>')
    browser.show(wide, 390, "light")
    assert len(browser.evaluate(STICKING_OUT)) == 1


def test_a_broken_word_is_found(browser: Browser, tmp_path: Path) -> None:
    narrow = tmp_path / "narrow.html"
    style = "width:40px;overflow-wrap:anywhere;display:block"
    narrow.write_text(
        '<meta charset="utf-8"><table><tr>'
        f'<th style="{style}">percentile</th><th style="{style}">ms of it</th></tr></table>'
    )
    browser.show(narrow, 390, "light")
    assert browser.evaluate(BROKEN_WORDS) == ["percentile"]
