# SPDX-License-Identifier: Apache-2.0
"""The sizes of the caches, to label capacities with."""

import re
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path("/sys/devices/system/cpu/cpu0/cache")
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def find(folder: Path = FOLDER) -> list[tuple[str, int]]:
    """Names and bytes of the caches for data of a CPU, the nearest first; empty: not told."""
    found = []
    for entry in folder.glob("index*"):
        try:
            kind, level, size = (
                (entry / name).read_text().strip() for name in ("type", "level", "size")
            )
        except OSError:
            continue
        match = re.fullmatch(r"(\d+)([KMG]?)", size)
        if kind != "Instruction" and level.isdigit() and match:
            found.append((f"L{level}", int(match[1]) * UNITS[match[2]]))
    return sorted(found)


def label(size_bytes: int, caches: Sequence[tuple[str, int]]) -> str | None:
    """The nearest cache that so much fits into, whoever else is in it."""
    if not caches:
        return None
    fitting = (name for name, cache_bytes in caches if size_bytes <= cache_bytes)
    nearest = next(fitting, None)
    return f"within {nearest}" if nearest else f"beyond {caches[-1][0]}"
