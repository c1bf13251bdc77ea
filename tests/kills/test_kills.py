# SPDX-License-Identifier: Apache-2.0
"""A part of what `make kills` does, and proof that the driver sees what is wrong."""

import random
from pathlib import Path

import pytest
from kills import shares
from pair import PROGRAMS, Pair

# tickring.h promises 100 ms to a process that gets to run. Here other work may be in its way.
LIMIT_NS = 1_000_000_000


@pytest.mark.parametrize("consumer", PROGRAMS)
@pytest.mark.parametrize("producer", PROGRAMS)
def test_a_pair_survives_ten_random_kills(producer: str, consumer: str, tmp_path: Path) -> None:
    seed = random.randrange(10**9)
    languages = {"producer": producer, "consumer": consumer}
    outcome = Pair(languages, tmp_path, random.Random(seed)).run(10, LIMIT_NS)
    assert outcome.violations == [], f"seed {seed}"
    assert sum(outcome.kills.values()) == 10


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
    monkeypatch.setattr("pair.HANG_S", 2.0)
    languages = {"producer": "c", "consumer": "c"} | {broken: "python"}
    pair = Pair(languages, tmp_path, random.Random(1), fault)
    monkeypatch.setattr(pair, "choose_victim", lambda: victim)
    violations = pair.run(6, LIMIT_NS).violations
    assert any(found in violation for violation in violations), violations


def test_kills_are_shared_out_evenly() -> None:
    assert shares(11, 9) == [2, 2, 1, 1, 1, 1, 1, 1, 1]
