# SPDX-License-Identifier: Apache-2.0
"""What `make omission` shows, as far as it holds however busy the machine is."""

import os
import sys
from pathlib import Path

import pytest
from omission import KINDS, MESSAGES, RATE_PER_S, STALL_NS, is_shown, measure

COMMAND = Path(os.environ.get("TICKRING", Path(sys.prefix) / "bin" / "tickring"))
RING_MESSAGES = os.sysconf("SC_PAGESIZE") // 64 - 1
PERIOD_NS = 1_000_000_000 // RATE_PER_S
BEYOND_P99 = MESSAGES // 100


@pytest.mark.parametrize("producer", ["c", "python"])
def test_a_stall_shows_in_the_latency_from_the_intended_time(
    producer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    outcome = measure(COMMAND, STALL_NS, ("--producer", producer))
    assert outcome.status == 0, outcome.words
    result = outcome.result
    # Of the messages due in the stall, number k from its beginning waits at least 10 ms - k
    # periods, and whatever the machine does adds to that. Half of them are beyond p99.
    least_ns = STALL_NS - BEYOND_P99 * PERIOD_NS
    assert result["intended_latency_ns"]["p99"] >= 0.99 * least_ns >= 4_000_000
    # But for those that the ring takes, they are sent only when the stall is over.
    late_ns = least_ns - RING_MESSAGES * PERIOD_NS
    assert result["schedule_delay_ns"]["p99"] >= 0.99 * late_ns >= 4_000_000
    assert result["producer"]["backpressure_count"] > 0


def test_a_stall_is_shown_where_only_the_intended_time_has_it() -> None:
    def runs(stamped_ns: float, intended_ns: float) -> list[dict[str, float]]:
        return [dict(zip(KINDS, (stamped_ns, 0.0, intended_ns), strict=True))] * 3

    assert is_shown(runs(20e3, 5e6))
    assert not is_shown(runs(2e6, 5e6))
    assert not is_shown(runs(20e3, 3e6))
