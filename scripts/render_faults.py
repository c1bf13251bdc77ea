# SPDX-License-Identifier: Apache-2.0
"""Puts the table of faults into docs/reliability.md, between its two markers.

    render_faults.py [--check] [--page FILE]

The table is tests/faults/faults.toml. With --check nothing is written; exit status 1 when the page
does not say what the table says, or names a fault that is not there. 2: a marker is missing.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "faults"), str(ROOT / "scripts")]

import marked_pages  # noqa: E402 - found by the line above
from fault_table import IDS, Command, Fault, kind_of, read  # noqa: E402

SHOWN = {"tested": "", "not applicable": "does not apply: ", "open": "open: "}


def shown_test(test: str, commands: dict[str, Command]) -> str:
    """One test, as short as it can still be found."""
    kind = kind_of(test)
    if kind == "run":
        name = test.partition(" ")[2]
        whole, in_part = commands[name].whole, commands[name].in_part
        return f"`{name}`" + (" (in part)" if whole != in_part else "")
    if kind == "pytest":
        file, _, name = test.partition("::")
        return f"`{file.removeprefix('tests/')}::{name}`"
    return f"`{test}`"


def row(fault: Fault, commands: dict[str, Command]) -> str:
    """One line of the table."""
    tests = ", ".join(shown_test(test, commands) for test in fault.tests)
    outcome = SHOWN[fault.state] + (tests or fault.because)
    return f"| {fault.id} | {fault.title} | {fault.priority} | {outcome} |"


def block() -> str:
    """What belongs between the markers."""
    table = read()
    lines = ["| | fault | | shown by |", "|---|---|---|---|"]
    lines += [row(fault, table.commands) for fault in table.faults]
    lines += ["", "The long commands:", ""]
    for name, command in sorted(table.commands.items()):
        lines.append(f"- `{name}`: {command.does} (`python {' '.join(command.whole)}`)")
    return "\n".join([*lines, ""])


def unknown_ids(text: str) -> list[str]:
    """Faults that the page names and the table lacks."""
    return [name for name in re.findall(r"\bF\d+\b", text) if name not in IDS]


def main() -> int:
    """Renders or checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "reliability.md")
    options = parser.parse_args()
    text = options.page.read_text(encoding="utf-8")
    try:
        around = "".join(marked_pages.parts(text, "faults"))
    except ValueError as failure:
        print(f"render_faults: {failure}", file=sys.stderr)
        return 2
    if unknown := unknown_ids(around):
        print(f"render_faults: {options.page} names {unknown[0]}, not F1 to F150", file=sys.stderr)
        return 1
    right = marked_pages.filled(text, "faults", block())
    return marked_pages.show(options.page, right, "faults.toml", is_check=options.check)


if __name__ == "__main__":
    sys.exit(main())
