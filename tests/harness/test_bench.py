# SPDX-License-Identifier: Apache-2.0
"""The bench: five runs, one table."""

import json
import os
import signal

from harness_calls import Harness
from processes import wait_until

ORDER = ["seed-flush-each", "seed-unstamped", "seed-paced", "seed-instrumented", "seed"]


def results(harness: Harness) -> dict[str, dict]:
    """By scenario, in the order in which they were written."""
    runs = sorted(harness.runs, key=lambda run: run.stat().st_mtime_ns)
    loaded = [json.loads((run / "result.json").read_text()) for run in runs]
    return {result["scenario"]["name"]: result for result in loaded}


def bench(harness: Harness) -> dict[str, dict]:
    outcome = harness.call("bench", "--messages", "20000", "--out", "out", "--no-report")
    assert outcome.status == 0, outcome.err
    return results(harness)


def test_the_bench_writes_one_run_directory_per_scenario_in_order(harness: Harness) -> None:
    found = bench(harness)
    assert list(found) == ORDER
    assert all(result["scenario"]["messages"] == 20_000 for result in found.values())


def test_the_main_run_holds_the_claims_of_all(harness: Harness) -> None:
    seed = bench(harness)["seed"]
    claims = {claim["id"]: claim for claim in seed["claims"]}
    assert {claim["scenario"] for claim in claims.values()} == set(ORDER) - {"seed-flush-each"}
    expected = {
        "producer-throughput-unstamped": "not reproduced",
        "steady-latency-at-published-rate": "reproduced",
        "steady-latency": "explained",
    }
    for name, verdict in expected.items():
        # A host that moved the CPUs meanwhile made that run comparable with nothing.
        has_moved = claims[name]["reason"].startswith("the placement changed: ")
        assert claims[name]["verdict"] == ("not comparable" if has_moved else verdict)
    assert list(seed["companion_runs"]) == ORDER[:-1]


def test_the_main_run_tells_how_far_apart_the_cpus_are(harness: Harness) -> None:
    found = bench(harness)
    cpus = sorted(os.sched_getaffinity(0))
    matrix = found["seed"]["core_matrix"]
    measured = sorted(cpu["cpu"] for cpu in matrix["cpus"])
    assert len(measured) + matrix["cpus_left_out"] == len(cpus) and set(measured) <= set(cpus)
    assert len(matrix["pairs"]) == len(measured) * (len(measured) - 1) / 2
    assert "core_matrix_reason" not in found["seed"]
    assert found["seed-paced"]["core_matrix"] is None
    assert found["seed-paced"]["core_matrix_reason"].startswith("only a bench measures it")


def test_the_instrumented_run_serves_the_causes_of_spikes_alone(harness: Harness) -> None:
    found = bench(harness)
    assert [name for name in ORDER if found[name]["scenario"]["instrumented"]] == [ORDER[3]]
    claims = {claim["id"]: claim for claim in found["seed"]["claims"]}
    of_it = [name for name, claim in claims.items() if claim["scenario"] == "seed-instrumented"]
    assert of_it == ["spikes-are-preemption-of-the-producer"]
    # The fakes leave no traces.
    assert claims[of_it[0]]["verdict"] == "not comparable"
    assert found[ORDER[3]]["spikes_reason"] == "there is no whole producer.trace"


def test_the_prediction_takes_transport_and_reading_from_other_runs(harness: Harness) -> None:
    found = bench(harness)
    others = {
        "transport_ns": found["seed-flush-each"]["windows"]["steady_mean_ns"],
        "reading_ns": found["seed-unstamped"]["residency"]["reading_ns"],
    }
    assert others == {"transport_ns": 500, "reading_ns": 20}
    residency = found["seed"]["residency"]
    assert residency["predicted_from"] == others
    assert residency["predicted_mean_ns"] == 15.5 * (1000 + 20) + 500
    assert found["seed-flush-each"]["residency"]["predicted_mean_ns"] is None


def test_the_table_fits_a_terminal_and_stands_alone_on_standard_output(harness: Harness) -> None:
    lines = harness.call("bench", "--messages", "20000", "--no-report").out.splitlines()
    assert lines[0].split() == ["figure", "published", "measured", "predicted", "verdict"]
    assert sum(line.startswith("figure") for line in lines) == 1
    assert max(len(line) for line in lines) <= 80


def test_a_report_that_cannot_be_drawn_is_said_and_costs_nothing_else(harness: Harness) -> None:
    # The installation of these tests lacks the schema that a report needs.
    outcome = harness.call("bench", "--messages", "20000", "--out", "out")
    assert outcome.status == 0
    assert "result.schema.json: No such file or directory" in outcome.err
    assert "tickring: there is no report; the run is in out/" in outcome.err
    assert list(results(harness)) == ORDER


def test_without_a_report_nothing_is_said_of_one(harness: Harness) -> None:
    outcome = harness.call("bench", "--messages", "20000", "--out", "out", "--no-report")
    assert (outcome.status, "report" in outcome.err) == (0, False)


def test_a_rate_that_was_not_held_is_said_so(harness: Harness) -> None:
    late = {"last_stamp_ns": 4_000_000_000_000_000_000}
    harness.tell("consumer", recorder=late)
    harness.call("bench", "--messages", "20000", "--out", "out")
    claims = {claim["id"]: claim for claim in results(harness)["seed"]["claims"]}
    paced = claims["steady-latency-at-published-rate"]
    assert paced["verdict"] == "not comparable"
    assert paced["reason"].startswith("the rate was not held: ")


def test_a_run_that_breaks_ends_the_bench_with_4(harness: Harness) -> None:
    harness.tell("producer", at="run", do="crash")
    outcome = harness.call("bench", "--messages", "20000", "--out", "out")
    assert outcome.status == 4
    assert "seed-flush-each: the producer was killed by signal 9" in outcome.err
    assert list(results(harness)) == ["seed-flush-each"]


def test_a_signal_ends_the_bench_with_130(harness: Harness) -> None:
    mark = harness.mark("producer", endless_run=True)
    process = harness.start("bench", "--messages", "20000", "--out", "out")
    wait_until(mark.exists)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert list(results(harness)) == ["seed-flush-each"]
