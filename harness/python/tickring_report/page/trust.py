# SPDX-License-Identifier: Apache-2.0
"""Whether the machine may be trusted, and why not."""

from dataclasses import dataclass
from typing import Any

from ..material import Material
from .words import counted, human, listed

# What a warning means for the figures, where its value does not say it.
MEANING = {
    "virtual_machine": "it is a virtual machine: the host may stop or move its CPUs, unseen",
    "load_1_min": "something else was running (load {value})",
    "smt_active": "two CPUs may share one core",
    "placement": "the two CPUs are {value}",
    "clocksource": "the kernel's clock is {value}, which is slow to read",
    "transparent_huge_pages": "huge pages are {value}",
    "frequency_governor": "the governor {value} changes the clock rate",
    "frequency_boost": "the clock rate changes with temperature and load",
}


FLOORS = {
    "floors.core_to_core_rtt_ns": "a cache line there and back",
    "floors.clock_read_ns.native": "a clock read",
    "floors.clock_read_ns.python": "one in Python",
    "floors.null_transport_ns": "a message to oneself",
}


@dataclass(frozen=True)
class Trust:
    """The answer in a word or two, and what speaks against the machine."""

    word: str
    kind: str  # a class of the page
    sentence: str
    warnings: list[str]
    unseen: str  # what could not be looked at; empty when there is nothing


def trust(material: Material) -> Trust:
    """From the environment that the run wrote down, and from what happened to it."""
    items = material.get("environment")
    if items is None:
        return Trust("Unknown", "care", "The run tells nothing of its machine.", [], "")
    grave = _grave(material)
    warnings = [_warning(name, item) for name, item in items.items() if item["status"] == "warn"]
    warnings += [warning["text"] for warning in material.get("warnings") or []]
    warnings += _interruptions(material) + _regimes(material)
    warnings += _noise(material) + _steps(material)
    unseen = [_plain(name) for name, item in items.items() if item["status"] == "not_visible"]
    beyond = f"Not visible from here: {listed(unseen)}." if unseen else ""
    if grave:
        return Trust("No", "bad", f"{grave[0][0].upper()}{listed(grave)[1:]}.", warnings, beyond)
    if warnings:
        sentence = (
            f"{counted(len(warnings), 'thing speaks', 'things speak')} against it. Medians and the "
            "comparison with the model hold; single spikes and the largest value may be the "
            "machine's."
        )
        return Trust("With care", "care", sentence, warnings, beyond)
    return Trust("Yes", "good", "Nothing that can be seen speaks against it.", [], beyond)


def _grave(material: Material) -> list[str]:
    found = []
    if material.get("project.build_type") == "debug":
        found.append("it is a debug build")
    if material.get("status") != "complete":
        found.append("the run is incomplete")
    for run in (material, *material.companions.values()):
        if run.get("schedule.is_held") is False:
            found.append(f"the {run.scenario} run could not hold its rate")
    for side in ("producer", "consumer"):
        if material.get(f"{side}.pinned") is False:
            found.append(f"the {side} was not pinned to a CPU")
    return found


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _warning(name: str, item: dict[str, Any]) -> str:
    words = MEANING.get(name)
    if words is None:
        return f"{_plain(name)}: {item['value']}"
    return words.format(value=item["value"])


def _interruptions(material: Material) -> list[str]:
    counts = {
        side: material.get(f"{side}.involuntary_switches") for side in ("producer", "consumer")
    }
    words = [f"the {side} {counted(count, 'time')}" for side, count in counts.items() if count]
    return [f"the scheduler interrupted {listed(words)}"] if words else []


def _regimes(material: Material) -> list[str]:
    away = [regime for regime in material.get("regimes") or [] if regime.get("is_main") is False]
    times = [regime["core_to_core_rtt_ns"] for regime in away if "core_to_core_rtt_ns" in regime]
    if not times:
        return []
    return [
        "the CPUs were not always where they mostly were: a round trip between them took "
        f"{human(min(times), 'ns')} to {human(max(times), 'ns')} meanwhile"
    ]


def _noise(material: Material) -> list[str]:
    """What a thread that only spins saw before the run."""
    found = []
    for cpu in material.get("floors.noise.cpus") or []:
        if cpu.get("gaps_over_100_us"):
            found.append(
                f"CPU {cpu['cpu']} was taken away from a spinning thread for up to "
                f"{human(cpu['longest_gap_ns'], 'ns')}, {counted(cpu['gaps_over_100_us'], 'time')} "
                "for more than 100 µs"
            )
    return found


def _steps(material: Material) -> list[str]:
    steps = material.get("clock_offset.steps")
    return [f"the clock was set {counted(len(steps), 'time')} during the run"] if steps else []


def floors(material: Material) -> str:
    """The least that a latency can be here; empty where nothing was measured."""
    values = [
        f"{words} {human(material.get(path), 'ns')}"
        for path, words in FLOORS.items()
        if material.get(path) is not None
    ]
    return f"Floors: {listed(values)}." if values else ""
