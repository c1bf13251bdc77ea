# SPDX-License-Identifier: Apache-2.0
"""What the command lines of series share: a refusal names flag, value and what is allowed."""

import argparse
import secrets
from pathlib import Path
from typing import NoReturn

MAX_SEED = 2**32 - 1


class Parser(argparse.ArgumentParser):
    """Exits with 2 and one line."""

    def error(self, message: str) -> NoReturn:
        """The line begins with the name of the series."""
        self.exit(2, f"{self.prog}: {message}\n")


class Count:
    """A whole number in a range."""

    def __init__(self, least: int, most: int) -> None:
        """Both ends are allowed."""
        self._least, self._most = least, most

    def __call__(self, text: str) -> int:
        """The number; raises what argparse makes a refusal of."""
        number = int(text) if text.isascii() and text.isdigit() else -1
        if not self._least <= number <= self._most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not allowed; a whole number from {self._least} to {self._most} is"
            )
        return number


def a_seed(given: int | None) -> int:
    """The one that was given, or a random one."""
    return secrets.randbelow(MAX_SEED + 1) if given is None else given


def command_at(parser: Parser, tickring: Path) -> Path:
    """The absolute path of the command to measure with."""
    if not tickring.is_file():
        parser.error(f"--tickring is '{tickring}'; a file that is there is needed")
    return tickring.absolute()
