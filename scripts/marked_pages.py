# SPDX-License-Identifier: Apache-2.0
"""Pages with blocks that a script fills, each between `<!-- NAME: begin -->` and its end."""

import sys
from pathlib import Path


def markers(name: str) -> tuple[str, str]:
    """The lines around a block."""
    return f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"


def parts(text: str, name: str) -> tuple[str, str]:
    """What stands before a block and after it. Raises ValueError where a marker is missing."""
    begin, end = markers(name)
    before, found_begin, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f"the page lacks the lines {begin.strip()} and {end}")
    return before, after


def filled(text: str, name: str, block: str) -> str:
    """The page with another block, which ends with a line break. Raises ValueError."""
    before, after = parts(text, name)
    begin, end = markers(name)
    return f"{before}{begin}{block}{end}{after}"


def show(page: Path, right: str, source: object, *, is_check: bool) -> int:
    """Writes a page, or compares it and says so where it differs; returns the exit status."""
    if not is_check:
        page.write_text(right, encoding="utf-8")
    elif page.read_text(encoding="utf-8") != right:
        script = Path(sys.argv[0]).stem
        print(f"{script}: {page} is not what {source} says", file=sys.stderr)
        return 1
    return 0
