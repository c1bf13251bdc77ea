# SPDX-License-Identifier: Apache-2.0
"""The report at the end of a run and of a bench."""

import json

from conftest import Tickring

FAST = ("--producer", "c", "--consumer", "c", "--messages", "3000")


def test_a_run_ends_with_the_path_of_its_report(tickring: Tickring) -> None:
    last = tickring.run("run", "seed", *FAST, "--out", "out").splitlines()[-1]
    (folder,) = (tickring.folder / "out").iterdir()
    assert last == f"report: out/{folder.name}/report.html"
    assert "<svg" in (folder / "report.html").read_text()
    assert (folder / "plots" / "sawtooth.png").stat().st_size > 10_000


def test_a_run_for_a_program_has_no_report(tickring: Tickring) -> None:
    folder = tickring.measure("seed", *FAST).folder
    assert {path.name for path in folder.iterdir()} == {
        "result.json",
        "latency.hlog",
        "latency.hgrm",
    }


def test_a_bench_ends_with_the_path_of_its_report(tickring: Tickring) -> None:
    last = tickring.run("bench", "--messages", "3000", "--out", "out").splitlines()[-1]
    (folder,) = (tickring.folder / "out").glob("*-seed")
    assert last == f"report: out/{folder.name}/report.html"
    assert "seed-paced" in (folder / "report.html").read_text()


def test_the_result_of_a_bench_stands_alone_on_standard_output(tickring: Tickring) -> None:
    out = tickring.run("bench", "--messages", "3000", "--out", "out", "--json")
    assert json.loads(out)["scenario"]["name"] == "seed"
    (folder,) = (tickring.folder / "out").glob("*-seed")
    assert (folder / "report.html").exists()
