# SPDX-License-Identifier: Apache-2.0
"""The verdict on sessions that are made up; each starts from a pair that did all that it should."""

import signal
from dataclasses import replace

import pytest
from verdict import Life, Line, judge

LIMIT_NS = 100


def session(begin_ns: int, end_ns: int, code: int = 6, messages: int = 5) -> list[Line]:
    return [
        Line("opening", begin_ns - 1),
        Line("connected", begin_ns),
        Line("ended", end_ns, code, messages, descriptors=4, mappings=30),
    ]


def good() -> list[Life]:
    """Two producers are killed, the consumer sees both go and the third one stop."""
    return [
        Life(
            "consumer", 0, None, 0, session(10, 1050) + session(1100, 2050) + session(2100, 3000, 0)
        ),
        Life("producer", 1, 1000, -signal.SIGKILL, session(10, 0)[:2]),
        Life("producer", 1060, 2000, -signal.SIGKILL, session(1100, 0)[:2]),
        Life("producer", 2060, None, 0, session(2100, 2990, 0)),
    ]


def change(lives: list[Life], number: int, **fields: object) -> None:
    """Changes a line of the consumer."""
    lives[0].lines[number] = replace(lives[0].lines[number], **fields)


def test_deaths_that_are_named_in_time_and_a_stop_are_fine() -> None:
    assert judge(good(), LIMIT_NS) == []


def test_a_death_that_is_named_late_is_found() -> None:
    lives = good()
    change(lives, 2, ns=1101)
    change(lives, 3, ns=1102)
    change(lives, 4, ns=1103)
    assert judge(lives, LIMIT_NS) == ["consumer: named the death of its peer after 0 ms"]


@pytest.mark.parametrize(
    ("survivor_ns", "victim_ns", "faults"),
    [
        (50, 40, []),
        (50, 39, ["consumer: named the death of its peer after 0 ms"]),
        (49, 40, ["consumer: named the death of its peer after 0 ms"]),
    ],
)
def test_time_for_which_a_side_is_kept_from_a_cpu_does_not_count(
    survivor_ns: int, victim_ns: int, faults: list[str]
) -> None:
    lives = good()
    lives[1].survivor_delay_ns, lives[1].death_delay_ns = 7, victim_ns
    change(lives, 2, ns=1190, run_delay_ns=7 + survivor_ns)
    change(lives, 3, ns=1191)
    change(lives, 4, ns=1192)
    assert judge(lives, LIMIT_NS) == faults


def test_a_death_that_is_never_named_is_found() -> None:
    lives = good()
    del lives[0].lines[5:]
    assert "consumer: never named the death of its peer" in judge(lives, LIMIT_NS)


def test_a_side_that_is_killed_before_it_could_tell_owes_nothing() -> None:
    lives = [
        Life("consumer", 0, 1050, -signal.SIGKILL, session(10, 0)[:2]),
        Life("producer", 1, 1000, -signal.SIGKILL, session(10, 0)[:2]),
        Life("consumer", 1100, None, 0, session(1200, 3000, 0)),
        Life("producer", 1100, None, 0, session(1200, 3000, 0)),
    ]
    assert judge(lives, LIMIT_NS) == []


def test_a_death_that_nobody_died_is_found() -> None:
    lives = good()
    lives[2].killed_ns = lives[2].status = None
    lives[2].lines += session(1100, 2990, 0)[2:]
    lives[2].status = 0
    assert "consumer: session 2 ended with PEER_DEAD while the peer lived" in judge(lives, LIMIT_NS)


@pytest.mark.parametrize("code", [0, 3, 5, 7])
def test_another_end_than_peer_dead_is_found(code: int) -> None:
    lives = good()
    change(lives, 2, code=code)
    assert f"consumer: session 1 ended with code {code}" in judge(lives, LIMIT_NS)


def test_a_wrong_message_is_found() -> None:
    lives = good()
    change(lives, 5, violations=2, first_violation="sequence is 3, expected 2")
    (fault,) = judge(lives, LIMIT_NS)
    assert fault == "consumer: session 2: 2 violations: sequence is 3, expected 2"


def test_a_message_missing_at_the_end_is_found() -> None:
    lives = good()
    change(lives, 8, messages=4)
    assert judge(lives, LIMIT_NS) == ["5 sent, 4 received in the last session"]


def test_a_descriptor_that_is_left_is_found() -> None:
    lives = good()
    change(lives, 5, descriptors=5)
    assert judge(lives, LIMIT_NS) == ["consumer: after session 2: 5 descriptors, 4 before"]


def test_mappings_that_grow_are_found() -> None:
    lives = good()
    change(lives, 8, mappings=34)
    assert judge(lives, LIMIT_NS) == ["consumer: mappings grew from 30 to 34"]


def test_a_mapping_of_a_ring_that_is_left_is_found() -> None:
    lives = good()
    change(lives, 2, ring_mappings=1)
    assert judge(lives, LIMIT_NS) == ["consumer: after session 1: 1 mappings of a ring are left"]


@pytest.mark.parametrize(
    "number, status, fault",
    [
        (0, -signal.SIGSEGV, "ended with status -11"),
        (0, 4, "ended with status 4"),
        (0, None, "hangs: it did not end when it was asked to"),
        (1, 0, "had ended by itself with status 0 before it was killed"),
    ],
)
def test_a_process_that_ends_in_another_way_is_found(
    number: int, status: int | None, fault: str
) -> None:
    lives = good()
    lives[number].status = status
    assert judge(lives, LIMIT_NS) == [f"{lives[number].role}: {fault}"]


def test_a_side_that_never_had_a_session_is_found() -> None:
    lives = [Life("consumer", 0, None, 0, []), Life("producer", 0, None, 0, session(1, 2, 0))]
    assert judge(lives, LIMIT_NS) == ["consumer: ended without a session"]


def test_lines_out_of_order_are_found() -> None:
    lives = good()
    del lives[0].lines[1]
    assert "consumer: says 'ended' after 'opening'" in judge(lives, LIMIT_NS)
