# SPDX-License-Identifier: Apache-2.0
"""Stands for `tickring`: what it answers follows from its flags, and it comes at once.

FAKE_BREAKS names a flag with its value, as `--payload-bytes 64`: such a run breaks; FAKE_REFUSES
one that is refused; FAKE_LOSES one in which a message is lost. Only runs of more than one message
break or lose. Where FAKE_STARTED names a FIFO, a run of --publish-every 4 writes into it and then
waits for an interrupt.
"""

import json
import os
import signal
import sys

FLAGS = dict(zip(sys.argv[3::2], sys.argv[4::2], strict=False))
SATURATED_PER_S = 1e6


def is_named(variable: str) -> bool:
    flag, _, value = os.environ.get(variable, "").partition(" ")
    return FLAGS.get(flag) == value if flag else False


rate_per_s = int(FLAGS.get("--rate", 0))
if "--messages" in FLAGS:
    messages = int(FLAGS["--messages"])
else:
    messages = int(float(FLAGS["--duration-s"]) * (rate_per_s or SATURATED_PER_S))
is_trial = messages == 1 or sys.argv[2] == "pingpong"

if is_named("FAKE_REFUSES"):
    print("tickring: seed: the producer refused: made up", file=sys.stderr)
    sys.exit(2)
if is_named("FAKE_BREAKS") and not is_trial:
    print("one line\ntickring: seed: the consumer was killed", file=sys.stderr)
    sys.exit(4)
started = os.environ.get("FAKE_STARTED")
if started and FLAGS.get("--publish-every") == "4" and not is_trial:
    with open(started, "w") as file:
        file.write("started")
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    signal.pause()

lost = 1 if is_named("FAKE_LOSES") and not is_trial else 0
latency = {"p50": 300, "p99": 900}
# What is offered is held up to three quarters of the saturated throughput.
achieved_per_s = min(rate_per_s, 0.75 * SATURATED_PER_S) if rate_per_s else None
print(
    json.dumps(
        {
            "status": "complete",
            "project": {"commit": "0123abc", "dirty": False},
            "environment": {"cpu_model": {"value": "made up"}, "boot_id": {"value": "1"}},
            "producer": {
                "messages_sent": messages,
                "backpressure_count": 3,
                "achieved_rate_per_s": achieved_per_s,
                "pinned": True,
            },
            "consumer": {
                "messages_received": messages - lost,
                "throughput_per_s": achieved_per_s or SATURATED_PER_S,
                "lost": lost,
                "duplicated": 0,
                "torn": 0,
                "pinned": True,
            },
            "pace": {"p50_ns": 1e9 / (achieved_per_s or SATURATED_PER_S)},
            "latency_ns": latency,
            "intended_latency_ns": latency if rate_per_s else None,
            "round_trip": {"trimmed_mean_ns": 120.5} if sys.argv[2] == "pingpong" else None,
        }
    )
)
sys.exit(1 if lost else 0)
