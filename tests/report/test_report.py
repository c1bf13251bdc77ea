# SPDX-License-Identifier: Apache-2.0
"""tickring report: what it writes, and what it says of runs that are not whole."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from report_runs import KEPT, SCHEMA, Runs
from test_compare import STEADY, damage
from tickring_report.material import read_material
from tickring_report.page.page import page as page_of
from tickring_report.plots.catalogue import FIGURES
from tickring_report.plots.drawing import NothingToDrawError
from tickring_report.report import make_report

NAMES = ("sawtooth", "parts", "percentiles", "windows", "over-time", "heat-map", "distribution")


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """The kept runs of a bench, copied; the path of the main one."""
    shutil.copytree(KEPT, tmp_path / "kept")
    (main,) = (tmp_path / "kept").glob("*-seed")
    return main


def page(run: Path) -> str:
    return (run / "report.html").read_text()


def test_a_report_ends_with_its_path_and_lies_beside_the_result(runs: Runs, bench: Path) -> None:
    done = runs.report(bench)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"report: {bench / 'report.html'}\n"
    written = {path.name for path in (bench / "plots").iterdir()}
    assert written == {f"{name}.{kind}" for name in NAMES for kind in ("png", "svg", "csv")}
    assert page(bench).count("<svg") == len(NAMES)


def test_a_report_can_be_made_again_and_leaves_nothing_else(bench: Path) -> None:
    before = {path.name for path in bench.iterdir()}
    for _ in range(2):
        make_report(str(bench / "result.json"), SCHEMA)
    assert {path.name for path in bench.iterdir()} == before | {"report.html", "plots"}


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
    make_report(str(broken), SCHEMA)
    assert said in page(broken) and "The sawtooth" in page(broken)
    assert {path.stem for path in (broken / "plots").iterdir()} == {"sawtooth", "parts", "windows"}


OPTIONAL = ["scenario", "producer", "consumer", "latency_ns", "windows", "residency", "environment"]
OPTIONAL += ["claims", "project", "status", "spikes", "floors", "regimes", "breakdown_ns"]


@pytest.mark.parametrize("part", [*OPTIONAL, "everything"])
def test_what_an_older_version_did_not_write_is_left_out(runs: Runs, part: str) -> None:
    def forget(result: dict) -> None:
        for key in list(result):
            if part in ("everything", key):
                del result[key]

    material = read_material(str(runs.make("old", STEADY, forget)), SCHEMA)
    assert "What came out" in page_of([material], [], {}, SCHEMA.parent / "scenarios")
    for _, draw in FIGURES:
        with contextlib.suppress(NothingToDrawError):
            draw([material])


def test_a_companion_that_is_gone_is_named(bench: Path) -> None:
    (paced,) = bench.parent.glob("*-seed-paced")
    shutil.rmtree(paced)
    make_report(str(bench), SCHEMA)
    assert "The seed-paced run of the same bench is left out" in page(bench)


def test_a_companion_is_looked_for_beside_the_run_only(runs: Runs) -> None:
    run = runs.make("odd", STEADY, lambda result: result.update(companion_runs={"x": "../../etc"}))
    make_report(str(run), SCHEMA)
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
    make_report(str(run), SCHEMA)
    assert "The run is incomplete: the producer died." in page(run)


def test_the_numbers_behind_a_figure_are_those_of_the_result(bench: Path) -> None:
    make_report(str(bench), SCHEMA)
    result = json.loads((bench / "result.json").read_text())
    lines = (bench / "plots" / "percentiles.csv").read_text().splitlines()
    assert lines[0] == "run,percentile,latency_ns,messages_beyond"
    assert f"{bench.name},99.9,{result['latency_ns']['p99_9']},500" in lines
