# SPDX-License-Identifier: Apache-2.0
"""What compilers make of the ring's operations: no operation that locks the bus, no fence and no
call on the path of a busy stream, and the acquire and release instructions where Arm needs them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).parent / "codegen.cpp"
OPTIONS = ["-std=c++20", "-O3", "-fno-exceptions", "-fno-stack-protector", "-S", "-o", "-"]
SPINNING = (
    "send_beside_a_spinner",
    "send_at_once_beside_a_spinner",
    "receive_beside_a_spinner",
    "receive_two_beside_a_spinner",
)
X86_64_SLOW = re.compile(r"^(lock|mfence|lfence|sfence|call|syscall|xchg|cmpxchg|rep)\b")


def functions(compiler: str, *options: str) -> dict[str, list[str]]:
    """The instructions of each function, by its name."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is missing")
    command = [compiler, *OPTIONS, *options, f"-I{ROOT / 'core' / 'include'}", SOURCE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = {}
    name = ""
    for line in done.stdout.splitlines():
        if label := re.match(r"(\w+):", line):
            name = label[1]
            found[name] = []
        elif instruction := re.match(r"\t([a-z].*)|(\.L\w+:)", line):
            found.setdefault(name, []).append(instruction[1] or instruction[2])
    return found


def most_on_a_path(lines: list[str], wanted: re.Pattern[str]) -> int:
    """The most instructions of a kind that one call can pass: compilers copy code into branches."""
    labels = {line[:-1]: at for at, line in enumerate(lines) if line.endswith(":")}

    def most(at: int, passed: frozenset[int]) -> int:
        if at >= len(lines) or at in passed:
            return 0
        line = lines[at]
        jump = re.match(r"j\w+\s+(\.L\w+)", line)
        nexts = [] if line.startswith(("jmp", "ret")) else [at + 1]
        nexts += [labels[jump[1]]] if jump and jump[1] in labels else []
        # Only what a jump can come back to has to be remembered.
        seen = passed | {at} if line.endswith(":") else passed
        return bool(wanted.match(line)) + max((most(other, seen) for other in nexts), default=0)

    return most(0, frozenset())


def native(compiler: str, *options: str) -> dict[str, list[str]]:
    machine = subprocess.run(
        [compiler, "-dumpmachine"], capture_output=True, text=True, check=False
    )
    if not machine.stdout.startswith("x86_64"):
        pytest.skip(f"{compiler} does not compile for x86-64")
    return functions(compiler, *options)


@pytest.fixture(scope="module")
def for_aarch64(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By clang, with the headers that this machine's own compiler has."""
    search = subprocess.run(
        ["c++", "-E", "-x", "c++", "-v", "/dev/null"], capture_output=True, text=True, check=True
    )
    folders = search.stderr.split("#include <...> search starts here:")[1].split("End of")[0]
    # What the C library's headers ask the machine for.
    machine = tmp_path_factory.mktemp("include")
    for header, text in (("gnu/stubs.h", ""), ("bits/wordsize.h", "#define __WORDSIZE 64\n")):
        (machine / header).parent.mkdir()
        (machine / header).write_text(text)
    system = [word for folder in (machine, *folders.split()) for word in ("-isystem", str(folder))]
    target = ["--target=aarch64-linux-gnu", "-nostdinc++", "-D__regparm__(registers)="]
    return functions("clang++-19", *target, *system)


@pytest.mark.parametrize("compiler", ["c++", "clang++-19"])
@pytest.mark.parametrize("name", SPINNING)
def test_a_busy_stream_needs_no_lock_no_fence_and_no_call(compiler: str, name: str) -> None:
    instructions = native(compiler)[name]
    assert len(instructions) > 10
    assert [line for line in instructions if X86_64_SLOW.match(line)] == []


@pytest.mark.parametrize("compiler", ["c++", "clang++-19"])
def test_a_peer_that_may_sleep_costs_the_producer_one_fence(compiler: str) -> None:
    instructions = native(compiler)["send_beside_a_sleeper"]
    assert most_on_a_path(instructions, re.compile(r"lock|mfence")) == 1


@pytest.mark.parametrize("compiler", ["c++", "clang++-19"])
def test_the_line_of_a_commit_that_is_expected_is_fetched_to_be_written(compiler: str) -> None:
    instructions = native(compiler, "-mprfchw")["expect_a_publication"]
    assert [line for line in instructions if line.startswith("prefetch")][0].startswith("prefetchw")
    assert not [line for line in instructions if X86_64_SLOW.match(line)]


def test_the_line_of_a_commit_that_is_expected_is_fetched_to_be_written_on_arm(
    for_aarch64: dict[str, list[str]],
) -> None:
    hints = [line for line in for_aarch64["expect_a_publication"] if line.startswith("prfm")]
    assert [hint.split()[1] for hint in hints] == ["pstl1keep,"]


def test_a_publication_is_a_store_release_on_arm(
    for_aarch64: dict[str, list[str]],
) -> None:
    instructions = for_aarch64["send_beside_a_spinner"]
    releases = [line for line in instructions if line.startswith("stlr")]
    assert len(releases) == 1
    assert not [line for line in instructions if line.startswith(("dmb", "bl"))]


def test_a_message_is_seen_by_a_load_acquire_and_given_back_by_a_store_release_on_arm(
    for_aarch64: dict[str, list[str]],
) -> None:
    instructions = for_aarch64["receive_beside_a_spinner"]
    assert [line for line in instructions if line.startswith(("ldar", "ldapr"))]
    assert [line for line in instructions if line.startswith("stlr")]
    assert not [line for line in instructions if line.startswith(("dmb", "bl"))]


def test_the_fence_beside_a_sleeper_is_a_full_one_on_arm(
    for_aarch64: dict[str, list[str]],
) -> None:
    assert "dmb\tish" in for_aarch64["send_beside_a_sleeper"]
