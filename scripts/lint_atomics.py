# SPDX-License-Identifier: Apache-2.0
"""Checks that every atomic operation of the core says what it pairs with.

    lint_atomics.py [CORE]

In CORE (default: core) only include/tickring/memory.hpp may spell atomics. There, each operation
has a comment at most three lines above it: an ordered one `pairs with NAME`, where NAME is a
function defined in that tree, a relaxed one `relaxed: WHY`. Exit status 1 when something is amiss.
"""

import re
import sys
from pathlib import Path

ATOMIC_WORDS = re.compile(
    r"std::atomic|memory_order|__atomic_|__sync_|\bvolatile\b|_Atomic\b|\basm\b"
)
ORDER = re.compile(r"memory_order(?:_|::)(\w+)")
OPERATION = re.compile(
    r"[.>](load|store|exchange|fetch_\w+|compare_exchange_\w+)\s*\(|atomic_(?:thread|signal)_fence\s*\("
)
PAIR = re.compile(r"pairs with (\w+)")
COMMENT_LINES = 3


def without_comments(text: str) -> str:
    """The text with comments and string literals blanked out, line by line in place."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def arguments_of(code: str, opening: int) -> str:
    """What stands between the parenthesis at `opening` and the one that closes it."""
    depth = 0
    for end in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        if depth == 0:
            return code[opening + 1 : end]
    return code[opening + 1 :]


def comment_above(lines: list[str], first: int, last: int) -> str:
    """The comments of the lines up to COMMENT_LINES above `first`, and of the operation itself."""
    near = lines[max(0, first - COMMENT_LINES) : last + 1]
    return " ".join(line.split("//", 1)[1].strip() for line in near if "//" in line)


def statement_start(code: str, at: int) -> int:
    """Where the statement begins that holds position `at`."""
    return max(code.rfind(mark, 0, at) for mark in ";{}") + 1


def check_operations(path: Path, functions: set[str]) -> list[str]:
    """What is amiss with the atomic operations of one file."""
    text = path.read_text(encoding="utf-8")
    code, lines, faults = without_comments(text), text.splitlines(), []
    for found in OPERATION.finditer(code):
        start = statement_start(code, found.start())
        start += len(code[start:]) - len(code[start:].lstrip())
        first, last = code.count("\n", 0, start), code.count("\n", 0, found.end())
        where, comment = f"{path}:{last + 1}", comment_above(lines, first, last)
        orders = ORDER.findall(arguments_of(code, found.end() - 1))
        if not orders:
            faults.append(f"{where}: no memory order is written")
        elif set(orders) == {"relaxed"}:
            if not re.search(r"relaxed: \w", comment):
                faults.append(f"{where}: a relaxed operation without `relaxed: WHY` above it")
        elif not (named := PAIR.search(comment)):
            faults.append(f"{where}: an ordered operation without `pairs with NAME` above it")
        elif named[1] not in functions:
            faults.append(f"{where}: pairs with {named[1]}, which is not defined in this tree")
    return faults


def lint(core: Path) -> list[str]:
    """What is amiss in the whole tree."""
    home = core / "include" / "tickring" / "memory.hpp"
    sources = sorted(p for p in core.rglob("*") if p.suffix in {".hpp", ".h", ".cpp", ".c"})
    code = {path: without_comments(path.read_text(encoding="utf-8")) for path in sources}
    functions = set(re.findall(r"\b(\w+)\s*\([^;{}]*\)[^;{}()]*\{", "\n".join(code.values())))
    faults = [] if home in code else [f"{home}: is missing"]
    for path, text in code.items():
        if path == home:
            faults += check_operations(path, functions)
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if word := ATOMIC_WORDS.search(line):
                faults.append(f"{path}:{number}: '{word[0]}' may stand in {home.name} only")
    return faults


def main() -> int:
    """Prints every fault; 1 when there is one."""
    faults = lint(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("core"))
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
