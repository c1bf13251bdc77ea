# SPDX-License-Identifier: Apache-2.0
"""What is made of the output of two commands."""

import json

import pytest
from tickring_gate.blocks import BASE, CANDIDATE
from tickring_gate.commands import Commands, parse
from tickring_gate.errors import Broken, Refused


class FakeProbing:
    """Each probe takes longer than the one before."""

    why_not = None

    def __init__(self) -> None:
        self._rtt_ns = 100.0

    def probe(self) -> float:
        self._rtt_ns += 1
        return self._rtt_ns


PROBING = FakeProbing()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("312.5 ns", {"value": (312.5, "ns")}),
        ("latency 312.5 ns", {"latency": (312.5, "ns")}),
        ("  round-trip: 1e3 ns ", {"round-trip": (1000.0, "ns")}),
        ("rate 2e6 msg/s", {"rate": (500.0, "ns per msg")}),
        ("took 5 tries in all", {}),
        ("latency -3 ns", {}),
        ("latency 0 ns", {}),
        ("latency 1e999 ns", {}),
        ("latency 1e ns", {}),
        ("312.5", {}),
    ],
)
def test_a_line_with_a_number_and_its_unit_is_a_figure(line: str, found: dict) -> None:
    assert parse(line) == found


def test_several_lines_are_several_figures() -> None:
    assert set(parse("begin\na 1 ns\nb 2 us\nend\n")) == {"a", "b"}


PRODUCER = {"messages_sent": 1000, "elapsed_s": 0.001}


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ({"round_trip": {"trimmed_mean_ns": 110.0}}, {"round-trip": (110.0, "ns")}),
        (
            {"producer": PRODUCER, "latency_ns": {"mean": 300}, "scenario": {"rate_per_s": 10}},
            {"latency": (300, "ns")},
        ),
        (
            {"producer": PRODUCER, "windows": {"steady_mean_ns": 290.0}},
            {"latency": (290.0, "ns"), "producer": (1000.0, "ns")},
        ),
        ({"producer": PRODUCER, "latency_ns": None}, {"producer": (1000.0, "ns")}),
        ({}, {}),
    ],
)
def test_the_result_of_a_run_is_read_as_it_is(result: dict, found: dict) -> None:
    assert parse(json.dumps(result)) == found


def test_base_and_candidate_are_the_two_commands_and_the_control_is_the_base_again() -> None:
    commands = Commands("echo cost 5 ns", "echo cost 6 ns", PROBING)
    (workload,) = commands.workloads
    figures = {
        arm: commands.run(arm, workload, 0).figures for arm in ("base", "control", "candidate")
    }
    assert figures == {
        "base": {"cost": 5.0},
        "control": {"cost": 5.0},
        "candidate": {"cost": 6.0},
    }
    assert commands.told() == {"base_cmd": "echo cost 5 ns", "head_cmd": "echo cost 6 ns"}


def test_a_command_that_fails_is_named_with_what_it_said_last() -> None:
    with pytest.raises(Broken, match="'echo no >&2; exit 3' ended with 3: no"):
        Commands("echo 1 ns", "echo no >&2; exit 3", PROBING)


def test_commands_that_print_different_figures_are_refused() -> None:
    with pytest.raises(Refused, match="the same figures"):
        Commands("echo a 1 ns", "echo b 1 ns", PROBING)


@pytest.mark.parametrize("output", ["echo hello", "printf 'a 1 ns\\nb 1 ns\\nc 1 ns\\nd 1 ns\\n'"])
def test_commands_that_print_nothing_or_too_much_are_refused(output: str) -> None:
    with pytest.raises(Refused, match="1 to 3 lines of the form NAME NUMBER UNIT"):
        Commands(output, output, PROBING)


def test_a_command_that_breaks_later_gives_no_figures(tmp_path) -> None:  # noqa: ANN001
    once = f"test ! -e {tmp_path}/done && touch {tmp_path}/done && echo 1 ns"
    commands = Commands("echo 1 ns", once, PROBING)
    measured = commands.run(CANDIDATE, commands.workloads[0], 0)
    assert measured.figures is None
    assert "ended with 1" in measured.reason
    assert commands.run(BASE, commands.workloads[0], 0).figures == {"value": 1.0}


def test_the_placement_is_probed_before_and_after_a_command() -> None:
    commands = Commands("echo 1 ns", "echo 1 ns", FakeProbing())
    measured = commands.run(BASE, commands.workloads[0], 0)
    assert measured.probes_ns == (101.0, 102.0)
