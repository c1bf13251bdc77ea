# SPDX-License-Identifier: Apache-2.0
"""Produces into a Unix SEQPACKET socket: one send per message. What is sent can be read at once:
publish-every and flush-every do not apply."""

import socket
import sys

from tickring_harness.descriptor_produce import produce
from tickring_harness.participant import Participant

RESERVED_BYTES = 32  # of its send buffer, the socket keeps so much for itself
MAX_BUFFER_BYTES = 1 << 30


def connect(participant: Participant) -> socket.socket:
    """Its buffer is as near to the capacity as the system allows; a message has to fit into it."""
    arguments = participant.arguments
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        capacity_bytes = min(arguments.capacity_bytes, MAX_BUFFER_BYTES)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, capacity_bytes)
        link.connect(arguments.endpoint)
    except OSError as failure:
        participant.fail(f"cannot connect to {arguments.endpoint}: {failure}")
    buffer_bytes = link.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    participant.require_payload(32, buffer_bytes - RESERVED_BYTES)
    link.setblocking(False)
    return link


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    with connect(me) as my_link:
        produce(me, my_link.fileno(), my_link.send, whole_messages=True)
