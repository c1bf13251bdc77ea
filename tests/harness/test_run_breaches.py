# SPDX-License-Identifier: Apache-2.0
"""A run with a participant that breaks the contract: it is named, the exit code is 4."""

import json

import pytest
from harness_calls import Harness
from processes import is_alive

TOO_MANY = 20_000 + 2**64 // 32  # of 32 bytes each: those of 20,000 in a word of 64 bits
GROUPS = {"round_trips_per_group": 64, "count": 1, "stride": 1, "elapsed_ns": [16_000]}

PACE = {"messages_per_stretch": 1024, "elapsed_ns": [512_000]}

BEFORE_GO = [
    ("consumer", "listening", "crash", "the consumer was killed by signal 9"),
    ("consumer", "listening", "fail", "the consumer ended with status 1 while starting"),
    ("consumer", "listening", "leave", "the consumer ended without a report"),
    ("consumer", "listening", "hello", "said 'hello' where 'listening' was expected"),
    ("consumer", "listening", "ready", "said 'ready' where 'listening' was expected"),
    ("consumer", "listening", "endless", "a line of more than 65536 bytes"),
    ("consumer", "ready", "listening", "said 'listening' where 'ready' was expected"),
    ("consumer", "ready", "half", "ended its output inside a line: 'read'"),
    ("producer", "ready", "crash", "the producer was killed by signal 9"),
    ("producer", "ready", "listening", "said 'listening' where 'ready' was expected"),
    ("producer", "ready", "ready\nready", "said 'ready' where nothing before 'go' was expected"),
    ("producer", "ready", "ready\nreport {}", "where nothing before 'go' was expected"),
]

AFTER_GO = [
    ("consumer", "run", "crash", "the consumer was killed by signal 9"),
    ("producer", "run", "crash", "the producer was killed by signal 9"),
    ("producer", "run", "fail", "something inside broke"),
    ("producer", "report", "leave", "the producer ended without a report"),
    ("producer", "report", "hello", "said 'hello' where 'report' was expected"),
    ("producer", "report", "report {", "its report is not a JSON object"),
    ("producer", "report", 'report {"messages": -1}', "not a whole number from 0"),
    ("producer", "end", "hello", "said 'hello' where nothing after its report was expected"),
    ("consumer", "end", "fail", "the consumer ended with status 1 while ending"),
]


@pytest.mark.parametrize(("role", "at", "do", "sentence"), BEFORE_GO)
def test_a_breach_before_go_is_named_and_leaves_no_run(
    harness: Harness, role: str, at: str, do: str, sentence: str
) -> None:
    harness.tell(role, at=at, do=do)
    outcome = harness.run()
    assert outcome.status == 4
    assert sentence in outcome.err
    assert harness.runs == []


def test_a_producer_that_cannot_hear_go_is_named(harness: Harness) -> None:
    harness.tell("producer", at="ready", do="deaf")
    outcome = harness.run()
    assert outcome.status == 4
    assert "the producer ended with status 1 while" in outcome.err
    # It may end before go or after it; a run that began is kept and marked.
    assert not harness.runs or harness.result()["status"] == "incomplete"


@pytest.mark.parametrize(("role", "at", "do", "sentence"), AFTER_GO)
def test_a_breach_after_go_is_named_and_the_run_is_marked(
    harness: Harness, role: str, at: str, do: str, sentence: str
) -> None:
    harness.tell(role, at=at, do=do)
    outcome = harness.run()
    assert outcome.status == 4
    assert sentence in outcome.err
    result = harness.result()
    assert result["status"] == "incomplete"
    assert sentence in result["status_reason"]


@pytest.mark.parametrize(
    ("role", "at", "sentence"),
    [
        ("consumer", "listening", "the consumer did not say 'listening': nothing happened for"),
        ("consumer", "ready", "the consumer did not say 'ready': nothing happened for"),
        ("producer", "ready", "the producer did not say 'ready': nothing happened for"),
        ("producer", "run", "the run did not come to its end: nothing happened for"),
        ("consumer", "run", "the run did not come to its end: nothing happened for"),
        ("consumer", "end", "the run did not come to its end: nothing happened for"),
    ],
)
def test_a_participant_that_hangs_is_ended_by_the_deadline(
    harness: Harness, role: str, at: str, sentence: str
) -> None:
    note = harness.note(role)
    harness.tell(role, at=at, do="hang")
    outcome = harness.run("--timeout-s", "0.2")
    assert outcome.status == 4
    assert sentence in outcome.err
    assert not is_alive(json.loads(note.read_text())["pid"])


def test_a_participant_that_refuses_gives_its_sentence_and_exit_code_2(harness: Harness) -> None:
    harness.tell("producer", at="ready", do="refuse")
    outcome = harness.run()
    assert outcome.status == 2
    assert "the producer refused: payload-bytes '99' is not allowed" in outcome.err
    assert harness.runs == []


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"without": ["samples.bin"]}, "the recorder left no samples.bin"),
        ({"without": ["latency.hlog"]}, "the recorder left no latency.hlog"),
        ({"without": ["recorder.json"]}, "the recorder left no recorder.json"),
        ({"recorder_text": "{"}, "recorder.json of the recorder is not JSON"),
        ({"recorder_text": "[]"}, "recorder.json of the recorder is not JSON"),
        ({"recorder": {"format": 2}}, "format 2"),
        ({"recorder": {"lost": "no"}}, "'lost' is missing or not a whole number"),
        ({"recorder": {"windows": {"messages_per_window": 1, "means_ns": [None]}}}, "means_ns"),
        ({"recorder": {"groups": 5}}, "'round_trips_per_group' is missing or not"),
        ({"recorder": {"groups": GROUPS | {"elapsed_ns": [-1]}}}, "elapsed_ns"),
        ({"recorder": {"groups": GROUPS | {"round_trips_per_group": 0}}}, "round_trips_per_group"),
        ({"recorder": {"windows": {"messages_per_window": 1, "means_ns": 5}}}, "means_ns"),
        ({"recorder": {"groups": GROUPS | {"elapsed_ns": {"a": 1}}}}, "elapsed_ns"),
        ({"recorder": {"pace": 5}}, "'messages_per_stretch' is missing or not"),
        ({"recorder": {"pace": PACE | {"elapsed_ns": [0.5]}}}, "elapsed_ns"),
        ({"recorder": {"pace": PACE | {"messages_per_stretch": 0}}}, "messages_per_stretch"),
        ({"recorder": {"samples": {"count": 7}}}, "tells of 7 samples"),
        ({"recorder": {"samples": {"count": TOO_MANY}}}, f"tells of {TOO_MANY} samples"),
        ({"recorder": {"messages_received": 19_999}}, "do not add up to the 19999"),
        ({"recorder": {"complete": False}}, "its recorder does not"),
        ({"report": {"messages": 19_999}}, "the consumer reports 19999 messages, its recorder"),
    ],
)
def test_a_recorder_that_contradicts_or_lacks_something_breaks_the_run(
    harness: Harness, plan: dict, sentence: str
) -> None:
    harness.tell("consumer", **plan)
    outcome = harness.run()
    assert outcome.status == 4
    assert sentence in outcome.err
    assert harness.result()["status"] == "incomplete"


def test_a_producer_that_sends_too_few_breaks_the_run(harness: Harness) -> None:
    harness.tell("producer", report={"messages": 19_000})
    outcome = harness.run()
    assert outcome.status == 4
    assert "the producer reports 19000 messages, ordered were 20000" in outcome.err


@pytest.mark.parametrize("key", ["lost", "duplicated", "reordered", "torn", "wrong_length"])
def test_a_message_that_is_not_whole_fails_the_check(harness: Harness, key: str) -> None:
    harness.tell("consumer", recorder={key: 1})
    outcome = harness.run()
    assert outcome.status == 1
    assert f"1 {key.replace('_', ' ')}" in outcome.err
    assert harness.result()["status"] == "complete"


def test_messages_missing_at_the_end_are_lost(harness: Harness) -> None:
    harness.tell("consumer", missed=3)
    outcome = harness.run()
    assert outcome.status == 1
    assert "20000 sent, 19997 received, 3 lost" in outcome.err
    assert harness.result()["consumer"]["lost"] == 3


def test_a_report_of_a_dead_peer_names_the_peer_that_died_first(harness: Harness) -> None:
    harness.tell("producer", at="run", do="crash")
    outcome = harness.run()
    cause, consequence = outcome.err.index("signal 9"), outcome.err.index("'peer_dead'")
    assert cause < consequence


def test_what_a_participant_leaves_running_ends_with_it(harness: Harness) -> None:
    litter = harness.folder / "litter"
    harness.environment["FAKE_LITTER"] = str(litter)
    harness.tell("producer", at="end", do="litter")
    assert harness.run().status == 0
    assert not is_alive(int(litter.read_text()))
