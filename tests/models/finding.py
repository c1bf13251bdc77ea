# SPDX-License-Identifier: Apache-2.0
"""What a search or a proof came to."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of `make model`."""

    name: str
    is_right: bool  # it came out as it has to
    wanted: str  # how it has to come out, in one word
    detail: str = ""

    def __str__(self) -> str:
        """For a person."""
        verdict = self.wanted if self.is_right else f"NOT {self.wanted}"
        return f"{verdict:12}{self.name:52}{self.detail}".rstrip()
