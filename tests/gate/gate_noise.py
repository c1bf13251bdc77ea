# SPDX-License-Identifier: Apache-2.0
"""Gates over made-up machines: what a slice takes is a level that wanders, and an arm's effect."""

import dataclasses
import math
import random
from collections.abc import Callable, Iterator

import numpy as np
from tickring_gate import blocks
from tickring_gate.blocks import ARMS, CANDIDATE, CONTROL, SLICES_PER_ARM, Order
from tickring_gate.decision import LOOKS, Block, Bounds, Finding, assess

BOUNDS = Bounds(margin=0.02, limit=0.10)
LONGEST = 64  # blocks, those that are dropped among them
Noise = Callable[[np.random.Generator, int], np.ndarray]


def fixed_orders(_: random.Random) -> Iterator[Order]:
    """What a simple gate does: the arms one after the other, always in the same way."""
    while True:
        yield ARMS * SLICES_PER_ARM


@dataclasses.dataclass(frozen=True)
class Machine:
    """Log levels of consecutive slices; regimes: what a probe sees before and after each."""

    level: Noise
    probes_ns: Callable[[np.ndarray], np.ndarray] | None = None
    step: float = 0.0  # of the clock, as a share of what is measured


def gate(
    machine: Machine,
    seed: int,
    effect: float = 0.0,
    control_effect: float = 0.0,
    orders: Callable[[random.Random], Iterator[Order]] = blocks.orders,
) -> Finding:
    """One gate on one end point."""
    size = SLICES_PER_ARM * len(ARMS)
    level = machine.level(np.random.default_rng(seed), LONGEST * size + 1)
    shift = {CANDIDATE: math.log1p(effect), CONTROL: math.log1p(control_effect)}
    made: list[Block | None] = []
    for i, order in zip(range(LONGEST), orders(random.Random(seed)), strict=False):
        part = slice(i * size, (i + 1) * size + 1)
        if machine.probes_ns and not blocks.is_one_regime(machine.probes_ns(level[part]).tolist()):
            made.append(None)
            continue
        values: dict[str, list[float]] = {arm: [] for arm in ARMS}
        for arm, here in zip(order, level[part], strict=False):
            value = math.exp(here + shift.get(arm, 0.0))
            if machine.step:
                value = round(value / machine.step) * machine.step
            values[arm].append(value)
        made.append(blocks.block_of(values))
        if len(made) - made.count(None) in LOOKS:
            finding = assess(made, BOUNDS)
            if finding.state != "open":
                return finding
    return assess(made, BOUNDS, is_over=True)


def white(generator: np.random.Generator, count: int) -> np.ndarray:
    return generator.normal(0, 0.02, count)


def stepped(generator: np.random.Generator, count: int) -> np.ndarray:
    """Now and then the level changes for good."""
    jumps = generator.normal(0, 0.3, count) * (generator.random(count) < 0.02)
    return white(generator, count) + np.cumsum(jumps)


def ramping(generator: np.random.Generator, count: int) -> np.ndarray:
    return white(generator, count) + 0.03 * np.arange(count)


def periodic(generator: np.random.Generator, count: int) -> np.ndarray:
    """Something comes back every third slice, as often as an arm does."""
    phase = generator.integers(3)
    return white(generator, count) + 0.06 * ((np.arange(count) + phase) % 3 == 0)


def heavy_tailed(generator: np.random.Generator, count: int) -> np.ndarray:
    """Without a variance."""
    return 0.01 * generator.standard_t(1.5, count)


def disturbed(generator: np.random.Generator, count: int) -> np.ndarray:
    """To one side, as what disturbs a slice makes it slower; some take many times as long."""
    return white(generator, count) + 0.02 * np.abs(generator.standard_t(1.5, count)).clip(max=200)


def autocorrelated(generator: np.random.Generator, count: int) -> np.ndarray:
    steps = generator.normal(0, 0.02, count)
    level = np.empty(count)
    level[0] = steps[0]
    for i in range(1, count):
        level[i] = 0.95 * level[i - 1] + steps[i]
    return level


def positional(generator: np.random.Generator, count: int) -> np.ndarray:
    """The first slice of a block is slow, the third is fast."""
    place = np.arange(count) % (2 * len(ARMS))
    return white(generator, count) + 0.25 * (place == 0) - 0.2 * (place == 2)


def moving(generator: np.random.Generator, count: int) -> np.ndarray:
    """The CPUs are far from each other for a while: four times the time."""
    is_far, far = generator.random() < 0.5, np.empty(count)
    for i in range(count):
        is_far ^= generator.random() < 0.01
        far[i] = is_far
    return white(generator, count) + math.log(4) * far


MACHINES = {
    "white": Machine(white),
    "step": Machine(stepped),
    "ramp": Machine(ramping),
    "periodic": Machine(periodic),
    "heavy tail": Machine(heavy_tailed),
    "disturbances": Machine(disturbed),
    "ties": Machine(white, step=0.09),
    "autocorrelation": Machine(autocorrelated),
    "positional bias": Machine(positional),
    "regime changes": Machine(moving, probes_ns=lambda level: 120 * np.exp(level)),
}
