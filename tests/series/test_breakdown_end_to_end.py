# SPDX-License-Identifier: Apache-2.0
"""A whole `tickring breakdown` with the real harness. Nothing here is about speed."""

import json
import os
import subprocess
from pathlib import Path

import jsonschema

SCHEMA = json.loads((Path(__file__).parents[2] / "harness" / "breakdown.schema.json").read_text())
COMMAND = Path(os.environ.get("TICKRING", Path(__file__).parents[2] / ".venv/bin/tickring"))


def breakdown(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "breakdown", *words, "--out", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"XDG_RUNTIME_DIR": str(folder)},
    )


def test_runs_are_measured_and_kept(tmp_path: Path) -> None:
    done = breakdown(tmp_path, "seed", "--repeats", "2", "--messages", "20000")
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*-breakdown/breakdown.json")
    document = json.loads(path.read_text())
    jsonschema.validate(document, SCHEMA)
    (row,) = document["rows"]
    assert row["scenario"] == "seed"
    assert abs(row["sum_error_fraction"]) < 1e-6
    assert [kept["outcome"] for kept in document["slices"]] == ["measured", "measured"]
    assert row["added_ns"] is not None
    assert "seed " in done.stdout


def test_what_cannot_be_is_refused_by_name(tmp_path: Path) -> None:
    for words, says in (
        (("--repeats", "0"), "breakdown: argument --repeats: '0' is not allowed"),
        (("--messages", "19999"), "a whole number from 20000 to"),
        (("fax",), "unknown scenario 'fax'"),
        (("seed-unstamped",), "--instrumented is not allowed with --stamp 'none'"),
    ):
        done = breakdown(tmp_path, *words)
        assert done.returncode == 2, words
        assert says in done.stderr
        assert "Traceback" not in done.stderr
