# SPDX-License-Identifier: Apache-2.0
"""python_operations.py [NAME COUNT]: does one call of the Python module so many times, alone.

Run by the Python of an arm under a counter; the difference of two lengths is the cost of a call.
Without arguments: the names.
"""

import struct
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import tickring

FORMAT = "<8sdIQ4x"
SYMBOL = b"BTCUSDT\0"
BYTES = 32
BATCH = 100  # messages between two drains, fewer than the ring holds


def reference_loop(producer: tickring.Bus, count: int) -> None:
    """The published loop, but for its clock."""
    pack_into = struct.pack_into
    for i in range(count):
        with producer.send_zero_copy(size=BYTES, type_id=1) as tx:
            with memoryview(tx) as view:
                pack_into(FORMAT, view, 0, SYMBOL, 1.5, i, 0)
            tx.actual_size = BYTES


def sender(producer: tickring.Bus, count: int) -> None:
    """A compiled sender."""
    send = producer.sender(FORMAT)
    for i in range(count):
        send(SYMBOL, 1.5, i, 0)


def send(producer: tickring.Bus, count: int) -> None:
    """Bytes that are there."""
    payload = bytes(BYTES)
    for _ in range(count):
        producer.send(payload, 1)


OPERATIONS = {function.__name__: function for function in (reference_loop, sender, send)}


def main() -> None:
    """Both ends live in this process; the consumer drains between the batches."""
    name, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as threads:
        path = f"{folder}/bus"
        listening = threads.submit(tickring.Bus.listen, path, 1 << 16, wait="spin")
        producer = tickring.Bus.connect(path, wait="spin", arrival_timeout_s=60)
        consumer = listening.result()
        for _ in range(count // BATCH):
            OPERATIONS[name](producer, BATCH)
            consumer.drain()
        producer.close()
        consumer.close()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print("\n".join(OPERATIONS))
    else:
        main()
