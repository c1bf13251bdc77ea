# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tickring_series.peers import document
from tickring_series.peers.plan import FLAT_OUT, ROUND_TRIP

from tests.series.made import rich, whole

SCHEMA = json.loads((Path(__file__).parents[2] / "harness" / "peers.schema.json").read_text())


@pytest.mark.parametrize(
    ("slices", "more"),
    [
        (rich(), {}),
        (rich(), {"unavailable": {f"{FLAT_OUT}/iceoryx2": "the package iceoryx2 is missing"}}),
        ([], {"first_result": None, "no_probe": "no cacheline"}),
    ],
)
def test_peers_json_is_as_its_schema_says(
    slices: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    jsonschema.validate(whole(slices, **more), SCHEMA)


def test_the_schema_wants_a_reason_for_what_is_not_available() -> None:
    made_up = whole(rich())
    row = next(row for row in made_up["rows"] if not row["available"])
    del row["reason"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made_up, SCHEMA)


def test_every_null_in_a_row_has_its_reason() -> None:
    for row in whole(rich())["rows"]:
        for key, value in row.items():
            assert value is not None or f"{key}_reason" in row or key == "pinned", (
                row["name"],
                key,
            )


def test_what_identifies_the_machine_is_left_out() -> None:
    assert whole(rich())["environment"] == {"cpu_model": {}}


def test_a_row_is_also_held_against_the_other_api_and_the_bare_cache_line() -> None:
    rows = {(row["mode"], row["name"]): row for row in whole(rich())["rows"]}
    ring = rows[FLAT_OUT, "ring"]
    assert ring["other_ratios"]["tachyon send-zero-copy"]["throughput"]["median"] == 1
    assert rows[ROUND_TRIP, "ring"]["other_ratios"]["cacheline"]["round_trip"]["median"] == 1


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    document.write({"first": 1}, tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        document.write({"second": float("nan")}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["peers.json"]
    assert json.loads((tmp_path / "peers.json").read_text()) == {"first": 1}
