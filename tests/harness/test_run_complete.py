# SPDX-License-Identifier: Apache-2.0
"""A run in which everybody keeps the contract."""

import json

from conftest import Harness


def test_a_run_in_which_all_goes_well_writes_a_complete_result(harness: Harness) -> None:
    outcome = harness.run()
    assert outcome.status == 0, outcome.err
    result = harness.result()
    assert result["status"] == "complete"
    assert result["producer"]["messages_sent"] == 20_000
    assert result["consumer"]["messages_received"] == 20_000
    (run,) = harness.runs
    assert {file.name for file in run.iterdir()} == {"result.json", "latency.hlog", "latency.hgrm"}
