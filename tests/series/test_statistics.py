# SPDX-License-Identifier: Apache-2.0
import pytest
from tickring_series.statistics import interval_ranks, summarise


# Ranks and confidences of the interval of the median, as tables of order statistics have them.
@pytest.mark.parametrize(
    ("count", "low", "high", "confidence"),
    [
        (6, 1, 6, 0.96875),
        (8, 1, 8, 0.9921875),
        (9, 2, 8, 0.9609375),
        (10, 2, 9, 0.978515625),
        (11, 2, 10, 0.98828125),
        (15, 4, 12, 0.96484375),
        (20, 6, 15, 0.9586),
        (25, 8, 18, 0.9567),
    ],
)
def test_the_interval_has_the_ranks_of_the_tables(
    count: int, low: int, high: int, confidence: float
) -> None:
    ranks = interval_ranks(count)
    assert ranks is not None
    assert ranks[:2] == (low, high)
    assert ranks[2] == pytest.approx(confidence, abs=5e-5)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_five_values_are_too_few_for_an_interval(count: int) -> None:
    assert interval_ranks(count) is None


def test_a_summary_of_eleven_values_is_worked_out_by_hand() -> None:
    found = summarise([7, 3, 11, 1, 9, 5, 2, 10, 4, 8, 6])
    assert found is not None
    assert (found.median, found.min, found.max) == (6, 1, 11)
    assert (found.low, found.high) == (2, 10)


def test_what_is_missing_of_a_summary_has_its_reason() -> None:
    found = summarise([1.0, 2.0])
    assert found is not None
    entry = found.as_json()
    assert (entry["median"], entry["low"], entry["high"]) == (1.5, None, None)
    assert entry["low_reason"] == "2 values are too few for an interval at 95%"


def test_nothing_has_no_summary() -> None:
    assert summarise([]) is None
