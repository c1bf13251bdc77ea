# SPDX-License-Identifier: Apache-2.0
"""Replays the kept inputs, then fuzzes for a moment; `make fuzz` does it for longer."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fuzz  # noqa: E402

MOMENT_S = 3


@pytest.fixture(scope="module", params=fuzz.TARGETS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which(fuzz.COMPILER):
        pytest.skip(f"{fuzz.COMPILER} is missing")
    return fuzz.build(request.param, tmp_path_factory.mktemp("fuzz"))


def test_no_kept_input_breaks_anything(target: Path) -> None:
    inputs = sorted((fuzz.CORPUS / target.name).iterdir())
    assert inputs
    is_clean, words = fuzz.run(target, [], inputs)
    assert is_clean, fuzz.summary(words)


def test_no_fresh_input_breaks_anything(target: Path, tmp_path: Path) -> None:
    options = [f"-max_total_time={MOMENT_S}"]
    is_clean, words = fuzz.run(target, options, [tmp_path, fuzz.CORPUS / target.name])
    assert is_clean, fuzz.summary(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Done 1234 runs in 3 second(s)", "1,234 inputs"),
        ("broken: too long\nTest unit written to ./crash-1", "broken: too long; ./crash-1"),
        ("x: runtime error: shift\nTest unit written to ./c", "runtime error: shift; ./c"),
    ],
)
def test_what_broke_is_named_with_its_input(words: str, said: str) -> None:
    assert fuzz.summary(words) == said
