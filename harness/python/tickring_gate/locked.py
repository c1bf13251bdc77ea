# SPDX-License-Identifier: Apache-2.0
"""Counts what an instruction count hides: fences and locked operations, one instruction each that
takes as long as many others. x86-64 only.

callgrind tells how often each address of an object was executed, objdump what stands there.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tickring_gate.errors import Broken

OWN = ("tickring", "operations")  # in the names of the objects that are looked into
CALLGRIND = (
    "valgrind",
    "--tool=callgrind",
    "--dump-instr=yes",
    "--compress-pos=no",
    "--compress-strings=no",
)
# An exchange with memory locks without saying so.
LOCKED = re.compile(r"^\s*([0-9a-f]+):\s+(?:(?:lock|mfence)\b|xchg\s.*\()", re.MULTILINE)


def executions(profile: Iterable[str]) -> dict[Path, Counter[int]]:
    """How often each address was executed, by object; what calls cost inside is left out."""
    found: dict[Path, Counter[int]] = {}
    own: Counter[int] | None = None
    is_of_call = False
    for line in profile:
        if line.startswith("ob="):
            path = Path(line[3:].strip())
            is_own = any(word in path.name for word in OWN)
            own = found.setdefault(path, Counter()) if is_own else None
        elif line.startswith("calls="):
            is_of_call = True
        elif line.startswith("0x"):
            if own is not None and not is_of_call:
                address, _, count = line.split()
                own[int(address, 16)] += int(count)
            is_of_call = False
    return found


def locked_addresses(disassembly: str) -> set[int]:
    """Of the locked instructions and full fences in what objdump prints."""
    return {int(match[1], 16) for match in LOCKED.finditer(disassembly)}


def locked_executions(profile: Iterable[str]) -> int:
    """Over all objects of this project."""
    return sum(
        count
        for path, counts in executions(profile).items()
        for address, count in counts.items()
        if address in locked_addresses_of(path)
    )


_known: dict[tuple[Path, int], set[int]] = {}


def locked_addresses_of(path: Path) -> set[int]:
    """The same of a file; it is disassembled once."""
    key = (path, path.stat().st_mtime_ns)
    if key not in _known:
        command = ["objdump", "--disassemble", "--no-show-raw-insn", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Broken(f"objdump cannot read {path}: {done.stderr.strip()[-200:]}")
        _known[key] = locked_addresses(done.stdout)
    return _known[key]
