# SPDX-License-Identifier: Apache-2.0
"""The gate's folder and worktrees, over small repositories."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tickring_gate import sources
from tickring_gate.errors import Broken, Refused
from tickring_gate.workspace import PREFIX, git, workspace

from tests.harness.processes import is_alive, wait_until


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With one commit that looks like ours; temporary folders are made beside it."""
    for variable in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(variable)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    root = tmp_path / "clone"
    (root / "scripts").mkdir(parents=True)
    git(root, "init", "--quiet")
    for name in sources.NEEDED:
        (root / name).write_text(name)
    commit(root, "first")
    return root


def commit(root: Path, message: str) -> str:
    git(root, "add", "--all")
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    git(root, *who, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD").strip()


def left_behind(root: Path) -> tuple[int, int]:
    """Worktrees beside the clone itself, and folders of gates."""
    listed = git(root, "worktree", "list", "--porcelain").count("worktree ")
    return listed - 1, len(list((root.parent / "tmp").glob(f"{PREFIX}*")))


def test_nothing_of_a_gate_is_left_behind(repository: Path) -> None:
    with workspace(repository) as folder:
        sources.check_out(repository, "HEAD", folder / "base")
        assert left_behind(repository) == (1, 1)
    assert left_behind(repository) == (0, 0)


def test_nothing_is_left_behind_by_an_error_or_an_interrupt(repository: Path) -> None:
    for error in (Broken, KeyboardInterrupt):
        with pytest.raises(error), workspace(repository) as folder:
            sources.check_out(repository, "HEAD", folder / "base")
            raise error
        assert left_behind(repository) == (0, 0)


KILLED = """
import os, signal, sys
from pathlib import Path
from tickring_gate import sources
from tickring_gate.workspace import workspace
root = Path(sys.argv[1])
with workspace(root) as folder:
    sources.check_out(root, "HEAD", folder / "base")
    print("there", flush=True)
    signal.pause()
"""


def start_gate(repository: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(repository)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "there\n"
    return process


def test_the_next_gate_removes_what_a_killed_one_left(repository: Path) -> None:
    process = start_gate(repository)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert left_behind(repository) == (1, 1)
    with workspace(repository):
        assert left_behind(repository) == (0, 1)
    assert left_behind(repository) == (0, 0)


BUILDS_FOR_EVER = """
project('tickring', 'c')
custom_target('rust', output: 'rust', build_by_default: true,
  command: ['sh', '-c', 'echo $$ >$BUILDING.new; mv $BUILDING.new $BUILDING; exec sleep 1000'])
"""
OPTIONS = """
option('tests', type: 'boolean', value: true)
option('benchmarks', type: 'feature', value: 'auto')
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_nothing_behind(
    repository: Path, number: signal.Signals
) -> None:
    (repository / "meson.build").write_text(BUILDS_FOR_EVER)
    (repository / "meson_options.txt").write_text(OPTIONS)
    commit(repository, "second")
    mark = repository.parent / "building"
    gate = [sys.executable, "-m", "tickring_gate", "--base", "HEAD", "--tickring", "/bin/true"]
    with subprocess.Popen(
        gate,
        cwd=repository,
        env=os.environ | {"BUILDING": str(mark)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(mark.exists)
        built_by = int(mark.read_text())
        assert is_alive(built_by)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "nothing is kept" in errors
    assert not is_alive(built_by)
    assert left_behind(repository) == (0, 0)


def test_a_gate_that_is_running_is_left_alone(repository: Path) -> None:
    process = start_gate(repository)
    with workspace(repository):
        assert left_behind(repository) == (1, 2)
    process.terminate()
    process.communicate()


def test_what_git_remembers_of_a_folder_that_is_gone_is_removed(repository: Path) -> None:
    process = start_gate(repository)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (folder,) = (repository.parent / "tmp").iterdir()
    subprocess.run(["rm", "-r", folder], check=True)
    assert left_behind(repository) == (1, 0)
    with workspace(repository):
        assert left_behind(repository) == (0, 1)


def test_worktrees_and_folders_of_others_are_left_alone(repository: Path) -> None:
    own = repository.parent / "mine"
    git(repository, "worktree", "add", "--quiet", "--detach", own)
    other = repository.parent / "tmp" / "other"
    other.mkdir()
    with workspace(repository):
        pass
    assert own.exists()
    assert other.exists()
    assert left_behind(repository) == (1, 0)


def test_the_working_tree_is_copied_as_it_is(repository: Path, tmp_path: Path) -> None:
    (repository / ".gitignore").write_text("built\n")
    (repository / "gone").write_text("x")
    commit(repository, "second")
    (repository / "built").write_text("not for others")
    (repository / "new").write_text("untracked")
    (repository / "meson.build").write_text("changed")
    (repository / "gone").unlink()
    copy = tmp_path / "copy"
    sources.copy_working_tree(repository, copy)
    assert (copy / "new").read_text() == "untracked"
    assert (copy / "meson.build").read_text() == "changed"
    assert not (copy / "built").exists()
    assert not (copy / "gone").exists()
    assert git(copy, "describe", "--always", "--dirty", "--exclude=*").strip().endswith("-dirty")


def test_a_clean_working_tree_is_a_clean_copy(repository: Path, tmp_path: Path) -> None:
    sources.copy_working_tree(repository, tmp_path / "copy")
    assert git(tmp_path / "copy", "status", "--porcelain") == ""


@pytest.mark.parametrize("revision", ["nowhere", "", "--all", "HEAD~7"])
def test_a_base_that_git_does_not_know_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(Refused, match="--base is '"):
        sources.commit_of(repository, revision)


def test_a_base_without_a_build_is_named(repository: Path, tmp_path: Path) -> None:
    (repository / "meson_options.txt").unlink()
    name = commit(repository, "without")
    with pytest.raises(Broken, match=r"has no meson_options\.txt; take a later base"):
        sources.check_out(repository, name, tmp_path / "base")


def test_a_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="needs a clone of tickring"):
        sources.repository_of(tmp_path)


def test_a_clone_of_something_else_is_refused(repository: Path) -> None:
    (repository / "scripts" / "cargo_build").unlink()
    with pytest.raises(Refused, match="is no clone of tickring: scripts/cargo_build is missing"):
        sources.repository_of(repository)
