# SPDX-License-Identifier: Apache-2.0
"""tickring report: what it writes, and what it says of runs that are not whole."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from report_runs import KEPT, SCHEMA, Runs
from test_compare import STEADY, damage
from tickring_report.inputs import read_inputs
from tickring_report.page.page import page as page_of
from tickring_report.plots.catalogue import figures_of
from tickring_report.plots.drawing import NothingToDrawError
from tickring_report.report import make_report

# Of each bench; what only some of them measure comes in addition.
NAMES = {"sawtooth", "parts", "percentiles", "windows", "over-time", "heat-map", "distribution"}


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """The kept runs of a bench, copied; the path of the main one."""
    shutil.copytree(KEPT, tmp_path / "kept")
    (main,) = (tmp_path / "kept").glob("*-seed")
    return main


def report_of(run: Path) -> Path:
    return make_report(read_inputs([str(run)], SCHEMA), SCHEMA, Path("nowhere"))


def page(run: Path) -> str:
    return (run / "report.html").read_text()


def test_a_report_ends_with_its_path_and_lies_beside_the_result(runs: Runs, bench: Path) -> None:
    done = runs.report(bench)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"\nreport: {bench / 'report.html'}\n")
    written = {path.name for path in (bench / "plots").iterdir()}
    names = {Path(name).stem for name in written}
    assert names >= NAMES
    assert written == {f"{name}.{kind}" for name in names for kind in ("png", "svg", "csv")}
    assert page(bench).count("<svg") == len(names)


def test_a_report_can_be_made_again_and_leaves_nothing_else(bench: Path) -> None:
    before = {path.name for path in bench.iterdir()}
    for _ in range(2):
        report_of(bench / "result.json")
    assert {path.name for path in bench.iterdir()} == before | {
        "report.html",
        "plots",
        "smaller-is-better.json",
    }


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("no directory", ["broken: cannot be read"]),
        ("no result", ["broken/result.json: cannot be read"]),
        ("no JSON", ["broken/result.json: is not JSON"]),
        ("NaN", ["broken/result.json: is not JSON: NaN"]),
        ("a list", ["broken/result.json"]),
        ("another version", ["broken/result.json: $.schema_version"]),
        ("bad count", ["broken/result.json: $.consumer.lost"]),
    ],
)
def test_a_result_that_cannot_be_used_is_refused_with_file_and_field(
    runs: Runs, kind: str, named: list[str]
) -> None:
    broken = runs.make("broken", STEADY)
    damage(broken, kind)
    done = runs.report(broken)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tickring: ") and done.stderr.count("\n") == 1
    assert all(part in done.stderr for part in named), done.stderr
    assert not (broken / "report.html").exists()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no log", "latency.hlog: cannot be read"),
        ("short log", "latency.hlog: holds 1160 latencies"),
        ("torn log", "latency.hlog: "),
    ],
)
def test_a_damaged_log_is_named_and_the_rest_is_shown(runs: Runs, kind: str, said: str) -> None:
    broken = runs.make("broken", STEADY)
    damage(broken, kind)
    report_of(broken)
    assert said in page(broken) and "The sawtooth" in page(broken)
    drawn = {path.stem for path in (broken / "plots").iterdir()}
    assert {"sawtooth", "parts", "windows"} <= drawn
    assert not drawn & {"percentiles", "distribution", "heat-map", "over-time"}


OPTIONAL = ["scenario", "producer", "consumer", "latency_ns", "windows", "residency", "environment"]
OPTIONAL += ["claims", "project", "status", "spikes", "floors", "regimes", "breakdown_ns"]


@pytest.mark.parametrize("part", [*OPTIONAL, "everything"])
def test_what_an_older_version_did_not_write_is_left_out(runs: Runs, part: str) -> None:
    def forget(result: dict) -> None:
        for key in list(result):
            if part in ("everything", key):
                del result[key]

    inputs = read_inputs([str(runs.make("old", STEADY, forget))], SCHEMA)
    assert "What came out" in page_of(inputs, [], {}, SCHEMA.parent / "scenarios")
    for draw in figures_of(inputs).values():
        with contextlib.suppress(NothingToDrawError):
            draw()


def test_a_companion_that_is_gone_is_named(bench: Path) -> None:
    (paced,) = bench.parent.glob("*-seed-paced")
    shutil.rmtree(paced)
    report_of(bench)
    assert "The seed-paced run of the same bench is left out" in page(bench)


def test_a_companion_is_looked_for_beside_the_run_only(runs: Runs) -> None:
    run = runs.make("odd", STEADY, lambda result: result.update(companion_runs={"x": "../../etc"}))
    report_of(run)
    assert "is no name of a run directory" in page(run)


def test_a_report_that_cannot_be_written_names_the_file_and_leaves_nothing(
    runs: Runs, bench: Path
) -> None:
    (bench / "plots").write_text("in the way")
    done = runs.report(bench)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"tickring: {bench / 'plots'}: Not a directory\n"
    assert not (bench / "report.html").exists() and not list(bench.glob(".unfinished*"))


@pytest.mark.parametrize("arguments", [(), ("a", "--fast")])
def test_a_report_of_nothing_is_a_wrong_use(runs: Runs, arguments: tuple[str, ...]) -> None:
    done = runs.report(*arguments)
    assert (done.returncode, done.stderr.startswith("tickring: ")) == (2, True)


def test_an_incomplete_run_has_a_report_that_says_so(runs: Runs) -> None:
    def stop(result: dict) -> None:
        result.update(status="incomplete", status_reason="the producer died")

    run = runs.make("stopped", STEADY, stop)
    report_of(run)
    assert "The run is incomplete: the producer died." in page(run)


def test_the_numbers_behind_a_figure_are_those_of_the_result(bench: Path) -> None:
    report_of(bench)
    result = json.loads((bench / "result.json").read_text())
    lines = (bench / "plots" / "percentiles.csv").read_text().splitlines()
    assert lines[0] == "run,percentile,latency_ns,messages_beyond"
    assert f"{bench.name},99.9,{result['latency_ns']['p99_9']},500" in lines


def test_several_runs_share_a_report_in_a_directory_of_its_own(runs: Runs, bench: Path) -> None:
    done = runs.report(bench, runs.make("b", STEADY), "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = (runs.folder / "out").iterdir()
    assert done.stdout == f"report: out/{folder.name}/report.html\n"
    lines = (folder / "plots" / "percentiles.csv").read_text().splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {bench.name, "b"}
    assert not (bench / "report.html").exists()


def test_more_runs_than_can_be_told_apart_are_refused(runs: Runs, bench: Path) -> None:
    done = runs.report(*[bench] * 7)
    assert (done.returncode, done.stderr) == (2, "tickring: 7 runs were named; 6 are the most\n")


def test_a_sweep_and_peers_are_drawn_beside_a_run(runs: Runs, bench: Path) -> None:
    series = [KEPT.parent / "sweep" / "all-axes.json", KEPT.parent / "peers" / "peers.json"]
    done = runs.report(bench, *series, "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = (runs.folder / "out").iterdir()
    names = {path.stem for path in (folder / "plots").iterdir()}
    assert names >= NAMES | {"rate", "frontier", "cost", "peers-latency", "peers-throughput"}


def test_a_series_that_contradicts_its_schema_is_refused(runs: Runs) -> None:
    file = runs.folder / "sweep.json"
    file.write_text(json.dumps({"axes": [], "schema_version": 1}))
    done = runs.report(file)
    assert (done.returncode, "sweep.json: $.axes" in done.stderr) == (2, True)


def test_continuous_benchmarks_find_their_form_beside_the_report(bench: Path) -> None:
    report_of(bench)
    result = json.loads((bench / "result.json").read_text())
    entries = json.loads((bench / "smaller-is-better.json").read_text())
    assert all(set(entry) == {"name", "unit", "value"} for entry in entries)
    by_name = {entry["name"]: entry["value"] for entry in entries}
    assert by_name["seed: latency p99.9"] == result["latency_ns"]["p99_9"]
    assert by_name["seed: time per message"] == 1e9 / result["producer"]["throughput_per_s"]
    assert "seed-paced: latency p50" in by_name
