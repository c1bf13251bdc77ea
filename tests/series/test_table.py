# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest
from tickring_series.peers.plan import (
    BARE_LINES,
    FLAT_OUT,
    NATIVE,
    NATIVE_EACH,
    PACED,
    PUBLIC_CALL,
    TITLES,
)
from tickring_series.peers.table import FROM_INTENDED, markdown, ratio_text, terminal, time_text

from tests.series.made import made, rich, whole


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (142.4, "142 ns"), (1500, "1.5 µs"), (2.5e6, "2.5 ms"), (3e9, "3 s")],
)
def test_a_time_has_the_unit_that_suits_it(value: float | None, text: str) -> None:
    assert time_text(value) == text


def lines_of(document: dict[str, Any]) -> list[str]:
    return terminal(document).splitlines()


def heads_of(document: dict[str, Any]) -> list[str]:
    return [line for line in markdown(document).splitlines() if line.startswith("**")]


def test_a_terminal_of_80_columns_is_enough() -> None:
    long = "a reason that goes on and on, " * 9
    document = whole(rich(), unavailable={f"{FLAT_OUT}/iceoryx2": long})
    assert max(map(len, lines_of(document))) <= 80


def test_a_row_shows_its_figures_beside_the_baseline() -> None:
    slices = [made(f"{FLAT_OUT}/ring", i, throughput_per_s=3e6) for i in range(7)]
    slices += [made(f"{FLAT_OUT}/tachyon", i) for i in range(7)]
    line = next(line for line in lines_of(whole(slices)) if line.startswith("ring "))
    assert line.split() == ["ring", "3", "M/s", "3.00", "[3.00,", "3.00]", "300", "ns", "900", "ns"]


def test_rows_are_held_against_the_public_call_of_a_peer_too() -> None:
    slices = [made(f"{FLAT_OUT}/ring", i, throughput_per_s=3e6) for i in range(7)]
    slices += [made(f"{PACED}/ring", i, p50_ns=150) for i in range(7)]
    assert PUBLIC_CALL not in "\n".join(heads_of(whole(slices)))
    slices += [made(f"{mode}/{PUBLIC_CALL}", i) for i in range(7) for mode in (FLAT_OUT, PACED)]
    text = markdown(whole(slices))
    assert text.count("| ring | 3.00 [3.00, 3.00] |\n") == 1
    assert text.count("| ring | 0.50 [0.50, 0.50] |\n") == 1


def test_native_rows_are_held_against_what_is_there_without_a_ring_too() -> None:
    assert BARE_LINES not in "\n".join(heads_of(whole(rich())))
    slices = [
        made(f"{mode}/{name}", i, throughput_per_s=rate)
        for name, rate in (("ring", 3e6), (BARE_LINES, 4e6), (f"{BARE_LINES} packed", 6e6))
        for i in range(7)
        for mode in (NATIVE, NATIVE_EACH)
    ]
    text = markdown(whole(slices))
    for row in ("ring | 0.75 [0.75, 0.75]", f"{BARE_LINES} packed | 1.50 [1.50, 1.50]"):
        assert text.count(f"| {row} |\n") == 2, row


def test_paced_rows_are_compared_from_the_intended_time_too() -> None:
    slices = [made(f"{PACED}/tachyon", i) for i in range(7)]
    assert FROM_INTENDED not in markdown(whole(slices))
    intended = [
        made(f"{PACED}/{name}", i, intended_p50_ns=p50_ns, intended_p99_ns=2000)
        for name, p50_ns in (("ring", 400), ("tachyon", 800))
        for i in range(7)
    ]
    text = markdown(whole(intended))
    table = text[text.index(f"**{FROM_INTENDED}**") :]
    assert "| row | p50 | ratio | p99 |\n" in table
    assert "| ring | 400 ns | 0.50 [0.50, 0.50] | 2 µs |\n" in table


@pytest.mark.parametrize(
    ("value", "text"), [(0.125, "0.12"), (12.34, "12.3"), (999.4, "999"), (1234.5, "1,234")]
)
def test_a_ratio_has_as_many_digits_as_say_something(value: float, text: str) -> None:
    found = {"median": value, "low": value, "high": value}
    assert ratio_text(found) == f"{text} [{text}, {text}]"


def test_a_mode_without_stamps_has_no_latency_columns() -> None:
    lines = markdown(whole(rich())).splitlines()
    heads = {
        mode: lines[lines.index(f"**{TITLES[mode]}**") + 2] for mode in (FLAT_OUT, NATIVE_EACH)
    }
    assert heads[FLAT_OUT] == "| row | throughput | ratio | p50 | p99 | unlike |"
    assert heads[NATIVE_EACH] == "| row | throughput | ratio | unlike |"


def test_what_is_not_available_says_why() -> None:
    document = whole(rich(), unavailable={f"{FLAT_OUT}/iceoryx2": "no wheel for this machine"})
    assert any("not available: no wheel for this machine" in line for line in lines_of(document))
    assert "| not available: no wheel for this machine |" in markdown(document)


def test_a_row_whose_runs_were_all_aborted_says_so() -> None:
    end = {"repeat": 0, "position": 1, "outcome": "aborted", "reason": "the consumer died"}
    document = whole([*rich(), {"row": f"{FLAT_OUT}/uds", **end}])
    assert "uds" in terminal(document)
    assert "not measured, 1 runs aborted: the consumer died" in markdown(document)


def test_losses_of_a_lossy_row_are_shown_and_those_of_others_stand_out() -> None:
    lost = {"messages_sent": 100, "messages_received": 25, "lost": 75}
    slices = [made(f"{NATIVE_EACH}/ringfire", 0, **lost), made(f"{FLAT_OUT}/pipe", 0, **lost)]
    text = markdown(whole(slices))
    assert "| lossy, 75.0% lost; fixed size; crate |" in text
    assert "| NOT INTACT in 1 runs; sleep |" in text


def test_a_series_that_was_interrupted_is_marked() -> None:
    assert "INCOMPLETE" not in terminal(whole(rich()))
    assert "INCOMPLETE" in terminal({**whole(rich()), "status": "incomplete"})
    assert "INCOMPLETE" in markdown({**whole(rich()), "status": "incomplete"})
