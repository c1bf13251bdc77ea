# SPDX-License-Identifier: Apache-2.0
"""scripts/keep_peers.py and scripts/render_peers.py: from a series to the page."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.series.made import made, whole

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PAGE = "before\n<!-- peers: begin -->\nold\n<!-- peers: end -->\nafter\n"


def call(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPTS / script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The directory of a series, and a page beside it."""
    slices = [made(f"flat-out/{name}", i) for i in range(7) for name in ("ring", "tachyon")]
    items = ("cpu_model", "kernel", "distribution")
    first = {
        "project": {"commit": "0123456789abcdef", "dirty": False},
        "environment": {name: {"value": f"the {name}"} for name in items},
    }
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "peers.json").write_text(json.dumps(whole(slices, first_result=first)))
    (tmp_path / "page.md").write_text(PAGE)
    return folder


def render(run: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    page = run.parent / "page.md"
    return call("render_peers.py", "--peers", run / "peers.json", "--page", page, *flags)


def change(run: Path, **more: object) -> None:
    path = run / "peers.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))


def test_the_table_takes_the_place_between_the_markers(run: Path) -> None:
    assert render(run).returncode == 0
    text = (run.parent / "page.md").read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| ring | 1 M/s | 1.00 [1.00, 1.00] | 300 ns | 900 ns |  |" in text
    assert "the cpu_model, the kernel, the distribution; commit `0123456789ab`." in text


def test_check_tells_a_stale_page_and_writes_nothing(run: Path) -> None:
    assert render(run, "--check").returncode == 1
    assert (run.parent / "page.md").read_text() == PAGE
    render(run)
    assert render(run, "--check").returncode == 0


def test_a_page_without_markers_and_a_missing_series_are_errors(run: Path) -> None:
    (run.parent / "page.md").write_text("nothing here\n")
    outcome = render(run)
    assert (outcome.returncode, "lacks the lines" in outcome.stderr) == (2, True)
    (run / "peers.json").unlink()
    outcome = render(run)
    assert (outcome.returncode, "is missing" in outcome.stderr) == (2, True)


def test_a_complete_series_is_kept(run: Path) -> None:
    assert call("keep_peers.py", run, "--into", run.parent / "kept").returncode == 0
    assert (run.parent / "kept" / "peers.json").read_text() == (run / "peers.json").read_text()


@pytest.mark.parametrize(
    "more", [{"status": "incomplete"}, {"project": {"commit": "0", "dirty": True}}]
)
def test_a_series_that_proves_nothing_is_not_kept(run: Path, more: dict[str, object]) -> None:
    change(run, **more)
    outcome = call("keep_peers.py", run, "--into", run.parent / "kept")
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("keep_peers: ")
    assert not (run.parent / "kept").exists()


def test_a_folder_without_a_series_is_not_kept(tmp_path: Path) -> None:
    outcome = call("keep_peers.py", tmp_path, "--into", tmp_path / "kept")
    assert (outcome.returncode, "is missing" in outcome.stderr) == (2, True)
