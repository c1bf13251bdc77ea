# SPDX-License-Identifier: Apache-2.0
"""Stands for `tickring`: its answer is decided by the transport, and comes at once.

Where FAKE_TICKRING_STARTED names a FIFO, a slice writes into it and then waits for an interrupt.
"""

import json
import os
import signal
import sys

ARGUMENTS = sys.argv[1:]
TRANSPORT = ARGUMENTS[ARGUMENTS.index("--transport") + 1]
MESSAGES = int(ARGUMENTS[ARGUMENTS.index("--messages") + 1])

if TRANSPORT == "pipe":
    sys.exit("one line\ntickring: seed: the consumer was killed")
if TRANSPORT == "uds":
    print("tickring: there is no such transport", file=sys.stderr)
    sys.exit(2)
started = os.environ.get("FAKE_TICKRING_STARTED")
if started and TRANSPORT != "cacheline":
    with open(started, "w") as file:
        file.write("started")
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    signal.pause()

LOST = 1 if os.environ.get("FAKE_TICKRING_LOSES") else 0
LATENCY = {"p50": 300, "p99": 900}
RESULT = {
    "status": "complete",
    "project": {"commit": "0123abc", "dirty": False},
    "environment": {"cpu_model": {"value": "made up"}},
    "producer": {
        "messages_sent": MESSAGES,
        "throughput_per_s": 2e6,
        "backpressure_count": 3,
        "pinned": True,
    },
    "consumer": {
        "messages_received": MESSAGES - LOST,
        "throughput_per_s": 1e6,
        "lost": LOST,
        "duplicated": 0,
        "torn": 0,
        "pinned": True,
    },
    "latency_ns": LATENCY,
    "intended_latency_ns": LATENCY if "--rate" in ARGUMENTS else None,
    "round_trip": {"trimmed_mean_ns": 120.5} if ARGUMENTS[1] == "pingpong" else None,
}
print(json.dumps(RESULT))
sys.exit(1 if LOST else 0)
