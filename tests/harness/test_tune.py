# SPDX-License-Identifier: Apache-2.0
"""--tune, on files that are described here: what it changes is put back, whatever happens."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from harness_calls import RUN_FAKES, Harness

HUGE_PAGES = "sys/kernel/mm/transparent_hugepage/enabled"


@pytest.fixture
def setting(harness: Harness) -> Path:
    """Huge pages, as they should not be."""
    file = harness.folder / "root" / HUGE_PAGES
    file.parent.mkdir(parents=True)
    file.write_text("[always] madvise never\n")
    harness.environment["TICKRING_SYSTEM_ROOT"] = str(harness.folder / "root")
    return file


def start_and_wait(harness: Harness, *arguments: str) -> subprocess.Popen:
    mark = harness.mark("producer", endless_run=True)
    run = harness.start(*RUN_FAKES, *arguments)
    while not mark.exists():
        assert run.poll() is None
        os.sched_yield()
    return run


def test_without_the_flag_nothing_is_changed(harness: Harness, setting: Path) -> None:
    run = start_and_wait(harness)
    assert setting.read_text() == "[always] madvise never\n"
    run.terminate()
    run.communicate(timeout=60)


def test_a_setting_is_changed_for_the_run_and_told(harness: Harness, setting: Path) -> None:
    assert harness.run("--tune").status == 0
    environment = harness.result()["environment"]
    assert environment["transparent_huge_pages"]["value"] == "madvise"
    assert f"/{HUGE_PAGES} madvise (was always)" in environment["tuned_settings"]["value"]
    assert setting.read_text() == "always\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_puts_back_what_it_changed(
    harness: Harness, setting: Path, number: int
) -> None:
    run = start_and_wait(harness, "--tune")
    assert setting.read_text() == "madvise\n"
    run.send_signal(number)
    run.communicate(timeout=60)
    assert setting.read_text() == "always\n"


def test_the_next_run_puts_back_what_a_killed_one_left(harness: Harness, setting: Path) -> None:
    run = start_and_wait(harness, "--tune")
    run.kill()
    run.communicate(timeout=60)
    assert setting.read_text() == "madvise\n"
    harness.tell("producer")
    outcome = harness.run()
    assert outcome.status == 0
    assert setting.read_text() == "always\n"
    assert "note: put back 1 settings that a killed run had changed" in outcome.err


def test_a_run_that_breaks_puts_back_what_it_changed(harness: Harness, setting: Path) -> None:
    harness.tell("consumer", at="run", do="crash")
    assert harness.run("--tune").status == 4
    assert setting.read_text() == "always\n"


def test_without_permission_the_setting_is_named(harness: Harness, setting: Path) -> None:
    # Not even root may write to this one.
    setting.unlink()
    read_only = Path("/proc/version")
    setting.symlink_to(read_only)
    governor = harness.folder / "root/proc/sys/kernel/numa_balancing"
    governor.parent.mkdir(parents=True)
    governor.symlink_to(read_only)
    outcome = harness.run("--tune")
    assert outcome.status == 4
    assert "--tune " in outcome.err
    assert "/proc/sys/kernel/numa_balancing" in outcome.err
    assert harness.runs == []
