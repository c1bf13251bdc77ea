# SPDX-License-Identifier: Apache-2.0
"""The project's own transports, measured by the real harness."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = Path(os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring"))
SCHEMA = json.loads((ROOT / "harness" / "peers.schema.json").read_text())


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("peers")
    command = [sys.executable, "-m", "tickring_series", "peers", "--repeats", "2"]
    command += ["--messages", "2000", "--transports", "ring,pipe,uds", "--seed", "1"]
    command += ["--tickring", str(COMMAND), "--out", str(out)]
    # Short: the names of sockets below it are limited.
    with tempfile.TemporaryDirectory(prefix="tickring-") as runtime:
        environment = os.environ | {"XDG_RUNTIME_DIR": runtime}
        subprocess.run(command, cwd=out, env=environment, check=True, timeout=300)
    (path,) = out.glob("*-peers/peers.json")
    return json.loads(path.read_text())


def test_what_the_real_harness_says_is_as_the_schema_says(document: dict[str, Any]) -> None:
    jsonschema.validate(document, SCHEMA)
    assert document["status"] == "complete"


def test_every_row_is_measured_and_both_ends_agree(document: dict[str, Any]) -> None:
    for row in document["rows"]:
        assert row["available"], row["reason"]
        assert (row["measured_runs"], row["aborted_runs"]) == (2, 0), row
        assert row["messages_sent"] == row["messages_received"] == 4000
        assert (row["lost"], row["duplicated"], row["torn"]) == (0, 0, 0)


def test_every_slice_lies_between_two_probes_of_the_placement(document: dict[str, Any]) -> None:
    assert document["regimes"]
    assert all(s["probe_before_ns"] and s["probe_after_ns"] for s in document["slices"])


def test_paced_rows_have_a_latency_from_the_intended_time(document: dict[str, Any]) -> None:
    paced = [s for s in document["slices"] if s["row"].startswith("paced/")]
    assert paced
    assert all(s["intended_p50_ns"] > 0 for s in paced)


def test_round_trips_are_measured(document: dict[str, Any]) -> None:
    trips = [s for s in document["slices"] if s["row"] == "native-round-trip/ring"]
    assert len(trips) == 2
    assert all(s["round_trip_ns"] > 0 for s in trips)
