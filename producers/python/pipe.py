# SPDX-License-Identifier: Apache-2.0
"""Produces into a FIFO that the consumer has made: one os.write per message. What is written can
be read at once: publish-every and flush-every do not apply."""

import functools
import os
import sys

from tickring_harness.descriptor_produce import produce
from tickring_harness.participant import Participant


def open_pipe(participant: Participant) -> int:
    """The consumer's FIFO; ends the program when nobody reads it."""
    try:
        return os.open(participant.arguments.endpoint, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as failure:
        participant.fail(f"cannot open the pipe: {failure}")


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    me.require_payload(32, 1 << 31)
    pipe = open_pipe(me)
    produce(me, pipe, functools.partial(os.write, pipe), whole_messages=False)
