# SPDX-License-Identifier: Apache-2.0
import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "keep_runs.py"


def make_run(
    folder: Path, *, status: str = "complete", dirty: bool = False, **more: object
) -> Path:
    folder.mkdir(parents=True)
    environment = {"boot_id": {"value": "abc"}, "kernel_command_line": {"value": "x"}, "cpus": {}}
    project = {"dirty": dirty}
    result = {"status": status, "project": project, "environment": environment, **more}
    (folder / "result.json").write_text(json.dumps(result))
    (folder / "latency.hlog").write_text("log")
    return folder


def keep(run: Path, into: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, run, "--into", into]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_run_is_kept_with_its_companions_and_without_the_machines_identity(
    tmp_path: Path,
) -> None:
    make_run(tmp_path / "runs" / "other")
    run = make_run(tmp_path / "runs" / "seed", companion_runs={"seed-paced": "other"})
    into = tmp_path / "kept"
    assert keep(run, into).returncode == 0
    assert sorted(path.name for path in into.iterdir()) == ["other", "seed"]
    environment = json.loads((into / "seed" / "result.json").read_text())["environment"]
    assert environment == {"cpus": {}}
    assert (into / "seed" / "latency.hlog").read_text() == "log"


def test_what_was_kept_before_is_replaced(tmp_path: Path) -> None:
    make_run(tmp_path / "kept" / "old")
    run = make_run(tmp_path / "runs" / "seed")
    assert keep(run, tmp_path / "kept").returncode == 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["seed"]


def test_incomplete_dirty_and_missing_runs_are_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    make_run(tmp_path / "kept" / "old")
    for name, options in {"incomplete": {"status": "incomplete"}, "dirty": {"dirty": True}}.items():
        outcome = keep(make_run(tmp_path / name, **options), tmp_path / "kept")
        assert outcome.returncode == 2
        assert outcome.stderr.startswith("keep_runs: ")
    run = make_run(tmp_path / "seed", companion_runs={"seed-paced": "nowhere"})
    outcome = keep(run, tmp_path / "kept")
    assert outcome.returncode == 2
    assert "nowhere" in outcome.stderr
    assert (tmp_path / "kept" / "old").is_dir()
