# SPDX-License-Identifier: Apache-2.0
"""The probes of the ring itself: what goes through it, what is left in it, and sleeping."""

import contextlib
import os
import signal
import struct
import time

from ends import CAPACITY, send
from setting import Ends, Pair, Seen, connect_soon, pair, wait_until_asleep

RACE_S = 3.0
HALF = CAPACITY // 2
QUARTER = CAPACITY // 4 - 64  # payload of a message that takes about a quarter of the ring


def t1(ends: Ends, path: str) -> Seen:
    """64 KiB messages in 1 MiB, each taken at once; nothing is given back by hand."""
    both, count = pair(ends, path, 1 << 20), 100
    for number in range(count):
        try:
            both.send(bytes(65536 - 64))
        except ends.error:
            return False, f"no room for message {number + 1} although all before were received"
        if ends.take(both.receiver) is None:
            return False, f"message {number + 1} does not come"
    return True, f"{count} messages of 65,472 bytes went through 1 MiB"


def half_way(both: Pair) -> None:
    """32 empty messages, each taken: both ends stand at the middle of the ring, and know it."""
    for _ in range(HALF // 64):
        both.send(b"")
        both.take()


def t2(ends: Ends, path: str) -> Seen:
    """A message that needs the end of the ring and the begin is rolled back behind another."""
    both = pair(ends, path)
    half_way(both)
    send(ends, both.sender, b"sent".ljust(QUARTER))
    with contextlib.suppress(KeyError), ends.room(both.sender, HALF - 256):
        raise KeyError  # rolls back
    ends.flush(both.sender)
    sent, more = both.take(), both.take()
    seen = f"after the message that was sent came {'nothing' if more is None else repr(more)}"
    return sent == b"sent".ljust(QUARTER) and more is None, seen


def t3(ends: Ends, path: str) -> Seen:
    """The size in the last record that begins inside the ring is changed to 4,000."""
    both = pair(ends, path)
    step = 64 if ends.name == "tickring" else 128
    for _ in range(CAPACITY // step - 1):
        both.send(b"x")
        both.take()
    both.send(b"x")
    ends.break_size(CAPACITY - step, 4000)
    try:
        message = both.take()
    except ends.error as failure:
        return True, f"refused: {failure}"
    return False, f"a message of {len(message or b'')} bytes from {step} bytes before the end"


def t4(ends: Ends, path: str) -> Seen:
    """Half a ring, from the middle, with nothing else in it; then from there again."""
    both = pair(ends, path)
    for number in range(64):
        half_way(both)
        try:
            both.send(bytes(HALF))
        except ends.error:
            return False, f"an empty ring of {CAPACITY} has no room for {HALF}, try {number + 1}"
        if both.take() is None:
            return False, f"message {number + 1} does not come"
    return True, f"64 messages of {HALF} bytes went through {CAPACITY} bytes"


def t5(ends: Ends, path: str) -> Seen:
    """Ten rings more than there can be, of which no byte was sent."""
    both = pair(ends, path)
    for _ in range(4):
        both.send(bytes(QUARTER))
        both.take()
    ends.claim(CAPACITY, 10 * CAPACITY)
    count = 0
    try:
        while count < 100 and both.take() is not None:
            count += 1
    except ends.error as failure:
        return count == 0, f"refused after {count} messages: {failure}"
    return False, f"{count} messages that nobody sent"


def lost_wakes(ends: Ends, path: str) -> int:
    """Receives until an empty message, and counts."""
    receiver, lost = ends.listen(path, 1 << 20), 0
    while True:
        start_ns = time.monotonic_ns()
        message = ends.wait(receiver)
        if not message:
            return lost
        (sent_ns,) = struct.unpack("<q", message)
        lost += ends.was_lost(receiver, time.monotonic_ns() - max(start_ns, sent_ns))


def t6(ends: Ends, path: str) -> Seen:
    """Publications race with going to sleep, for some seconds."""
    child = os.fork()
    if child == 0:
        os._exit(min(lost_wakes(ends, path), 255))
    sender, count = connect_soon(ends, path), 0
    end = time.monotonic() + RACE_S
    while time.monotonic() < end:
        until_ns = time.monotonic_ns() + count * 377 % 40_000
        while (now_ns := time.monotonic_ns()) < until_ns:
            pass
        with contextlib.suppress(ends.error):  # no room
            send(ends, sender, struct.pack("<q", now_ns))
            count += 1
        ends.flush(sender)
    send(ends, sender, b"")
    ends.flush(sender)
    lost = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return lost == 0, f"{lost} wakes lost among {count} messages"


def t14(ends: Ends, path: str) -> Seen:
    """A receiver is stopped while it sleeps, and continued, again and again."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        receiver = ends.listen(path)
        os.write(writing, b"connected")
        os._exit(0 if receiver.recv(10)[1] == b"x" else 1)
    sender = connect_soon(ends, path)
    os.read(reading, 9)
    for _ in range(20):
        wait_until_asleep(child)
        os.kill(child, signal.SIGSTOP)
        os.waitpid(child, os.WUNTRACED)
        os.kill(child, signal.SIGCONT)
    send(ends, sender, b"x")
    ends.flush(sender)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status == 0, f"the receiver ends with status {status}"


def t15(ends: Ends, path: str) -> Seen:
    """A sender's bus is closed while a view of a message is open; then the view is used."""
    both, value, said = pair(ends, path), 0, "it closes"
    try:
        with ends.room(both.sender, 64) as tx:
            view = memoryview(tx)
            ends.close(both.sender)
            view[0] = 2
            value = view[0]
            view.release()
    except (ends.error, BufferError) as failure:
        said = f"refused: {failure}"
    return value == 2, f"{said}; the view is usable"


def t16(ends: Ends, path: str) -> Seen:
    """Two of three messages are taken at once, and then the third, at every offset."""
    both = pair(ends, path)
    for number in range(64):
        for text in (b"a", b"b", b"c"):
            send(ends, both.sender, text.ljust(QUARTER - number % 5 * 64))
        ends.flush(both.sender)
        messages = [one for _, one in both.receiver.drain(2)] + [both.take()]
        if [one and one[:1] for one in messages] != [b"a", b"b", b"c"]:
            return False, f"round {number + 1} brought {messages}"
    return True, "64 rounds of three came in order"
