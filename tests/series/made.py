# SPDX-License-Identifier: Apache-2.0
"""Slices as a series keeps them, and documents of them, made by hand."""

from typing import Any

from tickring_series.peers import document, plan, slices
from tickring_series.peers.plan import FLAT_OUT, ROUND_TRIP, all_rows

RTT_NS = 120.0


def made(
    row: str,
    repeat: int,
    *,
    rtt_ns: tuple[float | None, float | None] = (RTT_NS, RTT_NS),
    **more: Any,  # noqa: ANN401 - any figure
) -> dict[str, Any]:
    """A slice that was measured, with nothing lost."""
    figures: dict[str, Any] = dict.fromkeys(slices.FIGURES)
    figures |= {"throughput_per_s": 1e6, "sent_per_s": 1e6, "p50_ns": 300, "p99_ns": 900}
    counts = {**dict.fromkeys(slices.COUNTS, 0), "messages_sent": 10, "messages_received": 10}
    probes = {"probe_before_ns": rtt_ns[0], "probe_after_ns": rtt_ns[1]}
    own = {"row": row, "repeat": repeat, "position": 0, "outcome": "measured", "pinned": True}
    return {**own, **figures, **counts, **probes, **more}


def rows(*names: str, mode: str = plan.FLAT_OUT) -> list[plan.Row]:
    """Of the plan, by name."""
    return [row for row in plan.all_rows() if row.mode == mode and row.name in names]


RESULT = {"project": {"commit": "0123"}, "environment": {"boot_id": {}, "cpu_model": {}}}


def whole(slices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A complete peers.json of these slices."""
    options = {"unavailable": {}, "first_result": RESULT, "no_probe": None, **more}
    return {
        "schema_version": document.SCHEMA_VERSION,
        "status": "complete",
        "started_utc": "20260101T000000Z",
        "settings": document.settings(11, 3, None, 5),
        **document.build(all_rows(), slices, **options),
    }


def rich() -> list[dict[str, Any]]:
    """Slices of every outcome and both kinds of figures."""
    names = ("ring", "tachyon", "tachyon send-zero-copy")
    slices = [made(f"{FLAT_OUT}/{name}", i) for i in range(7) for name in names]
    trips = ("cacheline", "ring", "tachyon")
    slices += [
        made(f"{ROUND_TRIP}/{name}", i, round_trip_ns=150) for i in range(7) for name in trips
    ]
    slices.append(made(f"{FLAT_OUT}/ring", 8, rtt_ns=(120.0, None)))
    end = {"repeat": 9, "position": 1, "reason": "it died"}
    slices.append({"row": f"{FLAT_OUT}/tachyon", "outcome": "aborted", **end})
    slices.append({"row": f"{FLAT_OUT}/zmq", "outcome": "refused", **end})
    return slices
