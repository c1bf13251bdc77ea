# SPDX-License-Identifier: Apache-2.0
import pytest
from tickring_series.sweep.plan import (
    AXES,
    BATCH,
    CAPACITY,
    COUNT,
    PAYLOAD,
    RATE,
    Pair,
    Point,
    arguments,
    axis_flags,
    order_of,
    own_flags,
    trials,
)

PAIR = Pair("c", "rust", "ring", "reference")


def flags_of(point: Point, saturated_per_s: float | None = None) -> dict[str, str]:
    words = arguments(PAIR, axis_flags(point.axis), own_flags(point, 2.0, saturated_per_s))
    assert words[0] == "seed"
    return dict(zip(words[1::2], words[2::2], strict=True))


def test_the_axes_reach_as_far_as_they_are_meant_to() -> None:
    ends = {name: (axis.values[0], axis.values[-1]) for name, axis in AXES.items()}
    assert ends[COUNT] == (10**5, 10**8)
    assert ends[PAYLOAD] == (32, 64 * 1024)
    assert ends[BATCH] == (1, 1024)
    assert ends[RATE] == (10, 100)
    assert ends[CAPACITY][1] == 64 * 2**20


def test_every_value_of_an_axis_is_one_that_it_allows() -> None:
    assert all(axis.allows(value) for axis in AXES.values() for value in axis.values)


@pytest.mark.parametrize(
    ("axis", "flag"),
    [(PAYLOAD, "--payload-bytes"), (CAPACITY, "--capacity-bytes"), (BATCH, "--publish-every")],
)
def test_a_point_sets_the_flag_of_its_axis_and_is_limited_by_time(axis: str, flag: str) -> None:
    flags = flags_of(Point(axis, 4096))
    assert (flags[flag], flags["--duration-s"]) == ("4096", "2.0")
    assert "--rate" not in flags


def test_a_count_is_limited_by_messages_alone() -> None:
    flags = flags_of(Point(COUNT, 10**7))
    assert flags["--messages"] == "10000000"
    assert "--duration-s" not in flags


def test_no_run_keeps_more_samples_than_the_shortest_of_a_count_may() -> None:
    shortest = AXES[COUNT].values[0]
    for axis in AXES:
        flags = flags_of(Point(axis, AXES[axis].values[0]), 1e6)
        assert int(flags["--sample-capacity"]) * 10 < shortest


def test_a_rate_is_a_share_of_the_saturated_throughput_with_each_message_published() -> None:
    flags = flags_of(Point(RATE, 40), 2e6)
    assert (flags["--rate"], flags["--publish-every"]) == ("800000", "1")


def test_the_ends_of_each_axis_but_the_count_are_tried() -> None:
    points = [Point(axis, value) for axis in AXES for value in (1, 2, 4)]
    wanted = [Point(axis, value) for axis in (PAYLOAD, CAPACITY, BATCH) for value in (1, 4)]
    assert trials(points) == [*wanted, Point(RATE, 4)]


def test_a_repeat_has_each_point_once_in_an_order_that_the_seed_decides() -> None:
    points = [Point(BATCH, value) for value in range(20)]
    assert sorted(order_of(points, 0, 5)) == points
    assert order_of(points, 0, 5) == order_of(points, 0, 5)
    assert order_of(points, 0, 5) != order_of(points, 1, 5)
    assert order_of(points, 0, 5) != order_of(points, 0, 6)
