# SPDX-License-Identifier: Apache-2.0
"""Every attack of handshake.toml, against the C library, the Python module and the Rust crate."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import wire
from hostile_cases import HandshakeCase, handshake_cases
from hostile_peer import Attack, accept, connect, listening
from rules import expect_good, goes_on, nothing_stays, serve
from victims import GRACE_NS, NAMES, Order, Outcome, Victim

DEADLINE_MS = 100  # where a peer is late


def order_for(case: HandshakeCase, path: Path) -> Order:
    """What the end that is attacked does: by default a listener consumes."""
    opens = "listen" if case.listens else "connect"
    role = "consumer" if case.listens != case.swapped else "producer"
    order = Order(opens, role, path)
    if not case.listens:
        order = replace(order, arrival_ms=0)
    if case.code == "Timeout":
        order = replace(order, handshake_ms=DEADLINE_MS)
    return order


def check_time(case: HandshakeCase, order: Order, elapsed_ns: int) -> None:
    """Not after the deadline, and where it is the reason, not before."""
    assert elapsed_ns <= order.handshake_ms * 1_000_000 + GRACE_NS
    if case.code == "Timeout":
        assert elapsed_ns >= order.handshake_ms * 1_000_000


def check_answer(case: HandshakeCase, code: str, text: str) -> None:
    """The right code, and a text that names what is wrong."""
    assert code == case.code, text
    for words in case.says:
        assert words in text


def check_told(case: HandshakeCase, answer: wire.Frame | None) -> None:
    """A listener tells its peer and nobody else."""
    if case.code == "Ok":
        assert answer and answer.kind == wire.READY, answer
    elif case.does == "leave":
        assert answer is None
    else:
        assert answer and answer.kind == wire.REJECT, answer
        check_answer(case, NAMES[answer.reject_code], answer.reason.rstrip(b"\0").decode())


def attack_listener(victim: Victim, case: HandshakeCase, order: Order) -> None:
    """A refused peer is told why, and the listener goes on to the next."""
    start_ns = time.monotonic_ns()
    victim.start(order)
    with Attack(case, connect(order.path)) as attack:
        check_told(case, attack.run())
        check_time(case, order, time.monotonic_ns() - start_ns)
    if case.code == "Ok":
        assert victim.outcome().code == "PeerDead"
    else:
        expect_good(serve(victim, order))


def attack_connector(victim: Victim, case: HandshakeCase, order: Order) -> Outcome:
    """A connector answers by itself."""
    with listening(order.path) as listener, victim.limited(case.descriptor_limit):
        victim.start(order)
        if case.descriptor_limit == 3:  # not even a socket: it never comes
            return victim.outcome()
        with Attack(case, accept(listener)) as attack:
            attack.run()
            if case.code != "Ok":
                return victim.outcome()
        return victim.outcome()


@pytest.mark.parametrize("case", handshake_cases(), ids=lambda case: case.label)
def test_a_handshake_goes_wrong(case: HandshakeCase, victim: Victim, path: Path) -> None:
    order = order_for(case, path)
    with nothing_stays(victim, path.parent):
        if case.listens:
            attack_listener(victim, case, order)
        else:
            outcome = attack_connector(victim, case, order)
            if case.code == "Ok":
                assert (outcome.stage, outcome.code) in [("work", "PeerDead"), ("work", "Ok")]
            else:
                assert outcome.stage == "open"
                check_answer(case, outcome.code, outcome.text)
                check_time(case, order, outcome.elapsed_ns)
        goes_on(victim, order)
