# SPDX-License-Identifier: Apache-2.0
"""The scenarios of the reproduction with their real participants. Nothing here is about speed."""

import json

import pytest
from conftest import Run, Tickring
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

MESSAGES = 100_000


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    tickring = Tickring(tmp_path_factory.mktemp("seed"))
    return tickring.measure("seed", "--messages", str(MESSAGES))


def check_complete(result: dict, messages: int) -> None:
    assert result["status"] == "complete"
    assert result["producer"]["messages_sent"] == messages
    consumer = result["consumer"]
    assert consumer["messages_received"] == messages
    assert (consumer["lost"], consumer["duplicated"], consumer["torn"]) == (0, 0, 0)


def test_seed_loses_doubles_and_tears_nothing(seed: Run) -> None:
    check_complete(seed.result, MESSAGES)


def test_every_message_is_accounted_for_in_the_latency(seed: Run) -> None:
    latency = seed.result["latency_ns"]
    parts = latency["count"] + latency["negative_count"] + latency["overflow_count"]
    assert parts == MESSAGES


def test_what_is_printed_is_what_is_kept(seed: Run) -> None:
    assert json.loads((seed.folder / "result.json").read_text()) == seed.result


def merged_log(run: Run, tag: str) -> HdrHistogram:
    merged = HdrHistogram(1, 60_000_000_000, 3)
    log = HistogramLogReader(str(run.folder / "latency.hlog"), merged)
    while (interval := log.get_next_interval_histogram()) is not None:
        if interval.get_tag() == tag:
            merged.add(interval)
    log.close()
    return merged


def test_the_log_is_read_by_the_usual_reader_and_says_the_same(seed: Run) -> None:
    merged = merged_log(seed, "latency")
    latency = seed.result["latency_ns"]
    assert merged.get_total_count() == latency["count"]
    assert merged.get_value_at_percentile(50.0) == latency["p50"]


def test_each_position_of_the_batch_has_its_median(seed: Run) -> None:
    residency = seed.result["residency"]
    assert residency["effective_batch"] == 32
    assert len(residency["by_position_p50_ns"]) == 32


@pytest.mark.parametrize("consumer", ["rust", "c", "python"])
def test_the_samples_are_as_few_as_was_asked_for_and_the_histogram_has_all(
    tickring: Tickring, consumer: str
) -> None:
    batch, messages = 3000, 30_000  # longer than the pieces that are kept where not all is
    run = ("seed", "--producer", "c", "--consumer", consumer, "--messages", str(messages))
    # A ring that is never full: nothing is published before its time.
    run += ("--publish-every", str(batch), "--flush-every", "0", "--capacity-bytes", str(1 << 22))
    for capacity, effective_batch in ((2048, None), (2 * messages, batch)):
        result = tickring.measure(*run, "--sample-capacity", str(capacity)).result
        check_complete(result, messages)
        assert result["scenario"]["sample_capacity"] == capacity
        assert result["latency_ns"]["count"] == messages
        assert result["residency"]["effective_batch"] == effective_batch


def test_without_a_stamp_there_is_no_latency_and_a_reason(tickring: Tickring) -> None:
    result = tickring.measure("seed-unstamped", "--messages", str(MESSAGES)).result
    check_complete(result, MESSAGES)
    assert result["latency_ns"] is None
    assert "stamp" in result["latency_ns_reason"]


def test_the_pace_of_a_run_flat_out_is_that_of_its_stretches(seed: Run) -> None:
    pace = seed.result["pace"]
    assert pace["stretches"] == (MESSAGES - 1) // pace["messages_per_stretch"]
    assert 0 < pace["min_ns"] <= pace["faster_half_mean_ns"] <= pace["trimmed_mean_ns"]
    elapsed_ns = pace["mean_ns"] * pace["stretches"] * pace["messages_per_stretch"]
    assert elapsed_ns <= seed.result["consumer"]["elapsed_s"] * 1e9


def test_what_a_schedule_sends_has_no_pace_of_its_own(tickring: Tickring) -> None:
    result = tickring.measure("seed-flush-each", "--rate", "100000", "--messages", "3000").result
    assert (result["pace"], "flat out" in result["pace_reason"]) == (None, True)


def test_publishing_each_message_has_no_batch_to_wait_for(tickring: Tickring) -> None:
    result = tickring.measure("seed-flush-each", "--messages", str(MESSAGES)).result
    check_complete(result, MESSAGES)
    assert result["residency"]["effective_batch"] == 1


@pytest.mark.parametrize("scenario", ["sender", "sender-stamped", "batch"])
def test_every_way_to_send_from_python_delivers_everything(
    tickring: Tickring, scenario: str
) -> None:
    result = tickring.measure(scenario, "--messages", "100000").result
    check_complete(result, 100_000)
    assert result["latency_ns"]["negative_count"] == 0


@pytest.mark.parametrize("publish_every", ["1", "32", "7"])
@pytest.mark.parametrize("stamp", ["time_ns", "none"])
def test_a_native_producer_by_the_batch_delivers_everything(
    tickring: Tickring, publish_every: str, stamp: str
) -> None:
    result = tickring.measure(
        *("seed", "--messages", "100000", "--producer", "rust", "--api", "batch"),
        *("--publish-every", publish_every, "--stamp", stamp),
    ).result
    check_complete(result, 100_000)
    assert result["scenario"]["api"] == "batch"


def test_the_paced_run_keeps_intended_times_apart(tickring: Tickring) -> None:
    run = tickring.measure("seed-paced", "--messages", str(MESSAGES), "--rate", "200000")
    check_complete(run.result, MESSAGES)
    intended = run.result["intended_latency_ns"]
    assert intended["count"] + intended["overflow_count"] + intended["negative_count"] == MESSAGES
    # A message is stamped at its intended time or later.
    assert intended["negative_count"] == 0
    assert intended["mean"] >= run.result["latency_ns"]["mean"]
    assert merged_log(run, "intended").get_total_count() == intended["count"]
    delay = run.result["schedule_delay_ns"]
    assert delay["mean"] + run.result["latency_ns"]["mean"] == pytest.approx(intended["mean"])
    assert merged_log(run, "schedule_delay").get_total_count() == delay["count"]


@pytest.mark.parametrize("producer", ["python", "c", "rust"])
@pytest.mark.parametrize("consumer", ["rust", "c", "python"])
@pytest.mark.parametrize("wait", ["spin", "hybrid", "park"])
def test_every_pair_delivers_everything(
    tickring: Tickring, producer: str, consumer: str, wait: str
) -> None:
    run = tickring.measure(
        *("seed", "--messages", "20000", "--producer", producer, "--consumer", consumer),
        *("--wait", wait, "--capacity-bytes", "4096"),
    )
    check_complete(run.result, 20_000)
