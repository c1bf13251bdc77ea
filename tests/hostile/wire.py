# SPDX-License-Identifier: Apache-2.0
"""The handshake's frames and memory objects, byte by byte: core/src/channel.hpp and layout.h in
Python, with nothing checked, so that each part can be made wrong."""

import array
import fcntl
import mmap
import os
import socket
import struct
from dataclasses import asdict, dataclass, replace

PAGE = mmap.PAGESIZE
UNIT = 64
CAPACITY = 4096
MOST_DESCRIPTORS = 253

HELLO, OFFER, ACCEPT, READY, REJECT = range(1, 6)
PRODUCER, CONSUMER = 1, 2

SEALS = {
    "SEAL": fcntl.F_SEAL_SEAL,
    "SHRINK": fcntl.F_SEAL_SHRINK,
    "GROW": fcntl.F_SEAL_GROW,
    "FUTURE_WRITE": 0x10,
}
MAGICS = {"data": 0x315441444B434954, "feedback": 0x314B42464B434954}


@dataclass(frozen=True)
class Frame:
    """As struct Frame."""

    magic: int = 0x3153484B434954
    kind: int = HELLO
    version: int = 1
    byte_order: int = 0x01020304
    page_bytes: int = PAGE
    unit_bytes: int = UNIT
    record_header_bytes: int = 16
    role: int = PRODUCER
    sleeps: int = 1
    capacity_bytes: int = CAPACITY
    reject_code: int = 0
    reserved: int = 0
    reason: bytes = b""

    def pack(self) -> bytes:
        """The bytes that are sent."""
        return LAYOUT.pack(*asdict(self).values())

    def changed(self, fields: dict[str, int]) -> "Frame":
        """With other values in some fields."""
        return replace(self, **fields)


LAYOUT = struct.Struct("<Q8IQ2I128s")


def unpack(data: bytes) -> Frame:
    """What came from the other end."""
    return Frame(*LAYOUT.unpack(data))


@dataclass(frozen=True)
class Shape:
    """A memory object: what a working peer would make, unless something is set."""

    kind: str = "data"  # or "feedback"
    capacity: int = CAPACITY
    bytes_more: int = 0  # than it should have
    seals: tuple[str, ...] = tuple(SEALS)
    header: tuple[tuple[str, int], ...] = ()  # fields with other values

    @property
    def object_bytes(self) -> int:
        """As it should be."""
        return 2 * PAGE + (self.capacity if self.kind == "data" else 0)


HEADER_FIELDS = {
    "magic": ("<Q", 0),
    "version": ("<I", 8),
    "page_bytes": ("<I", 12),
    "capacity_bytes": ("<Q", 16),
    "object_bytes": ("<Q", 24),
}
# Where the words of either object lie; those of a record lie at its unit.
WORDS = {
    "data": {"wants_room": ("I", PAGE), "status": ("I", PAGE + 128)},
    "feedback": {
        "released": ("Q", PAGE),
        "waiting": ("I", PAGE + 128),
        "status": ("I", PAGE + 256),
    },
}
RECORD_WORDS = {"commit": 0, "payload_bytes": 4, "type_id": 8, "reserved": 12}


def word_at(memory: mmap.mmap, layout: str, offset: int) -> memoryview:
    """A word that is loaded and stored in one piece, which struct does not do."""
    return memoryview(memory)[offset : offset + struct.calcsize(layout)].cast(layout)


class MemoryObject:
    """One that this side owns and may write to for as long as it lives."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.descriptor = os.memfd_create("hostile", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        size = shape.object_bytes + shape.bytes_more
        os.ftruncate(self.descriptor, size)
        self.memory = mmap.mmap(self.descriptor, size) if size else mmap.mmap(-1, PAGE)
        header = {
            "magic": MAGICS[shape.kind],
            "version": 1,
            "page_bytes": PAGE,
            "capacity_bytes": shape.capacity,
            "object_bytes": shape.object_bytes,
        }
        for field, value in (header | dict(shape.header)).items():
            layout, offset = HEADER_FIELDS[field]
            struct.pack_into(layout, self.memory, offset, value)
        seals = sum(SEALS[name] for name in shape.seals)
        if seals:
            fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, seals)

    def store(self, word: str, value: int, unit: int = 0) -> None:
        """Into a word of its control page, or of the record that begins at a unit."""
        if word in RECORD_WORDS:
            at = "I", 2 * PAGE + unit * UNIT + RECORD_WORDS[word]
        else:
            at = WORDS[self.shape.kind][word]
        word_at(self.memory, *at)[0] = value

    def flip(self, bit: int) -> None:
        """One bit, counted from the begin of the object."""
        self.memory[bit // 8] ^= 1 << bit % 8

    def close(self) -> None:
        """Lets go of it."""
        self.memory.close()
        os.close(self.descriptor)


def load(memory: mmap.mmap, kind: str, word: str) -> int:
    """A word of the other end's control page."""
    return word_at(memory, *WORDS[kind][word])[0]


def rights(descriptors: list[int]) -> tuple[int, int, bytes]:
    """The ancillary message that carries them."""
    return socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors).tobytes()


def receive(sock: socket.socket) -> tuple[Frame | None, list[int]]:
    """The next frame and its descriptors; no frame: the other end has left."""
    space = LAYOUT.size, socket.CMSG_SPACE(MOST_DESCRIPTORS * 4), socket.MSG_CMSG_CLOEXEC
    try:
        data, ancillary, _, _ = sock.recvmsg(*space)
    except ConnectionResetError:  # it closed, something of ours unread; its frame is there
        data, ancillary, _, _ = sock.recvmsg(*space)
    descriptors: list[int] = []
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors += array.array("i", content)
    return (unpack(data) if data else None), descriptors
