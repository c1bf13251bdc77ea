# SPDX-License-Identifier: Apache-2.0
"""tickring compare: two runs side by side."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram
from report_runs import COMMAND, KEPT, Runs

STEADY = [[100 + (7 * i + j) % 50 for j in range(40)] for i in range(30)]
TOO_LARGE = ("1e999", "-1e999", "9" * 400)
TWICE = [[2 * latency_ns for latency_ns in interval] for interval in STEADY]


def figures(out: str) -> dict[str, dict]:
    return {figure["key"]: figure for figure in json.loads(out)["figures"]}


def p50(value: float) -> object:
    return lambda result: result["latency_ns"].update(p50=value)


def test_a_run_is_like_itself(runs: Runs) -> None:
    run = runs.make("a", STEADY)
    done = runs.compare(run, run, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    for figure in figures(done.stdout).values():
        assert figure["ratio"] == 1
        assert figure["interval"] is None or figure["interval"][0] <= 1 <= figure["interval"][1]
    assert json.loads(done.stdout)["differences"] == {
        "scenario": {},
        "project": {},
        "environment": {},
    }


def test_a_ratio_is_b_over_a_and_inside_its_interval(runs: Runs) -> None:
    a, b = runs.make("a", STEADY, p50(124)), runs.make("b", TWICE, p50(248))
    figure = figures(runs.compare(a, b, "--json").stdout)["latency_ns.p50"]
    assert (figure["a"], figure["b"], figure["ratio"]) == (124, 248, 2)
    low, high = figure["interval"]
    assert 1.8 < low <= 2 <= high < 2.2


def test_the_same_two_runs_always_have_the_same_interval(runs: Runs) -> None:
    a, b = runs.make("a", STEADY), runs.make("b", TWICE)
    assert runs.compare(a, b, "--json").stdout == runs.compare(a, b, "--json").stdout


def test_a_file_and_its_directory_are_the_same_run(runs: Runs) -> None:
    a = runs.make("a", STEADY)
    done = runs.compare(a / "result.json", "a", "--json")
    assert (done.returncode, json.loads(done.stdout)["b"]["name"]) == (0, "a")


def test_the_table_fits_a_terminal_and_says_what_the_intervals_are(runs: Runs) -> None:
    long = 3 * "a-very-long-name-"
    a = runs.make("a", STEADY)
    b = runs.make("b", TWICE, lambda result: result["environment"]["kernel"].update(value=long))
    out = runs.compare(a, b).stdout
    assert max(map(len, out.splitlines())) <= 80
    assert "latency p99.9" in out and "B/A" in out
    words = " ".join(out.split())
    assert "One pair of runs is one sample" in words
    assert "environment: kernel is" in words and f"{long} in B" in words


def test_what_was_counted_during_a_run_is_no_difference_of_the_machines(runs: Runs) -> None:
    def counted(switches: int) -> Callable[[dict], None]:
        told = {"source": "/proc", "status": "ok"}
        items = {"run_switches": told | {"value": switches}}
        items["tasks_running"] = told | {"value": f"{switches}/90"}
        return lambda result: result["environment"].update(items)

    a, b = runs.make("a", STEADY, counted(5)), runs.make("b", STEADY, counted(6))
    differences = json.loads(runs.compare(a, b, "--json").stdout)["differences"]
    assert differences["environment"] == {}


def test_runs_of_other_scenarios_are_refused_with_each_field_and_both_values(runs: Runs) -> None:
    def change(result: dict) -> None:
        result["scenario"].update(publish_every=7, wait="park")

    a, b = runs.make("a", STEADY), runs.make("b", STEADY, change)
    done = runs.compare(a, b)
    assert (done.returncode, done.stdout) == (2, "")
    assert "publish_every is 32 in A and 7 in B" in done.stderr
    assert "wait is 'spin' in A and 'park' in B" in done.stderr
    assert done.stderr.count("\n") == 1
    done = runs.compare(a, b, "--unlike")
    assert (done.returncode, "scenario: wait is spin in A, park in B" in done.stdout) == (0, True)


def test_a_field_that_is_younger_than_a_run_has_its_default(runs: Runs) -> None:
    def change(result: dict) -> None:
        result["scenario"].update(pattern="one-way", contents="tick")

    done = runs.compare(runs.make("a", STEADY), runs.make("b", STEADY, change))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_run_without_latencies_is_compared_by_what_it_has(runs: Runs) -> None:
    (unstamped,) = KEPT.glob("*-seed-unstamped")
    done = runs.compare(unstamped, unstamped, "--json")
    assert done.returncode == 0
    (figure,) = figures(done.stdout).values()
    assert (figure["key"], figure["interval"]) == ("producer.throughput_per_s", None)
    assert figure["interval_reason"]


def test_too_few_intervals_give_none_and_a_reason(runs: Runs) -> None:
    run = runs.make("a", STEADY[:7])
    done = runs.compare(run, run, "--json")
    assert figures(done.stdout)["latency_ns.p50"]["interval"] is None
    assert "a has 7 intervals" in figures(done.stdout)["latency_ns.p50"]["interval_reason"]


def damage(folder: Path, kind: str) -> None:
    file = folder / "result.json"
    result = json.loads(file.read_text())
    if kind == "no result":
        file.unlink()
    elif kind == "no JSON":
        file.write_text("{")
    elif kind == "NaN":
        file.write_text(file.read_text().replace('"min": ', '"min": NaN, "m": ', 1))
    elif kind in TOO_LARGE:
        file.write_text(re.sub(r'"mean": [\d.]+', f'"mean": {kind}', file.read_text(), count=1))
    elif kind == "half a character":
        file.write_text(file.read_text().replace('"seed"', '"\\ud800"', 1))
    elif kind == "another version":
        file.write_text(json.dumps(result | {"schema_version": 2}))
    elif kind == "bad count":
        result["consumer"]["lost"] = -1
        file.write_text(json.dumps(result))
    elif kind == "no scenario":
        del result["scenario"]
        file.write_text(json.dumps(result))
    elif kind == "a list":
        file.write_text("[]")
    elif kind == "no log":
        (folder / "latency.hlog").unlink()
    elif kind == "short log":
        log = folder / "latency.hlog"
        log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    elif kind == "torn log":
        log = folder / "latency.hlog"
        log.write_text(log.read_text().replace("HISTFAAA", "HISTFAAB", 9)[:-40] + "\n")
    elif kind == "another histogram":
        log, shorter = folder / "latency.hlog", HdrHistogram(1, 1000, 2)
        shorter.record_value(500, len(STEADY[-1]))
        whole, _, _ = log.read_text().rpartition("HISTFAAA")
        log.write_text(f"{whole}{shorter.encode().decode()}\n")
    elif kind == "endless interval":
        log = folder / "latency.hlog"
        log.write_text(log.read_text().replace("0.290,0.010,", f"0.290,{'9' * 400},"))
    elif kind == "no directory":
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("no directory", ["broken: cannot be read"]),
        ("no result", ["broken/result.json: cannot be read"]),
        ("no JSON", ["broken/result.json: is not JSON"]),
        ("NaN", ["broken/result.json: is not JSON: NaN"]),
        *((number, [f"broken/result.json: is not JSON: {number[:20]}"]) for number in TOO_LARGE),
        ("half a character", ["broken/result.json: is not JSON"]),
        ("a list", ["broken/result.json"]),
        ("another version", ["broken/result.json: $.schema_version"]),
        ("bad count", ["broken/result.json: $.consumer.lost"]),
        ("no scenario", ["broken/result.json: scenario: is missing"]),
        ("no log", ["broken/latency.hlog: cannot be read"]),
        ("short log", ["broken/latency.hlog: holds 1160 latencies", "latency_ns.count"]),
        ("torn log", ["broken/latency.hlog"]),
        ("another histogram", ["broken/latency.hlog: interval 29 is damaged: it has other"]),
        ("endless interval", ["broken/latency.hlog: interval 29 is damaged: it has no times"]),
    ],
)
def test_a_damaged_run_is_refused_with_file_and_field(
    runs: Runs, kind: str, named: list[str]
) -> None:
    whole, broken = runs.make("whole", STEADY), runs.make("broken", STEADY)
    damage(broken, kind)
    for pair in ((whole, broken), (broken, whole)):
        done = runs.compare(*pair, "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("tickring: ")
        assert all(part in done.stderr for part in named), done.stderr
        assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("a",), ("a", "b", "c"), ("a", "b", "--fast")])
def test_anything_but_two_runs_is_a_wrong_use(runs: Runs, arguments: tuple[str, ...]) -> None:
    done = runs.compare(*arguments)
    assert (done.returncode, done.stderr.startswith("tickring: ")) == (2, True)


def test_a_run_whose_name_looks_like_a_flag_is_a_run(runs: Runs) -> None:
    runs.make("-a", STEADY)
    assert runs.compare("--", "-a", "-a").returncode == 0


def test_output_that_cannot_be_written_is_an_error(runs: Runs) -> None:
    run = runs.make("a", STEADY)
    with Path("/dev/full").open("w", encoding="ascii") as full:
        command = [COMMAND, "compare", run, run]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "cannot write to standard output" in done.stderr) == (4, True)
    assert "Traceback" not in done.stderr
