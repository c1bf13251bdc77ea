# SPDX-License-Identifier: Apache-2.0
"""Produces into a ZeroMQ PUSH socket: one send per message. What is sent is on its way at once:
publish-every and flush-every do not apply, and a full socket makes its send wait."""

import sys

import zmq
from tickring_harness.participant import Participant
from tickring_harness.produce import produce
from tickring_harness.workload import messages

SLICE_MS = 100  # how often a send that waits returns to look whether to stop


class Sender:
    """The loop over a connected socket."""

    def __init__(self, participant: Participant, push: zmq.Socket) -> None:
        """The socket is connected."""
        self.messages_count = 0
        self.full_count = 0
        self._participant = participant
        self._push = push

    def send_all(self, start_ns: int) -> None:
        """Until everything is sent, the time is over or a stop is asked for."""
        send = self._push.send
        for message in messages(self._participant, start_ns):
            try:
                send(message)
            except zmq.Again:
                if not self._send_again(message, may_stop=True):
                    return
            self.messages_count += 1

    def end_stream(self) -> None:
        """A message of zeros."""
        self._send_again(bytes(self._participant.arguments.payload_bytes), may_stop=False)

    def _send_again(self, message: bytes, may_stop: bool) -> bool:
        """False: it is not sent, as a stop is asked for."""
        for _ in range(self._participant.arguments.timeout_ns // (SLICE_MS * 1_000_000) + 1):
            if may_stop and self._participant.stop_asked:
                return False
            try:
                self._push.send(message)
                return True
            except zmq.Again:
                self.full_count += 1
        raise TimeoutError("the consumer took nothing for the time-out")


def connect(participant: Participant) -> zmq.Socket:
    """The socket; whether the consumer is there shows when the buffers are full."""
    arguments = participant.arguments
    push = zmq.Context.instance().socket(zmq.PUSH)
    push.setsockopt(zmq.LINGER, min(arguments.timeout_ns // 1_000_000, 2**31 - 1))
    push.setsockopt(zmq.SNDTIMEO, SLICE_MS)
    try:
        push.connect(f"ipc://{arguments.endpoint}")
    except zmq.ZMQError as failure:
        participant.fail(f"cannot connect to {arguments.endpoint}: {failure}")
    return push


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    me.require_ticks()
    me.require_payload(32, 1 << 31)
    with connect(me) as my_push:
        produce(me, Sender(me, my_push), broken=(zmq.ZMQError,))
