# SPDX-License-Identifier: Apache-2.0
"""Round trips: the scenario pingpong, over the ring and over a bare cache line."""

import json
import os
import signal

import pytest
from conftest import Run, Tickring
from jsonschema import Draft202012Validator
from test_deaths import assert_nothing_is_left, wait_for_children, wait_for_messages
from test_scenarios import check_complete

TRANSPORTS = ("ring", "cacheline")
ENDLESS = ("--messages", "100000000", "--out", "out")
BLOCK = 64  # messages before each group


@pytest.fixture(scope="module", params=TRANSPORTS)
def pingpong(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    tickring = Tickring(tmp_path_factory.mktemp("pingpong"))
    return tickring.measure("pingpong", "--transport", request.param, "--messages", "20000")


def kept_result(tickring: Tickring) -> dict:
    (result,) = (json.loads(p.read_text()) for p in tickring.folder.glob("out/*/result.json"))
    return result


def test_every_message_comes_back(pingpong: Run) -> None:
    check_complete(pingpong.result, 20_000)
    assert pingpong.result["latency_ns"]["count"] == 20_000
    assert pingpong.result["latency_ns"]["definition"].startswith("round trip")


def test_the_result_obeys_its_schema(pingpong: Run) -> None:
    path = Tickring(pingpong.folder).prefix / "share/tickring/result.schema.json"
    Draft202012Validator(json.loads(path.read_text())).validate(pingpong.result)


def test_groups_lie_between_the_messages_and_are_none(pingpong: Run) -> None:
    round_trip = pingpong.result["round_trip"]
    assert round_trip["round_trips_per_group"] >= 64
    assert round_trip["groups"] == round_trip["groups_kept"] == 20_000 // BLOCK


def test_the_figures_of_the_groups_are_in_order(pingpong: Run) -> None:
    figures = pingpong.result["round_trip"]
    assert 0 < figures["min_ns"] <= figures["p50_ns"] <= figures["p99_ns"]
    assert figures["min_ns"] <= figures["trimmed_mean_ns"] <= figures["p99_ns"]
    assert figures["stamped_p50_ns"] == pingpong.result["latency_ns"]["p50"]


def test_what_only_messages_one_way_have_is_missing_for_a_reason(pingpong: Run) -> None:
    result = pingpong.result
    for key in ("effective_batch", "period_ns", "predicted_mean_ns", "error_fraction"):
        assert result["residency"][key] is None
        assert "round trip" in result["residency"][f"{key}_reason"]
    for side in ("producer", "consumer"):
        assert result[side]["throughput_per_s"] is None
        assert "round trips" in result[side]["throughput_per_s_reason"]
    assert result["intended_latency_ns"] is None


def test_a_run_one_way_has_no_round_trip_and_says_so(tickring: Tickring) -> None:
    result = tickring.measure("seed", "--messages", "1000").result
    assert (result["round_trip"], result["scenario"]["pattern"]) == (None, "one-way")
    assert "one way" in result["round_trip_reason"]


@pytest.mark.parametrize("wait", ["hybrid", "park"])
def test_a_ring_that_sleeps_answers_too(tickring: Tickring, wait: str) -> None:
    result = tickring.measure("pingpong", "--wait", wait, "--messages", "2000").result
    check_complete(result, 2000)
    assert result["round_trip"]["groups"] == 2000 // BLOCK


@pytest.mark.parametrize(("payload", "capacity"), [("33", "4096"), ("4016", "4096")])
def test_messages_of_any_size_that_fits_come_back(
    tickring: Tickring, payload: str, capacity: str
) -> None:
    sizes = ("--payload-bytes", payload, "--capacity-bytes", capacity)
    check_complete(tickring.measure("pingpong", *sizes, "--messages", "5000").result, 5000)


def test_a_message_that_does_not_fit_is_refused(tickring: Tickring) -> None:
    sizes = ("--payload-bytes", "4017", "--capacity-bytes", "4096")
    process = tickring.start("run", "pingpong", *sizes, "--out", "out")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "payload-bytes" in err and "4017" in err and "4016" in err


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_time_limit_ends_the_round_trips(tickring: Tickring, transport: str) -> None:
    arguments = ("pingpong", "--transport", transport, "--duration-s", "0.1")
    result = tickring.measure(*arguments).result
    check_complete(result, result["producer"]["messages_sent"])
    assert result["producer"]["messages_sent"] > 0


def test_a_run_shorter_than_a_block_has_no_group_and_says_so(tickring: Tickring) -> None:
    result = tickring.measure("pingpong", "--messages", str(BLOCK - 1)).result
    check_complete(result, BLOCK - 1)
    assert result["round_trip"] is None
    assert "no group" in result["round_trip_reason"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--transport", "cacheline", "--wait", "park"), "--wait"),
        (("--transport", "pipe"), "c/ring-round-trip"),
        (("--producer", "python"), "c/ring-round-trip"),
        (("--transport", "ring-round-trip", "--pattern", "one-way"), "--pattern"),
    ],
)
def test_what_cannot_go_there_and_back_is_refused(
    tickring: Tickring, arguments: tuple[str, ...], sentence: str
) -> None:
    process = tickring.start("run", "pingpong", *arguments, "--out", "out")
    _, err = process.communicate(timeout=60)
    assert (process.returncode, sentence in err) == (2, True), err
    assert not list(tickring.folder.glob("out/*"))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_stop_keeps_every_round_trip(tickring: Tickring, transport: str) -> None:
    process = tickring.start("run", "pingpong", "--transport", transport, *ENDLESS)
    children = wait_for_children(process)
    wait_for_messages(process, children)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert_nothing_is_left(children)
    result = kept_result(tickring)
    sent, received = result["producer"], result["consumer"]
    # An answer that was under way when the producer stopped came, or was not sent.
    assert received["messages_received"] == sent["messages_sent"] > 0
    assert (received["lost"], received["duplicated"], received["torn"]) == (0, 0, 0)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    ("stopped", "other", "end"),
    [("consumer", "producer", "peer_closed"), ("producer", "consumer", None)],
)
def test_a_stop_of_one_side_is_told_to_the_other(
    tickring: Tickring, transport: str, stopped: str, other: str, end: str | None
) -> None:
    process = tickring.start("run", "pingpong", "--transport", transport, *ENDLESS)
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children[stopped], signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 4, err
    assert f"the {stopped} ended with 'stopped'" in err
    if end:
        assert f"the {other} ended with '{end}'" in err
    else:  # the stream came to its end
        assert f"the {other} ended with" not in err


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("victim", "other"), [("consumer", "producer"), ("producer", "consumer")])
def test_a_death_is_noticed_by_the_other_side(
    tickring: Tickring, transport: str, victim: str, other: str
) -> None:
    process = tickring.start("run", "pingpong", "--transport", transport, *ENDLESS)
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children[victim], signal.SIGKILL)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 4, err
    assert f"the {victim} was killed by signal 9" in err
    assert f"the {other} ended with 'peer_dead'" in err
    assert_nothing_is_left(children)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("stopped", "other"), [("consumer", "producer"), ("producer", "consumer")])
def test_a_side_that_stands_still_is_given_up(
    tickring: Tickring, transport: str, stopped: str, other: str
) -> None:
    arguments = ("--transport", transport, "--timeout-s", "1", *ENDLESS)
    process = tickring.start("run", "pingpong", *arguments)
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children[stopped], signal.SIGSTOP)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert f"the {other} ended with 'timeout'" in err
    assert_nothing_is_left(children)
