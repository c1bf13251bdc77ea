# SPDX-License-Identifier: Apache-2.0
"""The commands that measure nothing."""

import pytest
from harness_calls import Harness


@pytest.mark.parametrize("command", ["run", "report", "compare"])
def test_the_help_of_a_command_has_an_example(harness: Harness, command: str) -> None:
    outcome = harness.call(command, "--help")
    assert outcome.status == 0
    assert f"  tickring {command} " in outcome.out.partition("Example")[2]


def test_list_shows_scenarios_and_participants(harness: Harness) -> None:
    out = harness.call("list").out
    assert "  seed-paced        the same at the published rate" in out
    assert "  fake                  producers: fake python; consumers: fake rust" in out


def test_version_tells_version_and_commit(harness: Harness) -> None:
    outcome = harness.call("--version")
    assert (outcome.status, outcome.out.startswith("tickring 0.1.0 (")) == (0, True)


def test_help_is_no_error(harness: Harness) -> None:
    outcome = harness.call("run", "--help")
    assert (outcome.status, "--publish-every" in outcome.out) == (0, True)
