# SPDX-License-Identifier: Apache-2.0
"""Fuzzes the ring against hostile peers: libFuzzer with AddressSanitizer and UBSan, by clang 19.

    fuzz.py [--seconds S] [TARGET...]

Each target runs for S seconds (default 60) from the corpus kept in tests/fuzz/corpus/; what it
learns goes to build/fuzz/corpus/, an input that breaks something to build/fuzz/. Exit status: 0, 1
when something broke (the input is named), 4 where clang++-19 is missing or a target does not build.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

BROKEN, FOUND = 4, 1
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
COMPILER = "clang++-19"
OPTIONS = ["-std=c++20", "-O1", "-g", "-D_GNU_SOURCE", "-fno-sanitize-recover=undefined"]
SANITIZERS = "-fsanitize=fuzzer,address,undefined"
LONGEST_BYTES = 512
LIBRARY = sorted((ROOT / "core" / "src").glob("*.cpp"))
# What is linked beside the target itself; the two sides of the ring are headers.
TARGETS: dict[str, list[Path]] = {"consumer": [], "producer": [], "handshake": LIBRARY}


def build(target: str, folder: Path) -> Path:
    """Compiles a target; raises RuntimeError with what the compiler says."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / target
    command = [COMPILER, *OPTIONS, SANITIZERS, f"-I{ROOT / 'core' / 'include'}"]
    command += [str(HERE / f"{target}_fuzz.cpp"), *map(str, TARGETS[target]), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return program


def run(program: Path, options: list[str], corpora: list[Path]) -> tuple[bool, str]:
    """Whether nothing broke, and libFuzzer's own words."""
    limits = [f"-max_len={LONGEST_BYTES}", f"-artifact_prefix={program.parent}/"]
    done = subprocess.run(
        [program, *limits, *options, *corpora], capture_output=True, text=True, check=False
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


def main() -> int:
    """Fuzzes the targets asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, metavar="S", help="for each; 1 or more")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    arguments = parser.parse_args()
    unknown = set(arguments.targets) - set(TARGETS)
    if unknown:
        parser.error(f"target is {sorted(unknown)[0]!r}; one of {', '.join(TARGETS)} is needed")
    if arguments.seconds < 1:
        parser.error(f"--seconds is {arguments.seconds}; 1 or more is needed")
    if not shutil.which(COMPILER):
        print(f"fuzz: {COMPILER} is missing", file=sys.stderr)
        return BROKEN
    folder, status = ROOT / "build" / "fuzz", 0
    for target in arguments.targets or TARGETS:
        learnt = folder / "corpus" / target
        learnt.mkdir(parents=True, exist_ok=True)
        try:
            program = build(target, folder)
        except RuntimeError as failure:
            print(f"fuzz: {target} does not build: {failure}", file=sys.stderr)
            return BROKEN
        is_clean, words = run(
            program, [f"-max_total_time={arguments.seconds}"], [learnt, CORPUS / target]
        )
        print(f"{target:12}{'holds' if is_clean else 'BROKEN':8}{summary(words)}", flush=True)
        status = status or (0 if is_clean else FOUND)
    return status


if __name__ == "__main__":
    sys.exit(main())
