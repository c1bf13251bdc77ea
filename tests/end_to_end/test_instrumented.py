# SPDX-License-Identifier: Apache-2.0
"""Instrumented runs with their real participants. Nothing here is about speed."""

import itertools
import json
import re

import pytest
from conftest import Run, Tickring
from jsonschema import Draft202012Validator

LANGUAGES = ["python", "c", "rust"]
PARTS = ["stamp_to_commit", "commit_to_publish", "publish_to_seen", "seen_to_read"]
SHORT = ("--messages", "20000")


def instrumented(tickring: Tickring, *arguments: str) -> Run:
    return tickring.measure(*arguments, "--instrumented")


@pytest.mark.parametrize(("producer", "consumer"), list(itertools.product(LANGUAGES, LANGUAGES)))
def test_every_message_of_every_pair_is_traced_on_both_sides(
    tickring: Tickring, producer: str, consumer: str
) -> None:
    pair = ("--producer", producer, "--consumer", consumer)
    run = instrumented(tickring, "seed", *SHORT, *pair)
    parts = run.result["breakdown_ns"]
    assert parts["messages"] == 20_000
    assert abs(parts["sum_error_fraction"]) < 1e-6
    assert sum(parts[part]["mean"] for part in PARTS) == pytest.approx(parts["total"]["mean"])
    assert parts["stamp_to_commit"]["mean"] > 0
    assert parts["commit_to_publish"]["mean"] > 0  # 31 of 32 wait for others
    assert parts["total"]["mean"] == pytest.approx(run.result["latency_ns"]["mean"])


@pytest.mark.parametrize(("producer", "consumer"), list(itertools.product(LANGUAGES, LANGUAGES)))
def test_instruments_that_alternate_trace_half_of_the_messages_and_say_what_they_add(
    tickring: Tickring, producer: str, consumer: str
) -> None:
    pair = ("--producer", producer, "--consumer", consumer)
    result = instrumented(tickring, "seed", *SHORT, *pair, "--alternately").result
    parts = result["breakdown_ns"]
    assert 10_000 - 20 * 64 <= parts["messages"] <= 10 * 1024
    assert abs(parts["sum_error_fraction"]) < 1e-6
    assert parts["instruments"]["plain_mean_ns"] > 0
    assert parts["instruments"]["added_ns"] is not None


def test_without_stretches_to_compare_what_instruments_add_is_not_known(
    tickring: Tickring,
) -> None:
    instruments = instrumented(tickring, "seed", *SHORT).result["breakdown_ns"]["instruments"]
    assert instruments["added_ns"] is None
    assert "no stretches with and without" in instruments["added_ns_reason"]


def test_a_message_that_is_published_at_once_waits_for_no_other(tickring: Tickring) -> None:
    result = instrumented(tickring, "seed-flush-each", *SHORT).result
    waiting = result["breakdown_ns"]["commit_to_publish"]
    assert (waiting["mean"], waiting["p99"]) == (0, 0)


@pytest.mark.parametrize("scenario", ["sender", "sender-stamped", "batch"])
@pytest.mark.parametrize("clock", ["realtime", "monotonic"])
def test_the_other_interfaces_are_traced_too(tickring: Tickring, scenario: str, clock: str) -> None:
    result = instrumented(tickring, scenario, *SHORT, "--clock", clock).result
    assert result["breakdown_ns"]["messages"] == 20_000


def test_a_native_producer_by_the_batch_is_traced_too(tickring: Tickring) -> None:
    result = instrumented(tickring, "seed", *SHORT, "--producer", "rust", "--api", "batch").result
    assert result["breakdown_ns"]["messages"] == 20_000


def test_the_result_says_so_and_obeys_its_schema(tickring: Tickring) -> None:
    run = instrumented(tickring, "seed", *SHORT)
    assert run.result["scenario"]["instrumented"] is True
    assert "instrumented" in run.result["scenario"]["changed"]
    schema = json.loads((tickring.prefix / "share/tickring/result.schema.json").read_text())
    Draft202012Validator(schema).validate(run.result)


def test_a_plain_run_has_no_breakdown(tickring: Tickring) -> None:
    result = tickring.measure("seed", *SHORT).result
    assert result["scenario"]["instrumented"] is False
    assert result["breakdown_ns"] is None
    assert result["breakdown_ns_reason"] == "not an instrumented run"


@pytest.mark.parametrize("transport", ["pipe", "uds"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_without_instruments_refuses(
    tickring: Tickring, transport: str, language: str
) -> None:
    pair = ("--producer", language, "--consumer", language, "--transport", transport)
    process = tickring.start("run", "seed", *pair, "--instrumented", "--out", "out")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert re.search("instrument:? is 1; this program has no instruments", err)
