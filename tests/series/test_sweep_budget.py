# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest
from tickring_series.sweep.budget import MOST_RUNS, RESERVE, Costs, fit
from tickring_series.sweep.plan import BATCH, COUNT, PAYLOAD, Point

COSTS = Costs(duration_s=2.0, overhead_s=0.5, ns_per_message=100.0)
PAYLOADS = [Point(PAYLOAD, 2**i) for i in range(5, 10)]
BATCHES = [Point(BATCH, 1), Point(BATCH, 1024)]


def test_a_count_costs_its_messages_and_all_else_its_duration() -> None:
    assert COSTS.of(Point(COUNT, 10**7)) == pytest.approx(1.5)
    assert COSTS.of(Point(PAYLOAD, 32)) == pytest.approx(2.5)


def test_a_short_count_is_run_as_often_as_it_takes_to_last() -> None:
    costs = dataclasses.replace(COSTS, least_s=0.5)  # 10^5 messages last 10 ms
    runs = {value: costs.runs(Point(COUNT, value)) for value in (1, 10**5, 10**6, 10**8)}
    assert runs == {1: MOST_RUNS, 10**5: 50, 10**6: 5, 10**8: 1}
    assert costs.runs(PAYLOADS[0]) == COSTS.runs(Point(COUNT, 10**5)) == 1
    assert costs.total_s([Point(COUNT, 10**6)], 2) == pytest.approx(RESERVE * 2 * 5 * 0.6)


def test_what_fits_stays_whole() -> None:
    total_s = COSTS.total_s(PAYLOADS, 3)
    assert total_s == pytest.approx(RESERVE * 3 * 5 * 2.5)
    assert fit(PAYLOADS, 3, total_s, COSTS) == (PAYLOADS, [])


def test_a_long_count_is_the_first_to_go() -> None:
    points = [Point(COUNT, 10**5), Point(COUNT, 10**8), *PAYLOADS]
    kept, gone = fit(points, 1, COSTS.total_s(points, 1) - 1, COSTS)
    assert gone == [Point(COUNT, 10**8)]
    assert kept == [Point(COUNT, 10**5), *PAYLOADS]


def test_an_axis_with_many_points_is_thinned_between_its_ends() -> None:
    kept, gone = fit(PAYLOADS + BATCHES, 1, COSTS.total_s(PAYLOADS, 1) - 1, COSTS)
    assert {PAYLOADS[0], PAYLOADS[-1], *BATCHES} <= set(kept)
    assert len(gone) == 3


def test_what_is_left_fits_even_when_ends_have_to_go() -> None:
    kept, gone = fit(PAYLOADS + BATCHES, 1, 2.5 * RESERVE, COSTS)
    assert len(kept) == 1
    assert fit(PAYLOADS, 1, 0.0, COSTS)[0] == []
    assert sorted(kept + gone) == sorted(PAYLOADS + BATCHES)
