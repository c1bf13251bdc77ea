# SPDX-License-Identifier: Apache-2.0
"""The words of the page."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
from made_runs import made
from report_runs import KEPT, ROOT, SCHEMA
from tickring_report.inputs import Inputs
from tickring_report.material import Material, read_material
from tickring_report.page.causes import causes, traced, why
from tickring_report.page.differences import differences, figures_beside
from tickring_report.page.outcome import came_out, latency_titles, like_published, percentiles
from tickring_report.page.page import page
from tickring_report.page.reproduction import command
from tickring_report.page.trust import floors, trust
from tickring_report.page.words import human, human_range
from tickring_report.run_files import Run

P50 = human(made().get("latency_ns.p50"), "ns").replace("\N{NO-BREAK SPACE}", " ")
SCENARIOS = ROOT / "harness" / "scenarios"


@pytest.fixture(scope="module")
def bench() -> Material:
    (run,) = KEPT.glob("*-seed")
    return read_material(str(run), SCHEMA)


def changed(material: Material, **values: object) -> Material:
    """The same with values, of which a path has its dots as two underscores."""
    result = copy.deepcopy(material.run.result)
    for path, value in values.items():
        *names, last = path.split("__")
        part = result
        for name in names:
            part = part[name]
        part[last] = value
    return Material(Run(material.run.file, result), material.intervals, material.companions)


def test_the_page_answers_in_order(bench: Material) -> None:
    text = page(Inputs([bench]), [], {}, SCENARIOS)
    questions = ["What came out", "Is it like the published run?", "Where does the time go?"]
    questions += ["May I trust this machine?", "The same again", "Figures"]
    places = [text.index(question) for question in questions]
    assert places == sorted(places)


def test_the_page_is_whole_by_itself(bench: Material) -> None:
    text = page(Inputs([bench]), [], {}, SCENARIOS)
    assert all(word not in text for word in ("http:", "https:", "<script", "@import", "src="))
    assert 'content: attr(data-name) " "' in text


def test_values_of_a_run_are_text_in_the_page_whatever_they_hold(bench: Material) -> None:
    evil = "<b onclick=x>&"
    named = changed(bench, environment__cpu_model__value=evil)
    text = page(Inputs([named]), [], {}, SCENARIOS)
    assert evil not in text and "&lt;b onclick=x&gt;&amp;" in text


def test_what_came_out_names_what_was_lost(bench: Material) -> None:
    assert "none lost or damaged" in came_out(bench)[0]
    assert "3 lost and 1 torn" in came_out(changed(bench, consumer__lost=3, consumer__torn=1))[0]


def test_an_incomplete_run_says_so_first(bench: Material) -> None:
    broken = changed(bench, status="incomplete", status_reason="the producer died")
    assert came_out(broken)[0] == "The run is incomplete: the producer died."
    assert trust(broken).word == "No"


def test_percentiles_with_fewer_than_100_messages_beyond_are_unsure(bench: Material) -> None:
    rows = percentiles(changed(bench, latency_ns__count=100_000))
    assert [row.is_sure for row in rows] == [True, True, True, True, False, False]
    assert [row.beyond for row in rows] == ["50,000", "10,000", "1,000", "100", "10", "0"]


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        (["reproduced", "better", "explained"], "Yes"),
        (["reproduced", "not reproduced"], "In part"),
        (["not comparable", "not reproduced"], "No"),
        ([], "No comparison"),
    ],
)
def test_the_answer_follows_from_the_verdicts(
    bench: Material, verdicts: list[str], word: str
) -> None:
    one = bench.get("claims")[0]
    claims = [one | {"verdict": verdict, "id": f"c{i}"} for i, verdict in enumerate(verdicts)]
    assert like_published(changed(bench, claims=claims))[0] == word


def test_the_published_latency_is_explained_from_the_published_rate(bench: Material) -> None:
    text = " ".join(why(bench)).replace("\N{NO-BREAK SPACE}", " ")
    assert "15.5 × 943 ns = 14.62 µs" in text
    assert "The published 14 to 16 µs are this wait, not the transport." in text


def test_a_traced_run_tells_its_parts_and_what_its_spikes_are(bench: Material) -> None:
    part = {"mean": 100.0, "p50": 1.0, "p99": 1.0}
    names = ("stamp_to_commit", "commit_to_publish", "publish_to_seen", "seen_to_read")
    causes_found = [{"cause": "wake", "count": 7, "share_of_time": 1, "worst_ns": 1}]
    spikes = {"threshold_ns": 40_000, "total_count": 7, "causes": causes_found}
    run = changed(bench, breakdown_ns=dict.fromkeys(names, part), spikes=spikes)
    first, second = (sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in traced(run))
    assert "100 ns to write it, 100 ns waiting to be published" in first
    assert second == "Late messages, over 40.00 µs: 7 spikes; of their time a wake 100 %."


def test_floors_are_told_where_they_were_measured(bench: Material) -> None:
    assert floors(changed(bench, floors=None)) == ""
    measured = {"core_to_core_rtt_ns": 110.0, "clock_read_ns": {"native": 23.0, "python": None}}
    said = floors(changed(bench, floors=measured)).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Floors: a cache line there and back 110 ns and a clock read 23 ns."


def test_an_open_loop_shows_what_its_schedule_adds() -> None:
    latency = made().get("latency_ns")
    run = made(intended_latency_ns=latency | {"p50": 70_000}, schedule_delay_ns=latency)
    assert latency_titles(run) == ["latency", "from when due", "sent late by"]
    first = percentiles(run)[0]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in first.latencies] == [
        P50,
        "70.00 µs",
        P50,
    ]
    assert latency_titles(made()) == ["latency"]


def test_what_a_run_warns_of_speaks_against_it(bench: Material) -> None:
    warned = changed(bench, warnings=[{"id": "x", "text": "the rate was missed"}])
    assert "the rate was missed" in trust(warned).warnings


def test_without_a_batch_the_latency_is_the_transport() -> None:
    (sentence,) = why(made("seed-flush-each"))
    assert "is the transport itself" in sentence
    (sentence,) = why(changed(made("seed-flush-each"), windows__steady_mean_ns=None))
    assert sentence == "Every message is published at once, so none waits for others."


def test_the_bars_share_one_scale(bench: Material) -> None:
    bars = causes([bench, *bench.companions.values()])
    shares = {bar.scenario: sum(part.share for part in bar.parts) for bar in bars}
    assert set(shares) >= {"seed", "seed-paced"}
    assert max(shares.values()) == pytest.approx(100)
    assert min(shares.values()) < 100


def test_a_machine_without_warnings_is_trusted(bench: Material) -> None:
    environment = bench.get("environment")
    calm = {key: item | {"status": "ok"} for key, item in environment.items()}
    quiet = {"producer__involuntary_switches": 0, "consumer__involuntary_switches": 0}
    quiet |= {"warnings": [], "regimes": None, "floors": None, "clock_offset": None}
    assert trust(changed(bench, environment=calm, **quiet)).word == "Yes"


def test_what_speaks_against_the_machine_is_listed(bench: Material) -> None:
    regimes = [{"core_to_core_rtt_ns": rtt, "is_main": rtt < 120} for rtt in (110, 115, 540)]
    cpu = {"cpu": 1, "longest_gap_ns": 3_000_000, "gaps_over_100_us": 2}
    run = changed(
        bench,
        regimes=regimes,
        floors={"noise": {"cpus": [cpu]}},
        clock_offset={"steps": [{}]},
        producer__involuntary_switches=1,
    )
    found = trust(run)
    words = " ".join(found.warnings).replace("\N{NO-BREAK SPACE}", " ")
    assert found.word == "With care"
    assert "it is a virtual machine" in words
    assert "the producer 1 time" in words
    assert "a round trip between them took 540 ns to 540 ns meanwhile" in words
    assert "CPU 1 was taken away from a spinning thread for up to 3.0 ms, 2 times" in words
    assert "the clock was set 1 time during the run" in words
    assert "frequency governor" in found.unseen


@pytest.mark.parametrize(
    "reasons",
    [
        {"project__build_type": "debug"},
        {"producer__pinned": False},
        {"schedule": {"is_held": False}},
        {"status": "incomplete", "status_reason": "stopped"},
    ],
)
def test_a_run_that_should_not_be_published_is_not_trusted(
    bench: Material, reasons: dict[str, object]
) -> None:
    assert trust(changed(bench, **reasons)).word == "No"


def test_a_bench_is_made_again_by_make_bench(bench: Material) -> None:
    assert command(bench, SCENARIOS) == "make bench"
    assert command(changed(bench, scenario__messages=1000), SCENARIOS) == "make bench MESSAGES=1000"


def test_a_run_is_made_again_with_the_flags_that_changed_it() -> None:
    material = made("seed")
    run = changed(
        material, scenario__changed=["rate_per_s", "publish_every"], scenario__rate_per_s=5000.0
    )
    again = ".venv/bin/tickring run seed --rate 5000 --publish-every 32"
    cpus = "--producer-cpu 1 --consumer-cpu 0"
    messages = material.get("scenario.messages")
    assert command(run, SCENARIOS) == f"{again} {cpus}"
    assert command(run, Path("nowhere")) == f"{again} --messages {messages} {cpus}"


def test_a_run_of_another_length_is_made_again_as_long() -> None:
    shorter = changed(made("seed"), scenario__messages=1000)
    assert "seed --messages 1000 --producer-cpu" in command(shorter, SCENARIOS)
    timed = changed(made("seed"), scenario__messages=None, scenario__duration_s=1.5)
    assert "seed --duration-s 1.5 --producer-cpu" in command(timed, SCENARIOS)
    replayed = changed(shorter, scenario__changed=["ticks"], scenario__ticks="a.csv")
    assert "--messages" not in command(replayed, SCENARIOS)


@pytest.mark.parametrize(
    ("published", "unit", "words"),
    [
        ({"low": 14_000.0, "high": 16_000.0}, "ns", "14 to 16 µs"),
        ({"low": 500.0, "high": 1_500.0}, "ns", "500 ns to 1.5 µs"),
        (1_060_000.0, "msg/s", "1.06M/s"),
    ],
)
def test_a_published_figure_has_no_more_digits_than_were_published(
    published: object, unit: str, words: str
) -> None:
    assert human_range(published, unit).replace("\N{NO-BREAK SPACE}", " ") == words


def test_runs_side_by_side_show_their_figures_and_only_the_fields_that_differ(
    bench: Material,
) -> None:
    other = changed(bench, scenario__wait="park", environment__kernel__value="Linux 9")
    runs = [replace(bench, letter="A"), replace(other, letter="B")]
    rows = differences(runs)
    assert ("scenario: wait", "spin", "park") in rows
    assert [row[2] for row in rows if row[0] == "environment: kernel"] == ["Linux 9"]
    assert len(rows) == 2
    p50 = human(bench.get("latency_ns.p50"), "ns")
    assert ("latency p50", p50, p50) in figures_beside(runs)
    text = page(Inputs(runs), [], {}, SCENARIOS)
    assert "2 runs side by side" in text and f"A: {bench.run.name}" in text
    assert "May I trust" not in text


def test_runs_that_are_alike_are_said_to_be(bench: Material) -> None:
    runs = [replace(bench, letter="A"), replace(bench, letter="B")]
    text = page(Inputs(runs), [], {}, SCENARIOS)
    assert "Scenario, project and environment are the same." in text
