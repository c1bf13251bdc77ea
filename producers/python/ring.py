# SPDX-License-Identifier: Apache-2.0
"""The published producer loop over tickring, and what the harness needs around it."""

import dataclasses
import functools
import struct
import sys
import time
from collections.abc import Callable

import tickring
from tickring_harness.participant import Participant, Stopped
from tickring_harness.replay import due_trades, open_trades, replay_format
from tickring_harness.ring_trace import traced
from tickring_harness.workload import (
    ASK,
    BID,
    END_OF_STREAM,
    NEVER,
    PRICES,
    QUANTITY_MASK,
    SYMBOL,
    TICK_BYTES,
    mixed_bytes,
    mixed_message,
    plan_blocks,
    tick_format,
)
from tickring_replay.prepared import Prepared

Loop = Callable[[tickring.Bus, Participant, int], None]
ENDS = {tickring.PeerClosed: "peer_closed", tickring.PeerDead: "peer_dead"}
ENDS[tickring.Timeout] = "timeout"
APIS = ("reference", "sender", "batch")


def send_stamped(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """The reference loop."""
    arguments, now = participant.arguments, participant.now
    size, flush_every = arguments.payload_bytes, arguments.flush_every or NEVER
    fmt, symbol, prices, mask = tick_format(size), SYMBOL, PRICES, QUANTITY_MASK
    for block in plan_blocks(arguments, start_ns, now):
        for i in block:
            tick_type = BID if i % 2 == 0 else ASK
            with bus.send_zero_copy(size=size, type_id=tick_type) as tx:
                with memoryview(tx) as mv:
                    struct.pack_into(fmt, mv, 0, symbol, prices[i & 1023], i & mask, now())
                tx.actual_size = size
            if (i + 1) % flush_every == 0:
                bus._bus.flush()


def send_unstamped(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """The reference loop without its clock."""
    arguments, now = participant.arguments, participant.now
    size, flush_every = arguments.payload_bytes, arguments.flush_every or NEVER
    fmt, symbol, prices, mask = tick_format(size), SYMBOL, PRICES, QUANTITY_MASK
    for block in plan_blocks(arguments, start_ns, now):
        for i in block:
            tick_type = BID if i % 2 == 0 else ASK
            with bus.send_zero_copy(size=size, type_id=tick_type) as tx:
                with memoryview(tx) as mv:
                    struct.pack_into(fmt, mv, 0, symbol, prices[i & 1023], i & mask, 0)
                tx.actual_size = size
            if (i + 1) % flush_every == 0:
                bus._bus.flush()


def send_paced(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """The reference loop on a schedule: late messages follow at once, the schedule stays."""
    arguments, now = participant.arguments, participant.now
    rate_per_s = arguments.rate_per_s
    stamp = now if arguments.stamp == "time_ns" else int  # int() is 0
    size, flush_every = arguments.payload_bytes, arguments.flush_every or NEVER
    fmt, symbol, prices, mask = tick_format(size), SYMBOL, PRICES, QUANTITY_MASK
    for block in plan_blocks(arguments, start_ns, now):
        for i in block:
            tick_type = BID if i % 2 == 0 else ASK
            intended_ns = start_ns + i * 1_000_000_000 // rate_per_s
            while now() < intended_ns:
                pass
            with bus.send_zero_copy(size=size, type_id=tick_type) as tx:
                with memoryview(tx) as mv:
                    struct.pack_into(fmt, mv, 0, symbol, prices[i & 1023], i & mask, stamp())
                tx.actual_size = size
            if (i + 1) % flush_every == 0:
                bus._bus.flush()


def send_mixed(bus: tickring.Bus, participant: Participant, start_ns: int) -> None:
    """The reference loop with mixed contents, on a schedule where there is one."""
    arguments, now = participant.arguments, participant.now
    stamp = now if arguments.stamp == "time_ns" else int  # int() is 0
    rate_per_s, flush_every = arguments.rate_per_s, arguments.flush_every or NEVER
    for block in plan_blocks(arguments, start_ns, now):
        for i in block:
            tick_type = BID if i % 2 == 0 else ASK
            size = mixed_bytes(i, arguments.payload_bytes)
            while rate_per_s and now() < start_ns + i * 1_000_000_000 // rate_per_s:
                pass
            with bus.send_zero_copy(size=size, type_id=tick_type) as tx:
                with memoryview(tx) as mv:
                    mv[:] = mixed_message(i, size, stamp())
                tx.actual_size = size
            if (i + 1) % flush_every == 0:
                bus._bus.flush()


def send_replay(
    trades: Prepared, bus: tickring.Bus, participant: Participant, start_ns: int
) -> None:
    """The reference loop with recorded trades, each at its own time."""
    arguments, now = participant.arguments, participant.now
    stamp = now if arguments.stamp == "time_ns" else int  # int() is 0
    size, flush_every = arguments.payload_bytes, arguments.flush_every or NEVER
    fmt = replay_format(size)
    for i, (symbol, price, quantity, intended_ns) in due_trades(trades, participant, start_ns):
        while now() < intended_ns:
            pass
        with bus.send_zero_copy(size=size, type_id=BID if i % 2 == 0 else ASK) as tx:
            with memoryview(tx) as mv:
                struct.pack_into(fmt, mv, 0, symbol, price, quantity, stamp(), i)
            tx.actual_size = size
        if (i + 1) % flush_every == 0:
            bus._bus.flush()


def loop_for(participant: Participant) -> Loop:
    """The loop that sends what the arguments ask for; ends the program when there is none."""
    arguments = participant.arguments
    if arguments.api != "reference":
        return own_loop_for(participant)
    if arguments.stamp == "native":
        participant.refuse("stamp is 'native'; api 'reference' has time_ns and none")
    if arguments.contents == "mixed":
        return send_mixed
    if arguments.contents == "replay":
        return functools.partial(send_replay, open_trades(participant))
    if arguments.rate_per_s:
        return send_paced
    return send_stamped if arguments.stamp == "time_ns" else send_unstamped


def own_loop_for(participant: Participant) -> Loop:
    """The loops beyond the reference; NumPy is needed only there."""
    import _ring_senders as senders

    arguments = participant.arguments
    if arguments.contents == "replay" and arguments.api == "sender":
        return functools.partial(senders.send_trades, open_trades(participant))
    if arguments.contents != "tick":
        participant.refuse(f"contents is {arguments.contents!r}; api {arguments.api!r} has not")
    if arguments.api == "batch":
        if arguments.rate_per_s:
            participant.refuse(f"rate-per-s is {arguments.rate_per_s}; api 'batch' has 0 only")
        return senders.send_arrays
    return senders.send_stamping if arguments.stamp == "native" else senders.send_by_sender


def connect(participant: Participant) -> tickring.Bus:
    """Waits for the consumer; ends the program when this cannot work."""
    arguments = participant.arguments
    timeout_s = arguments.timeout_ns * 1e-9
    try:
        bus = tickring.Bus.connect(
            arguments.endpoint,
            wait=arguments.wait,
            publish_every=arguments.publish_every,
            arrival_timeout_s=timeout_s,
            send_timeout_s=timeout_s,
        )
    except tickring.InvalidArgument as failure:
        participant.refuse(str(failure))
    except tickring.Error as failure:
        participant.fail(f"cannot connect to {arguments.endpoint}: {failure}")
    participant.require_payload(TICK_BYTES, bus.max_payload_bytes)
    return bus


@dataclasses.dataclass
class Outcome:
    """What a run came to."""

    end: str = "complete"
    error: str | None = None
    elapsed_ns: int = 0
    marks: int = 0  # of the end of the stream


def stream(bus: tickring.Bus, participant: Participant, send: Loop) -> Outcome:
    """From go to the end of the stream."""
    outcome = Outcome()
    start_ns = participant.ready()
    first_ns = time.perf_counter_ns()
    try:
        try:
            with participant.stoppable():
                participant.wait_until(start_ns)
                first_ns = time.perf_counter_ns()
                send(bus, participant, start_ns)
        except Stopped:
            outcome.end, outcome.error = "stopped", "asked to stop"
        bus.send(b"", END_OF_STREAM)
        outcome.marks = 1
        bus.flush()
    except tickring.Error as failure:
        outcome.end, outcome.error = ENDS.get(type(failure), "error"), str(failure)
    outcome.elapsed_ns = time.perf_counter_ns() - first_ns
    return outcome


def run(bus: tickring.Bus, participant: Participant, send: Loop) -> None:
    """From go to the report."""
    outcome = Outcome()
    try:
        with traced(bus, participant):
            outcome = stream(bus, participant, send)
    except OSError as failure:
        outcome.end, outcome.error = "error", f"the trace: {failure}"
    stats = bus.stats()
    participant.report(
        messages=stats["messages_count"] - outcome.marks,
        elapsed_ns=outcome.elapsed_ns,
        backpressure_count=stats["full_count"],
        end=outcome.end,
        error=outcome.error,
    )


if __name__ == "__main__":
    able = {"stamps_natively": True, "has_instruments": True, "replays": True}
    me = Participant(sys.argv[1:], APIS, **able)
    loop = loop_for(me)
    with connect(me) as ring:
        run(ring, me, loop)
