# SPDX-License-Identifier: Apache-2.0
"""Predictions over a harness that only pretends, and one tiny series over the real one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tickring_series.prediction.document import is_within
from tickring_series.prediction.plan import PREDICTED, TRANSPORT, order_of, predicted_mean_ns, works

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMA = json.loads((ROOT / "harness" / "prediction.schema.json").read_text())
COMMAND = Path(os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring"))


def run(folder: Path, tickring: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tickring_series", "prediction", "--tickring", str(tickring)]
    return subprocess.run(
        [*command, "--out", str(folder / "out"), *words],
        cwd=folder,
        env=os.environ | {"XDG_RUNTIME_DIR": str(folder)} | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def document_in(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("out/*-prediction/prediction.json")
    document = json.loads(path.read_text())
    jsonschema.validate(document, SCHEMA)
    return document


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    command = tmp_path / "tickring"
    program = HERE / "fake_prediction_tickring.py"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    command.chmod(0o755)
    return command


def test_half_a_batch_is_waited_for_and_half_of_one_is_read() -> None:
    assert predicted_mean_ns(1, 1_000_000, 700.0, 40.0) == 700
    assert predicted_mean_ns(33, 1_000_000, 700.0, 40.0) == 16 * 1040 + 700


@pytest.mark.parametrize(
    ("error_ns", "median_ns", "expected"),
    [(100, 300, True), (101, 300, False), (-1000, 10_000, True), (-1001, 10_000, False)],
)
def test_an_error_is_within_10_per_cent_or_100_ns(
    error_ns: float, median_ns: float, expected: bool
) -> None:
    assert is_within(error_ns, {"median": median_ns}) is expected


def test_no_run_that_is_predicted_serves_a_prediction() -> None:
    every = works([1000, 2000], [1, 8])
    assert sorted(order_of(every, 0, seed=1)) == sorted(every)
    for rate in (1000, 2000):
        kinds = [(work.kind, work.batch) for work in every if work.rate_per_s == rate]
        assert kinds == [(TRANSPORT, 1), ("reading", 32), (PREDICTED, 1), (PREDICTED, 8)]


def test_what_follows_the_model_is_predicted_without_error(tmp_path: Path, fake: Path) -> None:
    words = ("--batches", "8,1", "--rates", "1000000", "--repeats", "2", "--messages", "1")
    done = run(tmp_path, fake, *words)
    assert (done.returncode, "2 of 2 within" in done.stdout.replace("\n", " ")) == (0, True)
    document = document_in(tmp_path)
    (rate,) = document["rates"]
    assert (rate["transport_ns"]["median"], rate["reading_ns"]["median"]) == (700, 40)
    assert [point["batch"] for point in rate["points"]] == [1, 8]
    assert all(point["error_ns"] == 0 and point["is_within"] for point in rate["points"])
    assert len(document["slices"]) == 2 * 4
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_what_does_not_follow_the_model_is_said_to_be_outside(tmp_path: Path, fake: Path) -> None:
    words = ("--batches", "1,8", "--rates", "1000000", "--repeats", "1", "--messages", "1")
    done = run(tmp_path, fake, *words, FAKE_OFF_NS="600")
    assert done.returncode == 0
    points = document_in(tmp_path)["rates"][0]["points"]
    assert [point["is_within"] for point in points] == [True, False]
    assert points[1]["error_ns"] == -600
    assert done.stdout.count("outside") == 1


def test_a_run_that_is_refused_ends_the_series_with_its_words(tmp_path: Path, fake: Path) -> None:
    done = run(tmp_path, fake, "--batches", "4", FAKE_REFUSES="4")
    assert done.returncode == 2
    assert "batch 4: seed: the producer refused: made up" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--batches", "1,0"), "--batches: '0' is not allowed; a whole number from 1 to"),
        (("--rates", "fast"), "--rates: 'fast' is not allowed; a whole number from 1 to 10000000"),
        (("--messages", "0"), "--messages: '0' is not allowed"),
    ],
)
def test_a_bad_value_is_refused_by_name(
    tmp_path: Path, fake: Path, words: tuple[str, str], sentence: str
) -> None:
    done = run(tmp_path, fake, *words)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out").exists()


def test_the_real_harness_gives_all_that_a_prediction_needs(tmp_path: Path) -> None:
    words = ("--batches", "1,16", "--rates", "100000", "--repeats", "1", "--messages", "30000")
    done = run(tmp_path, COMMAND, *words)
    assert done.returncode == 0, done.stderr
    (rate,) = document_in(tmp_path)["rates"]
    assert rate["transport_ns"]["median"] > 0
    assert rate["reading_ns"]["median"] >= 0
    # Half a batch of 16 at 100,000 per second: 75 us, whatever the machine adds.
    assert rate["points"][1]["measured_ns"]["median"] > 70_000
