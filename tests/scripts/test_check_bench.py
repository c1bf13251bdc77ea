# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.check_bench import faults_of, newest_result


@pytest.fixture
def result() -> dict[str, Any]:
    return {
        "status": "complete",
        "scenario": {"name": "seed", "messages": 10},
        "producer": {"messages_sent": 10},
        "consumer": {"messages_received": 10}
        | dict.fromkeys(("lost", "duplicated", "reordered", "torn", "wrong_length"), 0),
        "latency_ns": {"count": 7, "negative_count": 2, "overflow_count": 1},
    }


def test_a_result_that_adds_up_has_no_fault(result: dict[str, Any]) -> None:
    assert faults_of(result) == []


@pytest.mark.parametrize(
    ("section", "key", "value", "says"),
    [
        ("producer", "messages_sent", 9, "9 were sent"),
        ("consumer", "lost", 1, "consumer.lost is 1"),
        ("consumer", "duplicated", 1, "consumer.duplicated is 1"),
        ("consumer", "reordered", 1, "consumer.reordered is 1"),
        ("consumer", "torn", 1, "consumer.torn is 1"),
        ("consumer", "wrong_length", 1, "consumer.wrong_length is 1"),
        ("latency_ns", "count", 6, "counts 9 of 10"),
    ],
)
def test_each_thing_amiss_is_named(
    result: dict[str, Any], section: str, key: str, value: int, says: str
) -> None:
    result[section][key] = value
    (fault,) = faults_of(result)
    assert says in fault


def test_an_incomplete_run_is_a_fault(result: dict[str, Any]) -> None:
    result["status"] = "incomplete"
    assert faults_of(result) == ["status is incomplete, not complete"]


def test_the_newest_run_of_the_scenario_is_taken(tmp_path: Path) -> None:
    for name in ("20260101T000000Z-a-seed", "20260102T000000Z-a-seed", "20260103T000000Z-a-other"):
        (tmp_path / name).mkdir()
        text = json.dumps({"scenario": {"name": name.rsplit("-", 1)[1]}})
        (tmp_path / name / "result.json").write_text(text)
    found = newest_result(tmp_path, "seed")
    assert found is not None and found.parent.name == "20260102T000000Z-a-seed"


def test_a_folder_without_such_a_run_gives_none(tmp_path: Path) -> None:
    assert newest_result(tmp_path, "seed") is None
