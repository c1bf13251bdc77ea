# SPDX-License-Identifier: Apache-2.0
"""A part of the kills of runs, and proof that what is wrong with a run is seen."""

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import run_kills
from run_kills import Killed, kill_runs, participants_left, what_is_wrong_with


def test_runs_killed_at_any_moment_leave_a_whole_run_or_none() -> None:
    seed = random.randrange(10**9)
    killed = kill_runs(20, seed)
    assert killed.violations == [], f"seed {seed}"
    assert killed.left["a run"] + killed.left["no run"] == 20


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    killed = Killed(tmp_path_factory.mktemp("runs"), random.Random(1))
    killed.run_whole()
    assert killed.violations == []
    (name,) = killed.entries()
    return killed.out / name


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def change_the_count(path: Path) -> None:
    result = json.loads(path.read_text())
    result["latency_ns"]["count"] -= 1
    path.write_text(json.dumps(result))


@pytest.mark.parametrize(
    ("file", "damage", "words"),
    [
        ("result.json", cut, "cannot be read"),
        ("result.json", lambda path: path.write_text("{}"), "cannot be read"),
        ("result.json", change_the_count, "the log has"),
        ("latency.hlog", cut, ""),
        ("latency.hgrm", Path.unlink, "lacks latency.hgrm"),
    ],
)
def test_a_run_that_is_not_whole_is_found(
    whole_run: Path, tmp_path: Path, file: str, damage: Callable[[Path], None], words: str
) -> None:
    run = tmp_path / whole_run.name
    shutil.copytree(whole_run, run)
    schema = Killed(tmp_path, random.Random(1)).schema
    assert what_is_wrong_with(run, schema) == []
    damage(run / file)
    (wrong,) = what_is_wrong_with(run, schema)
    assert words in wrong


def test_an_unfinished_folder_is_found(whole_run: Path, tmp_path: Path) -> None:
    hidden = tmp_path / f".{whole_run.name}"
    shutil.copytree(whole_run, hidden)
    assert what_is_wrong_with(hidden, Killed(tmp_path, random.Random(1)).schema)


def test_unfinished_work_that_the_next_run_leaves_is_found(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    killed = Killed(tmp_path_factory.mktemp("run"), random.Random(1))
    (killed.out / ".unfinished-abcdef").mkdir(parents=True)
    lock = os.open(killed.out / ".unfinished-abcdef", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # as a run that is alive has it
    killed.run_whole()
    os.close(lock)
    assert killed.violations == ["the next run leaves .unfinished-abcdef"]


def test_a_process_that_is_left_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("run_kills.GONE_WITHIN_S", 0.05)
    words = [sys.executable, "-c", "print(flush=True); input()", str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.readline()  # its command line can be read by now
        found = participants_left(tmp_path)
        process.send_signal(signal.SIGKILL)
    assert found == [f"process {process.pid} outlives the harness"]
    assert participants_left(tmp_path) == []


def test_what_was_left_is_written_for_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = SimpleNamespace(left=Counter({"a run": 3, "no run": 1}), violations=["it stays"])
    monkeypatch.setattr(run_kills, "kill_runs", lambda kills, seed: killed)
    file = tmp_path / "run_kills.json"
    monkeypatch.setattr(
        sys, "argv", ["run_kills.py", "--kills", "4", "--seed", "7", "--json", str(file)]
    )
    assert run_kills.main() == 1
    document = json.loads(file.read_text())
    assert document["settings"] == {"kills": 4, "seed": 7}
    assert document["left"] == {"a run": 3, "no run": 1}
    assert document["violations"] == ["it stays"]
