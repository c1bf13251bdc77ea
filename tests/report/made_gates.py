# SPDX-License-Identifier: Apache-2.0
"""A gate made by hand: two blocks of the first stage, one of them dropped, one of the second."""

from typing import Any

LATENCIES = {"base": 100.0, "control": 100.0, "candidate": 110.0}


def finding(state: str, **more: object) -> dict[str, Any]:
    """What was decided in a stage."""
    told = {"state": state, "reason": "so it is", "kept": 1, "dropped": 1, "beyond": 1}
    numbers = {"p_value": 0.5, "effect": 0.1, "low": 0.05, "high": 0.15, "control": 0.0}
    return told | numbers | {"smallest_effect": 0.03} | more


def slices(stage: int, block: int, latencies: dict[str, float]) -> list[dict[str, Any]]:
    """There and back."""
    arms = [*latencies, *reversed(latencies)] * 3
    return [
        {
            "stage": stage,
            "workload": "latency",
            "block": block,
            "position": position,
            "arm": arm,
            "is_retaken": False,
            "switches_per_s": 0,
            "probe_before_ns": 100,
            "probe_after_ns": 100,
            "figures": {"latency": latencies[arm]},
        }
        for position, arm in enumerate(arms)
    ]


def ratios(candidate: float, control: float) -> dict[str, dict[str, float]]:
    """Of the end point."""
    return {"latency": {"candidate": candidate, "control": control}}


def made_gate(**parts: object) -> dict[str, Any]:
    """With some parts replaced."""
    block = {"workload": "latency", "steal_share": 0, "pressure_share": 0, "dropped": None}
    point = {"name": "latency", "title": "the latency", "unit": "ns", "workload": "latency"}
    medians = {f"{arm}_median": value for arm, value in LATENCIES.items()}
    stages = [finding("regressed"), finding("regressed", effect=0.2)]
    gate = {
        "schema_version": 1,
        "status": "complete",
        "started_utc": "20261121T000000Z",
        "settings": {"seed": 1, "budget_s": 900, "elapsed_s": 1},
        "compared": {"base_cmd": "a", "head_cmd": "b"},
        "verdict": "FAIL",
        "reason": "slower, and again after linking anew",
        "decision": {
            "sha256": "0" * 64,
            "looks": [12, 24, 48],
            "beyond_at": [12, 20, 33],
            "alpha": 0.007,
            "family_alpha": 0.025,
            "power": 0.95,
            "bounds_from": "nowhere",
        },
        "end_points": [point | medians | {"margin": 0.01, "limit": 0.05, "stages": stages}],
        "shown_only": [],
        "counts": [],
        "counts_left_out": {},
        "blocks": [
            block | {"stage": 1, "block": 0, "ratios": ratios(1.1, 1.0)},
            block | {"stage": 1, "block": 1, "dropped": "the CPUs moved", "ratios": None},
            block | {"stage": 2, "block": 0, "ratios": ratios(1.12, 1.02)},
        ],
        "slices": [
            *slices(1, 0, LATENCIES),
            *slices(1, 1, LATENCIES),
            *slices(2, 0, LATENCIES | {"control": 102.0, "candidate": 113.1}),
        ],
    }
    return gate | parts
