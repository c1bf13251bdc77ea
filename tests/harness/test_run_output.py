# SPDX-License-Identifier: Apache-2.0
"""A disk that is full: exit code 4, and no half of a run to be seen."""

import fcntl
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness_calls import Harness


@pytest.fixture
def small_disk(harness: Harness) -> Iterator[Path]:
    """A file system of 16 KiB."""
    folder = harness.folder / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode != 0:
        pytest.skip("mount is not permitted")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_leaves_nothing_half_written(
    harness: Harness, small_disk: Path
) -> None:
    (small_disk / "good").write_text("x" * 8192)
    outcome = harness.run("--out", str(small_disk))
    assert outcome.status == 4
    assert "No space left on device" in outcome.err
    assert [file.name for file in small_disk.iterdir()] == ["good"]


def test_a_disk_that_is_full_already_is_noticed_before_the_run(
    harness: Harness, small_disk: Path
) -> None:
    with (small_disk / "good").open("wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(b"x" * 4096)
    outcome = harness.run("--out", str(small_disk))
    assert outcome.status == 4
    assert "No space left on device" in outcome.err
    assert "running" not in outcome.err


def test_a_limit_on_the_size_of_files_leaves_nothing_half_written(harness: Harness) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

    # Below the size of result.json; the fakes write less.
    outcome = harness.run("--messages", "20", preexec_fn=limit)
    assert outcome.status == 4
    assert "cannot write" in outcome.err
    assert harness.runs == []


def test_an_output_folder_is_made_with_those_above_it(harness: Harness) -> None:
    assert harness.run("--out", "deep/er").status == 0
    assert len(list((harness.folder / "deep" / "er").iterdir())) == 1


def test_what_a_killed_run_left_unfinished_is_removed_and_nothing_else(harness: Harness) -> None:
    out = harness.folder / "out"
    for name in (".unfinished-killed", ".unfinished-alive", ".hidden"):
        (out / name).mkdir(parents=True)
        (out / name / "result.json").touch()
    (out / ".unfinished-page").touch()
    lock = os.open(out / ".unfinished-alive", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert harness.run().status == 0
    os.close(lock)
    assert [path.name for path in harness.runs[:-1]] == [".hidden", ".unfinished-alive"]
