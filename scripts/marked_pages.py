# SPDX-License-Identifier: Apache-2.0
"""Pages with blocks that a script fills, each between `<!-- NAME: begin -->` and its end."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


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


def keep_and_render(
    page: Path, kept: Path, keep: Callable[[Path], None], rendered: Callable[[str], str]
) -> int:
    """The command line of a script that keeps runs and shows them; returns the exit status. keep
    and rendered, which makes the page anew, raise ValueError or OSError for what is wrong."""
    parser = argparse.ArgumentParser(description=f"put what {kept.name} says into {page.name}")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument(
        "--keep", nargs="*", type=Path, default=[], metavar="RUN", help="take these in before"
    )
    options = parser.parse_args()
    try:
        for run in options.keep:
            keep(run)
        right = rendered(page.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        print(f"{Path(sys.argv[0]).stem}: {missing.filename} is missing", file=sys.stderr)
        return 2
    except (OSError, ValueError) as failure:
        print(f"{Path(sys.argv[0]).stem}: {failure}", file=sys.stderr)
        return 2
    return show(page, right, kept, is_check=options.check)


def render_file(name: str, source: Path, page: Path, block: Callable[[dict[str, Any]], str]) -> int:
    """The command line of a script that shows one file of results, with --NAME FILE and --page FILE
    in place of these; returns the exit status. block makes what stands between the markers; it may
    raise ValueError or KeyError."""
    parser = argparse.ArgumentParser(description=f"put what {source.name} says into {page.name}")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument(f"--{name}", type=Path, default=source, dest="source", metavar="FILE")
    parser.add_argument("--page", type=Path, default=page, metavar="FILE")
    options = parser.parse_args()
    try:
        content = json.loads(options.source.read_text(encoding="utf-8"))
        text = options.page.read_text(encoding="utf-8")
        right = filled(text, name, block(content))
    except FileNotFoundError as missing:
        print(f"{Path(sys.argv[0]).stem}: {missing.filename} is missing", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError) as failure:
        print(f"{Path(sys.argv[0]).stem}: {failure}", file=sys.stderr)
        return 2
    return show(options.page, right, options.source, is_check=options.check)
