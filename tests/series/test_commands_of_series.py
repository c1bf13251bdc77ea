# SPDX-License-Identifier: Apache-2.0
"""What the commands of all series share."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tickring_series import commands

SHOW = "import sys; from tickring_series.commands import show; show('the table', {'a': 1}, as_json="


def shown(as_json: bool, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{SHOW}{as_json})"],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **options,
    )


def test_the_table_is_on_standard_output_alone() -> None:
    done = shown(False, stdout=subprocess.PIPE)
    assert (done.stdout, done.stderr) == ("the table\n", "")


def test_as_json_the_document_is_on_standard_output_and_the_table_beside_it() -> None:
    done = shown(True, stdout=subprocess.PIPE)
    assert (json.loads(done.stdout), done.stderr) == ({"a": 1}, "the table\n")


def test_standard_output_that_takes_no_more_is_an_error_and_said_once() -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        done = shown(False, stdout=full)
    assert done.returncode == 1
    assert done.stderr.count("cannot write to standard output: No space left on device") == 1
    assert "Exception ignored" not in done.stderr


def test_an_interrupt_ends_a_run_and_an_error_goes_on() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    def broken() -> None:
        raise OSError("gone")

    assert commands.ran_to_its_end(lambda: None)
    assert not commands.ran_to_its_end(interrupted)
    with pytest.raises(OSError, match="gone"):
        commands.ran_to_its_end(broken)
