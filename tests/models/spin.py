# SPDX-License-Identifier: Apache-2.0
"""Lets Spin search every state of ring.pml, and wants it to find each planted mistake."""

import dataclasses
import re
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from finding import Finding

HERE = Path(__file__).parent
MODEL = HERE / "ring.pml"
LIST = HERE / "models.toml"
OPTIONS = ["-O2", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=8000", "-o", "pan", "pan.c"]
DEEPEST = "-m5000000"  # Spin says when that is not deep enough


@dataclasses.dataclass(frozen=True)
class Search:
    """One search: its name, the definitions, and whether a mistake has to be found."""

    name: str
    definitions: tuple[str, ...]
    is_bug: bool


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What Spin answered."""

    errors: int
    states: int
    is_whole: bool
    what: str  # the first violation
    took_s: float


def searches(text: str) -> Iterator[Search]:
    """All that models.toml names."""
    listed = tomllib.loads(text)
    settings = listed["settings"]

    def definitions(names: list[str]) -> list[str]:
        return [definition for name in names for definition in settings[name]]

    for names in listed["holds"]["settings"]:
        yield Search(" ".join(names), tuple(definitions(names)), is_bug=False)
    for bug, names in listed["bugs"].items():
        yield Search(bug, (*definitions(names), f"BUG_{bug}"), is_bug=True)


def planted(text: str) -> set[str]:
    """The mistakes that the model knows."""
    return set(re.findall(r"\bBUG_([A-Z_]+)\b", text)) - {""}


def read(output: str, took_s: float) -> Outcome:
    """Takes what matters out of Spin's report."""
    errors = re.search(r"errors: (\d+)", output)
    states = re.search(r"(\d+) states, stored", output)
    if not errors or not states:
        raise RuntimeError(output[-2000:] or "no output")
    violation = re.search(r"pan:1: (.*) \(at depth", output)
    short = ("max search depth too small", "out of memory", "Search not completed")
    return Outcome(
        errors=int(errors[1]),
        states=int(states[1]),
        is_whole=not any(words in output for words in short),
        what=violation[1] if violation else "",
        took_s=took_s,
    )


def run(search: Search) -> Outcome:
    """Makes the verifier for one search and lets it run."""
    began = time.monotonic()
    defines = [f"-D{definition}" for definition in search.definitions]
    with tempfile.TemporaryDirectory() as folder:
        for command in (["spin", "-a", *defines, str(MODEL)], ["cc", *OPTIONS]):
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(done.stdout + done.stderr)
        verifier = subprocess.run(
            ["./pan", DEEPEST, "-w25"], cwd=folder, capture_output=True, text=True, check=False
        )
    return read(verifier.stdout + verifier.stderr, time.monotonic() - began)


def came_out(search: Search, outcome: Outcome) -> bool:
    """Whether the search came out as it has to."""
    if search.is_bug:
        return outcome.errors > 0
    return outcome.errors == 0 and outcome.is_whole


def check() -> Iterator[Finding]:
    """Every search of models.toml, one after the other."""
    for search in searches(LIST.read_text()):
        outcome = run(search)
        what = outcome.what if outcome.errors else "" if outcome.is_whole else "not searched whole"
        yield Finding(
            search.name,
            came_out(search, outcome),
            "found" if search.is_bug else "holds",
            f"{outcome.states:,} states, {outcome.took_s:.0f} s {what}".rstrip(),
        )
