# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from scripts import render_docs

README = f"before\n{render_docs.MARKERS[0]}\nold\n{render_docs.MARKERS[1]}\nafter\n"
FIGURES = render_docs.figure_ids(render_docs.ROOT / "results" / "published")


def claim(name: str, scenario: str, measured: float | None) -> dict[str, object]:
    return {
        "id": name,
        "title": f"title of {name}",
        "scenario": scenario,
        "published": {"low": 2, "high": 3000},
        "unit": "ns",
        "measured": measured,
        "predicted": None,
        "verdict": "better",
        "reason": "because",
    }


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for scenario, names in (("seed", FIGURES[:2]), ("seed-paced", FIGURES[2:3])):
        folder = tmp_path / "runs" / f"20260101T000000Z-abc-host-{scenario}"
        folder.mkdir(parents=True)
        items = ("cpu_model", "kernel", "distribution", "placement")
        result = {
            "scenario": {"name": scenario},
            "project": {"commit": "0123456789abcdef"},
            "environment": {name: {"value": f"the {name}"} for name in items},
            "claims": [claim(name, scenario, 1500.0) for name in reversed(names)],
        }
        (folder / "result.json").write_text(json.dumps(result))
    (tmp_path / "README.md").write_text(README)
    return tmp_path


def render(tree: Path, monkeypatch: pytest.MonkeyPatch, *flags: str) -> int:
    arguments = ["--runs", str(tree / "runs"), "--readme", str(tree / "README.md")]
    arguments += ["--guide", "", *flags]
    monkeypatch.setattr("sys.argv", ["render_docs.py", *arguments])
    return render_docs.main()


def test_the_table_takes_the_place_between_the_markers(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert render(tree, monkeypatch) == 0
    text = (tree / "README.md").read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert f"| title of {FIGURES[0]} | 2 ns to 3.0 µs | 1.5 µs | – | better: because |" in text
    assert "commit `0123456789ab`" in text


def test_figures_stand_in_their_published_order(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(tree, monkeypatch)
    text = (tree / "README.md").read_text()
    places = [text.index(f"title of {name} |") for name in FIGURES[:3]]
    assert places == sorted(places)


def test_check_tells_a_stale_table_and_writes_nothing(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert render(tree, monkeypatch, "--check") == 1
    assert (tree / "README.md").read_text() == README
    render(tree, monkeypatch)
    assert render(tree, monkeypatch, "--check") == 0


def test_a_readme_without_markers_is_an_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "README.md").write_text("nothing here\n")
    assert render(tree, monkeypatch) == 2


def test_a_folder_without_runs_is_an_error(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "empty").mkdir()
    assert render(tree, monkeypatch, "--runs", str(tree / "empty")) == 2
    assert "holds no run directory" in capsys.readouterr().err
