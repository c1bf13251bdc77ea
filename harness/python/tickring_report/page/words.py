# SPDX-License-Identifier: Apache-2.0
"""Numbers as people read them in a page."""

import re

from ..text import human as terminal_text

NUMBER = re.compile(r"([-+.0-9]+)(.*)")


def human(value: float | None, unit: str) -> str:
    """A number with a unit that suits its size; a dash for none."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit not in ("ns", "msg/s"):
        return f"{value:g} {unit}"
    return terminal_text(value, unit).replace(" us", " µs").replace(" ", "\N{NO-BREAK SPACE}")


def human_range(published: float | dict[str, float], unit: str) -> str:
    """A published figure or range, without digits that were not published."""
    if not isinstance(published, dict):
        return _short(human(published, unit))
    low, high = (_short(human(published[key], unit)) for key in ("low", "high"))
    number, unit_of_low = NUMBER.match(low).groups()
    return f"{number if high.endswith(unit_of_low) else low} to {high}"


def _short(text: str) -> str:
    number, unit = NUMBER.match(text).groups()
    return f"{float(number):g}{unit}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """Words in a row: a, b and c."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
