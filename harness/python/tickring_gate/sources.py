# SPDX-License-Identifier: Apache-2.0
"""The two source trees of a gate: a revision, and the working tree as it is."""

import shutil
from pathlib import Path

from tickring_gate.errors import Broken, Refused
from tickring_gate.workspace import git

NEEDED = ("meson.build", "meson_options.txt", "scripts/cargo_build")


def repository_of(folder: Path) -> Path:
    """The clone that a folder is in. Raises Refused."""
    try:
        root = Path(git(folder, "rev-parse", "--show-toplevel").strip())
    except (Broken, OSError) as failure:
        raise Refused(f"--base needs a clone of tickring around it: {failure}") from None
    missing = [name for name in NEEDED if not (root / name).exists()]
    if missing:
        raise Refused(f"{root} is no clone of tickring: {missing[0]} is missing")
    return root


def commit_of(repository: Path, revision: str) -> str:
    """Its full name. Raises Refused."""
    try:
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return git(repository, *words).strip()
    except Broken:
        raise Refused(
            f"--base is '{revision}'; a commit of this clone is needed, and git knows none "
            "by this name (git fetch gets more)"
        ) from None


def check_out(repository: Path, commit: str, target: Path) -> None:
    """A worktree of a commit. Raises Broken."""
    git(repository, "worktree", "add", "--quiet", "--detach", target, commit)
    missing = [name for name in NEEDED if not (target / name).exists()]
    if missing:
        raise Broken(
            f"{commit[:12]} cannot be built by this gate: it has no {missing[0]}; take a later base"
        )


def copy_working_tree(repository: Path, target: Path) -> None:
    """A worktree that holds what the working tree holds now, but for what git ignores."""
    git(repository, "worktree", "add", "--quiet", "--detach", "--no-checkout", target, "HEAD")
    git(target, "reset", "--quiet")
    listed = git(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in set(filter(None, listed.split("\0"))):
        source, copy = repository / name, target / name
        if source.is_file() or source.is_symlink():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)
