# SPDX-License-Identifier: Apache-2.0
"""Proves that whatever the other side stores, no check lets a side leave the ring.

The checks of core/include/tickring/{consumer,producer,geometry}.hpp as formulas over the same
64 bits, for every capacity at once. Each proof is done again with one of its checks left out, and
has to fail then.
"""

import dataclasses
from collections.abc import Iterator

import z3
from finding import Finding

UNIT, HEADER = 64, 16
Check = tuple[str, z3.BoolRef]


def word(name: str) -> z3.BitVecRef:
    """64 bits, unsigned."""
    return z3.BitVec(name, 64)


def from_peer(name: str) -> z3.BitVecRef:
    """32 bits that the other side wrote, as wide as a position."""
    return z3.ZeroExt(32, z3.BitVec(name, 32))


def is_capacity(value: z3.BitVecRef) -> z3.BoolRef:
    """A power of two from a page to 2^31."""
    return z3.And(value & (value - 1) == 0, z3.UGE(value, 4096), z3.ULE(value, 1 << 31))


def record_bytes(payload_bytes: z3.BitVecRef) -> z3.BitVecRef:
    """record_bytes() of geometry.hpp."""
    return (HEADER + payload_bytes + UNIT - 1) & ~z3.BitVecVal(UNIT - 1, 64)


@dataclasses.dataclass(frozen=True)
class Claim:
    """What follows from what is given and checked."""

    name: str
    given: list[z3.BoolRef]
    checks: list[Check]
    follows: z3.BoolRef


def claims() -> Iterator[Claim]:
    """All that is to be proved."""
    capacity, position = word("capacity"), word("position")
    commit, payload_bytes = from_peer("commit"), from_peer("payload_bytes")
    ring = [is_capacity(capacity), position % UNIT == 0]

    largest = z3.UDiv(capacity, z3.BitVecVal(UNIT, 64)) - 1
    run_bytes = commit * UNIT
    yield Claim(
        "a run fits what lies free behind the released position",
        ring,
        [("commit != 0", commit != 0), ("commit <= largest", z3.ULE(commit, largest))],
        z3.And(z3.UGE(run_bytes, UNIT), z3.ULE(run_bytes, capacity - UNIT), run_bytes % UNIT == 0),
    )

    left = word("run_bytes_left")
    a_run = [z3.UGE(left, UNIT), z3.ULE(left, capacity - UNIT), left % UNIT == 0]
    offset = position & (capacity - 1)
    record = record_bytes(payload_bytes)
    fits = [("bytes <= run_bytes_left", z3.ULE(record, left))]
    yield Claim(
        "a payload lies inside the two mappings",
        ring + a_run,
        fits,
        z3.And(
            z3.ULE(offset + HEADER + payload_bytes, 2 * capacity),
            z3.ULE(payload_bytes, capacity - UNIT - HEADER),
        ),
    )
    yield Claim(
        "what is left of a run stays a whole number of units, and shrinks",
        ring + a_run,
        fits,
        z3.And((left - record) % UNIT == 0, z3.ULT(left - record, left)),
    )

    written, published, seen, answer = map(word, ("written", "published", "seen", "released"))
    a_producer = [
        is_capacity(capacity),
        written % UNIT == 0,
        published % UNIT == 0,
        seen % UNIT == 0,
        z3.ULE(written - seen, capacity - UNIT),
        z3.ULE(published - seen, written - seen),
    ]
    told = [
        ("position % kUnitBytes == 0", answer % UNIT == 0),
        ("position - released_ <= published_ - released_", z3.ULE(answer - seen, published - seen)),
    ]
    room = capacity - UNIT - (written - answer)
    yield Claim(
        "the producer's room never exceeds the ring, and it is whole units",
        a_producer,
        told,
        z3.And(z3.ULE(room, capacity - UNIT), room % UNIT == 0),
    )


def counterexample(claim: Claim, left_out: str | None = None) -> z3.ModelRef | None:
    """Values for which the claim does not hold; None: it is proved."""
    solver = z3.Solver()
    solver.add(*claim.given, z3.Not(claim.follows))
    solver.add(*[formula for name, formula in claim.checks if name != left_out])
    answer = solver.check()
    if answer == z3.unknown:
        raise RuntimeError(f"{claim.name}: {solver.reason_unknown()}")
    return solver.model() if answer == z3.sat else None


def check() -> Iterator[Finding]:
    """Proves each claim, and refutes it without each of its checks."""
    for claim in claims():
        yield Finding(claim.name, counterexample(claim) is None, "proved")
        for name, _ in claim.checks:
            found = counterexample(claim, name)
            yield Finding(f"  without {name}", found is not None, "refuted")
