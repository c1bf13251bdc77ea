# SPDX-License-Identifier: Apache-2.0
"""What was wrong with the sessions of one pair, from what its processes said and how they ended.

A *life* is one process, from its start to its kill or its end. What is allowed:

- A side whose peer was killed names the end PEER_DEAD, within the limit, and nothing else. Time for
  which one of the two was kept from a CPU does not count: the promise is to one that runs. It may
  be that the killed side had not yet said that it was connected: the session counts all the same.
- A side that is killed before it could tell owes nothing.
- A death before or in the handshake is no session: the other side goes on waiting for a peer.
- Only the last session ends in order, on both sides, with as many messages received as sent.
- After each session a process holds what it held after its first one, and nothing of a ring.
"""

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

STOPPED, PEER_DEAD = 0, 6

# Allocators map memory of their own; a leak of one mapping per session gets beyond it.
MAPPINGS_SLACK = 3


@dataclass(frozen=True)
class Line:
    """What a peer printed. The fields after `code` are those of an ended session."""

    event: str
    ns: int
    code: int = 0
    messages: int = 0
    violations: int = 0
    first_violation: str = ""
    descriptors: int = 0
    mappings: int = 0
    ring_mappings: int = 0
    run_delay_ns: int = 0


@dataclass
class Life:
    """One process. Times are of CLOCK_MONOTONIC; status: negative for a signal. Of one that was
    killed: for how long it was kept from dying, and the other side from a CPU up to the kill."""

    role: str
    start_ns: int
    killed_ns: int | None = None
    status: int | None = None
    lines: list[Line] = field(default_factory=list)
    death_delay_ns: int = 0
    survivor_delay_ns: int = 0

    def of(self, event: str) -> list[Line]:
        """Its lines of one kind, in order."""
        return [line for line in self.lines if line.event == event]

    def session_at(self, ns: int) -> tuple[Line, Line | None] | None:
        """The session that was open at a time: how it began and how it ended."""
        begun: Line | None = None
        for line in self.lines:
            if line.event == "connected":
                begun = line
            elif line.event == "ended" and begun is not None:
                if begun.ns <= ns < line.ns:
                    return begun, line
                begun = None
        return (begun, None) if begun is not None and begun.ns <= ns else None


def peers_deaths(life: Life, kills: list[Life], until_ns: int) -> int:
    """How often the other side was killed from the start of this life to a time."""
    return sum(
        life.start_ns <= (other.killed_ns or 0) <= until_ns
        for other in kills
        if other.role != life.role
    )


def exits(life: Life) -> Iterator[str]:
    """How the process itself ended."""
    if life.status is None:
        yield "hangs: it did not end when it was asked to"
    elif life.killed_ns is not None and life.status != -signal.SIGKILL:
        yield f"had ended by itself with status {life.status} before it was killed"
    elif life.killed_ns is None and life.status != 0:
        yield f"ended with status {life.status}"


def contents(life: Life) -> Iterator[str]:
    """What its sessions carried, and that each line follows from the one before."""
    follows = {"start": "opening", "opening": "connected", "connected": "ended", "ended": "opening"}
    last = "start"
    for line in life.lines:
        if line.event != follows[last]:
            yield f"says '{line.event}' after '{last}'"
        last = line.event
    for number, line in enumerate(life.of("ended"), 1):
        if line.violations:
            yield f"session {number}: {line.violations} violations: {line.first_violation}"


def ends(life: Life, kills: list[Life]) -> Iterator[str]:
    """That only a kill ended its sessions, each named as it should be."""
    ended = life.of("ended")
    for number, line in enumerate(ended, 1):
        is_last = number == len(ended) and life.killed_ns is None
        if line.code != (STOPPED if is_last else PEER_DEAD):
            yield f"session {number} ended with code {line.code}"
        elif not is_last and number > peers_deaths(life, kills, line.ns):
            yield f"session {number} ended with PEER_DEAD while the peer lived"
    if life.killed_ns is None and life.status == 0 and not ended:
        yield "ended without a session"


def delays(kills: list[Life], lives: list[Life]) -> Iterator[tuple[Life, int | None]]:
    """For each kill the life that had a session then, and how long it ran until it named it, ns."""
    for victim in kills:
        killed_ns = victim.killed_ns or 0
        for life in lives:
            session = life.session_at(killed_ns)
            if life.role != victim.role and life.start_ns <= killed_ns and session:
                end = session[1]
                kept_ns = victim.death_delay_ns - victim.survivor_delay_ns
                yield life, end.ns - killed_ns - end.run_delay_ns - kept_ns if end else None


def lateness(kills: list[Life], lives: list[Life], limit_ns: int) -> Iterator[tuple[Life, str]]:
    """Sides that did not name a death in time, unless they were killed themselves before."""
    for victim in kills:
        for life, delay_ns in delays([victim], lives):
            due_ns = (victim.killed_ns or 0) + limit_ns
            if life.killed_ns is not None and life.killed_ns <= due_ns:
                continue
            if delay_ns is None:
                yield life, "never named the death of its peer"
            elif delay_ns > limit_ns:
                yield life, f"named the death of its peer after {delay_ns / 1e6:.0f} ms"


def leaks(life: Life) -> Iterator[str]:
    """What it held after a session beyond what it held after the first."""
    ended = life.of("ended")
    for number, line in enumerate(ended, 1):
        if line.ring_mappings:
            yield f"after session {number}: {line.ring_mappings} mappings of a ring are left"
        if line.descriptors != ended[0].descriptors:
            before = ended[0].descriptors
            yield f"after session {number}: {line.descriptors} descriptors, {before} before"
    if ended and ended[-1].mappings > ended[0].mappings + MAPPINGS_SLACK:
        yield f"mappings grew from {ended[0].mappings} to {ended[-1].mappings}"


def last_session(lives: list[Life]) -> Iterator[str]:
    """What was sent in the session that ended in order has arrived."""
    final = {life.role: line for life in lives for line in life.of("ended") if line.code == STOPPED}
    counts = {role: line.messages for role, line in final.items()}
    if len(counts) == 2 and counts["producer"] != counts["consumer"]:
        yield f"{counts['producer']} sent, {counts['consumer']} received in the last session"


def judge(lives: list[Life], limit_ns: int) -> list[str]:
    """Everything that was wrong, one sentence each; limit_ns for naming the death of a peer."""
    kills = [life for life in lives if life.killed_ns is not None]
    found = []
    for life in lives:
        faults = [*exits(life), *contents(life), *ends(life, kills), *leaks(life)]
        found += [f"{life.role}: {fault}" for fault in faults]
    found += [f"{life.role}: {fault}" for life, fault in lateness(kills, lives, limit_ns)]
    return found + list(last_session(lives))
