# SPDX-License-Identifier: Apache-2.0
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import tickring

Pair = tuple[tickring.Bus, tickring.Bus]


def open_pair(
    path: Path,
    capacity: int = 1 << 16,
    producer: Mapping[str, Any] | None = None,
    consumer: Mapping[str, Any] | None = None,
) -> Pair:
    """(producer, consumer) of one ring, both in this process."""
    with ThreadPoolExecutor(1) as threads:
        listening = threads.submit(
            tickring.Bus.listen, path, capacity, arrival_timeout_s=10, **consumer or {}
        )
        sending = tickring.Bus.connect(path, arrival_timeout_s=10, **producer or {})
        return sending, listening.result()


def receive_all(consumer: tickring.Bus) -> list[tuple[int, bytes]]:
    """What has been published by now."""
    messages = []
    try:
        while True:
            messages.append(consumer.recv(timeout_s=0))
    except tickring.Timeout:
        return messages


def fill(producer: tickring.Bus, payload: bytes) -> int:
    """Sends until there is no room; how many were sent."""
    sent = 0
    try:
        while True:
            with producer.try_send_zero_copy(len(payload)) as tx, memoryview(tx) as view:
                view[:] = payload
            sent += 1
    except tickring.Full:
        return sent


def sleeps(pid: int) -> bool:
    """Whether the first thread of a process is asleep in the kernel."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"
