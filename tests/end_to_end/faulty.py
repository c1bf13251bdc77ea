# SPDX-License-Identifier: Apache-2.0
"""A producer for any transport that does wrong with one message of mixed contents: FAULT says what.
Its name is that of the transport."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import tickring
from tickring_harness.descriptor_produce import HEAD_BYTES
from tickring_harness.participant import Participant
from tickring_harness.workload import ASK, BID, END_OF_STREAM, mixed_messages

AT = 50

Messages = list[tuple[int, bytes]]


def torn(message: bytes, at: int) -> bytes:
    return message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]


def spoil(messages: Messages, fault: str) -> Messages:
    before, (type_id, message), after = messages[:AT], messages[AT], messages[AT + 1 :]
    spoiled = {
        "none": [(type_id, message)],
        "lost": [],
        "doubled": [(type_id, message)] * 2,
        "torn number": [(type_id, torn(message, 18))],
        "torn end": [(type_id, torn(message, len(message) - 1))],
        "cut": [(type_id, message[:-1])],
        "prolonged": [(type_id, message + b"\0")],
        "late": [],
        "lost end": [(type_id, message)],
    }
    if fault == "late":
        after.insert(3, (type_id, message))
    if fault == "lost end":
        after.pop()
    return before + spoiled[fault] + after


def to_ring(participant: Participant) -> Callable[[int, bytes], object]:
    bus = tickring.Bus.connect(participant.arguments.endpoint)
    return lambda type_id, message: (bus.send(message, type_id), bus.flush())


def to_pipe(participant: Participant) -> Callable[[int, bytes], object]:
    pipe = Path(participant.arguments.endpoint).open("wb", buffering=0)  # noqa: SIM115
    return lambda _, message: pipe.write(len(message).to_bytes(HEAD_BYTES, "little") + message)


def to_uds(participant: Participant) -> Callable[[int, bytes], object]:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    link.connect(participant.arguments.endpoint)
    return lambda _, message: link.send(message)


def typed(messages: Iterator[bytes]) -> Messages:
    return [(ASK if number % 2 else BID, message) for number, message in enumerate(messages)]


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    send = {"ring": to_ring, "pipe": to_pipe, "uds": to_uds}[Path(sys.argv[0]).stem](me)
    workload = typed(mixed_messages(me, me.ready()))
    for my_type_id, my_message in spoil(workload, os.environ["FAULT"]):
        send(my_type_id, my_message)
    send(END_OF_STREAM, bytes(32))
    me.report(messages=len(workload), elapsed_ns=1, backpressure_count=0, end="complete")
