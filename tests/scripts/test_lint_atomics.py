# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from scripts.lint_atomics import lint

GOOD = """\
void publish() {
    // pairs with look(): the header is there
    word.store(1, std::memory_order_release);
}
int look() {
    // pairs with publish()
    return word
        .load(std::memory_order_acquire);
}
int guess() {
    // relaxed: decides nothing
    return word.load(std::memory_order_relaxed);
}
"""


@pytest.fixture
def core(tmp_path: Path) -> Path:
    home = tmp_path / "include" / "tickring"
    home.mkdir(parents=True)
    (home / "memory.hpp").write_text(GOOD)
    return tmp_path


def change(core: Path, old: str, new: str) -> list[str]:
    memory = core / "include" / "tickring" / "memory.hpp"
    assert old in GOOD
    memory.write_text(GOOD.replace(old, new))
    return lint(core)


def test_operations_that_say_what_they_pair_with_pass(core: Path) -> None:
    assert lint(core) == []


def test_an_ordered_operation_without_a_partner_is_found(core: Path) -> None:
    (fault,) = change(core, "pairs with look(): ", "")
    assert "memory.hpp:3" in fault and "pairs with NAME" in fault


def test_a_partner_that_does_not_exist_is_found(core: Path) -> None:
    (fault,) = change(core, "pairs with publish()", "pairs with publsih()")
    assert "pairs with publsih, which is not defined" in fault


def test_a_relaxed_operation_without_a_reason_is_found(core: Path) -> None:
    (fault,) = change(core, "relaxed: decides nothing", "a guess")
    assert "relaxed: WHY" in fault


def test_an_operation_without_an_order_is_found(core: Path) -> None:
    (fault,) = change(core, "(1, std::memory_order_release)", "(1)")
    assert "no memory order" in fault


def test_a_comment_four_lines_above_does_not_count(core: Path) -> None:
    (fault,) = change(core, "header is there\n", "header is there\n\n\n\n")
    assert "pairs with NAME" in fault


@pytest.mark.parametrize(
    "line", ["std::atomic<int> x;", "volatile int x;", 'asm("");', "__atomic_load_n(&x, 0);"]
)
def test_an_atomic_outside_its_file_is_found(core: Path, line: str) -> None:
    (core / "other.cpp").write_text(f"// std::atomic in a comment is fine\n{line}\n")
    (fault,) = lint(core)
    assert "other.cpp:2" in fault
