# SPDX-License-Identifier: Apache-2.0
"""Two commands of anybody: what they print is measured. The control is the base, run once more.

A command prints lines of the form `[NAME] NUMBER UNIT`, or the result of `tickring run --json`.
Less is better, but for units that end in /s. Other lines are left alone.
"""

import json
import math
import re
import subprocess
from typing import Any

from tickring_series.probing import Probing
from tickring_series.slices import look_up

from tickring_gate.blocks import BASE, CANDIDATE, CONTROL
from tickring_gate.counting import Counted
from tickring_gate.decision import MOST_END_POINTS
from tickring_gate.endpoints import EndPoint, Figures, Workload
from tickring_gate.errors import Broken, Refused
from tickring_gate.processes import finish
from tickring_gate.stage import Measured

TIMEOUT_S = 120
LINE = re.compile(
    r"^(?:(?P<name>[A-Za-z][\w.-]*):?\s+)?(?P<number>[0-9][0-9.eE+-]*)\s+(?P<unit>\S+)$"
)
PER_S = "/s"
Found = dict[str, tuple[float, str]]  # value and unit by name


def parse(output: str) -> Found:
    """The figures in what a command printed; less is better for all. May be empty."""
    try:
        result = json.loads(output)
    except ValueError:
        return dict(filter(None, map(_of_line, output.splitlines())))
    return _of_result(result) if isinstance(result, dict) else {}


def _of_line(line: str) -> tuple[str, tuple[float, str]] | None:
    match = LINE.match(line.strip())
    if match is None:
        return None
    try:
        number = float(match["number"])
    except ValueError:
        return None
    if not 0 < number < math.inf:
        return None
    unit, name = match["unit"], match["name"] or "value"
    if unit.endswith(PER_S):
        return name, (1e9 / number, f"ns per {unit.removesuffix(PER_S)}")
    return name, (number, unit)


def _of_result(result: dict[str, Any]) -> Found:
    """Of a result.json: the round trip; else the latency, and the time per message if flat out."""
    sent, elapsed_s = (look_up(result, ("producer", key)) for key in ("messages_sent", "elapsed_s"))
    is_closed = look_up(result, ("scenario", "rate_per_s")) is None
    trip_ns = look_up(result, ("round_trip", "trimmed_mean_ns"))
    latency_ns = look_up(result, ("windows", "steady_mean_ns")) or look_up(
        result, ("latency_ns", "mean")
    )
    found: Found = {}
    if trip_ns:
        return {"round-trip": (trip_ns, "ns")}
    if latency_ns:
        found["latency"] = (latency_ns, "ns")
    if is_closed and sent and elapsed_s:
        found["producer"] = (elapsed_s / sent * 1e9, "ns")
    return found


class Commands:
    """Base and candidate as commands of the shell."""

    def __init__(self, base: str, head: str, probing: Probing) -> None:
        """Runs each once. Raises Broken when one fails, Refused when there is nothing to judge."""
        self._probing = probing
        self._commands = {BASE: base, CONTROL: base, CANDIDATE: head}
        found = {arm: self._found(arm) for arm in (BASE, CANDIDATE)}
        units = {arm: {name: unit for name, (_, unit) in found[arm].items()} for arm in found}
        if units[BASE] != units[CANDIDATE]:
            told = f"{units[BASE]} and {units[CANDIDATE]}"
            raise Refused(f"the two commands have to print the same figures; they print {told}")
        if not 1 <= len(units[BASE]) <= MOST_END_POINTS:
            raise Refused(
                f"the commands print {len(units[BASE])} figures; 1 to {MOST_END_POINTS} lines of "
                "the form NAME NUMBER UNIT are needed"
            )
        points = tuple(EndPoint(name, name, unit) for name, unit in units[BASE].items())
        self.workloads = (Workload("command", points, (), _unread),)

    def arms(self, _stage: int) -> "Commands":
        """There is nothing to link."""
        return self

    def count(self) -> Counted:
        """Commands are not looked into."""
        return Counted((), {"commands": "only builds of this project are counted"})

    def told(self) -> dict[str, Any]:
        """The two commands."""
        return {"base_cmd": self._commands[BASE], "head_cmd": self._commands[CANDIDATE]}

    def run(self, arm: str, workload: Workload, _block: int) -> Measured:
        """One slice."""
        before_ns = self._probing.probe()
        try:
            found = self._found(arm)
        except Broken as broken:
            return Measured(None, 0.0, str(broken))
        names = [point.name for point in workload.end_points]
        figures: Figures = {name: found[name][0] if name in found else None for name in names}
        return Measured(figures, 0.0, "", (before_ns, self._probing.probe()))

    def _found(self, arm: str) -> Found:
        command = self._commands[arm]
        try:
            done = finish(["/bin/sh", "-c", command], timeout_s=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise Broken(f"'{command}' did not end within {TIMEOUT_S} s") from None
        if done.status != 0:
            told = (done.errors.strip() or "it says nothing").splitlines()[-1]
            raise Broken(f"'{command}' ended with {done.status}: {told}")
        return parse(done.output)


def _unread(*_: Any) -> Figures:  # noqa: ANN401 - nothing is read from a folder
    return {}
