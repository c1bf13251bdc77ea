# SPDX-License-Identifier: Apache-2.0
"""One end of a bus after the other, as victim.c says, through the Python module."""

import json
import sys
import time
from typing import Any

import tickring


class Victim:
    """What one order came to."""

    def __init__(self, line: str) -> None:
        opens, self.role, wait, capacity, handshake, arrival, call, count, size, path = line.split()
        call_s = int(call) / 1000
        self.opening: dict[str, Any] = {
            "path": path,
            "role": self.role,
            "wait": wait,
            "handshake_timeout_s": int(handshake) / 1000,
            "arrival_timeout_s": int(arrival) / 1000,
            "send_timeout_s": call_s,
        }
        self.listens = opens == "listen"
        if self.listens:
            self.opening["capacity"] = int(capacity)
        self.call_s, self.count, self.size = call_s, int(count), int(size)
        self.outcome: dict[str, Any] = {"stage": "open", "code": 0, "text": ""}
        self.outcome |= {"elapsed_ns": 0, "messages": 0, "bytes": 0, "sum": 0}
        self.start_ns = 0
        self.buffer = bytearray(int(capacity))

    def timed(self) -> None:
        """A call begins."""
        self.start_ns = time.monotonic_ns()

    def ended(self) -> None:
        """The call is over."""
        self.outcome["elapsed_ns"] = time.monotonic_ns() - self.start_ns

    def send_one(self, bus: tickring.Bus) -> None:
        """Message i is filled with the byte i."""
        payload = bytes([self.outcome["messages"] & 0xFF]) * self.size
        self.timed()
        bus.send(payload, 1)
        self.outcome["bytes"] += self.size

    def take_one(self, bus: tickring.Bus) -> None:
        """By a copy, in place and into a buffer in turn; looks at each byte."""
        way = self.outcome["messages"] % 3
        self.timed()
        if way == 0:
            self.look_at(bus.recv(self.call_s)[1])
        elif way == 1:
            with bus.recv_zero_copy(self.call_s) as rx, memoryview(rx) as payload:
                self.look_at(payload)
        else:
            _, size = bus.recv_into(self.buffer, self.call_s)
            self.look_at(memoryview(self.buffer)[:size])

    def look_at(self, payload: bytes | memoryview) -> None:
        """Counts it."""
        self.outcome["sum"] += sum(payload)
        self.outcome["bytes"] += len(payload)

    def run(self) -> dict[str, Any]:
        """Opens, works, closes."""
        self.timed()
        open_end = tickring.Bus.listen if self.listens else tickring.Bus.connect
        try:
            with open_end(**self.opening) as bus:
                self.ended()
                self.outcome["stage"] = "work"
                while self.outcome["messages"] < self.count:
                    (self.send_one if self.role == "producer" else self.take_one)(bus)
                    self.ended()
                    self.outcome["messages"] += 1
        except tickring.Error as failure:
            self.ended()
            self.outcome |= {"code": failure.code, "text": str(failure)}
        return self.outcome


if __name__ == "__main__":
    for order in sys.stdin:
        print(json.dumps(Victim(order).run()), flush=True)
