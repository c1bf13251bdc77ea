# SPDX-License-Identifier: Apache-2.0
import random

from tickring_series.regimes import find_regimes, regime_of


def test_three_clusters_are_three_regimes_and_the_largest_comes_first() -> None:
    probes = [63.0] * 5 + [135.0, 140.0, 146.0] * 14 + [537.0] * 10
    random.Random(1).shuffle(probes)
    regimes = find_regimes(probes)
    assert [(r.name, len(r.rtt_ns), r.median_ns) for r in regimes] == [
        ("A", 42, 140.0),
        ("B", 10, 537.0),
        ("C", 5, 63.0),
    ]


def test_what_lies_within_a_third_of_the_median_is_one_regime() -> None:
    assert len(find_regimes([90.0, 100.0, 120.0, 133.0])) == 1
    assert len(find_regimes([100.0, 100.0, 134.0])) == 2
    assert len(find_regimes([74.0, 100.0, 100.0])) == 2


def test_without_probes_there_are_no_regimes() -> None:
    assert find_regimes([]) == []


def test_a_slice_belongs_to_the_regime_of_both_its_probes() -> None:
    regimes = find_regimes([100.0, 110.0, 120.0, 500.0, 510.0])
    assert regime_of(regimes, 100.0, 120.0) == "A"
    assert regime_of(regimes, 500.0, 510.0) == "B"
    assert regime_of(regimes, 110.0, 500.0) is None
