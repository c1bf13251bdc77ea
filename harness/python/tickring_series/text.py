# SPDX-License-Identifier: Apache-2.0
"""Figures and sentences for people."""

import textwrap

DASH = "–"


def time_text(value_ns: float | None) -> str:
    """With a unit that suits its size."""
    if value_ns is None:
        return DASH
    for unit, divisor in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if value_ns >= divisor:
            return f"{value_ns / divisor:.3g} {unit}"
    return f"{value_ns:.3g} ns"


def rate_text(value_per_s: float | None) -> str:
    """In millions per second."""
    return DASH if value_per_s is None else f"{value_per_s / 1e6:.3g} M/s"


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """Lines of at most `width` columns, all but the first indented."""
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, drop_whitespace=True) or [""]
