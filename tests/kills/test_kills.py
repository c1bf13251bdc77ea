# SPDX-License-Identifier: Apache-2.0
"""A part of what `make kills` does, and proof that the driver sees what is wrong."""

import json
import random
import sys
from pathlib import Path

import kills
import pytest
from kills import shares
from pair import PROGRAMS, Outcome, Pair

# tickring.h promises 100 ms to a process that gets to run. Here other work may be in its way.
LIMIT_NS = 1_000_000_000


@pytest.mark.parametrize("consumer", PROGRAMS)
@pytest.mark.parametrize("producer", PROGRAMS)
def test_a_pair_survives_ten_random_kills(producer: str, consumer: str, tmp_path: Path) -> None:
    seed = random.randrange(10**9)
    languages = {"producer": producer, "consumer": consumer}
    pair = Pair(languages, tmp_path, random.Random(seed))
    outcome = pair.run(10, LIMIT_NS)
    assert outcome.violations == [], f"seed {seed}"
    assert sum(outcome.kills.values()) == 10
    is_counted = int(Path("/proc/self/schedstat").read_text().split()[1]) > 0
    for role in languages:
        ends = [line for life in pair.lives if life.role == role for line in life.of("ended")]
        assert any(line.run_delay_ns > 0 for line in ends) == is_counted


@pytest.mark.parametrize(
    "fault, broken, victim, found",
    [
        ("skip", "producer", "producer", "sequence is 2, expected 1"),
        ("double", "producer", "producer", "sequence is 0, expected 1"),
        ("tear", "producer", "producer", "torn message"),
        ("lengthen", "producer", "producer", "size is"),
        ("leak-descriptor", "consumer", "producer", "consumer: after session 2"),
        ("leak-descriptor", "producer", "consumer", "producer: after session 2"),
        ("leak-mapping", "consumer", "producer", "consumer: mappings grew"),
        ("hang", "consumer", "producer", "consumer: hangs"),
        ("crash", "producer", "consumer", "producer: ended with status -11"),
        ("leave-file", "consumer", "producer", "left behind: bus.left"),
    ],
)
def test_a_broken_peer_is_found(
    fault: str,
    broken: str,
    victim: str,
    found: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pair.HANG_S", 5.0)
    languages = {"producer": "c", "consumer": "c"} | {broken: "python"}
    pair = Pair(languages, tmp_path, random.Random(1), fault)
    monkeypatch.setattr(pair, "choose_victim", lambda: victim)
    violations = pair.run(6, LIMIT_NS).violations
    assert any(found in violation for violation in violations), violations


def test_kills_are_shared_out_evenly() -> None:
    assert shares(11, 9) == [2, 2, 1, 1, 1, 1, 1, 1, 1]


def test_what_came_of_each_pair_is_written_for_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = Outcome("c to c", {"producer": 2, "consumer": 1}, 50, 4, 1_000, [])
    torn = Outcome("c to rust", {"producer": 3, "consumer": 0}, 60, 4, 2_000, ["torn message"])
    monkeypatch.setattr(kills, "run_pairs", lambda *arguments: iter([clean, torn]))
    file = tmp_path / "kills.json"
    monkeypatch.setattr(
        sys, "argv", ["kills.py", "--kills", "6", "--seed", "5", "--json", str(file)]
    )
    assert kills.main() == 1
    document = json.loads(file.read_text())
    assert document["settings"] == {"kills": 6, "seed": 5, "limit_ms": 100}
    assert [pair["name"] for pair in document["pairs"]] == ["c to c", "c to rust"]
    assert document["pairs"][1] == {
        "name": "c to rust",
        "kills": {"producer": 3, "consumer": 0},
        "messages": 60,
        "sessions": 4,
        "slowest_ns": 2_000,
        "violations": ["torn message"],
    }
