# SPDX-License-Identifier: Apache-2.0
"""Every attack of words.toml on a session, against the ends in C, Python and Rust."""

from dataclasses import replace
from pathlib import Path

import pytest
from hostile_cases import SessionCase, session_cases
from rules import goes_on, nothing_stays
from session_peer import attack
from victims import GRACE_NS, Order, Outcome, Victim

SLICE_NS = 50_000_000  # of a sleep, after which an end looks by itself


def order_for(case: SessionCase, path: Path) -> Order:
    """A consumer listens, a producer connects."""
    opens = "listen" if case.role == "consumer" else "connect"
    return replace(Order(opens, case.role, path), **case.order)


def check(case: SessionCase, outcome: Outcome) -> None:
    """What the row says."""
    assert (outcome.stage, outcome.code) == ("work", case.code), outcome
    for words in case.says:
        assert words in outcome.text
    assert case.messages in (None, outcome.messages)
    assert case.bytes in (None, outcome.bytes)


@pytest.mark.parametrize("case", session_cases(), ids=lambda case: case.label)
def test_shared_words_go_wrong(case: SessionCase, victim: Victim, path: Path) -> None:
    order = order_for(case, path)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with attack(case, path) as peer:
            if case.after:
                peer.wait_for_its_sleep()
            for store in case.after:
                peer.mine.store(*store)
            outcome = victim.outcome()
        check(case, outcome)
        allowed_ns = order.call_ms * 1_000_000 if case.code == "Timeout" else SLICE_NS
        assert outcome.elapsed_ns <= allowed_ns + GRACE_NS
        goes_on(victim, order)
