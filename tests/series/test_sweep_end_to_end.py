# SPDX-License-Identifier: Apache-2.0
"""A sweep of a few tiny points by the installed command."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = Path(os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring"))
SCHEMA = json.loads((ROOT / "harness" / "sweep.schema.json").read_text())
TINY = ("count=1000,2000", "payload=32,4096", "capacity=65536", "batch=1,64", "rate=10")


def sweep(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Short: the names of sockets below it are limited.
    with tempfile.TemporaryDirectory(prefix="tickring-") as runtime:
        return subprocess.run(
            [COMMAND, "sweep", *words, "--out", "runs"],
            cwd=out,
            env=os.environ | {"XDG_RUNTIME_DIR": runtime},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("sweep")
    done = sweep(out, *TINY, "--repeats", "2", "--duration-s", "0.02", "--seed", "1", "--json")
    assert done.returncode == 0, done.stderr
    (path,) = out.glob("runs/*-sweep/sweep.json")
    assert json.loads(done.stdout) == json.loads(path.read_text())
    return json.loads(done.stdout)


def test_what_the_real_harness_says_is_as_the_schema_says(document: dict[str, Any]) -> None:
    jsonschema.validate(document, SCHEMA)
    assert document["status"] == "complete"
    assert document["left_out"] == []


def test_every_point_is_measured_and_both_ends_agree(document: dict[str, Any]) -> None:
    points = [point for axis in document["axes"] for point in axis["points"]]
    assert len(points) == 8
    for point in points:
        assert (point["measured_runs"], point["aborted_runs"]) == (2, 0), point
        assert point["messages_sent"] == point["messages_received"] > 0
        assert point["ns_per_message"]["median"] > 0


def test_the_rate_that_was_offered_is_the_share_of_what_was_measured(
    document: dict[str, Any],
) -> None:
    (point,) = document["axes"][-1]["points"]
    assert point["offered_per_s"] == round(document["saturated_per_s"]["median"] / 10)
    assert point["intended_latency_ns"]["p50"]["median"] > 0


def test_a_payload_that_no_ring_of_this_size_takes_is_refused_by_name(tmp_path: Path) -> None:
    done = sweep(tmp_path, "payload=32,2000000")
    assert done.returncode == 2
    assert done.stderr.startswith("sweep: payload 2,000,000 bytes: seed: the producer refused: ")
    assert "1048576" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_transport_without_the_pair_is_refused_by_name(tmp_path: Path) -> None:
    done = sweep(tmp_path, "payload=32", "--transport", "nowhere")
    assert done.returncode == 2
    assert done.stderr.startswith("sweep: no consumer 'rust' for transport 'nowhere'; found: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("--help",), ("--repeats", "0"), ("colour",)])
def test_words_reach_the_program_that_knows_them(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = sweep(tmp_path, *words)
    if words == ("--help",):
        assert (done.returncode, done.stderr) == (0, "")
        assert "usage: tickring sweep " in done.stdout
    else:
        assert done.returncode == 2
        assert words[-1] in done.stderr
