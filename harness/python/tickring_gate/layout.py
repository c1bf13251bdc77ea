# SPDX-License-Identifier: Apache-2.0
"""Facts of the memory layout, where less is better: what the operations of a build print.

Two words that different sides write or wait on slow each other down when they share a line, and
nothing that is counted in one thread shows it.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tickring_gate.counting import Count, Counted
from tickring_gate.decision import State

FLAG, KIND = "--layout", "layout"
Facts = Mapping[str, float]


def facts_of(operations: Path) -> Facts:
    """By name; none where a build has no such program, or one that does not tell them."""
    if not operations.exists():
        return {}
    done = subprocess.run([operations, FLAG], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return {name: float(number) for name, number in (line.split() for line in lines)}


def compare(base: Facts, candidate: Facts) -> Counted:
    """The facts that both builds tell; any rise is one too many."""
    if not base or not candidate:
        return Counted((), {KIND: "one of the builds does not tell it"})
    counts = [
        Count(name, KIND, base[name], candidate[name], _state(base[name], candidate[name]))
        for name in base
        if name in candidate
    ]
    return Counted(counts)


def _state(base: float, candidate: float) -> State:
    if base == candidate:
        return State.UNCHANGED
    return State.REGRESSED if candidate > base else State.IMPROVED
