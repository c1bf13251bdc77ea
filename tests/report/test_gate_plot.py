# SPDX-License-Identifier: Apache-2.0
"""The chart of a gate: its blocks, the margin and the decision."""

import json

import jsonschema
import pytest
from made_gates import finding, made_gate
from report_runs import SCHEMA, Runs
from tickring_report.plots.gate import gate_chart


def test_the_gate_made_here_is_one() -> None:
    schema = json.loads((SCHEMA.parent / "gate.schema.json").read_text())
    jsonschema.validate(made_gate(), schema)


def test_each_kept_block_has_the_ratios_that_it_was_judged_by() -> None:
    gate = made_gate()
    assert gate_chart(gate).rows == [("latency", 1, 0, 1.1, 1.0), ("latency", 2, 0, 1.12, 1.02)]
    (axes,) = gate_chart(gate).figure.axes
    candidate, control = (
        next(line for line in axes.lines if line.get_label() == name)
        for name in ("candidate", "control")
    )
    assert list(candidate.get_ydata()) == pytest.approx([0.1, 0.12])
    assert list(control.get_ydata()) == pytest.approx([0.0, 0.02])


def test_an_end_point_that_a_block_was_not_judged_by_is_not_drawn_there() -> None:
    gate = made_gate()
    gate["blocks"][2]["ratios"] = {}
    assert [row[1] for row in gate_chart(gate).rows] == [1]


def test_the_margin_the_decision_and_its_interval_are_drawn() -> None:
    (axes,) = gate_chart(made_gate()).figure.axes
    assert axes.get_title("left") == "the latency: regressed (+10.0 %), then regressed (+20.0 %)"
    (margin, first, second) = axes.patches + list(axes.collections)
    # As far down as up, as ratios go.
    assert margin.get_y() == pytest.approx(1 / 1.01 - 1)
    assert margin.get_y() + margin.get_height() == pytest.approx(0.01)
    for interval in (first, second):
        heights = interval.get_paths()[0].vertices[:, 1]
        assert (min(heights), max(heights)) == pytest.approx((0.05, 0.15))
    medians = [line for line in axes.lines if line.get_ydata()[0] in (0.1, 0.2)]
    assert [list(line.get_xdata()) for line in medians] == [[0.5, 1.5], [1.5, 2.5]]


def test_the_words_tell_the_verdict_and_what_was_decided() -> None:
    words = gate_chart(made_gate()).words
    assert words.startswith("FAIL: slower, and again after linking anew. ")
    assert words.endswith("Decided: latency regressed (+10.0 %), then regressed (+20.0 %).")


def test_a_block_far_out_does_not_flatten_the_others() -> None:
    gate = made_gate()
    gate["blocks"][2]["ratios"]["latency"]["candidate"] = 1e6
    (axes,) = gate_chart(gate).figure.axes
    (low, high) = axes.get_ylim()
    assert (low, high) == (-high, high) and high < 0.2
    dots = [line for line in axes.lines if line.get_label() == "candidate"]
    assert max(dots[0].get_ydata()) < high


def test_a_gate_that_was_interrupted_has_its_margins_and_no_block() -> None:
    point = made_gate()["end_points"][0] | {"stages": []}
    empty = made_gate(verdict=None, reason="interrupted", end_points=[point], blocks=[], slices=[])
    drawing = gate_chart(empty)
    assert drawing.rows == [] and "Incomplete: interrupted." in drawing.words
    assert "Decided: latency nothing." in drawing.words


def test_an_end_point_without_an_effect_is_decided_in_words() -> None:
    none = {"effect": None, "low": None, "high": None, "control": None, "smallest_effect": None}
    point = made_gate()["end_points"][0] | {"stages": [finding("uncertain", **none)]}
    drawing = gate_chart(made_gate(end_points=[point]))
    assert drawing.words.endswith("Decided: latency uncertain.")


def test_the_report_of_a_gate_has_its_chart(runs: Runs) -> None:
    folder = runs.folder / "gate"
    folder.mkdir()
    (folder / "gate.json").write_text(json.dumps(made_gate()))
    done = runs.report(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"report: {folder / 'report.html'}\n"
    page = (folder / "report.html").read_text()
    assert "tickring: a gate" in page and "FAIL: slower, and again" in page
    assert {path.name for path in (folder / "plots").iterdir()} == {
        "gate.png", "gate.svg", "gate.csv"
    }  # fmt: skip


def test_a_gate_that_contradicts_its_schema_is_refused(runs: Runs) -> None:
    file = runs.folder / "gate.json"
    file.write_text(json.dumps(made_gate(verdict="MAYBE")))
    done = runs.report(file)
    assert (done.returncode, "gate.json: $.verdict" in done.stderr) == (2, True)
