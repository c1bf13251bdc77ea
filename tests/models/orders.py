# SPDX-License-Identifier: Apache-2.0
"""Runs orders.cpp, the ring's templates under relacy, as written and with each order weakened."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from finding import Finding

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AS_WRITTEN = "as written"
WEAKENED = (
    "publication relaxed",
    "look at a publication relaxed",
    "release of room relaxed",
    "look at room relaxed",
    "producer's fence acquire and release",
    "consumer's fence acquire and release",
)


def build(program: Path) -> None:
    """Compiles orders.cpp; relacy's own headers warn."""
    command = ["c++", "-std=c++20", "-O2", "-w", f"-I{ROOT / 'core' / 'include'}"]
    done = subprocess.run(
        [*command, "-o", program, HERE / "orders.cpp"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def run(program: Path, name: str, interleavings: int) -> tuple[bool, str]:
    """Whether nothing was found in so many interleavings, and what was."""
    done = subprocess.run(
        [program, name, str(interleavings)], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"orders {name!r}: {done.stderr or done.returncode}")
    lines = done.stdout.splitlines() + [""] * 2
    return done.returncode == 0, lines[1].strip()


def check(interleavings: int = 1_000_000) -> Iterator[Finding]:
    """Nothing is found as written; something is with each order weakened."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "orders"
        build(program)
        is_clean, what = run(program, AS_WRITTEN, interleavings)
        detail = f"{interleavings:,} interleavings" if is_clean else what
        yield Finding(AS_WRITTEN, is_clean, "holds", detail)
        for name in WEAKENED:
            is_clean, what = run(program, name, interleavings)
            yield Finding(name, not is_clean, "found", what)
