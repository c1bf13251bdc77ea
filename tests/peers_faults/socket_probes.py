# SPDX-License-Identifier: Apache-2.0
"""The probes of the way to a session: the path, the handshake, the memory that comes with it."""

import fcntl
import os
import signal
import socket
import time
from pathlib import Path

import wire
from ends import Handle, Tickring, send, within
from setting import (
    Ends,
    Seen,
    connect_to_fake,
    descriptors,
    fake_listener,
    is_open,
    pair,
    wait_until_asleep,
)


def t7(ends: Ends, path: str) -> Seen:
    """A listener is started where somebody's file is."""
    Path(path).write_text("somebody's")
    answer = ""
    try:
        within(1.0, lambda: ends.listen(path))
    except ends.error as failure:
        answer = f"; refused: {failure}"
    if Path(path).is_file() and Path(path).read_text() == "somebody's":
        return True, f"the file is still there{answer}"
    return False, "the file is gone"


def t8(ends: Ends, path: str) -> Seen:
    """A listener sends two descriptors."""
    frame, broken, descriptor = ends.offer((1 << 20) + 8192)

    def say(sock: socket.socket) -> None:
        sock.sendmsg([broken], [wire.rights([descriptor, descriptor])])

    said, left = connect_to_fake(ends, path, say)
    return left == 0, f"{left} descriptors are left; {said}"


def t9(ends: Ends, path: str) -> Seen:
    """A frame that is too short brings a descriptor; and what a good session keeps open."""
    frame, _, descriptor = ends.offer((1 << 20) + 8192)

    def say(sock: socket.socket) -> None:
        sock.sendmsg([frame[:10]], [wire.rights([descriptor])])
        sock.shutdown(socket.SHUT_RDWR)

    said, left = connect_to_fake(ends, path, say)
    os.unlink(path)
    before = descriptors()
    both = pair(ends, path)
    kept = descriptors() - before
    passed_on = [one for one in kept if is_open(one) and not fcntl.fcntl(one, fcntl.F_GETFD)]
    del both
    seen = f"{left} descriptors are left; {len(passed_on)} of a session are not close-on-exec"
    return left == 0 and not passed_on, f"{seen}; {said}"


def t10(ends: Ends, path: str) -> Seen:
    """A connector comes and goes while the listener is stopped. SIGPIPE is as in a C program."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    listener = os.getpid()
    child = os.fork()
    if child == 0:
        kind = socket.SOCK_SEQPACKET if ends.name == "tickring" else socket.SOCK_STREAM
        while not Path(path).is_socket():
            time.sleep(0.001)
        wait_until_asleep(listener)  # for a connector
        os.kill(listener, signal.SIGSTOP)
        sock = socket.socket(socket.AF_UNIX, kind)
        sock.connect(path)
        sock.close()
        os.kill(listener, signal.SIGCONT)
        os._exit(0)
    within(1.0, lambda: ends.listen(path))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status == 0, f"the listener's process lives; the connector ends with status {status}"


def t11(ends: Ends, path: str) -> Seen:
    """A listener takes the connection and says nothing."""
    start = time.monotonic()
    said, left = connect_to_fake(ends, path, lambda sock: None)
    elapsed_s = time.monotonic() - start
    return elapsed_s < 2.5 and left == 0, f"after {elapsed_s:.1f} s {said}"


def t12(ends: Ends, path: str) -> Seen:
    """A memory file of a page, said to be of 1 MiB."""
    frame, _, descriptor = ends.offer(4096)

    def say(sock: socket.socket) -> None:
        if ends.name == "tickring":
            wire.receive(sock)
        sock.sendmsg([frame], [wire.rights([descriptor])])

    with fake_listener(ends, path, say):
        try:
            bus = connect_as_either(ends, path)
        except ends.error as failure:
            return True, f"refused: {failure}"
        send(ends, bus, bytes(100_000))
    return False, "it was taken, and written to"


def connect_as_either(ends: Ends, path: str) -> Handle:
    """tickring's data object is its producer's, so its connector receives here."""
    if isinstance(ends, Tickring):
        return ends.library.Bus.connect(path, role="consumer")
    return ends.connect(path)


def t13(ends: Ends, path: str) -> Seen:
    """4 GiB."""
    try:
        within(1.0, lambda: ends.listen(path, 1 << 32))
    except ends.error as failure:
        return True, f"refused: {failure}"
    return False, "it listens"
