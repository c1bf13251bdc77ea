# SPDX-License-Identifier: Apache-2.0
"""What has to hold after every attack: the same process serves an honest peer on the same path, and
neither it nor the folder holds more than before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import tickring
from hostile_peer import PATIENCE_S
from victims import OK, BrokenRuleError, Order, Outcome, Victim

OTHER = {"producer": "consumer", "consumer": "producer"}


def be_honest(bus: tickring.Bus) -> None:
    """One message of 32 bytes, in the direction of our role."""
    with bus:
        if bus.role == "producer":
            bus.send(bytes(32), 1)
        else:
            bus.recv(PATIENCE_S)


def serve(victim: Victim, order: Order) -> Outcome:
    """An honest peer for an end that waits; its answer."""
    path, role = str(order.path), OTHER[order.role]
    if order.opens == "listen":
        be_honest(tickring.Bus.connect(path, role=role, arrival_timeout_s=PATIENCE_S))
    else:
        be_honest(tickring.Bus.listen(path, 4096, role=role, arrival_timeout_s=PATIENCE_S))
    return victim.outcome()


def goes_on(victim: Victim, order: Order) -> None:
    """A new session on the same path works, with a working peer."""
    honest = replace(order, handshake_ms=5000, arrival_ms=5000, call_ms=5000, messages=1)
    victim.start(honest)
    expect_good(serve(victim, honest))


def expect_good(outcome: Outcome) -> None:
    """A session of one message that went well."""
    if (outcome.stage, outcome.code, outcome.messages) != ("work", OK, 1):
        raise BrokenRuleError(f"no session with a working peer afterwards: {outcome}")


@contextmanager
def nothing_stays(victim: Victim, folder: Path) -> Iterator[None]:
    """Descriptors, mappings, sockets and locks are as before."""
    victim.check_holdings()
    yield
    victim.check_holdings()
    left = [path.name for path in folder.iterdir()]
    if left:
        raise BrokenRuleError(f"left behind: {left}")
