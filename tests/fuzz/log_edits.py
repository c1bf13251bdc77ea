# SPDX-License-Identifier: Apache-2.0
"""Edits of an interval log, chosen by a number: inside a histogram, packed and in base64."""

import base64
import random
import re
import struct
import zlib

HISTOGRAM = re.compile(rb"HISTFAAA[A-Za-z0-9+/=]*")
COOKIE = 0x1C849314
HEADER_BYTES = 40  # lengths, significant digits and range, before the counts
NEAR = [0, 1, 2, 3, 5, 0x7F, 0x80, 0xFF]


def edited(data: bytes, seed: int) -> bytes:
    """The log with one to four bytes of a histogram changed, left out or doubled; nothing when
    there is none to unpack."""
    choose = random.Random(seed)
    found = list(HISTOGRAM.finditer(data))
    if not found:
        return b""
    place = choose.choice(found)
    try:
        content = bytearray(zlib.decompress(base64.b64decode(place[0])[8:]))
    except (ValueError, zlib.error):
        return b""
    for _ in range(choose.randint(1, 4)):
        _edit(content, choose)
    packed = zlib.compress(content)
    text = base64.b64encode(struct.pack(">II", COOKIE, len(packed)) + packed)
    return data[: place.start()] + text + data[place.end() :]


def _edit(content: bytearray, choose: random.Random) -> None:
    end = HEADER_BYTES if choose.random() < 0.5 else len(content)
    at = choose.randrange(max(min(end, len(content)), 1))
    match choose.randrange(6):
        case 0:
            del content[at : at + choose.randint(1, 9)]
        case 1:
            content[at:at] = content[at : at + choose.randint(1, 9)]
        case 2:
            content[at : at + 1] = bytes([choose.randrange(256)])
        case _:
            content[at : at + 1] = bytes([choose.choice(NEAR)])
