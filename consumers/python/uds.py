# SPDX-License-Identifier: Apache-2.0
"""Consumes from a Unix SEQPACKET socket on which it listens: one recv per message."""

import socket
import sys

from tickring_harness.descriptor_consume import consume
from tickring_harness.participant import Participant
from tickring_harness.recording import open_recorder


def accept_producer(participant: Participant) -> socket.socket:
    """Waits for the producer; ends the program when none comes."""
    arguments = participant.arguments
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(arguments.endpoint)
            listener.listen(1)
            participant.listening()
            listener.settimeout(arguments.timeout_ns * 1e-9)
            link, _ = listener.accept()
    except OSError as failure:
        participant.fail(f"cannot listen on {arguments.endpoint}: {failure}")
    link.setblocking(True)
    return link


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    my_recorder = open_recorder(me)
    with accept_producer(me) as my_link:
        consume(me, my_recorder, my_link.recv, whole_messages=True)
