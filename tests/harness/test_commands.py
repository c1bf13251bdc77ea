# SPDX-License-Identifier: Apache-2.0
"""The commands that measure nothing."""

import json
import subprocess
from pathlib import Path

from harness_calls import Harness


def test_list_shows_scenarios_and_participants(harness: Harness) -> None:
    out = harness.call("list").out
    assert "  seed-paced        the same at the published rate" in out
    assert "  fake              producers: fake python; consumers: fake rust" in out


def test_env_gives_each_item_value_source_and_status(harness: Harness) -> None:
    items = json.loads(harness.call("env", "--json").out)
    assert {"kernel", "topology", "placement", "clocksource"} <= set(items)
    for item in items.values():
        assert set(item) == {"value", "source", "status"}
        assert item["status"] in ("ok", "warn", "unknown", "not_visible")


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
