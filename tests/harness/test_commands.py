# SPDX-License-Identifier: Apache-2.0
"""The commands that measure nothing."""

import json
import subprocess
from pathlib import Path

import pytest
from harness_calls import Harness


def test_list_shows_scenarios_and_participants(harness: Harness) -> None:
    out = harness.call("list").out
    assert "  seed-paced        the same at the published rate" in out
    assert "  fake                  producers: fake python; consumers: fake rust" in out


def test_env_gives_each_item_value_source_and_status(harness: Harness) -> None:
    items = json.loads(harness.call("env", "--json").out)
    assert {"kernel", "topology", "placement", "clocksource"} <= set(items)
    for item in items.values():
        assert set(item) == {"value", "source", "status"}
        assert item["status"] in ("ok", "warn", "unknown", "not_visible")


def test_env_says_of_a_file_that_is_not_there_that_it_is_not_visible(harness: Harness) -> None:
    items = json.loads(harness.call("env", "--json").out).values()
    missing = [item for item in items if item["source"].startswith("/sys/")]
    missing = [item for item in missing if not Path(item["source"]).exists()]
    if not missing:
        pytest.skip("this machine shows all")
    for item in missing:
        assert (item["value"], item["status"]) == (None, "not_visible")


def test_env_for_people_has_a_line_per_item(harness: Harness) -> None:
    items = json.loads(harness.call("env", "--json").out)
    lines = harness.call("env").out.splitlines()
    assert [line.split()[0] for line in lines] == list(items)


def test_version_tells_version_and_commit(harness: Harness) -> None:
    outcome = harness.call("--version")
    assert (outcome.status, outcome.out.startswith("tickring 0.1.0 (")) == (0, True)


def test_help_is_no_error(harness: Harness) -> None:
    outcome = harness.call("run", "--help")
    assert (outcome.status, "--publish-every" in outcome.out) == (0, True)


def test_output_that_cannot_be_written_is_an_error(harness: Harness) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        done = subprocess.run(
            [harness.command, "env"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, "cannot write to standard output" in done.stderr) == (4, True)
