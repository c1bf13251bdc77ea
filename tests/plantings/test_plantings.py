# SPDX-License-Identifier: Apache-2.0
"""The planting command with a few plantings of each kind; make plantings makes a hundred."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_plantings_of_every_kind_are_named_far_more_often_right_than_by_chance(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, HERE / "plantings.py", "--plantings", "5", "--out", tmp_path],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    # 1: fewer than 95 of 100, which five cannot tell.
    assert done.returncode in (0, 1), done.stderr
    (path,) = tmp_path.glob("*-plantings/plantings.json")
    document = json.loads(path.read_text())
    rows = document["plantings"]
    assert [sum(row["named"].values()) for row in rows] == [5] * 6
    # On a machine that does other things too, what is planted is not all that happens.
    assert sum(row["right"] for row in rows) >= 10, done.stdout
    assert document["clean"]["named_after_excluded"] == 0
