# SPDX-License-Identifier: Apache-2.0
"""Checks the protocol by machine: what holds, and that each planted mistake is found.

    model.py [PART...]

PART: spin (every state of a model of the protocol), orders (the ring's own templates under the
memory model of C++), bounds (what the checks of a side let through, proved); default: all. Exit
status: 0, 1 when something does not come out as it has to, 4 where a part lacks its tool.
"""

import argparse
import importlib
import shutil
import sys
from pathlib import Path

WRONG, BROKEN = 1, 4
PARTS = ("spin", "orders", "bounds")
TITLES = {
    "spin": "The protocol, every state (Spin)",
    "orders": "The templates under the memory model of C++ (relacy)",
    "bounds": "Whatever the other side stores (z3)",
}
RELACY = Path("/usr/include/relacy/relacy.hpp")


def missing(part: str) -> str | None:
    """What a part lacks."""
    if part == "spin":
        return next((tool for tool in ("spin", "cc") if not shutil.which(tool)), None)
    if part == "orders":
        return None if RELACY.exists() else "relacy"
    return None if importlib.util.find_spec("z3") else "z3-solver"


def main() -> int:
    """Runs the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked = parser.parse_args().parts or PARTS
    unknown = set(asked) - set(PARTS)
    if unknown:
        parser.error(f"part is {sorted(unknown)[0]!r}; one of {', '.join(PARTS)} is needed")
    findings, skipped = [], 0
    for part in asked:
        print(f"{TITLES[part]}", flush=True)
        lacks = missing(part)
        if lacks:
            print(f"skipped: {lacks} is missing")
            skipped += 1
            continue
        for finding in importlib.import_module(part).check():
            print(finding, flush=True)
            findings.append(finding)
    wrong = sum(not finding.is_right for finding in findings)
    print(
        f"{len(findings)} findings, {wrong} of them not as they have to be, {skipped} parts skipped"
    )
    if wrong:
        return WRONG
    return BROKEN if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
