# SPDX-License-Identifier: Apache-2.0
"""A producer for the ring with a bug: it takes the time of the next message again after each one,
wait for room and all, so that nobody sees what the consumer's stall cost."""

import sys

import tickring
from tickring_harness.participant import Participant
from tickring_harness.workload import messages


def is_sent(bus: tickring.Bus, message: bytes, type_id: int) -> bool:
    """False: the ring is full."""
    try:
        with bus.try_send_zero_copy(size=len(message), type_id=type_id) as tx:
            with memoryview(tx) as view:
                view[:] = message
            tx.actual_size = len(message)
    except tickring.Full:
        return False
    return True


def stamped(message: bytes, stamp_ns: int) -> bytes:
    return message[:20] + stamp_ns.to_bytes(8, "little") + message[28:]


def send_all(bus: tickring.Bus, participant: Participant, start_ns: int) -> int:
    """The number of messages."""
    arguments, now = participant.arguments, participant.now
    period_ns = 1_000_000_000 // arguments.rate_per_s
    due_ns, sent = start_ns, 0
    for message in messages(participant, 0):  # due at once: the schedule is made here
        while now() < due_ns:
            pass
        while not is_sent(bus, stamped(message, now()), 1 + sent % 2):
            pass
        sent, due_ns = sent + 1, now() + period_ns
    return sent


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    with tickring.Bus.connect(me.arguments.endpoint, arrival_timeout_s=20) as ring:
        count = send_all(ring, me, me.ready())
        ring.send(b"", 0)
        ring.flush()
        me.report(messages=count, elapsed_ns=1, backpressure_count=0, end="complete")
