# SPDX-License-Identifier: Apache-2.0
"""A run in which everybody keeps the contract."""

import json
import math
import os
import re
from pathlib import Path

import pytest
from harness_calls import RUN_FAKES, Harness


def test_a_run_in_which_all_goes_well_writes_a_complete_result(harness: Harness) -> None:
    outcome = harness.run()
    assert outcome.status == 0, outcome.err
    result = harness.result()
    assert result["status"] == "complete"
    assert result["producer"]["messages_sent"] == 20_000
    assert result["consumer"]["messages_received"] == 20_000
    (run,) = harness.runs
    assert {file.name for file in run.iterdir()} == {"result.json", "latency.hlog", "latency.hgrm"}


def test_the_name_of_a_run_directory_tells_time_commit_host_and_scenario(harness: Harness) -> None:
    harness.run()
    (run,) = harness.runs
    name = r"\d{8}T\d{6}Z-([0-9a-f]{7}(-dirty)?|unknown)-[\w-]+-seed"
    assert re.fullmatch(name, run.name)


def test_runs_of_the_same_second_get_directories_of_their_own(harness: Harness) -> None:
    for _ in range(3):
        assert harness.run("--messages", "100").status == 0
    assert len(harness.runs) == 3


def test_latencies_by_position_give_period_slope_and_batch(harness: Harness) -> None:
    harness.run()
    residency = harness.result()["residency"]
    assert residency["effective_batch"] == 32
    assert residency["period_ns"] == 1000
    assert residency["reading_ns"] == 20
    assert residency["slope_ns_per_position"] == pytest.approx(-980)
    assert residency["by_position_p50_ns"] == [500 + 1000 * (31 - k) + 20 * k for k in range(32)]
    assert residency["measured_mean_ns"] == harness.result()["windows"]["steady_mean_ns"]


def test_the_result_on_standard_output_is_the_one_in_the_directory(harness: Harness) -> None:
    outcome = harness.run("--json")
    assert json.loads(outcome.out) == harness.result()


def test_the_summary_says_what_was_measured(harness: Harness) -> None:
    out = harness.run().out
    assert "20000 sent, 20000 received, lost 0, duplicated 0, reordered 0, torn 0" in out
    assert "wrong length 0" in out
    assert "steady mean 16.3 us" in out


def test_both_sides_are_pinned_to_the_cpus_asked_for(harness: Harness) -> None:
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        pytest.skip("needs two CPUs")
    notes = {role: harness.note(role) for role in ("producer", "consumer")}
    asked = {"producer": cpus[0], "consumer": cpus[1]}
    harness.run("--producer-cpu", str(cpus[0]), "--consumer-cpu", str(cpus[1]))
    for role, note in notes.items():
        assert json.loads(note.read_text())["cpus"] == [asked[role]]
        assert harness.result()[role]["cpu"] == asked[role]
        assert harness.result()[role]["pinned"] is True


def test_a_pin_that_is_not_to_be_had_is_recorded_when_allowed(harness: Harness) -> None:
    first = min(os.sched_getaffinity(0))
    outcome = harness.run("--allow-unpinned", preexec_fn=lambda: os.sched_setaffinity(0, {first}))
    assert outcome.status == 0
    assert harness.result()["producer"]["pinned"] is False
    assert harness.result()["producer"]["cpu_reason"]


def test_waiting_that_sleeps_may_share_a_cpu(harness: Harness) -> None:
    first = min(os.sched_getaffinity(0))
    outcome = harness.run("--wait", "park", preexec_fn=lambda: os.sched_setaffinity(0, {first}))
    assert outcome.status == 0
    assert harness.result()["environment"]["placement"]["value"] == "same-cpu"


def test_flags_reach_the_participants(harness: Harness) -> None:
    note = harness.note("consumer")
    harness.run(
        *("--payload-bytes", "64", "--wait", "park", "--clock", "monotonic", "--rate", "5000"),
        *("--contents", "mixed"),
    )
    options = json.loads(note.read_text())["options"]
    assert options["--payload-bytes"] == "64"
    assert options["--rate-per-s"] == "5000"
    assert options["--wait"] == "park"
    assert options["--clock"] == "monotonic"
    assert options["--contents"] == "mixed"
    assert options["--timeout-ns"] == "20000000000"
    assert harness.runtime in Path(options["--endpoint"]).parents
    assert len(options["--endpoint"]) <= 90


def test_a_duration_replaces_the_number_of_messages(harness: Harness) -> None:
    note = harness.note("producer")
    arguments = [word for word in RUN_FAKES if word not in ("--messages", "20000")]
    assert harness.call(*arguments, "--duration-s", "0.5").status == 0
    options = json.loads(note.read_text())["options"]
    assert (options["--messages"], options["--duration-ns"]) == ("0", "500000000")
    assert harness.result()["scenario"]["messages"] is None


def test_a_scenario_file_sets_what_flags_do_not(harness: Harness) -> None:
    text = "transport = 'fake'\nproducer = 'fake'\nconsumer = 'fake'\npublish_every = 8\n"
    (harness.folder / "mine.toml").write_text(text + "messages = 1000\n")
    assert harness.call("run", "mine.toml", "--messages", "500", "--out", "out").status == 0
    scenario = harness.result()["scenario"]
    assert scenario["name"] == "mine"
    assert (scenario["messages"], scenario["publish_every"]) == (500, 8)
    assert scenario["changed"] == []


def test_without_a_stamp_there_is_no_latency_and_a_reason(harness: Harness) -> None:
    assert harness.run("--stamp", "none").status == 0
    result = harness.result()
    assert result["latency_ns"] is None
    assert result["latency_ns_reason"] == "the messages carry no stamp"
    assert result["windows"]["steady_mean_ns"] is None
    assert result["residency"]["period_ns_reason"] == "the messages carry no stamp"


def test_a_rate_has_latencies_from_the_intended_time_too(harness: Harness) -> None:
    assert harness.run("--rate", "1000000").status == 0
    result = harness.result()
    assert result["intended_latency_ns"]["count"] == 20_000
    assert result["producer"]["achieved_rate_per_s"] == pytest.approx(1_000_000)


def test_a_rate_that_was_held_gives_no_warning(harness: Harness) -> None:
    outcome = harness.run("--rate", "1000000")
    result = harness.result()
    assert result["schedule"]["is_held"] is True
    assert rate_warnings(result) == []
    assert result["schedule_delay_ns"]["max"] == 0
    assert "the rate was missed" not in outcome.err


def test_a_rate_missed_by_more_than_one_per_cent_is_said_with_where_it_fell_behind(
    harness: Harness,
) -> None:
    # 19,999 periods of 1 us, which took 2 % longer.
    harness.tell("consumer", late_ns=400_000, last_on_time=4999)
    outcome = harness.run("--rate", "1000000")
    assert outcome.status == 0
    result = harness.result()
    assert result["status"] == "complete"
    schedule = result["schedule"]
    assert schedule["wanted_rate_per_s"] == 1_000_000
    assert schedule["achieved_rate_per_s"] == pytest.approx(980_391, abs=1)
    assert (schedule["is_held"], schedule["behind_from_sequence"]) == (False, 5000)
    assert schedule["behind_from_s"] == pytest.approx(0.005)
    (warning,) = rate_warnings(result)
    assert f"tickring: warning: seed: {warning['text']}\n" in outcome.err
    assert "980.4k/s of 1.000M/s" in warning["text"]
    assert "from message 5000 on, due 5.0 ms after the start" in warning["text"]


def test_a_rate_missed_by_less_than_one_per_cent_is_held(harness: Harness) -> None:
    harness.tell("consumer", late_ns=150_000)
    outcome = harness.run("--rate", "1000000")
    assert harness.result()["schedule"]["is_held"] is True
    assert "the rate was missed" not in outcome.err


def test_without_stamps_a_missed_rate_has_no_place(harness: Harness) -> None:
    harness.tell("consumer", late_ns=400_000)
    outcome = harness.run("--rate", "1000000", "--stamp", "none")
    assert outcome.status == 0
    schedule = harness.result()["schedule"]
    assert schedule["is_held"] is False
    assert schedule["behind_from_s_reason"] == "the messages carry no stamp"
    assert "the rate was missed" in outcome.err


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--stamp", "none"),
        ("--stamp", "native"),
        ("--rate", "1000000"),
        ("--floors", "short"),
        ("--clock", "monotonic", "--contents", "mixed"),
    ],
)
def test_results_keep_the_schema(harness: Harness, flags: tuple[str, ...]) -> None:
    harness.run(*flags)
    check_schema(harness.result())


def test_the_result_of_a_broken_run_keeps_the_schema(harness: Harness) -> None:
    harness.tell("consumer", at="run", do="crash")
    harness.run()
    check_schema(harness.result())


def test_every_null_has_its_reason_and_every_number_is_finite(harness: Harness) -> None:
    harness.run("--stamp", "none")
    result = harness.result()
    del result["environment"]  # says it with a status
    check_values(result)


def rate_warnings(result: dict) -> list[dict]:
    return [warning for warning in result["warnings"] if warning["id"] == "rate_missed"]


def check_schema(result: dict) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    root = Path(__file__).resolve().parent.parent.parent
    schema = json.loads((root / "harness" / "result.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(result)


def check_values(section: object) -> None:
    if isinstance(section, list):
        for value in section:
            check_values(value)
    if isinstance(section, dict):
        for key, value in section.items():
            assert value is not None or section[key + "_reason"], key
            assert not isinstance(value, float) or math.isfinite(value)
            check_values(value)
