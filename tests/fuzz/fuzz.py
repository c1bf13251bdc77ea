# SPDX-License-Identifier: Apache-2.0
"""Fuzzes the ring against hostile peers, and what is read against damaged files: libFuzzer by
clang 19, with AddressSanitizer and UBSan for what is compiled.

    fuzz.py [--seconds S] [--json FILE] [TARGET...]

Each target runs for S seconds (default 60) from the corpus kept in tests/fuzz/corpus/; what it
learns goes to build/fuzz/corpus/, an input that breaks something to build/fuzz/. Exit status: 0, 1
when something broke (the input is named) or FILE cannot be written, 4 where what a target is built
with is missing or it does not build.
"""

import argparse
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "long_runs"), str(Path(__file__).resolve().parent)]

from long_run import LongRun, add_option  # noqa: E402 - found by the line above
from targets import FILES, HERE, PYTHON, TARGETS, build, dictionary, missing  # noqa: E402

BROKEN, FOUND = 4, 1
CORPUS = HERE / "corpus"
LONGEST_S = 30  # for one input: beyond it, the target hangs
# An embedded Python finds what it reads with, and its lines have the same counters each time.
SURROUNDINGS = {
    "PYTHONPATH": os.pathsep.join([str(HERE), str(PYTHON), sysconfig.get_path("platlib")]),
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def run(program: Path, options: list[str], corpora: list[Path]) -> tuple[bool, str]:
    """Whether nothing broke, and libFuzzer's own words."""
    limits = [f"-max_len={TARGETS[program.name].longest_bytes}", f"-timeout={LONGEST_S}"]
    limits += [f"-artifact_prefix={program.parent}/"]
    with tempfile.TemporaryDirectory(prefix="tickring-fuzz-") as scratch:
        if words := dictionary(program.name):
            (Path(scratch) / "words").write_text(words, encoding="utf-8")
            limits += ["-dict=words"]
        done = subprocess.run(
            [program, *limits, *options, *corpora],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=scratch,
            env=os.environ | SURROUNDINGS,
        )
    return done.returncode == 0, done.stderr


def summary(words: str) -> str:
    """How many inputs were run, or what broke and where its input lies."""
    broken = re.search(r"broken: .*|ERROR: AddressSanitizer: .*|runtime error: .*", words)
    kept = re.search(r"Test unit written to (\S+)", words)
    runs = re.search(r"Done (\d+) runs", words)
    if broken or kept:
        return f"{broken[0] if broken else 'broken'}; {kept[1] if kept else 'no input kept'}"
    return f"{int(runs[1]):,} inputs" if runs else words[-2000:]


def figures(words: str) -> dict[str, int | None]:
    """What libFuzzer counted up to its last word: inputs that were run, edges of the code that were
    reached (cov), edges with how often (ft), and inputs that found them (corp)."""
    last = {
        "executions": r"^#(\d+)",
        "edges": r"^#\d+.* cov: (\d+)",
        "features": r"^#\d+.* ft: (\d+)",
        "corpus_inputs": r"^#\d+.* corp: (\d+)",
    }
    found = {name: re.findall(pattern, words, re.MULTILINE) for name, pattern in last.items()}
    return {name: int(values[-1]) if values else None for name, values in found.items()}


def fuzz(target: str, seconds: int, folder: Path) -> dict[str, Any]:
    """One target for so long; raises RuntimeError when it does not build."""
    learnt = folder / "corpus" / target
    learnt.mkdir(parents=True, exist_ok=True)
    program = build(target, folder)
    started_s = time.monotonic()
    is_clean, words = run(program, [f"-max_total_time={seconds}"], [learnt, CORPUS / target])
    said = summary(words)
    print(f"{target:12}{'holds' if is_clean else 'BROKEN':8}{said}", flush=True)
    row = {"target": target, "seconds": round(time.monotonic() - started_s, 1), "holds": is_clean}
    return row | figures(words) | {"finding": None if is_clean else said}


def main() -> int:
    """Fuzzes the targets asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, metavar="S", help="for each; 1 or more")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    add_option(parser)
    arguments = parser.parse_args()
    unknown = set(arguments.targets) - set(TARGETS)
    if unknown:
        parser.error(f"target is {sorted(unknown)[0]!r}; one of {', '.join(TARGETS)} is needed")
    if arguments.seconds < 1:
        parser.error(f"--seconds is {arguments.seconds}; 1 or more is needed")
    targets, rows = arguments.targets or list(TARGETS), []
    what = "fuzz_files" if set(targets) <= set(FILES) else "fuzz"
    long_run = LongRun(what, {"seconds": arguments.seconds, "targets": targets})
    for target in targets:
        if reason := missing(target):
            print(f"fuzz: {target}: {reason}", file=sys.stderr)
            return BROKEN
        try:
            rows.append(fuzz(target, arguments.seconds, ROOT / "build" / "fuzz"))
        except RuntimeError as failure:
            print(f"fuzz: {target} does not build: {failure}", file=sys.stderr)
            return BROKEN
    is_written = long_run.write(arguments.json, {"targets": rows})
    return 0 if is_written and all(row["holds"] for row in rows) else FOUND


if __name__ == "__main__":
    sys.exit(main())
