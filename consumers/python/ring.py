# SPDX-License-Identifier: Apache-2.0
"""Consumes from a tickring bus. It listens; the producer connects."""

import sys

import tickring
from tickring_harness._recorder import Recorder
from tickring_harness.participant import Participant, Stopped
from tickring_harness.recording import finish, open_recorder
from tickring_harness.ring_trace import traced

END_OF_STREAM = 0
ENDS = {tickring.PeerClosed: "peer_closed", tickring.PeerDead: "peer_dead"}
ENDS[tickring.Timeout] = "timeout"


def listen(participant: Participant) -> tickring.Bus:
    """Waits for the producer; ends the program when this cannot work."""
    arguments = participant.arguments
    try:
        return tickring.Bus.listen(
            arguments.endpoint,
            arguments.capacity_bytes,
            wait=arguments.wait,
            arrival_timeout_s=arguments.timeout_ns * 1e-9,
        )
    except tickring.InvalidArgument as failure:
        participant.refuse(str(failure))
    except tickring.Error as failure:
        participant.fail(f"cannot listen on {arguments.endpoint}: {failure}")


def consume(bus: tickring.Bus, participant: Participant, recorder: Recorder) -> tuple[int, int]:
    """Records until the end of the stream; the times of the first and the last receipt, ns."""
    now, tick, recv = participant.now, recorder.tick, bus.recv
    timeout_s = participant.arguments.timeout_ns * 1e-9
    first_ns = receipt_ns = 0
    while True:
        type_id, payload = recv(timeout_s)
        seen_ns = now()
        if type_id == END_OF_STREAM:
            return first_ns, receipt_ns
        receipt_ns = seen_ns
        first_ns = first_ns or receipt_ns
        tick(payload, type_id, receipt_ns, bus.run_position)


def run(bus: tickring.Bus, participant: Participant, recorder: Recorder) -> None:
    """From go to the report."""
    end, error, first_ns, last_ns = "complete", None, 0, 0
    try:
        with traced(bus, participant):
            recorder.start(participant.ready())
            with participant.stoppable():
                first_ns, last_ns = consume(bus, participant, recorder)
    except Stopped:
        end, error = "stopped", "asked to stop"
    except tickring.Error as failure:
        end, error = ENDS.get(type(failure), "error"), str(failure)
    except OSError as failure:
        end, error = "error", f"the trace: {failure}"
    finish(participant, recorder, last_ns - first_ns, end, error)


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference", "sender"), has_instruments=True)
    my_recorder = open_recorder(me)
    me.listening()
    with listen(me) as ring:
        run(ring, me, my_recorder)
