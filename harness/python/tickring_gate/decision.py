# SPDX-License-Identifier: Apache-2.0
"""Whether a candidate is slower than its base, from log ratios of blocks. Pure: no files, no clock.

A block gives two numbers: the log ratio of the candidate to the mean of two builds of the base, and
the control, that of the two builds to each other. Blocks are the sample, messages are not. The test
is an exact sequential sign test: how many blocks lie beyond the margin, looked at three times.
"""

import dataclasses
import enum
import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

LOOKS = (12, 24, 48)  # blocks
BEYOND_AT = (12, 20, 33)  # so many beyond the margin at a look reject "at most the margin"
WITHIN_AT = (6, 13, 48)  # at most so many on either side end the looking; at the last any number
FAMILY_ALPHA = 0.025  # over all end points together, by Holm
POWER = 0.95  # of the smallest detectable effect
MOST_END_POINTS = 3
DROPPED_PER_KEPT = 1 / 3  # a quarter of all blocks; above it a look decides nothing


class State(enum.StrEnum):
    """What is known of an end point."""

    OPEN = "open"  # more blocks are needed
    UNCHANGED = "unchanged"
    REGRESSED = "regressed"
    IMPROVED = "improved"
    UNCERTAIN = "uncertain"


UNSURE = (State.OPEN, State.UNCERTAIN)


class Outcome(enum.StrEnum):
    """Of the gate."""

    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclasses.dataclass(frozen=True)
class Bounds:
    """Of an end point; fractions: 0.02 is 2 %."""

    margin: float  # a shift up to this is taken for none
    limit: float  # the largest effect that may be out of reach in a PASS


@dataclasses.dataclass(frozen=True)
class Block:
    """Log ratios of one block."""

    candidate: float
    control: float


@dataclasses.dataclass(frozen=True)
class Finding:
    """What the blocks say of one end point; effects and bounds are fractions."""

    state: State
    reason: str
    kept: int  # blocks that were looked at
    dropped: int
    beyond: int  # blocks in which the candidate is slower by more than the margin
    p_value: float
    effect: float | None  # median; None: there is no block
    low: float | None  # interval that holds at every look together; None before the first look
    high: float | None
    control: float | None
    smallest_effect: float | None  # that is found in POWER of all gates, at this noise


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Of the gate, with the reason in one sentence."""

    outcome: Outcome
    reason: str


def tail(look: int, count: int, share: float = 0.5) -> float:
    """The probability to reject before this look, or to have at least `count` blocks beyond at it,
    when a block is beyond with probability `share`. With 1/2 this is the p-value."""
    alive, seen, rejected = np.array([1.0]), 0, 0.0
    for i, blocks in enumerate(LOOKS[: look + 1]):
        step = blocks - seen
        alive = np.convolve(alive, binom.pmf(np.arange(step + 1), step, share))
        bound = count if i == look else BEYOND_AT[i]
        rejected += float(alive[bound:].sum())
        alive, seen = alive[:bound], blocks
    return min(rejected, 1.0)  # sums of many roundings


def power(share: float) -> float:
    """The probability to reject at some look, the early ends of the looking counted."""
    alive, seen, rejected = np.array([1.0]), 0, 0.0
    for blocks, beyond, within in zip(LOOKS, BEYOND_AT, WITHIN_AT, strict=True):
        step = blocks - seen
        alive = np.convolve(alive, binom.pmf(np.arange(step + 1), step, share))
        rejected += float(alive[beyond:].sum())
        alive, seen = alive[:beyond], blocks
        alive[: within + 1] = 0
    return rejected


ALPHA = tail(len(LOOKS) - 1, BEYOND_AT[-1])
# The share of blocks beyond the margin with which the design has its power.
NEEDED_SHARE = float(brentq(lambda share: power(share) - POWER, 0.5, 1))


def assess(blocks: Sequence[Block | None], bounds: Bounds, *, is_over: bool = False) -> Finding:
    """The first look that decides. blocks: in the order in which they were run, None for one that
    was dropped; is_over: no more will come."""
    kept: list[Block] = []
    dropped = 0
    finding = _finding(State.OPEN, "the first look is not reached", [], 0, bounds, None)
    for block in blocks:
        if block is None:
            dropped += 1
            continue
        kept.append(block)
        if len(kept) in LOOKS:
            finding = _look(kept, dropped, bounds, LOOKS.index(len(kept)))
            if finding.state is not State.OPEN:
                return finding
    if is_over or too_many_dropped(dropped, LOOKS[-1]):
        reason = f"{dropped} blocks were dropped beside {len(kept)}"
        if not too_many_dropped(dropped, len(kept)):
            reason = f"the time was over after {len(kept)} blocks"
        return dataclasses.replace(
            finding, state=State.UNCERTAIN, reason=reason, kept=len(kept), dropped=dropped
        )
    return dataclasses.replace(finding, dropped=dropped)


def too_many_dropped(dropped: int, kept: int) -> bool:
    """Whether what is left is no longer what was planned."""
    return dropped > kept * DROPPED_PER_KEPT


def _look(kept: list[Block], dropped: int, bounds: Bounds, look: int) -> Finding:
    is_last = look == len(LOOKS) - 1
    margin = math.log1p(bounds.margin)
    slower, faster = _beyond([block.candidate for block in kept], margin)
    control = max(_beyond([block.control for block in kept], margin))
    smallest = smallest_effect(kept, bounds.margin)

    def found(state: State, reason: str) -> Finding:
        return _finding(state, reason, kept, dropped, bounds, look)

    if too_many_dropped(dropped, len(kept)):
        state = State.UNCERTAIN if is_last else State.OPEN
        return found(state, f"{dropped} blocks were dropped beside {len(kept)}")
    if control >= BEYOND_AT[look]:
        return found(State.UNCERTAIN, "two builds of the base differ by more than the margin")
    if slower >= BEYOND_AT[look]:
        return found(State.REGRESSED, f"slower by more than the margin in {slower} blocks")
    if faster >= BEYOND_AT[look]:
        return found(State.IMPROVED, f"faster by more than the margin in {faster} blocks")
    if max(slower, faster) > WITHIN_AT[look]:
        return found(State.OPEN, f"{max(slower, faster)} blocks lie beyond the margin")
    if smallest <= bounds.limit:
        return found(State.UNCHANGED, f"an effect of {smallest:.1%} would have been found")
    state = State.UNCERTAIN if is_last else State.OPEN
    return found(state, f"at this noise {smallest:.1%} is the least that can be found")


def _beyond(ratios: Sequence[float], margin: float) -> tuple[int, int]:
    """How many are slower and how many faster by more than the margin; a tie is neither."""
    return sum(ratio > margin for ratio in ratios), sum(ratio < -margin for ratio in ratios)


def smallest_effect(kept: Sequence[Block], margin: float) -> float:
    """The effect at which NEEDED_SHARE of the blocks would lie beyond the margin.

    By the spread of the candidate or of the control about their medians, the larger one, whatever
    their shape: below the median they are taken to lie as above it. The control's variance is 4/3
    of the candidate's where all arms are alike.
    """
    candidate = _spread([block.candidate for block in kept])
    control = _spread([block.control for block in kept]) * math.sqrt(3 / 4)
    return math.expm1(math.log1p(margin) + max(candidate, control))


def _spread(ratios: Sequence[float]) -> float:
    away = np.abs(np.array(ratios) - np.median(ratios))
    return float(np.quantile(away, 2 * NEEDED_SHARE - 1))


def _finding(
    state: State,
    reason: str,
    kept: Sequence[Block],
    dropped: int,
    bounds: Bounds,
    look: int | None,
) -> Finding:
    ratios = sorted(block.candidate for block in kept)
    beyond, _ = _beyond(ratios, math.log1p(bounds.margin))
    rank = 0 if look is None else BEYOND_AT[look]
    return Finding(
        state=state,
        reason=reason,
        kept=len(kept),
        dropped=dropped,
        beyond=beyond,
        p_value=1.0 if look is None else tail(look, beyond),
        effect=_fraction(np.median(ratios)) if kept else None,
        # What the test would reject lies outside: a shift below `low` has BEYOND_AT blocks above.
        low=_fraction(ratios[-rank]) if rank else None,
        high=_fraction(ratios[rank - 1]) if rank else None,
        control=_fraction(np.median([block.control for block in kept])) if kept else None,
        smallest_effect=smallest_effect(kept, bounds.margin) if kept else None,
    )


def _fraction(log_ratio: float) -> float:
    return math.expm1(float(log_ratio))


def regressions(findings: Mapping[str, Finding]) -> list[str]:
    """The end points that regressed, by Holm's procedure over all of them."""
    ordered = sorted(findings, key=lambda name: findings[name].p_value)
    rejected = []
    for i, name in enumerate(ordered):
        if findings[name].p_value > FAMILY_ALPHA / (len(ordered) - i):
            break
        rejected.append(name)
    return [name for name in rejected if findings[name].state not in UNSURE]


def conclude(
    first: Mapping[str, Finding],
    second: Mapping[str, Finding] | None = None,
    rises: Sequence[str] = (),
) -> Verdict:
    """The verdict of the first stage and, where that found regressions, of the second, which has
    those end points only. Without a second stage a regression cannot be a FAIL; rises are what was
    counted, not measured, and are one without any stage."""
    found = regressions(first)
    confirmed = [name for name in regressions(second or {}) if name in found]
    if rises:
        return Verdict(Outcome.FAIL, f"costs more: {'; '.join(rises)}")
    if confirmed:
        told = ", ".join(f"{name} {_percent((second or {})[name].effect)}" for name in confirmed)
        return Verdict(Outcome.FAIL, f"slower, and again after linking anew: {told}")
    if found:
        told = ", ".join(f"{name} {_percent(first[name].effect)}" for name in found)
        again = "was not found again after linking anew" if second else "was not looked for again"
        return Verdict(Outcome.INCONCLUSIVE, f"slower at first ({told}), but that {again}")
    unsure = [name for name, finding in first.items() if finding.state in UNSURE]
    if unsure:
        told = "; ".join(f"{name}: {first[name].reason}" for name in unsure)
        return Verdict(Outcome.INCONCLUSIVE, told)
    faster = [name for name, finding in first.items() if finding.state is State.IMPROVED]
    if faster:
        told = ", ".join(f"{name} {_percent(first[name].effect)}" for name in faster)
        return Verdict(Outcome.PASS, f"nothing is slower; faster: {told}")
    return Verdict(Outcome.PASS, "no end point is slower by more than its margin")


def _percent(effect: float | None) -> str:
    return "–" if effect is None else f"{effect:+.1%}"
