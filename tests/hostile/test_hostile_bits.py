# SPDX-License-Identifier: Apache-2.0
"""Every single bit of what a peer owns may flip: F98."""

import struct
from pathlib import Path

import pytest
import wire
from rules import OTHER, goes_on, nothing_stays
from session_peer import ROOM, WAYS, SessionPeer, order_for, serve_one
from victims import GRACE_NS, OK, Outcome, Victim
from wire import CAPACITY, PAGE, UNIT, WORDS

ANY = {OK, "Corrupt", "Timeout", "PeerClosed"}


def attack_bit(victim: Victim, role: str, path: Path, bit: int) -> Outcome:
    """A session in which one bit of the peer's object is flipped, and the peer works otherwise."""
    count = 1 if role == "consumer" else ROOM + 1
    victim.start(order_for(role, path, messages=count, call_ms=20))
    peer = SessionPeer(path, OTHER[role])
    if role == "consumer":
        peer.publish(0)
    else:
        peer.mine.store("released", ROOM * UNIT)
    peer.mine.flip(bit)
    with peer:
        return victim.outcome()


def bits_of(offset: int, length: int) -> range:
    """Of so many bytes from an offset."""
    return range(offset * 8, (offset + length) * 8)


def words_of(role: str) -> dict[str, range]:
    """The bits that the end of a role reads, by word."""
    kind = "data" if role == "consumer" else "feedback"
    found = {}
    for word, (layout, offset) in WORDS[kind].items():
        found[word] = bits_of(offset, struct.calcsize(layout))
    if role == "consumer":
        for word, offset in wire.RECORD_WORDS.items():
            found[word] = bits_of(2 * PAGE + offset, 4)
    return found


EVERY_WORD = [(role, word, bits) for role in WAYS for word, bits in words_of(role).items()]


@pytest.mark.parametrize(
    "role, word, bits", EVERY_WORD, ids=[f"{role}-{word}" for role, word, _ in EVERY_WORD]
)
def test_every_bit_of_a_word_may_flip(
    role: str, word: str, bits: range, victim: Victim, path: Path
) -> None:
    with nothing_stays(victim, path.parent):
        for bit in bits:
            outcome = attack_bit(victim, role, path, bit)
            assert outcome.code in ANY, f"bit {bit - bits.start}: {outcome}"
            assert outcome.bytes <= CAPACITY
            assert outcome.elapsed_ns <= 20_000_000 + GRACE_NS
        goes_on(victim, order_for(role, path))


@pytest.mark.parametrize("role", WAYS)
def test_bits_that_nobody_reads_may_flip(
    role: str, victim: Victim, path: Path, is_exhaustive: bool
) -> None:
    read = {bit for bits in words_of(role).values() for bit in bits}
    bits = [bit for bit in range(2 * PAGE * 8) if bit not in read]
    if not is_exhaustive:
        bits = bits[:256] + bits[256::257]
    count = len(bits) + (ROOM - 1 if role == "producer" else 0)
    order = order_for(role, path, wait="spin", messages=count)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with SessionPeer(path, OTHER[role]) as peer:
            for number, bit in enumerate(bits):
                peer.mine.flip(bit)
                serve_one(peer, number)
            outcome = victim.outcome()
        assert (outcome.code, outcome.messages) == (OK, count), outcome
        goes_on(victim, order)
