# SPDX-License-Identifier: Apache-2.0
"""The figures of a run in the form `customSmallerIsBetter` of continuous-benchmark actions."""

import json
from typing import Any

from .material import Material

FILE = "smaller-is-better.json"
LATENCIES = ("mean", "p50", "p90", "p99", "p99_9")


def entries(material: Material) -> list[dict[str, Any]]:
    """A list of {name, unit, value}, all in nanoseconds; what the run lacks is not in it."""
    values = {f"latency {key.replace('_', '.')}": f"latency_ns.{key}" for key in LATENCIES}
    values["window steady mean"] = "windows.steady_mean_ns"
    found = [(name, material.get(path)) for name, path in values.items()]
    throughput = material.get("producer.throughput_per_s")
    if throughput:
        found.append(("time per message", 1e9 / throughput))
    return [
        {"name": f"{material.scenario}: {name}", "unit": "ns", "value": value}
        for name, value in found
        if value is not None
    ]


def as_json(materials: list[Material]) -> str:
    """The file of a report: the entries of all its runs."""
    return json.dumps([entry for one in materials for entry in entries(one)], indent=2) + "\n"
