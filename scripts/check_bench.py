# SPDX-License-Identifier: Apache-2.0
"""Checks that the newest run of a scenario lost nothing and counted everything; no speed is asked.

    check_bench.py RUNS [SCENARIO]

RUNS is the folder of run directories, SCENARIO defaults to seed. Exit status 0: the result holds;
1: it does not, with one line for each thing that is amiss; 2: there is no such run.
"""

import json
import sys
from pathlib import Path
from typing import Any


def newest_result(runs: Path, scenario: str) -> Path | None:
    """The result.json of the newest run; names of run directories start with their time."""
    for result in sorted(runs.glob("*/result.json"), reverse=True):
        if json.loads(result.read_text())["scenario"]["name"] == scenario:
            return result
    return None


def faults_of(result: dict[str, Any]) -> list[str]:
    """What is amiss in a result, as sentences."""
    sent = result["producer"]["messages_sent"]
    consumer, latency = result["consumer"], result["latency_ns"]
    received = consumer["messages_received"]
    counted = sum(latency[key] for key in ("count", "negative_count", "overflow_count"))
    wanted = result["scenario"]["messages"]
    faults = []
    if result["status"] != "complete":
        faults.append(f"status is {result['status']}, not complete")
    if sent != wanted or received != wanted:
        faults.append(f"of {wanted} messages {sent} were sent and {received} received")
    for key in ("lost", "duplicated", "reordered", "torn", "wrong_length"):
        if consumer[key] != 0:
            faults.append(f"consumer.{key} is {consumer[key]}, not 0")
    if counted != received:
        faults.append(f"latency_ns counts {counted} of {received} messages")
    return faults


def main() -> int:
    """Checks one run."""
    runs = Path(sys.argv[1])
    scenario = sys.argv[2] if len(sys.argv) > 2 else "seed"
    path = newest_result(runs, scenario)
    if path is None:
        print(f"check_bench: {runs} holds no run of the scenario {scenario}", file=sys.stderr)
        return 2
    faults = faults_of(json.loads(path.read_text()))
    for fault in faults:
        print(f"check_bench: {path}: {fault}", file=sys.stderr)
    if not faults:
        print(f"check_bench: {path}: nothing lost, everything counted")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
