# SPDX-License-Identifier: Apache-2.0
"""Consumes from a FIFO that it makes: one os.read per message."""

import contextlib
import fcntl
import functools
import os
import sys

from tickring_harness.descriptor_consume import consume
from tickring_harness.participant import Participant
from tickring_harness.recording import open_recorder


def make_pipe(participant: Participant) -> int:
    """Opened without a wait for the producer, then read with waits."""
    arguments = participant.arguments
    try:
        os.mkfifo(arguments.endpoint, 0o600)
        pipe = os.open(arguments.endpoint, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(pipe, True)
    except OSError as failure:
        participant.fail(f"cannot make the pipe: {failure}")
    with contextlib.suppress(OSError, OverflowError):  # as near as the system allows
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, arguments.capacity_bytes)
    return pipe


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    my_recorder = open_recorder(me)
    my_pipe = make_pipe(me)
    me.listening()
    consume(me, my_recorder, functools.partial(os.read, my_pipe), whole_messages=False)
