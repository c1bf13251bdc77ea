# SPDX-License-Identifier: Apache-2.0
"""Produces into a tachyon bus. --api reference: the published example's loop over acquire_tx;
send-zero-copy: its public context manager, which flushes on exit. The bus publishes by itself after
32 messages; with --publish-every 1 the loop flushes each. A send into a full bus raises, and is
made again."""

import struct
import sys
import time

import tachyon
from tickring_harness.participant import Participant
from tickring_harness.produce import produce
from tickring_harness.workload import (
    ASK,
    BID,
    END_OF_STREAM,
    NEVER,
    PRICES,
    QUANTITY_MASK,
    SYMBOL,
    due_blocks,
    tick_format,
)

OWN_BATCH = 32
RETRY_S = 0.001  # between two attempts to connect


class Sender:
    """The loops of the two interfaces, and what happens when the bus is full."""

    def __init__(self, participant: Participant, bus: tachyon.Bus) -> None:
        """The bus is connected."""
        arguments = participant.arguments
        self.messages_count = 0
        self.full_count = 0
        self._bus = bus
        self._participant = participant
        self._size = arguments.payload_bytes
        self._fmt = tick_format(self._size)
        self._stamp = participant.now if arguments.stamp == "time_ns" else int  # int() is 0
        is_raw = arguments.api == "reference"
        self.send_all = self._send_raw if is_raw else self._send_zero_copy

    def _send_raw(self, start_ns: int) -> None:
        """The published example's loop."""
        arguments, bus = self._participant.arguments, self._bus._bus
        flush_every = 1 if arguments.publish_every == 1 else arguments.flush_every or NEVER
        size, fmt, now = self._size, self._fmt, self._stamp
        symbol, prices, mask, i = SYMBOL, PRICES, QUANTITY_MASK, -1
        for block in due_blocks(self._participant, start_ns):
            for i in block:
                tick_type = BID if i % 2 == 0 else ASK
                try:
                    with bus.acquire_tx(size) as tx:
                        with memoryview(tx) as mv:
                            struct.pack_into(fmt, mv, 0, symbol, prices[i & 1023], i & mask, now())
                        tx.actual_size = size
                        tx.type_id = tick_type
                except tachyon.TachyonError:
                    self._send_again(i, tick_type)
                if (i + 1) % flush_every == 0:
                    bus.flush()
            self.messages_count = i + 1

    def _send_zero_copy(self, start_ns: int) -> None:
        """The same with the public interface."""
        bus = self._bus
        size, fmt, now = self._size, self._fmt, self._stamp
        symbol, prices, mask, i = SYMBOL, PRICES, QUANTITY_MASK, -1
        for block in due_blocks(self._participant, start_ns):
            for i in block:
                tick_type = BID if i % 2 == 0 else ASK
                try:
                    with bus.send_zero_copy(size=size, type_id=tick_type) as tx:
                        with memoryview(tx) as mv:
                            struct.pack_into(fmt, mv, 0, symbol, prices[i & 1023], i & mask, now())
                        tx.actual_size = size
                except tachyon.TachyonError:
                    self._send_again(i, tick_type)
                    bus._bus.flush()
            self.messages_count = i + 1

    def _send_again(self, i: int, tick_type: int) -> None:
        """Message i, until the bus takes it; stamped when it does, as in the loops."""
        deadline_ns = time.monotonic_ns() + self._participant.arguments.timeout_ns
        while True:
            self.full_count += 1
            self._bus._bus.flush()
            try:
                self._send_one(i, tick_type)
                return
            except tachyon.TachyonError:
                if time.monotonic_ns() >= deadline_ns:
                    raise TimeoutError("the bus stayed full for the time-out") from None

    def _send_one(self, i: int, tick_type: int) -> None:
        tick = (SYMBOL, PRICES[i & 1023], i & QUANTITY_MASK)
        with self._bus._bus.acquire_tx(self._size) as tx:
            with memoryview(tx) as mv:
                struct.pack_into(self._fmt, mv, 0, *tick, self._stamp())
            tx.actual_size = self._size
            tx.type_id = tick_type

    def end_stream(self) -> None:
        """A message with the type of the end."""
        try:
            self._send_one(0, END_OF_STREAM)
        except tachyon.TachyonError:
            self._send_again(0, END_OF_STREAM)
        self._bus._bus.flush()


def connect(participant: Participant) -> tachyon.Bus:
    """Waits for a consumer that listens; ends the program when none comes."""
    arguments = participant.arguments
    deadline_ns = time.monotonic_ns() + arguments.timeout_ns
    while True:
        try:
            return tachyon.Bus.connect(arguments.endpoint)
        except OSError as failure:
            if time.monotonic_ns() >= deadline_ns:
                participant.fail(f"cannot connect to {arguments.endpoint}: {failure}")
        time.sleep(RETRY_S)


def check(participant: Participant) -> None:
    """Refuses what the bus cannot do."""
    arguments = participant.arguments
    own = (1,) if arguments.api == "send-zero-copy" else (1, OWN_BATCH)
    if arguments.publish_every not in own:
        words = " or ".join(str(number) for number in own)
        participant.refuse(f"publish-every is {arguments.publish_every}; this api has {words}")
    participant.require_ticks()
    participant.require_payload(32, arguments.capacity_bytes // 2)


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference", "send-zero-copy"))
    check(me)
    with connect(me) as my_bus:
        produce(me, Sender(me, my_bus), broken=(tachyon.TachyonError,))
