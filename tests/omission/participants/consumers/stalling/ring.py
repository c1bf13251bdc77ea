# SPDX-License-Identifier: Apache-2.0
"""Consumes from a tickring bus; takes nothing for STALL_NS once it has seen STALL_AT messages."""

import os
import sys
import time

import tickring
from tickring_harness._recorder import Recorder
from tickring_harness.participant import Participant
from tickring_harness.recording import finish, open_recorder

END_OF_STREAM = 0


def consume(bus: tickring.Bus, participant: Participant, recorder: Recorder) -> int:
    """Records until the end of the stream; the time from the first receipt to the last, ns."""
    now, tick, recv = participant.now, recorder.tick, bus.recv
    timeout_s = participant.arguments.timeout_ns * 1e-9
    stall_at, stall_ns = int(os.environ["STALL_AT"]), int(os.environ["STALL_NS"])
    first_ns = last_ns = 0
    while True:
        type_id, payload = recv(timeout_s)
        seen_ns = now()
        if type_id == END_OF_STREAM:
            return last_ns - first_ns
        first_ns, last_ns = first_ns or seen_ns, seen_ns
        tick(payload, type_id, seen_ns, bus.run_position)
        if recorder.received == stall_at:
            time.sleep(stall_ns * 1e-9)


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    my_recorder = open_recorder(me)
    me.listening()
    wait, capacity_bytes = me.arguments.wait, me.arguments.capacity_bytes
    with tickring.Bus.listen(me.arguments.endpoint, capacity_bytes, wait=wait) as ring:
        my_recorder.start(me.ready())
        elapsed_ns = consume(ring, me, my_recorder)
        finish(me, my_recorder, elapsed_ns, "complete", None)
