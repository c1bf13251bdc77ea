# SPDX-License-Identifier: Apache-2.0
"""What ends a gate without a verdict; the text is one sentence that says what to do."""

import contextlib
from collections.abc import Iterator


class Refused(Exception):
    """What was asked for is not possible: exit status 2."""


class Broken(Exception):
    """The gate cannot start or go on: exit status 4."""


@contextlib.contextmanager
def checked(what: str, advice: str) -> Iterator[None]:
    """Raises Broken when what is read inside is not as it was written. what: its name."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Broken(f"{what} is damaged ({type(error).__name__}: {error}); {advice}") from None
