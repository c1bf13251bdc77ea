# SPDX-License-Identifier: Apache-2.0
"""tickring: a single-producer single-consumer ring in shared memory.

    with tickring.Bus.connect("/run/user/1000/ticks") as bus:
        with bus.send_zero_copy(size=32, type_id=1) as tx:
            with memoryview(tx) as view:
                struct.pack_into("<8sdIQ4x", view, 0, b"BTCUSDT", 1.0, 1, time.time_ns())
            tx.actual_size = 32
        bus.flush()
        send = bus.sender("<8sdIQ4x", stamp=3).send  # packs and stamps natively
        send(b"BTCUSDT", 1.0, 1, type_id=1)
        bus.send_many(ticks, stamp="timestamp")  # each item of a NumPy array is a message

    with tickring.Bus.listen("/run/user/1000/ticks") as bus:
        for type_id, payload in bus:  # or bus.recv(), recv_zero_copy(), recv_into(), drain()
            print(type_id, payload)

Sizes are bytes, times are seconds. Every error is a tickring.Error, most are a built-in one too.
"""

from tickring._tickring import (
    AddressInUse,
    BadState,
    Bus,
    Corrupt,
    Empty,
    Error,
    Forked,
    Full,
    Interrupted,
    InvalidArgument,
    NoResources,
    NotFound,
    PeerClosed,
    PeerDead,
    Permission,
    Protocol,
    RxGuard,
    Sender,
    Timeout,
    TooLarge,
    TxGuard,
    Unsupported,
    __version__,
)

__all__ = [
    "AddressInUse",
    "BadState",
    "Bus",
    "Corrupt",
    "Empty",
    "Error",
    "Forked",
    "Full",
    "Interrupted",
    "InvalidArgument",
    "NoResources",
    "NotFound",
    "PeerClosed",
    "PeerDead",
    "Permission",
    "Protocol",
    "RxGuard",
    "Sender",
    "Timeout",
    "TooLarge",
    "TxGuard",
    "Unsupported",
    "__version__",
]
