# SPDX-License-Identifier: Apache-2.0
"""Edits of a JSON document, chosen by a number."""

import json
import random
from typing import Any

VALUES = [None, True, False, -1, 0, 1, 0.5, 2**63, 10**400, 1e300, "", "text", "\ud800", [], {}]
Holder = dict[str, Any] | list[Any]


def edited(data: bytes, seed: int) -> bytes:
    """The document with one to three values changed, left out or doubled; nothing when it is no
    JSON object."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return b""
    if not isinstance(document, dict):
        return b""
    choose = random.Random(seed)
    for _ in range(choose.randint(1, 3)):
        _edit(document, choose)
    return json.dumps(document, separators=(",", ":")).encode()


def _edit(document: dict[str, Any], choose: random.Random) -> None:
    places = list(_places(document))
    if not places:
        return
    holder, key = choose.choice(places)
    match choose.randrange(4):
        case 0:
            del holder[key]
        case 1:  # what stands elsewhere
            other, place = choose.choice(places)
            holder[key] = json.loads(json.dumps(other[place]))
        case 2 if isinstance(holder, list):
            holder.append(holder[key])
        case _:
            holder[key] = choose.choice(VALUES)


def _places(value: object) -> list[tuple[Any, Any]]:
    """Every value of a document: what holds it, and under which key."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    places = [(value, key) for key in keys]
    for _, key in list(places):
        places += _places(value[key])  # type: ignore[index]
    return places
