# SPDX-License-Identifier: Apache-2.0
"""The calibration file: gates whose answer was known, and the bounds that follow from them."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tickring_gate import blocks, builds, decision, disturbance, endpoints, stage
from tickring_gate.decision import Bounds
from tickring_gate.errors import Broken, checked
from tickring_gate.machine import cpu_model

SCHEMA_VERSION = 1
LEAST_GATES = 20  # between equal arms, before margins follow from them
LEAST_MARGIN = 0.01
# Without a calibration: chosen, not measured.
STARTING = {
    "latency": Bounds(margin=0.02, limit=0.10),
    "round-trip": Bounds(margin=0.02, limit=0.05),
    "producer": Bounds(margin=0.02, limit=0.10),
}
MOST_OFF = 1.5  # a plant is sized just before its gate, and the CPUs may move in between
ADVICE = "get it back with git checkout, or remove it to go on with the starting margins"
OTHERS = Bounds(margin=0.02, limit=0.10)  # end points of commands that are not ours
Record = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Calibration:
    """records: one a gate; source: says where the bounds come from."""

    records: Sequence[Record]
    source: str

    def bounds(self, name: str) -> Bounds:
        """Of an end point."""
        start = STARTING.get(name, OTHERS)
        found = [
            record["end_points"][name]
            for record in self.records
            if record["planted"] is None and name in record["end_points"]
        ]
        shifts = [entry["control"] for entry in found if entry["control"] is not None]
        if len(shifts) < LEAST_GATES:
            return start
        return Bounds(max(LEAST_MARGIN, deviation(shifts)), start.limit)


def planted_share(record: Record) -> float | None:
    """Of what the gate then found the base to take; None where it found nothing. Raises what
    checked() turns into a damaged file."""
    plant = record["planted"]
    median_ns = record["end_points"][plant["end_point"]]["base_median"]
    if median_ns is None:
        return None
    if not median_ns > 0:
        raise ValueError(f"the base_median of {plant['end_point']} is {median_ns}")
    return plant["delay_ns"] / median_ns


def is_as_meant(record: Record) -> bool:
    """Whether what was planted is about the share that it was to be; of equal arms it is."""
    if record["planted"] is None:
        return True
    share, effect = planted_share(record), float(record["planted"]["effect"])
    return share is None or effect / MOST_OFF <= share <= effect * MOST_OFF


def deviation(shifts: Sequence[float]) -> float:
    """Of the shift between base and control, of one source, from gate to gate, about 0."""
    return float(np.sqrt(np.mean(np.square(shifts))))


def decision_hash() -> str:
    """Of the code that measures and decides: what was calibrated with another is worth nothing."""
    whole = hashlib.sha256()
    for module in (decision, blocks, builds, disturbance, endpoints, stage):
        whole.update(Path(str(module.__file__)).read_bytes())
    return whole.hexdigest()


def read(path: Path) -> Calibration:
    """The calibration in use. Raises Broken when the file is damaged."""
    if not path.exists():
        return Calibration([], f"the starting ones, there is no {path}")
    content = _content(path)
    if content["decision_sha256"] != decision_hash():
        return Calibration([], f"the starting ones: {path} belongs to another decision code")
    equal = [record for record in content["gates"] if record["planted"] is None]
    count = len(equal)
    if count < LEAST_GATES:
        source = f"the starting ones: {path} has {count} gates of equal arms, {LEAST_GATES} needed"
        return Calibration(content["gates"], source)
    source, model = f"{path}: {count} gates of equal arms", cpu_model()
    alike = sum(record.get("cpu_model") == model for record in equal)
    if alike < count:
        source += f", {alike} of them on this kind of CPU ({model})"
    return Calibration(content["gates"], source)


def _content(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Broken(f"the calibration {path} cannot be read: {error.strerror}") from None
    with checked(f"the calibration {path}", ADVICE):
        content = json.loads(text)
        if content["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"its schema_version is {content['schema_version']}")
        str(content["decision_sha256"])
        for record in content["gates"]:
            _check(record)
    return content


def _check(record: Record) -> None:
    is_as_meant(record)
    str(record["verdict"])
    for name in record["end_points"]:
        control = record["end_points"][name]["control"]
        if control is not None and not -1 < control < 10:
            raise ValueError(f"the control of {name} is {control}")
