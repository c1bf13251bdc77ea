# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest
from tickring_series.sweep.caches import find, label

SIZES = [("L1", 32 * 2**10), ("L2", 2**20), ("L3", 32 * 2**20)]


def cache(folder: Path, index: int, level: str, kind: str, size: str) -> None:
    own = folder / f"index{index}"
    own.mkdir()
    for name, text in (("level", level), ("type", kind), ("size", size)):
        (own / name).write_text(f"{text}\n")


def test_caches_for_data_are_found_nearest_first(tmp_path: Path) -> None:
    cache(tmp_path, 0, "3", "Unified", "32M")
    cache(tmp_path, 1, "1", "Instruction", "64K")
    cache(tmp_path, 2, "1", "Data", "32K")
    cache(tmp_path, 3, "2", "Unified", "1024K")
    cache(tmp_path, 4, "4", "Unified", "much")
    (tmp_path / "index5").mkdir()
    assert find(tmp_path) == SIZES


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (4096, "within L1"),
        (32 * 2**10, "within L1"),
        (64 * 2**10, "within L2"),
        (2**26, "beyond L3"),
    ],
)
def test_a_size_is_labelled_by_the_nearest_cache_that_holds_it(size_bytes: int, text: str) -> None:
    assert label(size_bytes, SIZES) == text


def test_where_caches_are_not_told_there_is_no_label(tmp_path: Path) -> None:
    assert find(tmp_path / "nowhere") == []
    assert label(4096, []) is None
