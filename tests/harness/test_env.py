# SPDX-License-Identifier: Apache-2.0
"""`tickring env`: what is known of this machine, and of one whose files are described here."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from harness_calls import Harness


def items(harness: Harness) -> dict:
    outcome = harness.call("env", "--json")
    assert outcome.status == 0, outcome.err
    return json.loads(outcome.out)


def test_env_gives_each_item_value_source_and_status(harness: Harness) -> None:
    found = items(harness)
    assert {"kernel", "topology", "placement", "clocksource", "clock_step_ns"} <= set(found)
    for item in found.values():
        assert set(item) == {"value", "source", "status"}
        assert item["status"] in ("ok", "warn", "unknown", "not_visible")


def test_env_measures_the_noise_of_each_allowed_cpu(harness: Harness) -> None:
    noise = {name for name in items(harness) if name.startswith("noise_cpu_")}
    assert noise == {f"noise_cpu_{cpu}" for cpu in os.sched_getaffinity(0)}


def test_env_measures_the_way_between_each_two_allowed_cpus(harness: Harness) -> None:
    found = items(harness)
    cpus = len(os.sched_getaffinity(0)) - found["core_to_core_cpus_left_out"]["value"]
    pairs = [item for name, item in found.items() if re.fullmatch(r"core_to_core_\d+_\d+_ns", name)]
    assert len(pairs) == cpus * (cpus - 1) / 2
    assert all(re.match(r"package \d+ core \d+ thread \d+ to ", item["source"]) for item in pairs)


def test_env_says_of_files_that_are_not_there_that_they_are_not_visible(harness: Harness) -> None:
    harness.environment["TICKRING_SYSTEM_ROOT"] = str(harness.folder / "nowhere")
    hidden = [i for i in items(harness).values() if i["source"].startswith(("/proc", "/sys"))]
    assert len(hidden) > 30
    for item in hidden:
        assert (item["value"], item["status"]) == (None, "not_visible")


def test_env_for_people_has_groups_with_a_line_for_each_item(harness: Harness) -> None:
    lines = harness.call("env").out.splitlines()
    assert "machine" in lines
    assert "measured" in lines
    named = [line.split()[1 if line.startswith("!") else 0] for line in lines if line.strip()]
    for name in items(harness):
        assert name in named
    assert max(len(line) for line in lines) <= 80


def test_env_closes_with_what_follows(harness: Harness) -> None:
    root = harness.folder / "root" / "sys/kernel/mm/transparent_hugepage"
    root.mkdir(parents=True)
    (root / "enabled").write_text("[always] madvise never\n")
    harness.environment["TICKRING_SYSTEM_ROOT"] = str(harness.folder / "root")
    out = harness.call("env").out
    assert "! transparent_huge_pages" in out
    assert "\nWARN    transparent_huge_pages is [always] madvise never: " in out
    assert "\nINFO    not visible from here" in out


def test_env_measures_nothing_while_a_run_is_on(harness: Harness) -> None:
    mark = harness.mark("producer", endless_run=True)
    run = harness.start("run", "--transport", "fake", "--producer", "fake", "--consumer", "fake")
    while not mark.exists():
        assert run.poll() is None
        os.sched_yield()
    found = items(harness)
    run.terminate()
    run.communicate(timeout=60)
    assert "another run is on" in found["floors"]["value"]
    assert found["floors"]["status"] == "unknown"
    assert "noise_cpu_0" not in found


def test_env_writes_the_topology_for_hwloc(harness: Harness) -> None:
    assert harness.call("env", "--topology-xml", "here.xml").status == 0
    kept = (harness.folder / "here.xml").read_text()
    assert kept.startswith("<?xml")
    # The description of this machine is one of a machine.
    harness.environment["HWLOC_XMLFILE"] = str(harness.folder / "here.xml")
    assert items(harness)["topology"]["status"] == "ok"


@pytest.mark.parametrize("file", ["no/such/here.xml", "/proc/here.xml"])
def test_a_topology_that_cannot_be_written_is_refused(harness: Harness, file: str) -> None:
    outcome = harness.call("env", "--topology-xml", file)
    assert outcome.status == 2
    assert outcome.err.startswith(f"tickring: --topology-xml '{file}' cannot be written: ")
    assert list(harness.folder.iterdir()) == []


def test_output_that_cannot_be_written_is_an_error(harness: Harness) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        done = subprocess.run(
            [harness.command, "env"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, "cannot write to standard output" in done.stderr) == (4, True)


def test_a_run_says_once_what_may_disturb_it(harness: Harness) -> None:
    root = harness.folder / "root" / "proc"
    root.mkdir(parents=True)
    (root / "loadavg").write_text("3.00 1.00 0.50 2/90 77\n")
    harness.environment["TICKRING_SYSTEM_ROOT"] = str(harness.folder / "root")
    err = harness.call("bench", "--messages", "1000", "--out", "out").err
    warnings = [line for line in err.splitlines() if "may disturb the measurement" in line]
    assert len(warnings) == 1
    assert "load_1_min" in warnings[0]
