# SPDX-License-Identifier: Apache-2.0
"""The temporary folder of a gate, and what is left of gates that were killed.

A folder belongs to a running gate as long as that holds a lock on it. The next gate removes those
that nobody holds, with the worktrees that git knows there; no others.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tickring_gate.errors import Broken

PREFIX = "tickring-gate-"
ORIGIN = "repository"  # a file in the folder: whose worktrees are in it


def git(repository: Path, *words: str | Path) -> str:
    """What git says. Raises Broken with its last line."""
    command = ["git", "-C", repository, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        told = (done.stderr.strip() or "it says nothing").splitlines()[-1]
        raise Broken(f"git {words[0]} failed: {told}")
    return done.stdout


@contextlib.contextmanager
def workspace(repository: Path) -> Iterator[Path]:
    """A folder for the builds of a gate, gone at the end with all that git knows of it."""
    remove_leftovers(repository)
    folder, handle = _make()
    try:
        (folder / ORIGIN).write_text(str(repository))
        yield folder
    finally:
        _remove(folder)
        os.close(handle)


def _make() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        handle = os.open(folder, os.O_RDONLY)
        # Another gate may have taken it for a leftover before it was locked.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists():
                return folder, handle
        os.close(handle)


def remove_leftovers(repository: Path) -> None:
    """Of gates that were killed; also what git remembers of folders that are gone by now."""
    for folder in Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(handle).st_uid == os.getuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _remove(folder)
            finally:
                os.close(handle)
    gone = [path for path in _worktrees(repository) if not path.exists()]
    _forget(repository, [path for path in gone if path.parent.name.startswith(PREFIX)])


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError, Broken):
        repository = Path((folder / ORIGIN).read_text())
        _forget(repository, [p for p in _worktrees(repository) if p.parent == folder])
    shutil.rmtree(folder, ignore_errors=True)


def _worktrees(repository: Path) -> list[Path]:
    listed = git(repository, "worktree", "list", "--porcelain").splitlines()
    return [Path(line.removeprefix("worktree ")) for line in listed if line.startswith("worktree ")]


def _forget(repository: Path, paths: Sequence[Path]) -> None:
    for path in paths:
        git(repository, "worktree", "remove", "--force", "--force", path)
