# SPDX-License-Identifier: Apache-2.0
import platform
import shutil
import subprocess
from pathlib import Path

import pytest
from tickring_gate.counting import KINDS, per_operation
from tickring_gate.locked import executions, locked_addresses

DISASSEMBLY = """
    1139:       lock xadd %eax,(%rdi)
    113d:       mfence
    1140:       lock orq $0x0,(%rsp)
    1146:       xchg   %rax,(%rdi)
    1149:       xchg   %rax,%rdx
    114c:       mov    (%rdi),%rax
    114f:       sfence
"""
PROFILE = """\
ob=/usr/lib/libc.so.6
fn=malloc
0x1139 0 5
ob=/opt/lib/libtickring.so.0
fn=tickring_flush
0x1139 0 3
0x113d 0 4
calls=4 0x9000
0x1146 0 400
fn=tickring_commit_tx
0x113d 0 2
""".splitlines()
PROGRAM = """
#include <atomic>
#include <cstdlib>
int main(int, char **argv) {
    std::atomic<int> word{0};
    for (int i = std::atoi(argv[1]); i > 0; --i) {
        WORK;
    }
    return word.load();
}
"""


def test_what_locks_is_told_from_what_does_not() -> None:
    assert locked_addresses(DISASSEMBLY) == {0x1139, 0x113D, 0x1140, 0x1146}


def test_executions_are_of_our_objects_and_without_what_calls_cost() -> None:
    ((path, counts),) = executions(PROFILE).items()
    assert path == Path("/opt/lib/libtickring.so.0")
    assert counts == {0x1139: 3, 0x113D: 6}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="not x86-64")
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is missing")
@pytest.mark.parametrize(
    ("work", "cost"),
    [
        ("word.fetch_and(~1)", 1),
        ("word.store(0, std::memory_order_release)", 0),
        ("word.store(0)", 1),
        ("std::atomic_thread_fence(std::memory_order_seq_cst)", 1),
        ("word.fetch_and(~1); word.store(0)", 2),
    ],
)
def test_each_fence_and_locked_operation_is_counted(tmp_path: Path, work: str, cost: int) -> None:
    program = tmp_path / "operations"
    command = ["c++", "-O1", "-std=c++20", "-x", "c++", "-", "-o", program]
    subprocess.run(command, input=PROGRAM.replace("WORK", work), text=True, check=True)
    (kind,) = [kind for kind in KINDS if kind.name == "locked"]
    assert per_operation(kind, [program]) == cost
