# SPDX-License-Identifier: Apache-2.0
"""Runs of the real command into which causes of delay are planted while they go on."""

import contextlib
import ctypes
import json
import mmap
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MESSAGES = 1_000_000  # as many as there are samples of, nearly
LAST_PLANTING = 0.85  # of the messages; behind it a planting might outlive the run
RUN_TIMEOUT_S = 120


class Plant(ctypes.Structure):
    """plant.h."""

    _fields_ = [("realtime_step_ns", ctypes.c_int64)] + [
        (name, ctypes.c_uint64)
        for name in (
            *("pause_ns", "slow_messages", "slow_ns", "before_publish_ns", "after_receive_ns"),
            *("held_before_ns", "held_before_count", "held_after_ns", "held_after_count"),
            *("paused_from_ns", "paused_to_ns"),
        )
    ]


@dataclass
class Tools:
    """What has been built for planting."""

    build: Path
    folder: Path
    tickring: Path
    participants: Path = field(init=False)
    project: dict[str, Any] | None = None  # of the runs, once there was one

    def __post_init__(self) -> None:
        """Lays the planted programs out as participants."""
        self.participants = self.folder / "participants"
        for side in ("producers", "consumers"):
            place = self.participants / side / "c"
            place.mkdir(parents=True)
            (place / "ring").symlink_to(self.build / "tests/plantings" / f"planted-{side}")

    def environment(self, control: Path, garbage: int, planted_programs: bool) -> dict[str, str]:
        """Of a run; planted_programs: those in C are the planted ones."""
        given = {
            "TICKRING_PLANT": str(control),
            "TICKRING_PLANT_GARBAGE": str(garbage),
            "PYTHONPATH": str(HERE / "python"),
            "LD_PRELOAD": str(self.build / "tests/plantings/libplanted-clock.so"),
        }
        if planted_programs:
            given["TICKRING_PARTICIPANTS"] = str(self.participants)
        return os.environ | given


@dataclass
class Run:
    """`tickring run` as a process, and what it is told while it goes on."""

    command: subprocess.Popen[bytes]
    plant: Plant
    tools: Tools

    def result(self) -> dict[str, Any]:
        """Waits for the end. Raises RuntimeError when the run broke."""
        out, err = self.command.communicate(timeout=RUN_TIMEOUT_S)
        if self.command.returncode != 0:
            raise RuntimeError(err.decode(errors="replace").strip().splitlines()[-1])
        result = json.loads(out)
        self.tools.project = result["project"]
        return result

    def has_ended(self) -> bool:
        """Whether the command is gone."""
        return self.command.poll() is not None


@dataclass
class Running:
    """A run whose messages flow."""

    run: Run
    producer: int
    consumer: int
    progress: mmap.mmap

    @property
    def plant(self) -> Plant:
        """What the run is told."""
        return self.run.plant

    def takes_more(self) -> bool:
        """Whether a planting would be over before the run is."""
        received = int.from_bytes(self.progress[:8], "little")
        return not self.run.has_ended() and received < LAST_PLANTING * MESSAGES


def wait_until(condition: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it answers
    """The answer of the condition once it has one. Raises TimeoutError."""
    deadline_s = time.monotonic() + RUN_TIMEOUT_S
    while not (answer := condition()):
        if time.monotonic() > deadline_s:
            raise TimeoutError("the run did not come to where it can be planted in")
        time.sleep(0.002)
    return answer


def words_of(process: int) -> list[str]:
    """Its command line; empty when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    return []


def participants_of(command: int) -> dict[str, tuple[int, list[str]]]:
    """Both, by role; empty until both are there."""
    found = {}
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{command}/task/{command}/children").read_text().split()
        for child in map(int, children):
            words = words_of(child)
            if "--role" in words:
                found[words[words.index("--role") + 1]] = (child, words)
    return found if len(found) == 2 else {}


def open_progress(words: Sequence[str]) -> mmap.mmap | None:
    """The recorder's count, once the first message is in it."""
    path = Path(words[words.index("--record") + 1]) / "progress"
    with contextlib.suppress(OSError, ValueError), path.open("rb") as file:
        progress = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
        return progress if any(progress[:8]) else None
    return None


@contextlib.contextmanager
def started(
    tools: Tools,
    flags: Sequence[str],
    *,
    garbage: int = 0,
    planted_programs: bool = False,
    begin: Callable[[Plant], None] = lambda plant: None,
) -> Iterator[Run]:
    """A run that is killed when the block is left before its end; `begin` plants before it."""
    with tempfile.TemporaryDirectory(dir=tools.folder) as folder:
        control = Path(folder, "plant")
        control.write_bytes(bytes(ctypes.sizeof(Plant)))
        with control.open("r+b") as file:
            plant = Plant.from_buffer(mmap.mmap(file.fileno(), ctypes.sizeof(Plant)))
        begin(plant)
        command = subprocess.Popen(
            [tools.tickring, "run", *flags, "--instrumented", "--json", "--out", folder],
            env=tools.environment(control, garbage, planted_programs),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            yield Run(command, plant, tools)
        finally:
            command.kill()
            command.wait()


def attach(run: Run) -> Running:
    """Waits until the messages of a run flow. Raises RuntimeError, TimeoutError."""

    def unless_ended(found: object) -> object:
        if not found and run.has_ended():
            run.result()
            raise RuntimeError("the run ended before anything was planted")
        return found

    both = wait_until(lambda: unless_ended(participants_of(run.command.pid)))
    words = both["consumer"][1]
    progress = wait_until(lambda: unless_ended(open_progress(words)))
    return Running(run, both["producer"][0], both["consumer"][0], progress)
