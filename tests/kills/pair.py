# SPDX-License-Identifier: Apache-2.0
"""Two processes on one path, of which one is killed again and again."""

import contextlib
import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from verdict import Life, Line, delays, judge

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
PROGRAMS = {
    "c": [str(BUILD / "tests" / "kills" / "kill_peer")],
    "rust": [str(BUILD / "cargo" / "release" / "kill-peer")],
    "python": [sys.executable, str(HERE / "peer.py")],
}
ROLES = ("producer", "consumer")
HANG_S = 10.0
PR_SET_PDEATHSIG = 1


class HangError(Exception):
    """A process did not do what it had to within HANG_S."""


def die_with_the_driver() -> None:
    """Runs in the child before it becomes the peer."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Peer:
    """One running process, and what it has said so far."""

    def __init__(self, role: str, command: list[str]) -> None:
        self.life = Life(role, time.monotonic_ns())
        self.said = threading.Condition()
        self.is_over = False
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_the_driver,
        )
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        """Until the end of the output. What a killed process left unfinished is no line."""
        for text in self.process.stdout or ():
            if text.endswith("\n"):
                with self.said:
                    self.life.lines.append(Line(**json.loads(text)))
                    self.said.notify_all()
        with self.said:
            self.is_over = True
            self.said.notify_all()

    def wait_for(self, what: str, is_so: Callable[[Life], bool]) -> None:
        """Until what it has said makes it so; raises HangError when that does not come."""
        with self.said:
            self.said.wait_for(lambda: is_so(self.life) or self.is_over, HANG_S)
            if not is_so(self.life):
                last = self.life.lines[-1].event if self.life.lines else "nothing"
                raise HangError(
                    f"{self.life.role}: no '{what}' within {HANG_S:.0f} s; it last said '{last}'"
                )

    def end(self) -> None:
        """Waits for the process and for the rest of what it said."""
        self.life.status = self.process.wait(HANG_S)
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()

    def give_up(self) -> None:
        """Leaves no process. One that is still there keeps its status None: it hangs."""
        if self.life.status is None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        elif self.life.status is None:
            self.end()

    def run_delay_ns(self) -> int:
        """How long it could have run and was kept waiting; 0 where the kernel does not count it."""
        try:
            return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[1])
        except FileNotFoundError:
            return 0

    def kill(self, survivor: "Peer") -> None:
        """Kills it and takes note of the time."""
        self.life.survivor_delay_ns = survivor.run_delay_ns()
        before_ns = self.run_delay_ns()
        self.life.killed_ns = time.monotonic_ns()
        self.process.kill()
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        self.life.death_delay_ns = self.run_delay_ns() - before_ns
        self.end()


@dataclass
class Outcome:
    """What came of one pair."""

    name: str
    kills: dict[str, int]
    messages: int
    sessions: int
    slowest_ns: int
    violations: list[str]


class Pair:
    """A producer and a consumer on one path below a folder of their own."""

    def __init__(
        self, languages: dict[str, str], folder: Path, rng: random.Random, fault: str = ""
    ) -> None:
        self.languages, self.path, self.rng, self.fault = languages, folder / "bus", rng, fault
        self.lives: list[Life] = []
        self.peers: dict[str, Peer] = {}

    def choose_victim(self) -> str:
        """Which side is next."""
        return self.rng.choice(ROLES)

    def start(self, role: str) -> None:
        """Starts one side, with settings of its own each time."""
        rng = self.rng
        settings = [
            rng.choice(["spin", "hybrid", "park"]),
            str(rng.choice([1, 2, 7, 32])),
            str(rng.choice([4096, 8192, 65536])),
            str(rng.choice([0, 0, 64, 1000])),
        ]
        command = [*PROGRAMS[self.languages[role]], role, str(self.path), *settings]
        if self.fault and self.languages[role] == "python":
            command.append(self.fault)
        self.peers[role] = Peer(role, command)
        self.lives.append(self.peers[role].life)

    def wait_for_a_moment(self, victim: Peer) -> None:
        """Before or in the handshake, while the ring fills for the first time, or in full flow."""
        moment = self.rng.choice(["opening", "connected", "connected", "connected"])
        longest_s = 0.006
        if moment == "connected":
            # The side that was started last has only ever met this victim.
            victim = max(self.peers.values(), key=lambda peer: peer.life.start_ns)
            longest_s = self.rng.choice([0.001, 0.02, 0.1])
        victim.wait_for(moment, lambda life: bool(life.of(moment)))
        time.sleep(self.rng.random() * longest_s)  # a random moment is the point

    def kill_one(self) -> None:
        """One kill, and the same side again on the same path."""
        role = self.choose_victim()
        other = self.peers["consumer" if role == "producer" else "producer"]
        self.wait_for_a_moment(self.peers[role])
        self.peers[role].kill(other)
        killed_ns = self.peers[role].life.killed_ns or 0
        if self.rng.random() < 0.5:

            def has_no_session(life: Life) -> bool:
                session = life.session_at(killed_ns)
                return session is None or session[1] is not None

            other.wait_for("ended", has_no_session)
        self.start(role)

    def stop(self) -> None:
        """Asks the producer to end the stream; the consumer ends with it."""
        stdin = self.peers["producer"].process.stdin
        if stdin:
            stdin.close()
        for peer in self.peers.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                peer.end()

    def leftovers(self) -> list[str]:
        """Files beside the path, and processes that still name it."""
        found = [f"left behind: {path.name}" for path in sorted(self.path.parent.iterdir())]
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.fsencode(self.path) in (folder / "cmdline").read_bytes().split(b"\0"):
                    found.append(f"left behind: process {folder.name}")
        return found

    def run(self, kills: int, limit_ns: int) -> Outcome:
        """So many kills; a violation does not end it, a hang does."""
        violations = []
        for role in ROLES:
            self.start(role)
        try:
            for _ in range(kills):
                self.kill_one()
            self.stop()
        except HangError as hang:
            violations.append(str(hang))
        finally:
            violations += self.leftovers()
            for peer in self.peers.values():
                peer.give_up()
        violations += judge(self.lives, limit_ns)
        return self.outcome(violations)

    def outcome(self, violations: list[str]) -> Outcome:
        """The sums."""
        killed = [life for life in self.lives if life.killed_ns is not None]
        ended = [line for life in self.lives for line in life.of("ended")]
        received = [life for life in self.lives if life.role == "consumer"]
        return Outcome(
            name=" to ".join(self.languages[role] for role in ROLES),
            kills={role: sum(life.role == role for life in killed) for role in ROLES},
            messages=sum(line.messages for life in received for line in life.of("ended")),
            sessions=len(ended),
            slowest_ns=max((ns for _, ns in delays(killed, self.lives) if ns), default=0),
            violations=violations,
        )
