# SPDX-License-Identifier: Apache-2.0
"""Somebody sets the clock of the day while an end waits: here a library in front of the clock."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

HOUR_NS = 3_600_000_000_000
TIMEOUT_S, SLACK_S = 0.5, 0.25  # the slack is a promise

WAIT = """
import sys, time, tickring
from concurrent.futures import ThreadPoolExecutor
path, wait, timeout_s = sys.argv[1], sys.argv[2], float(sys.argv[3])
with ThreadPoolExecutor(1) as threads:
    listening = threads.submit(tickring.Bus.listen, path, 4096, wait=wait, arrival_timeout_s=20)
    producer = tickring.Bus.connect(path, wait=wait, send_timeout_s=timeout_s, arrival_timeout_s=20)
    consumer = listening.result()

def measured(call):
    day, start = time.time(), time.monotonic()
    print("waits", flush=True)
    try:
        call()
    except tickring.Timeout:
        print(time.monotonic() - start, time.time() - day, flush=True)

measured(lambda: consumer.recv(timeout_s=timeout_s))
try:
    while True:
        with producer.try_send_zero_copy(8):
            pass
except tickring.Full:
    pass
measured(lambda: producer.send(bytes(8)))
"""


@pytest.mark.parametrize("wait", ["spin", "hybrid", "park"])
@pytest.mark.parametrize("step_ns", [HOUR_NS, -HOUR_NS])
def test_a_step_of_the_clock_moves_no_deadline(
    stepped_clock: Path, tmp_path: Path, wait: str, step_ns: int
) -> None:
    file = tmp_path / "step"
    file.write_bytes(bytes(8))
    preload = {"LD_PRELOAD": str(stepped_clock), "STEPPED_CLOCK": str(file)}
    words = [sys.executable, "-c", WAIT, str(tmp_path / "bus"), wait, str(TIMEOUT_S)]
    with subprocess.Popen(
        words, env=os.environ | preload, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        stepped_ns = 0
        for _ in ("the consumer", "the producer"):
            assert process.stdout.readline() == "waits\n"
            stepped_ns += step_ns
            file.write_bytes(struct.pack("<q", stepped_ns))
            waited_s, of_the_day_s = map(float, process.stdout.readline().split())
            assert TIMEOUT_S <= waited_s <= TIMEOUT_S + SLACK_S
            assert of_the_day_s == pytest.approx(step_ns / 1e9 + waited_s, abs=1)
    assert process.returncode == 0
