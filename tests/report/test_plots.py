# SPDX-License-Identifier: Apache-2.0
"""The figures: their numbers on small data, and on kept runs beside result.json."""

import json
from pathlib import Path

import pytest
from made_runs import made, without_intervals
from report_runs import KEPT, SCHEMA
from tickring_report.causes import WORDS
from tickring_report.inputs import Inputs
from tickring_report.material import Material, read_material
from tickring_report.plots.catalogue import Drawn, draw_all, figures_of
from tickring_report.plots.drawing import NothingToDrawError, inline
from tickring_report.plots.events import KINDS
from tickring_report.plots.heat_map import heat_map
from tickring_report.plots.over_time import over_time, spikes, windows
from tickring_report.plots.parts import measured_parts, parts
from tickring_report.plots.percentiles import distribution, spectrum
from tickring_report.plots.sawtooth import sawtooth
from tickring_report.plots.strips import CAUSES
from tickring_report.plots.style import MUTED

KEYS = {50: "p50", 90: "p90", 99: "p99", 99.9: "p99_9", 99.99: "p99_99", 100: "max"}


def kept(scenario: str) -> Material:
    (run,) = KEPT.glob(f"*-{scenario}")
    return read_material(str(run), SCHEMA)


def draw(folder: Path, **parts: object) -> tuple[list[Drawn], dict[str, str]]:
    return draw_all(figures_of(Inputs([made(**parts)])), folder)


def test_the_spectrum_has_the_percentiles_of_the_result() -> None:
    material = kept("seed")
    rows = spectrum([material]).rows
    assert {percentile: value for _, percentile, value, _ in rows} == {
        percentile: material.get(f"latency_ns.{key}") for percentile, key in KEYS.items()
    }


def test_each_percentile_has_the_number_of_messages_beyond_it() -> None:
    rows = spectrum([kept("seed")]).rows
    assert [beyond for *_, beyond in rows] == [250_000, 50_000, 5_000, 500, 50, 0]


def test_a_percentile_with_few_messages_beyond_it_is_grey() -> None:
    (axes,) = spectrum([kept("seed")]).figure.axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_color() == MUTED for dot in dots] == [False, False, False, False, True]


def test_floors_that_the_run_measured_are_drawn_into_the_spectrum() -> None:
    floors = {"core_to_core_rtt_ns": 110, "clock_read_ns": {"native": 23, "python": 67}}
    (axes,) = spectrum([made(floors=floors)]).figure.axes
    words = [text.get_text() for text in axes.texts]
    assert words == [
        "a clock read, native: 23 ns",
        "a clock read, Python: 67 ns",
        "core-to-core round trip: 110 ns",
    ]


def test_the_distribution_counts_the_messages_up_to_each_latency() -> None:
    rows = distribution([made()]).rows
    assert [row[1:3] for row in rows] == [(100, 1700), (200, 2700), (400, 2999), (9000, 3000)]
    assert rows[-1][3] == 1


def test_each_interval_has_its_own_percentiles() -> None:
    rows = over_time([made()]).rows
    found: dict[str, list] = {}
    for quantity, _, _, _, value in rows:
        found.setdefault(quantity, []).append(value)
    assert found == {
        "messages": [1000, 1000, 1000],
        "p50_ns": [100, 100, 100],
        "p99_ns": [400, 400, 400],
        "largest_ns": [400, 9000, 400],
    }
    assert [row[2] for row in rows[:3]] == pytest.approx([0, 0.01, 0.02])


def test_regimes_lie_beneath_the_latencies_on_the_same_axis() -> None:
    regimes = [
        {"from_s": 0, "to_s": 0.02, "core_to_core_rtt_ns": 110},
        {"from_s": 0.02, "to_s": 0.03, "core_to_core_rtt_ns": 540},
    ]
    drawing = over_time([made(regimes=regimes)])
    upper, lower = drawing.figure.axes
    assert upper.get_shared_x_axes().joined(upper, lower)
    assert [list(line.get_ydata()) for line in lower.lines] == [[110, 110], [540, 540]]
    assert [row[1:] for row in drawing.rows if row[0] == "core_to_core_rtt_ns"] == [
        ("round trip", 0, 0.02, 110),
        ("round trip", 0.02, 0.03, 540),
    ]


def part_of_course(from_s: float, to_s: float, **counts: int | None) -> dict:
    names = [f"{side}_{kind}_switches" for side in ("producer", "consumer") for kind in KINDS]
    return {"from_s": from_s, "to_s": to_s, "steal_ms": 0} | dict.fromkeys(names, 0) | counts


def test_stolen_time_and_switches_lie_beneath_the_latencies_on_the_same_axis() -> None:
    course = [
        part_of_course(-0.01, 0.02, steal_ms=10, producer_involuntary_switches=3),
        part_of_course(0.02, 0.03, steal_ms=0, producer_involuntary_switches=None),
    ]
    drawing = over_time([made(course=course)])
    upper, stolen, switches = drawing.figure.axes
    assert all(upper.get_shared_x_axes().joined(upper, lower) for lower in (stolen, switches))
    assert [list(line.get_ydata()) for line in stolen.lines] == [[10, 10], [0, 0]]
    assert "10 ms in all" in drawing.words
    # Those that never were have no line, but a row of numbers.
    assert [t.get_text() for t in switches.get_legend().get_texts()] == ["producer, involuntary"]
    rows = [row[1:] for row in drawing.rows if row[0] == "switches" and row[-1]]
    assert rows == [("producer, involuntary", -0.01, 0.02, 3)]
    # What was not seen is not there: neither 0 nor anything else.
    seen = [row for row in drawing.rows if row[:2] == ("switches", "producer, involuntary")]
    assert len(seen) == 1


def test_a_run_in_which_nothing_was_stolen_has_a_strip_that_says_so() -> None:
    drawing = over_time([made(course=[part_of_course(0, 0.03)])])
    assert "0 ms in all" in drawing.words
    assert drawing.figure.axes[1].get_ylim() == (0, 1)


def test_a_run_whose_counters_were_not_visible_has_no_strip_of_them() -> None:
    hidden = dict.fromkeys(part_of_course(0, 0.03), None) | {"from_s": 0, "to_s": 0.03}
    assert len(over_time([made(course=[hidden])]).figure.axes) == 1


TRACED = ["Where the time goes, traced", "Spikes by cause"]
UNSEEN = ["Core to core", *TRACED]


def spike(from_s: float, cause: str) -> dict:
    return {"from_s": from_s, "length_ns": 5, "messages": 1, "worst_ns": 9000.0, "cause": cause}


SPIKES = {
    "causes": [
        {"cause": "gc_pause", "count": 1, "share_of_time": 0.25, "worst_ns": 9000.0},
        {"cause": "unknown", "count": 2, "share_of_time": 0.75, "worst_ns": 9000.0},
    ],
    "list": [spike(0.001, "unknown"), spike(0.012, "gc_pause"), spike(0.02, "unknown")],
}


def test_spikes_lie_beneath_the_latencies_of_the_run_that_was_traced_by_cause() -> None:
    drawing = spikes([made(), made(spikes=SPIKES)])
    upper, lower = drawing.figure.axes
    assert upper.get_shared_x_axes().joined(upper, lower)
    assert {line.get_label(): list(line.get_xdata()) for line in lower.lines} == {
        "garbage collection": [0.012],
        "unknown": [0.001, 0.02],
    }
    assert len({(line.get_color(), line.get_marker()) for line in lower.lines}) == 2
    assert "garbage collection 25 %, unknown 75 %" in drawing.words


def test_a_run_that_was_traced_itself_has_its_spikes_beneath_its_course() -> None:
    traced = [made(spikes=SPIKES)]
    assert len(over_time(traced).figure.axes) == 2
    with pytest.raises(NothingToDrawError, match="beneath the latency over time"):
        spikes(traced)


def test_every_cause_has_a_look_of_its_own() -> None:
    schema = json.loads(SCHEMA.read_text())
    assert set(CAUSES) == set(WORDS) == set(schema["$defs"]["cause"]["enum"])
    assert len(set(CAUSES.values())) == len(CAUSES)


def test_what_the_run_did_not_measure_is_said_beneath_the_figure() -> None:
    drawing = over_time([made(regimes_reason="nobody looked")])
    assert "No placement regimes: nobody looked." in drawing.words
    assert len(drawing.figure.axes) == 1


def test_window_means_are_those_of_the_result() -> None:
    material = kept("seed")
    assert [row[2] for row in windows([material]).rows] == material.get("windows.means_ns")


def test_the_heat_map_loses_no_message_and_keeps_the_rare_ones_on_top() -> None:
    rows = heat_map([made()]).rows
    assert sum(messages for *_, messages in rows) == 3000
    (beyond,) = [row for row in rows if row[2] is None]
    assert beyond[0] == pytest.approx(0.01) and beyond[3] == 1


def test_the_sawtooth_is_that_of_the_result_and_its_line_has_the_predicted_mean() -> None:
    material = kept("seed")
    rows = sawtooth([material]).rows
    assert [row[2] for row in rows] == material.get("residency.by_position_p50_ns")
    mean = sum(row[3] for row in rows) / len(rows)
    assert mean == pytest.approx(material.get("residency.predicted_mean_ns"))


def test_a_sawtooth_without_a_prediction_has_no_line() -> None:
    unknown = {"transport_ns": None, "reading_ns": None}
    residency = kept("seed").get("residency") | {"predicted_from": unknown}
    drawing = sawtooth([made(residency=residency)])
    assert {row[3] for row in drawing.rows} == {None}
    assert [line.get_label() for line in drawing.figure.axes[0].lines] == ["seed, measured"]


def test_the_parts_of_the_model_add_up_to_the_predicted_mean() -> None:
    material = kept("seed-paced")
    rows = parts([material]).rows
    assert sum(row[3] for row in rows[:-1]) == pytest.approx(
        material.get("residency.predicted_mean_ns")
    )
    assert rows[-1][2:] == ("measured", material.get("residency.measured_mean_ns"))


def test_the_parts_of_an_instrumented_run_are_those_of_the_result() -> None:
    names = ("stamp_to_commit", "commit_to_publish", "publish_to_seen", "seen_to_read")
    breakdown = {
        name: {"mean": 10.0 + i, "p50": 20.0 + i, "p99": 30.0 + i} for i, name in enumerate(names)
    }
    traced = made(breakdown_ns=breakdown | {"sum_error_fraction": 0.0})
    rows = measured_parts([made(), traced]).rows
    assert [row[3] for row in rows] == [
        base + i for base in (10.0, 20.0, 30.0) for i in range(len(names))
    ]


@pytest.mark.parametrize("figure", [spectrum, distribution, over_time, heat_map])
def test_without_histograms_a_figure_says_why_it_is_not_there(figure: object) -> None:
    material = without_intervals(made(latency_ns=None, latency_ns_reason="no stamps"))
    with pytest.raises(NothingToDrawError, match="no stamps"):
        figure([material])


def test_every_figure_is_written_thrice_and_a_missing_one_does_not_stop_the_others(
    tmp_path: Path,
) -> None:
    drawn, left_out = draw(tmp_path, windows={"means_ns": []})
    names = {figure.name for figure in drawn}
    assert "sawtooth" in names and list(left_out) == ["Window means", *UNSEEN]
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {f"{name}.{kind}" for name in names for kind in ("png", "svg", "csv")}


def test_data_that_make_no_sense_cost_only_their_figure(tmp_path: Path) -> None:
    drawn, left_out = draw(tmp_path, windows={"means_ns": ["much"]})
    assert (
        list(left_out) == ["Window means", *UNSEEN] and "make no sense" in left_out["Window means"]
    )
    assert drawn


def test_two_figures_in_one_page_do_not_share_ids() -> None:
    svg = '<?xml?><svg width="9pt" viewBox="0 0 9 9"><g id="a"/><use href="#a"/></svg>'
    page = inline(svg, "one", "One") + inline(svg, "two", "Two")
    assert all(part in page for part in ('id="one-a"', '"#one-a"', 'id="two-a"', '"#two-a"'))
    assert "width=" not in page and "<?xml" not in page
