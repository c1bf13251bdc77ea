# SPDX-License-Identifier: Apache-2.0
"""What is planted, how, and how the spike should be named."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from naming import Planting
from planter import MESSAGES, Running, Tools, attach, started, wait_until


@dataclass(frozen=True)
class Times:
    """When something was planted, on the run's clock."""

    from_ns: int
    to_ns: int


def stop(process: int, length_s: float) -> Times:
    """SIGSTOP, and SIGCONT later."""
    from_ns = time.time_ns()
    os.kill(process, signal.SIGSTOP)
    time.sleep(length_s)
    os.kill(process, signal.SIGCONT)
    return Times(from_ns, time.time_ns())


def stop_producer(now: Running) -> Times:
    """For 5 ms."""
    return stop(now.producer, 0.005)


def stop_consumer(now: Running) -> Times:
    """For 5 ms."""
    return stop(now.consumer, 0.005)


def collect_garbage(now: Running) -> Times:
    """Some milliseconds of it."""
    from_ns = time.time_ns()
    os.kill(now.producer, signal.SIGUSR1)
    time.sleep(0.008)
    return Times(from_ns, time.time_ns())


def slow_consumer(now: Running) -> Times:
    """Slower than the producer, for as long as takes some rings' contents."""
    from_ns = time.time_ns()
    now.plant.slow_ns = 4_000
    now.plant.slow_messages = 1_000
    wait_until(lambda: now.plant.slow_messages == 0 or now.run.has_ended())
    return Times(from_ns, time.time_ns())


# From the send that wakes a consumer on. A spike begins when its first message is 5 us old; what
# begins later than a wake takes is another one.
WAKE_NS = 20_000


def pause_producer(now: Running) -> Times:
    """Nothing is sent until the consumer sleeps; planted is its wake."""
    now.plant.pause_ns = 3_000_000
    wait_until(lambda: now.plant.pause_ns == 0 or now.run.has_ended())
    return Times(now.plant.paused_to_ns, now.plant.paused_to_ns + WAKE_NS)


def step_clock(now: Running) -> Times:
    """By 5 ms forwards, for both sides at once."""
    before_ns = time.time_ns() + now.plant.realtime_step_ns
    now.plant.realtime_step_ns += 5_000_000
    return Times(before_ns, time.time_ns() + now.plant.realtime_step_ns)


SEED = ("seed", "--messages", str(MESSAGES))
# A cause that comes while no message is under way delays none. In a batch of 256 one always is, but
# for once in 256 times.
LARGE = (*SEED, "--publish-every", "256", "--flush-every", "0")
# At half a million a second the consumer has time left, and sleeps when nothing comes.
IDLE = ("--rate", "500000", "--publish-every", "1", "--wait", "hybrid", "--clock", "monotonic")


@dataclass(frozen=True)
class Kind:
    """What is planted, how it should be named, and into what."""

    name: str
    cause: str
    plant: Callable[[Running], Times]
    flags: tuple[str, ...]
    garbage: int = 0
    planted_programs: bool = False


KINDS = (
    Kind("stop of the producer", "producer_descheduled", stop_producer, LARGE),
    Kind("stop of the consumer", "consumer_descheduled", stop_consumer, LARGE),
    Kind("garbage collection", "gc_pause", collect_garbage, LARGE, garbage=200_000),
    Kind(
        "slow consumer",
        "ring_full",
        slow_consumer,
        (*SEED, "--consumer", "c", "--capacity-bytes", "4096"),
        planted_programs=True,
    ),  # fmt: skip
    Kind(
        "wake from a sleep",
        "wake",
        pause_producer,
        (*SEED, "--producer", "c", *IDLE),
        planted_programs=True,
    ),  # fmt: skip
    Kind("step of the clock", "clock_step", step_clock, LARGE),
)


def plant_into_one_run(
    tools: Tools, kind: Kind, most: int, chance: random.Random
) -> tuple[list[Planting], dict[str, Any]]:
    """What was planted into a run, and the run's result."""
    times = []
    with started(
        tools, kind.flags, garbage=kind.garbage, planted_programs=kind.planted_programs
    ) as run:
        now = attach(run)
        while len(times) < most:
            time.sleep(chance.uniform(0.012, 0.030))
            if not now.takes_more():
                break
            times.append(kind.plant(now))
        result = run.result()
    start_ns = result["spikes"]["start_ns"]
    return [
        Planting(kind.cause, (each.from_ns - start_ns) * 1e-9, (each.to_ns - start_ns) * 1e-9)
        for each in times
    ], result
