# SPDX-License-Identifier: Apache-2.0
"""One trade: what its values may be."""

import math

from tickring_replay.errors import wrong

SYMBOL_BYTES = 8
MAX_QUANTITY = 2**32 - 1
MAX_TIME_NS = 2**63 - 1


def symbol_of(value: object, where: str) -> bytes:
    """As it is sent, without padding."""
    text = value if isinstance(value, str) else ""
    symbol = text.encode()
    if not 1 <= len(symbol) <= SYMBOL_BYTES or "\0" in text:
        raise wrong(where, "symbol", value, f"text of 1 to {SYMBOL_BYTES} bytes")
    return symbol


def price_of(value: object, where: str) -> float:
    """Finite."""
    try:
        price = float(str(value))
    except ValueError:
        price = math.nan
    if not math.isfinite(price) or "_" in str(value):
        raise wrong(where, "price", value, "a finite number")
    return price


def quantity_of(value: object, where: str) -> int:
    """A whole number of 32 bits."""
    return _whole(value, where, "quantity", MAX_QUANTITY)


def time_of(value: object, where: str, unit: str, unit_ns: int) -> int:
    """Nanoseconds."""
    return unit_ns * _whole(value, where, f"timestamp ({unit})", MAX_TIME_NS // unit_ns)


def _whole(value: object, where: str, field: str, most: int) -> int:
    text = str(value)
    # A number of more digits than the most has is too large, and slow to read.
    is_number = text.isascii() and text.isdigit() and len(text) <= 20
    if not is_number or isinstance(value, bool) or int(text) > most:
        raise wrong(where, field, value, f"a whole number from 0 to {most}")
    return int(text)
