# SPDX-License-Identifier: Apache-2.0
"""Plants regressions in copies of the working tree and wants the gate's counts to name each.

    regressions.py [--only TEXT]

Builds the tree once and again with each planting of regressions.toml. One line per planting on
standard output: what rose. Exit status 1 when one is not found by its kind of count, or when
something rises where only comments differ; 4 when a build breaks.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tickring_gate import layout, sources
from tickring_gate.builds import Builder, Tree
from tickring_gate.candidates import OPERATIONS
from tickring_gate.counting import Counted, count, native_programs, python_programs
from tickring_gate.errors import Broken
from tickring_gate.workspace import workspace
from tickring_series.options import Parser

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = Path(__file__).with_name("regressions.toml")
Regression = dict[str, Any]


def say(line: str) -> None:
    """On standard error."""
    print(f"plantings: {line}", file=sys.stderr, flush=True)


@contextmanager
def planted(source: Path, regression: Regression) -> Iterator[None]:
    """The tree with the changes in it. Raises Broken where one does not apply."""
    before = {
        change["file"]: (source / change["file"]).read_text() for change in changes(regression)
    }
    try:
        for change in changes(regression):
            path = source / change["file"]
            text = path.read_text()
            if text.count(change["find"]) != 1:
                raise Broken(f"'{regression['name']}' does not apply to {change['file']}")
            path.write_text(text.replace(change["find"], change["replace"]))
        yield
    finally:
        for file, text in before.items():
            (source / file).write_text(text)


def changes(regression: Regression) -> list[dict[str, str]]:
    """Where it differs from the tree."""
    found: list[dict[str, str]] = regression["change"]
    return found


class Pair:
    """The tree as it is, and the same with a planting, each in a build of its own."""

    def __init__(self, folder: Path) -> None:
        """Builds both once."""
        self._builder = Builder(folder, say)
        self._base = Tree("tree", folder / "base", folder / "build-base")
        self._head = Tree("planting", folder / "head", folder / "build-head")
        for tree, like in ((self._base, None), (self._head, self._base)):
            sources.copy_working_tree(ROOT, tree.source)
            self._builder.build(tree, like=like)
        self._base_command = self._builder.link(self._base, "base-link", 1)

    def count(self, regression: Regression) -> Counted:
        """What the planting costs."""
        with planted(self._head.source, regression):
            command = self._builder.link(self._head, "head-link", 2)
            arms = ((self._base, self._base_command), (self._head, command))
            programs = [
                native_programs(tree.build / OPERATIONS)
                | python_programs(command.parent / "python")
                for tree, command in arms
            ]
            facts = [layout.facts_of(tree.build / OPERATIONS) for tree, _ in arms]
            return count(*programs, say) + layout.compare(*facts)


def is_as_wanted(regression: Regression, counted: Counted) -> bool:
    """Found by its kind of count; or, where nothing is to be found, nothing is."""
    kinds = {rise.kind for rise in counted.rises()}
    wanted = regression["found_by"]
    return wanted in kinds if wanted else not kinds


def main(argv: Sequence[str]) -> int:
    """Plants them one after the other; returns the exit status."""
    parser = Parser(prog="regressions", description=str(__doc__).splitlines()[0])
    parser.add_argument("--only", default="", metavar="TEXT", help="those with this in the name")
    options: argparse.Namespace = parser.parse_args(argv)
    table: list[Regression] = tomllib.loads(TABLE.read_text())["regression"]
    wanted = [regression for regression in table if options.only in regression["name"]]
    missed = 0
    try:
        with workspace(ROOT) as folder:
            pair = Pair(folder)
            for number, regression in enumerate(wanted, 1):
                say(f"{number} of {len(wanted)}: {regression['name']}")
                counted = pair.count(regression)
                right = is_as_wanted(regression, counted)
                missed += not right
                told = "; ".join(rise.words for rise in counted.rises()) or "nothing rises"
                print(f"{'ok    ' if right else 'MISSED'} {regression['name']}: {told}", flush=True)
    except Broken as failure:
        say(str(failure))
        return 4
    print(f"{len(wanted) - missed} of {len(wanted)} as wanted")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
