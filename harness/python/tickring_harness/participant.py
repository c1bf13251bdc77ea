# SPDX-License-Identifier: Apache-2.0
"""The contract between the harness and a participant (docs/participants.md), for Python.

participant = Participant(sys.argv[1:], apis=("reference",))
connect(participant.arguments)
start_ns = participant.ready()
with participant.stoppable():  # SIGTERM and SIGINT raise Stopped in here
    send_or_receive(start_ns)
participant.report(messages=.., elapsed_ns=.., backpressure_count=.., end="complete")
"""

import argparse
import contextlib
import dataclasses
import json
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn

ASKED_TOO_MUCH = 2
COULD_NOT_START = 4


class Stopped(BaseException):
    """SIGTERM or SIGINT asked the participant to stop."""


@dataclasses.dataclass(frozen=True)
class Arguments:
    """The command line. A key that is not given has the value written here."""

    endpoint: str
    role: str = ""
    messages: int = 500_000
    duration_ns: int = 0
    payload_bytes: int = 32
    capacity_bytes: int = 1 << 20
    publish_every: int = 1
    flush_every: int = 0
    rate_per_s: int = 0
    sample_capacity: int = 0  # the recorder's own
    wait: str = "hybrid"
    clock: str = "realtime"
    stamp: str = "time_ns"
    contents: str = "tick"
    ticks: str = ""
    api: str = "reference"
    instrument: int = 0
    record: str = ""
    timeout_ns: int = 10_000_000_000


CHOICES = {
    "role": ("producer", "consumer"),
    "wait": ("spin", "hybrid", "park"),
    "clock": ("realtime", "monotonic"),
    "stamp": ("time_ns", "native", "none"),
    "contents": ("tick", "mixed", "replay"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(ASKED_TOO_MUCH, f"{self.prog}: {message}\n")


def parse(argv: list[str]) -> Arguments:
    """Reads --key value pairs; leaves out keys it does not know. Exits with 2 on a bad value."""
    parser = _Parser(allow_abbrev=False)
    for field in dataclasses.fields(Arguments):
        required = field.default is dataclasses.MISSING
        parser.add_argument(
            "--" + field.name.replace("_", "-"),
            type=field.type,
            choices=CHOICES.get(field.name),
            required=required,
            default=None if required else field.default,
        )
    known, _ = parser.parse_known_args(argv)
    return Arguments(**vars(known))


class Participant:
    """One side of a run: its arguments, its lines to the harness, its resource counts."""

    def __init__(
        self,
        argv: list[str],
        apis: tuple[str, ...],
        *,
        stamps_natively: bool = False,
        has_instruments: bool = False,
        replays: bool = False,
    ) -> None:
        """Reads the command line; apis are the values of --api that the program has; replays: it
        can send recorded trades."""
        self.arguments = parse(argv)
        self._may_raise = False
        self._stop_asked = False
        self._usage_at_go = resource.getrusage(resource.RUSAGE_SELF)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if self.arguments.api not in apis:
            self.refuse(f"api is {self.arguments.api!r}; this program has {', '.join(apis)}")
        produces = self.arguments.role == "producer"
        if produces and self.arguments.stamp == "native" and not stamps_natively:
            self.refuse("stamp is 'native'; this program has time_ns, none")
        if self.arguments.instrument and not has_instruments:
            self.refuse(
                f"instrument is {self.arguments.instrument}; this program has no instruments"
            )
        is_replay = self.arguments.contents == "replay"
        if produces and is_replay and not replays:
            self.refuse("contents is 'replay'; this program has tick, mixed")
        if is_replay and not self.arguments.ticks:
            self.refuse("ticks is missing; with contents 'replay' it is needed")

    @property
    def now(self) -> Callable[[], int]:
        """The clock of the run, nanoseconds."""
        return time.monotonic_ns if self.arguments.clock == "monotonic" else time.time_ns

    @property
    def stop_asked(self) -> bool:
        """Whether a signal asked for a stop since ready()."""
        return self._stop_asked

    def refuse(self, sentence: str) -> NoReturn:
        """Ends the program: it was asked for something it cannot do."""
        self._exit(ASKED_TOO_MUCH, sentence)

    def fail(self, sentence: str) -> NoReturn:
        """Ends the program: it could not start."""
        self._exit(COULD_NOT_START, sentence)

    def require_payload(self, least: int, most: int) -> None:
        """Refuses a size of message that the transport does not take; bytes."""
        size = self.arguments.payload_bytes
        if not least <= size <= most:
            self.refuse(f"payload-bytes is {size}; this transport takes {least} to {most}")

    def require_ticks(self) -> None:
        """Refuses mixed contents: for programs that carry nothing but ticks, all of one size."""
        if self.arguments.contents != "tick":
            self.refuse(f"contents is {self.arguments.contents!r}; this program has only tick")

    def listening(self) -> None:
        """Consumer: a producer may be started."""
        print("listening", flush=True)

    def ready(self) -> int:
        """Waits for the harness's go; returns START_NS on the clock of the run."""
        print("ready", flush=True)
        words = sys.stdin.readline().split()
        if len(words) != 2 or words[0] != "go":
            self.fail(f"expected 'go START_NS' on standard input, got {' '.join(words)!r}")
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._usage_at_go = resource.getrusage(resource.RUSAGE_SELF)
        return int(words[1])

    def wait_until(self, start_ns: int) -> None:
        """Returns when the clock of the run says start_ns: sleeps, then spins the last 2 ms."""
        now = self.now
        spare_ns = start_ns - now() - 2_000_000
        if spare_ns > 0:
            time.sleep(spare_ns * 1e-9)
        while now() < start_ns:
            pass

    @contextlib.contextmanager
    def stoppable(self) -> Iterator[None]:
        """A block in which a request to stop raises Stopped, at once when it came before."""
        self._may_raise = True
        try:
            if self._stop_asked:
                raise Stopped
            yield
        finally:
            self._may_raise = False

    def report(
        self,
        *,
        messages: int,
        elapsed_ns: int,
        backpressure_count: int,
        end: str,
        error: str | None = None,
    ) -> None:
        """The last line: what was done, and what it cost since go."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        result = {
            "messages": messages,
            "elapsed_ns": elapsed_ns,
            "backpressure_count": backpressure_count,
            "voluntary_switches": usage.ru_nvcsw - self._usage_at_go.ru_nvcsw,
            "involuntary_switches": usage.ru_nivcsw - self._usage_at_go.ru_nivcsw,
            "minor_faults": usage.ru_minflt - self._usage_at_go.ru_minflt,
            "major_faults": usage.ru_majflt - self._usage_at_go.ru_majflt,
            "end": end,
        }
        if error is not None:
            result["error"] = error
        print("report", json.dumps(result), flush=True)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop_asked = True
        if self._may_raise:
            self._may_raise = False
            raise Stopped

    @staticmethod
    def _exit(status: int, sentence: str) -> NoReturn:
        print(sentence, file=sys.stderr)
        sys.exit(status)
