# SPDX-License-Identifier: Apache-2.0
"""A participant that keeps the contract of docs/participants.md, or breaks it as it is told.

The messages are imaginary: only their number goes through a named pipe. FAKE_CONSUMER and
FAKE_PRODUCER hold JSON: {"at": STEP, "do": ACTION} does something wrong before STEP, "report" and
"recorder" replace values, "without" leaves out files, "missed" messages at the end do not reach
the consumer, the last one is "late_ns" behind the schedule, "last_on_time" the last one on it.
"""

import json
import os
import signal
import struct
import sys
from pathlib import Path

PERIOD_NS = 1000
TRANSPORT_NS = 500
READING_NS = 20
WINDOW = 10_000


class Stopped(Exception):
    pass


def stop(_signal: int, _frame: object) -> None:
    raise Stopped


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def misbehave(action: str) -> None:
    if action == "hang":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if "FAKE_MARK" in os.environ:
            Path(os.environ["FAKE_MARK"]).touch()
        while True:
            signal.pause()
    elif action == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "set the clock":
        with Path(os.environ["STEPPED_CLOCK"]).open("r+b", buffering=0) as file:
            file.write(struct.pack("<q", int(os.environ["STEP_NS"])))
    elif action == "mark":
        Path(os.environ["FAKE_MARK"]).touch()
    elif action == "fail":
        sys.exit("something inside broke")
    elif action == "refuse":
        sys.stderr.write("payload-bytes '99' is not allowed\n")
        sys.exit(2)
    elif action == "deaf":
        os.close(0)
    elif action == "leave":
        os._exit(0)
    elif action == "endless":
        os.write(1, b"x" * 70_000)
    elif action == "half":
        os.write(1, b"read")
        os._exit(0)
    elif action == "litter":
        if os.fork() == 0:
            Path(os.environ["FAKE_LITTER"]).write_text(str(os.getpid()))
            while True:
                signal.pause()
        while not Path(os.environ["FAKE_LITTER"]).exists():
            os.sched_yield()
    else:
        say(action)


class Fake:
    def __init__(self) -> None:
        pairs = sys.argv[1:]
        self.options = dict(zip(pairs[::2], pairs[1::2], strict=True))
        self.role = self.options["--role"]
        self.plan = json.loads(os.environ.get(f"FAKE_{self.role.upper()}", "{}"))
        self.messages = int(self.options["--messages"]) or 1000
        if note := os.environ.get(f"FAKE_NOTE_{self.role.upper()}"):
            about = {"pid": os.getpid(), "options": self.options}
            about["cpus"] = sorted(os.sched_getaffinity(0))
            Path(note).write_text(json.dumps(about))

    def step(self, name: str) -> None:
        if self.plan.get("at") == name:
            misbehave(self.plan["do"])

    def report(self, end: str, messages: int) -> None:
        report = {
            "messages": messages,
            "elapsed_ns": messages * PERIOD_NS,
            "backpressure_count": 0,
            "voluntary_switches": 1,
            "involuntary_switches": 2,
            "minor_faults": 3,
            "major_faults": 0,
            "end": end,
        }
        if end != "complete":
            report["error"] = "it was told to stop"
        report.update(self.plan.get("report", {}))
        self.step("report")
        say("report " + json.dumps(report))
        self.step("end")

    def start_ns(self) -> int:
        self.step("go")
        word, value = sys.stdin.readline().split()
        assert word == "go"
        self.step("run")
        return int(value)


def produce(fake: Fake) -> None:
    fake.step("ready")
    is_endless = fake.plan.get("endless_run")
    if is_endless:  # waits for the signal, which may come at any time
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with Path(fake.options["--endpoint"]).open("w", encoding="ascii") as pipe:
        say("ready")
        fake.start_ns()
        end = "complete"
        if is_endless:
            signal.sigwait({signal.SIGTERM})
            end = "stopped"
            fake.messages //= 2
        pipe.write(str(fake.messages))
    fake.report(end, fake.messages)


def consume(fake: Fake) -> None:
    fake.step("listening")
    os.mkfifo(fake.options["--endpoint"])
    say("listening")
    with Path(fake.options["--endpoint"]).open(encoding="ascii") as pipe:
        fake.step("ready")
        say("ready")
        start_ns = fake.start_ns()
        try:
            text = pipe.read()
            end = "complete" if text else "peer_dead"
        except Stopped:
            text, end = "", "stopped"
    messages = max(0, int(text or 0) - fake.plan.get("missed", 0))
    record(fake, messages, start_ns, end == "complete")
    fake.report(end, messages)


def record(fake: Fake, messages: int, start_ns: int, complete: bool) -> None:
    folder = Path(fake.options["--record"])
    stamped = fake.options["--stamp"] != "none"
    batch = int(fake.options["--publish-every"])
    rate = int(fake.options["--rate-per-s"])
    period_ns = 10**9 // rate if rate else PERIOD_NS
    late_ns = fake.plan.get("late_ns", 0)
    latencies = []
    with (folder / "samples.bin").open("wb") as samples:
        for i in range(messages):
            stamp_ns = start_ns + i * period_ns
            published_ns = start_ns + (i // batch * batch + batch - 1) * period_ns
            seen_ns = published_ns + TRANSPORT_NS + i % batch * READING_NS
            latencies.append(seen_ns - stamp_ns)
            entry = (i, stamp_ns if stamped else 0, seen_ns, i % batch, 0)
            samples.write(struct.pack("<QQQII", *entry))
    summary = {
        "format": 1,
        "complete": complete,
        "messages_received": messages,
        "lost": 0,
        "duplicated": 0,
        "reordered": 0,
        "torn": 0,
        "wrong_length": 0,
        "first_receipt_ns": start_ns,
        "last_receipt_ns": start_ns + messages * period_ns + late_ns,
        "first_stamp_ns": start_ns,
        "last_stamp_ns": start_ns + (messages - 1) * period_ns + late_ns if stamped else 0,
        "latency_ns": latency_of(latencies) if stamped else None,
        "intended_latency_ns": latency_of(latencies) if rate else None,
        "schedule_delay_ns": latency_of([0] * messages) if rate and stamped else None,
        "last_on_time_sequence": messages - 1 if rate and stamped else None,
        "first_late_due_ns": None,
        "windows": windows_of(latencies) if stamped else None,
        "samples": {"count": messages, "stride": 1},
    }
    if last_on_time := fake.plan.get("last_on_time"):
        summary["last_on_time_sequence"] = last_on_time
        summary["first_late_due_ns"] = start_ns + (last_on_time + 1) * period_ns
    summary.update(fake.plan.get("recorder", {}))
    text = fake.plan.get("recorder_text", json.dumps(summary))
    (folder / "recorder.json").write_text(text)
    (folder / "latency.hlog").write_text("#[the log]\n")
    (folder / "latency.hgrm").write_text("the table\n")
    for name in fake.plan.get("without", []):
        (folder / name).unlink()


def latency_of(values: list[int]) -> dict[str, float]:
    ordered = sorted(values)
    result = {"count": len(values), "negative_count": 0, "overflow_count": 0}
    if ordered:
        result |= {"min": ordered[0], "max": ordered[-1], "mean": sum(ordered) / len(ordered)}
        for key in ("p50", "p90", "p99", "p99_9", "p99_99"):
            share = float(key[1:].replace("_", ".")) / 100
            result[key] = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return result


def windows_of(values: list[int]) -> dict[str, object]:
    ends = range(WINDOW, len(values) + 1, WINDOW)
    means = [sum(values[end - WINDOW : end]) / WINDOW for end in ends]
    return {"messages_per_window": WINDOW, "means_ns": means}


def main() -> None:
    signal.signal(signal.SIGTERM, stop)
    fake = Fake()
    fake.step("start")
    try:
        consume(fake) if fake.role == "consumer" else produce(fake)
    except Stopped:
        sys.exit(4)


if __name__ == "__main__":
    main()
