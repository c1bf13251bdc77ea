# SPDX-License-Identifier: Apache-2.0
"""The loops of the ring's own Python interfaces: a sender, and whole arrays."""

from collections.abc import Iterable, Iterator

import numpy as np
import tickring
from tickring_harness.participant import Arguments, Participant
from tickring_harness.replay import due_trades, replay_format
from tickring_harness.workload import (
    ASK,
    BID,
    BLOCK_MESSAGES,
    NEVER,
    PRICES,
    QUANTITY_MASK,
    SYMBOL,
    plan_blocks,
    tick_format,
)
from tickring_replay.prepared import Prepared

TYPES = [BID, ASK] * (BLOCK_MESSAGES // 2)
STAMP_FIELD = 3


def send_by_sender(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """One call packs and sends a message; Python's own clock gives the stamp, if there is one."""
    arguments, symbol = participant.arguments, SYMBOL
    now = participant.now if arguments.stamp == "time_ns" else int  # int() is 0
    send = bus.sender(tick_format(arguments.payload_bytes)).send
    for part in _parts(bus, participant, start_ns):
        for price, quantity, tick_type in _ticks(part, participant, start_ns):
            send(symbol, price, quantity, now(), tick_type)


def send_stamping(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """The same, stamped natively just before the commit."""
    arguments, symbol = participant.arguments, SYMBOL
    send = bus.sender(
        tick_format(arguments.payload_bytes), stamp=STAMP_FIELD, clock=arguments.clock
    ).send
    for part in _parts(bus, participant, start_ns):
        for price, quantity, tick_type in _ticks(part, participant, start_ns):
            send(symbol, price, quantity, tick_type)


def send_trades(
    trades: Prepared, bus: tickring.Bus, participant: Participant, start_ns: int
) -> None:
    """Recorded trades, each at its own time, with a stamp of Python's clock or a native one."""
    arguments, now = participant.arguments, participant.now
    is_native, fmt = arguments.stamp == "native", replay_format(arguments.payload_bytes)
    stamping = {"stamp": STAMP_FIELD, "clock": arguments.clock} if is_native else {}
    send = bus.sender(fmt, **stamping).send
    stamp = now if arguments.stamp == "time_ns" else int  # int() is 0
    flush_every = arguments.flush_every or NEVER
    for i, (symbol, price, quantity, intended_ns) in due_trades(trades, participant, start_ns):
        while now() < intended_ns:
            pass
        if is_native:
            send(symbol, price, quantity, i, TYPES[i & 1])
        else:
            send(symbol, price, quantity, stamp(), i, TYPES[i & 1])
        if (i + 1) % flush_every == 0:
            bus.flush()


def send_arrays(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """A structured array at a time, stamped as a whole by Python or message by message natively."""
    arguments, now = participant.arguments, participant.now
    ticks, types = _tick_array(arguments), np.array(TYPES, np.uint32)
    places = np.arange(BLOCK_MESSAGES, dtype=np.uint32)
    stamp = "timestamp" if arguments.stamp == "native" else None
    for part in _parts(bus, participant, start_ns):
        first = part.start % BLOCK_MESSAGES
        here = slice(first, first + len(part))
        np.add(places[here], (part.start - first) & QUANTITY_MASK, out=ticks["quantity"][here])
        if arguments.stamp == "time_ns":
            ticks["timestamp"][here] = now()
        bus.send_many(ticks[here], types[here], stamp, arguments.clock)


def _parts(bus: tickring.Bus, participant: Participant, start_ns: int) -> Iterator[range]:
    """Sequence numbers to send one after the other, within a block; flushes between them."""
    flush_every = participant.arguments.flush_every
    for block in plan_blocks(participant.arguments, start_ns, participant.now):
        first = block.start
        while first < block.stop:
            stop = block.stop
            if flush_every:
                stop = min(stop, first + flush_every - first % flush_every)
            yield range(first, stop)
            if flush_every and stop % flush_every == 0:
                bus.flush()
            first = stop


def _ticks(
    part: range, participant: Participant, start_ns: int
) -> Iterable[tuple[float, int, int]]:
    """Price, quantity and type of each message, on a schedule where there is one."""
    first, place = part.start & QUANTITY_MASK, part.start % BLOCK_MESSAGES
    here = slice(place, place + len(part))
    quantities: Iterable[int] = range(first, first + len(part))
    if participant.arguments.rate_per_s:
        quantities = _when_due(part, participant, start_ns)
    prices, types = (PRICES[here], TYPES[here]) if place else (PRICES, TYPES)
    return zip(prices, quantities, types, strict=False)


def _when_due(part: range, participant: Participant, start_ns: int) -> Iterator[int]:
    now, rate_per_s = participant.now, participant.arguments.rate_per_s
    for i in part:
        intended_ns = start_ns + i * 1_000_000_000 // rate_per_s
        while now() < intended_ns:
            pass
        yield i & QUANTITY_MASK


def _tick_array(arguments: Arguments) -> np.ndarray:
    fields = {"symbol": ("S8", 0), "price": ("<f8", 8), "quantity": ("<u4", 16)}
    fields["timestamp"] = ("<u8", 20)
    layout = np.dtype(
        {
            "names": list(fields),
            "formats": [kind for kind, _ in fields.values()],
            "offsets": [offset for _, offset in fields.values()],
            "itemsize": arguments.payload_bytes,
        }
    )
    ticks = np.zeros(BLOCK_MESSAGES, layout)
    ticks["symbol"] = SYMBOL
    ticks["price"] = PRICES
    return ticks
