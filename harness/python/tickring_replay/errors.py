# SPDX-License-Identifier: Apache-2.0
"""What is wrong with what a person gave."""


class BadTrades(Exception):
    """A sentence with field, value and what is allowed; where the fault lies in a file, with its
    line."""


def wrong(where: str, field: str, value: object, allowed: str) -> BadTrades:
    """Of one value. A long one is cut."""
    text = repr(value)
    shown = text if len(text) <= 60 else text[:57] + "..."
    return BadTrades(f"{where}: {field} is {shown}; {allowed} is needed")
