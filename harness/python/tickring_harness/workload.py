# SPDX-License-Identifier: Apache-2.0
"""What a Python producer sends, and when (docs/participants.md, "The workload")."""

import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

from tickring_harness.participant import Arguments, Participant

BID, ASK, END_OF_STREAM = 1, 2, 0
TICK_BYTES = 32
SYMBOL = b"BTCUSDT\0"
PRICES = [60_000 + step / 4 for step in range(1024)]  # message i has PRICES[i & 1023]
QUANTITY_MASK = 0xFFFF_FFFF  # message i has i & QUANTITY_MASK

SPREAD = 2_654_435_761  # 2^32 over the golden ratio: spreads neighbouring numbers
PATTERN = bytes(range(256))

NEVER = sys.maxsize
BLOCK_MESSAGES = 1024


def tick_format(payload_bytes: int) -> str:
    """A MarketTick with zeros up to payload_bytes (32 or more) as a format of struct."""
    return f"<8sdIQ{payload_bytes - 28}x"


def mixed_bytes(sequence: int, most_bytes: int) -> int:
    """The size of a message of mixed contents, from 32 to most_bytes."""
    return TICK_BYTES + (sequence * SPREAD & QUANTITY_MASK) % (most_bytes - TICK_BYTES + 1)


def mixed_message(sequence: int, size: int, stamp_ns: int) -> bytes:
    """A message of mixed contents, of the size that mixed_bytes says."""
    price, quantity = PRICES[sequence & 1023], sequence & QUANTITY_MASK
    begin = struct.pack("<8sdIQ", SYMBOL, price, quantity, stamp_ns)
    first = (sequence + TICK_BYTES) & 255
    rest = (PATTERN[first:] + PATTERN * (size // 256 + 1))[: size - TICK_BYTES]
    checksum = zlib.crc32(rest, zlib.crc32(bytes(4), zlib.crc32(begin)))
    return begin + checksum.to_bytes(4, "little") + rest


def plan_blocks(arguments: Arguments, start_ns: int, now: Callable[[], int]) -> Iterator[range]:
    """The sequence numbers to send, in blocks, until the messages or the time are over.

    A run that is limited in time looks at the clock once per block; in open loop its limit is a
    number of messages.
    """
    messages = arguments.messages or NEVER
    end_ns = start_ns + arguments.duration_ns if arguments.duration_ns else NEVER
    if arguments.rate_per_s and arguments.duration_ns:
        messages = min(messages, arguments.duration_ns * arguments.rate_per_s // 1_000_000_000)
        end_ns = NEVER
    first = 0
    while first < messages and (end_ns == NEVER or now() < end_ns):
        yield range(first, min(first + BLOCK_MESSAGES, messages))
        first += BLOCK_MESSAGES


def due_blocks(participant: Participant, start_ns: int) -> Iterator[Iterable[int]]:
    """plan_blocks(), until a stop is asked for; in open loop a block gives each number when it is
    due."""
    arguments, now = participant.arguments, participant.now
    for block in plan_blocks(arguments, start_ns, now):
        if participant.stop_asked:
            return
        yield _paced(participant, block, start_ns) if arguments.rate_per_s else block


def _paced(participant: Participant, block: range, start_ns: int) -> Iterator[int]:
    rate_per_s, now = participant.arguments.rate_per_s, participant.now
    for i in block:
        if participant.stop_asked:
            return
        intended_ns = start_ns + i * 1_000_000_000 // rate_per_s
        while now() < intended_ns:
            pass
        yield i


def messages(participant: Participant, start_ns: int) -> Iterator[bytes]:
    """The messages, each when it is due and stamped then, until a stop is asked for."""
    arguments, now = participant.arguments, participant.now
    rate_per_s = arguments.rate_per_s
    stamp = now if arguments.stamp == "time_ns" else int  # int() is 0
    pack = struct.Struct(tick_format(arguments.payload_bytes)).pack
    for block in plan_blocks(arguments, start_ns, now):
        for i in block:
            if participant.stop_asked:
                return
            if rate_per_s:
                intended_ns = start_ns + i * 1_000_000_000 // rate_per_s
                while now() < intended_ns:
                    pass
            yield pack(SYMBOL, PRICES[i & 1023], i & QUANTITY_MASK, stamp())


def mixed_messages(participant: Participant, start_ns: int) -> Iterator[bytes]:
    """The same in mixed contents."""
    most_bytes = participant.arguments.payload_bytes
    for i, tick in enumerate(messages(participant, start_ns)):
        stamp_ns = int.from_bytes(tick[20:28], "little")
        yield mixed_message(i, mixed_bytes(i, most_bytes), stamp_ns)
