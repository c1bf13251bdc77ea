# SPDX-License-Identifier: Apache-2.0
"""Who comes to the socket: nobody, another user, too many, or somebody while another is served."""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import tickring
import wire
from hostile_peer import PATIENCE_S, accept, connect, listening
from rules import expect_good, goes_on, nothing_stays, serve
from victims import GRACE_NS, NAMES, Order, Victim

NOBODY = 65534


def as_nobody(act: Callable[[], wire.Frame | None]) -> wire.Frame | None:
    """What another user's process was told, if anything."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(reading)
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            answer = act()
            os.write(writing, answer.pack() if answer else b"")
        os._exit(0)
    os.close(writing)
    answer = os.read(reading, wire.LAYOUT.size)
    os.close(reading)
    os.waitpid(child, 0)
    return wire.unpack(answer) if answer else None


def expect_timeout(victim: Victim, order: Order, says: str) -> None:
    """Nobody came whom it could serve; it ends with its deadline, which is a promise."""
    outcome = victim.outcome()
    assert (outcome.stage, outcome.code) == ("open", "Timeout"), outcome
    assert says in outcome.text
    arrival_ns = order.arrival_ms * 1_000_000
    assert arrival_ns <= outcome.elapsed_ns <= arrival_ns + GRACE_NS


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start another user's process")
@pytest.mark.parametrize("opens, role", [("listen", "consumer"), ("connect", "producer")])
def test_another_user_is_refused(opens: str, role: str, victim: Victim, path: Path) -> None:  # F60
    order = Order(opens, role, path)

    def visit() -> wire.Frame | None:
        with connect(path) as sock:
            return wire.receive(sock)[0]

    def be_visited() -> wire.Frame | None:
        with listening(path) as listener, accept(listener) as sock:
            return wire.receive(sock)[0]

    with nothing_stays(victim, path.parent):
        if opens == "listen":
            victim.start(order)
            connect(path).close()  # it is there
            path.chmod(0o666)  # or the system would keep the other user out
            answer = as_nobody(visit)
            assert answer
            code, text = NAMES[answer.reject_code], answer.reason.rstrip(b"\0").decode()
            expect_good(serve(victim, order))
        else:
            path.parent.chmod(0o1777)
            victim.start(order)
            assert as_nobody(be_visited) is None  # it was left without a word
            outcome = victim.outcome()
            code, text = outcome.code, outcome.text
            path.parent.chmod(0o755)
        assert code == "Permission"
        assert text == f"user id of the peer is {NOBODY}, must be {os.geteuid()}"
        goes_on(victim, order)


@pytest.mark.parametrize(
    "there, code, says",
    [
        ("nothing", "NotFound", "No such file"),
        ("stale socket", "NotFound", "is stale: nobody listens there any more"),
        ("regular file", "InvalidArgument", "is not a socket"),
        ("stream socket", "Protocol", "is a socket of another type"),
    ],
)
def test_a_connector_says_what_is_at_the_path(
    there: str, code: str, says: str, victim: Victim, path: Path
) -> None:  # F33
    order = Order("connect", "producer", path, arrival_ms=0)
    with nothing_stays(victim, path.parent), contextlib.ExitStack() as until_then:
        if there == "regular file":
            path.write_text("somebody's")
        elif there != "nothing":
            kind = socket.SOCK_STREAM if there == "stream socket" else socket.SOCK_SEQPACKET
            sock = until_then.enter_context(socket.socket(socket.AF_UNIX, kind))
            sock.bind(str(path))
            if there == "stream socket":
                sock.listen()
        victim.start(order)
        outcome = victim.outcome()
        assert (outcome.stage, outcome.code) == ("open", code), outcome
        assert says in outcome.text
        assert there == "nothing" or path.exists()
        path.unlink(missing_ok=True)
        goes_on(victim, order)


def test_a_connector_waits_for_a_listener_up_to_its_deadline(
    victim: Victim, path: Path
) -> None:  # F34
    order = Order("connect", "producer", path, arrival_ms=100)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        expect_timeout(victim, order, "no listener before the deadline")


@pytest.mark.parametrize("limit", [3, 4, 5, 6])
def test_a_listener_without_descriptors_ends_and_says_so(
    limit: int, victim: Victim, path: Path
) -> None:  # F51
    says = {3: "bus.lock", 4: "cannot open a socket", 5: "cannot accept a connection"}
    order = Order("listen", "consumer", path)
    with nothing_stays(victim, path.parent):
        with victim.limited(limit), contextlib.ExitStack() as until_then:
            victim.start(order)
            if limit > 4:  # it listens
                sock = until_then.enter_context(connect(path))
                with contextlib.suppress(OSError):  # gone already, perhaps
                    sock.sendall(wire.Frame().pack())
            outcome = victim.outcome()
        assert (outcome.stage, outcome.code) == ("open", "NoResources"), outcome
        assert says.get(limit, "cannot create the feedback object") in outcome.text
        goes_on(victim, order)


def test_a_full_queue_of_a_listener_ends_with_the_deadline(
    victim: Victim, path: Path
) -> None:  # F53
    order = Order("connect", "producer", path, arrival_ms=100)
    with nothing_stays(victim, path.parent):
        with listening(path, backlog=0), contextlib.ExitStack() as waiting:
            with contextlib.suppress(BlockingIOError):
                while True:
                    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                    waiting.callback(sock.close)
                    sock.setblocking(False)
                    sock.connect(str(path))
            victim.start(order)
            expect_timeout(victim, order, "the listener does not take connections")
        goes_on(victim, order)


def test_who_comes_second_is_served_once_the_first_has_failed(
    victim: Victim, path: Path
) -> None:  # F52
    order = Order("listen", "consumer", path, handshake_ms=100)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with connect(path):
            start_ns = time.monotonic_ns()
            expect_good(serve(victim, order))
            assert time.monotonic_ns() - start_ns <= 100_000_000 + 2 * GRACE_NS


def test_nobody_is_listening_once_a_session_has_begun(victim: Victim, path: Path) -> None:  # F52
    order = Order("listen", "consumer", path, messages=2)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with tickring.Bus.connect(path, arrival_timeout_s=5) as bus:
            bus.send(b"first")
            deadline = time.monotonic() + PATIENCE_S
            while path.exists() and time.monotonic() < deadline:
                os.sched_yield()
            with pytest.raises(tickring.NotFound):
                tickring.Bus.connect(path)
            bus.send(b"second")
        assert victim.outcome().messages == 2


def test_a_listener_that_nobody_finds_says_why_it_refused(
    victim: Victim, path: Path
) -> None:  # F35
    order = Order("listen", "consumer", path, arrival_ms=300)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with connect(path) as sock:
            sock.sendall(wire.Frame(version=9).pack())
            said = "1 refused, the last because: version of the peer's hello is 9, must be 1"
            expect_timeout(victim, order, said)
