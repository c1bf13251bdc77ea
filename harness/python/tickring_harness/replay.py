# SPDX-License-Identifier: Apache-2.0
"""Recorded trades for a Python producer (docs/participants.md, "Recorded trades")."""

from collections.abc import Iterator

from tickring_replay.prepared import Prepared

from tickring_harness.participant import Participant
from tickring_harness.workload import BLOCK_MESSAGES

# Symbol, price, quantity, and when to send it on the run's clock.
DueTrade = tuple[bytes, float, int, int]


def replay_format(payload_bytes: int) -> str:
    """A MarketTick with its number in the padding, and zeros up to payload_bytes (32 or more), as a
    format of struct."""
    return f"<8sdIQI{payload_bytes - 32}x"


def open_trades(participant: Participant) -> Prepared:
    """The trades that the arguments ask for; ends the program when they cannot be had."""
    try:
        return Prepared(participant.arguments.ticks)
    except (OSError, ValueError) as failure:
        participant.fail(f"ticks: {failure}")


def due_trades(
    prepared: Prepared, participant: Participant, start_ns: int
) -> Iterator[tuple[int, DueTrade]]:
    """The trades to send, each with its number, which fits into 32 bits. Does not wait for them."""
    messages = min(participant.arguments.messages or prepared.count, prepared.count)
    for first in range(0, messages, BLOCK_MESSAGES):
        block = range(first, min(first + BLOCK_MESSAGES, messages))
        for i, trade in zip(block, prepared.part(block), strict=True):
            symbol, price, quantity, _, offset_ns = trade
            yield i, (symbol, price, quantity, start_ns + offset_ns)
