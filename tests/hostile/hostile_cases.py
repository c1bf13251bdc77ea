# SPDX-License-Identifier: Apache-2.0
"""The tables of attacks, one case for each row, frame and value."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
Toml = Any  # what a table holds
TO_A_LISTENER = ("hello", "accept")


def filled(thing: Toml, value: Toml) -> Toml:
    """A part of a row with the value where it says so."""
    if isinstance(thing, dict):
        return {key: filled(part, value) for key, part in thing.items()}
    if isinstance(thing, list):
        return [filled(part, value) for part in thing]
    return value if thing == "value" else thing


def rows(name: str) -> list[dict[str, Any]]:
    """Of one table."""
    return tomllib.loads((HERE / f"{name}.toml").read_text())["case"]


def label(row: dict[str, Any], value: Toml, *more: str) -> str:
    """The name of a case in the tests."""
    shown = hex(value) if isinstance(value, int) and value > 99999 else value
    words = [row["fault"], row["name"], *more, *([] if value is None else [shown])]
    return "-".join(str(word).replace(" ", "-") for word in words)


@dataclass(frozen=True)
class HandshakeCase:
    """One attack on the handshake; handshake.toml says what the fields mean."""

    label: str
    at: str
    code: str
    says: list[str]
    set: dict[str, int] = field(default_factory=dict)
    length: int | None = None
    brings: int | None = None
    instead: str = ""
    object: dict[str, Any] = field(default_factory=dict)
    does: str = ""
    control: str = ""
    swapped: bool = False
    descriptor_limit: int | None = None

    @property
    def listens(self) -> bool:
        """Whether the end that is attacked does."""
        return self.at in TO_A_LISTENER


def handshake_cases() -> list[HandshakeCase]:
    """All of handshake.toml."""
    cases = []
    for row in rows("handshake"):
        for at in row["at"]:
            for value in row.get("values", [None]):
                if [at, value] in row.get("except", []):
                    continue
                kept = ("set", "length", "brings", "instead", "object", "does", "control")
                kept += ("swapped", "descriptor_limit")
                parts = {key: filled(row[key], value) for key in kept if key in row}
                says = [text.replace("{value}", str(value)) for text in row.get("says", [])]
                swapped = ["swapped"] if row.get("swapped") else []
                name = label(row, value, at, *swapped)
                cases.append(HandshakeCase(name, at, row["code"], says, **parts))
    return cases


@dataclass(frozen=True)
class SessionCase:
    """One attack on a session; words.toml says what the fields mean."""

    label: str
    role: str
    code: str
    says: list[str]
    before: list[tuple[str, int, int]]
    after: list[tuple[str, int, int]]
    fill: str = ""
    order: dict[str, Any] = field(default_factory=dict)
    messages: int | None = None
    bytes: int | None = None


def stores(row: dict[str, Any], key: str, value: Toml) -> list[tuple[str, int, int]]:
    """(word, value, unit); the unit is 0 where the row has none."""
    found = filled(row.get(key, []), value)
    return [(word, number, unit[0] if unit else 0) for word, number, *unit in found]


def session_cases() -> list[SessionCase]:
    """All of words.toml."""
    cases = []
    for row in rows("words"):
        for value in row.get("values", [None]):
            cases.append(
                SessionCase(
                    label(row, value, f"by-a-{row['by']}"),
                    "consumer" if row["by"] == "producer" else "producer",
                    row["code"],
                    [text.replace("{value}", str(value)) for text in row.get("says", [])],
                    stores(row, "before", value),
                    stores(row, "after", value),
                    str(filled(row.get("fill", ""), value)),
                    row.get("order", {}),
                    row.get("messages"),
                    filled(row.get("bytes"), value),
                )
            )
    return cases
