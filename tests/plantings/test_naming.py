# SPDX-License-Identifier: Apache-2.0
import pytest
from naming import NO_SPIKE, Planting, confusion, named, unplanted


def spike(from_s: float, length_s: float, cause: str, *, waited_s: float = 0.0) -> dict:
    """One whose first message was sent waited_s before it was late."""
    worst_ns = (length_s + waited_s) * 1e9
    return {"from_s": from_s, "length_ns": length_s * 1e9, "worst_ns": worst_ns, "cause": cause}


STOP = Planting("producer_descheduled", 1.0, 1.005)


def test_a_planting_is_named_by_the_spike_that_shares_most_time_with_it() -> None:
    spikes = [spike(0.999, 0.002, "unknown"), spike(1.001, 0.004, "producer_descheduled")]
    assert named(STOP, spikes) == "producer_descheduled"


def test_the_time_before_a_message_was_late_counts_too() -> None:
    assert named(STOP, [spike(1.0051, 0.001, "wake", waited_s=0.002)]) == "wake"


@pytest.mark.parametrize("spikes", [[], [spike(0.5, 0.1, "wake"), spike(1.2, 0.1, "wake")]])
def test_without_a_spike_at_that_time_it_has_no_name(spikes: list[dict]) -> None:
    assert named(STOP, spikes) == NO_SPIKE


def test_spikes_beside_every_planting_are_told_apart() -> None:
    near, far = spike(1.001, 0.001, "wake"), spike(2.0, 0.001, "unknown")
    assert unplanted([STOP], [near, far]) == [far]


def test_the_matrix_counts_names_by_what_was_planted() -> None:
    pairs = [("stop", "a"), ("stop", "b"), ("stop", "b"), ("step", "a")]
    assert confusion(pairs) == {"stop": {"b": 2, "a": 1}, "step": {"a": 1}}
