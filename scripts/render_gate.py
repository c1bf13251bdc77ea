# SPDX-License-Identifier: Apache-2.0
"""Puts what the kept calibration of the gate found into docs/gate.md, between its two markers.

    render_gate.py [--check] [--calibration FILE] [--page FILE]

FILE (default results/gate/calibration.json) is of `make gate-calibrate`. With --check nothing is
written; exit status 1 when the page does not say what the file says. 2: the file or a marker is
missing.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "harness" / "python")]

import marked_pages  # noqa: E402 - found by the line above
from tickring_gate.calibration import decision_hash, is_as_meant  # noqa: E402
from tickring_gate.decision import Outcome  # noqa: E402

OUTCOMES = tuple(outcome.value for outcome in Outcome)


def block(content: Mapping[str, Any]) -> str:
    """What belongs between the markers."""
    lines = [f"| gates | number | {' | '.join(OUTCOMES)} | median |", "|---|---|---|---|---|---|"]
    lines += [_rate(rate) for rate in content["rates"]]
    lines += [
        "",
        "| end point | base and control | a block | smallest effect |",
        "|---|---|---|---|",
    ]
    lines += [_noise(entry) for entry in content["noise"]]
    lines += ["", *_kinds(content), "", _of_what(content)]
    return "\n".join(lines) + "\n"


def _rate(rate: Mapping[str, Any]) -> str:
    if rate["end_point"] is None:
        kind = "equal arms"
    else:
        share = rate["planted_share_median"]
        found = "–" if share is None else f"{100 * share:.1f} %"
        kind = f"`{rate['end_point']}` {100 * rate['effect']:+.0f} % ({found})"
    told = [rate[outcome.lower()] for outcome in OUTCOMES]
    cells = [f"{t['count']} ({100 * t['low']:.0f} to {100 * t['high']:.0f} %)" for t in told]
    return f"| {kind} | {rate['gates']} | {' | '.join(cells)} | {rate['elapsed_median_s']:.0f} s |"


def _noise(entry: Mapping[str, Any]) -> str:
    keys = ("shift_deviation", "block_deviation", "smallest_effect")
    return f"| `{entry['end_point']}` | {' | '.join(_percent(entry[key]) for key in keys)} |"


def _percent(told: Mapping[str, float | None]) -> str:
    if told["value"] is None:
        return "–"
    text = f"{100 * told['value']:.1f} %"
    if told["low"] is None or told["high"] is None:
        return text
    return f"{text} ({100 * told['low']:.1f} to {100 * told['high']:.1f})"


def _kinds(content: Mapping[str, Any]) -> list[str]:
    """How many of each kind of CPU failed, all end points together."""
    gates = [(_planted_effect(gate), gate) for gate in content["gates"] if is_as_meant(gate)]
    effects = sorted({effect for effect, _ in gates})
    titles = [f"{100 * effect:+.0f} %" if effect else "equal arms" for effect in effects]
    lines = [f"| FAIL, by kind of CPU | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    for model in sorted({gate["cpu_model"] for _, gate in gates}):
        cells = []
        for effect in effects:
            own = [gate for other, gate in gates if (other, gate["cpu_model"]) == (effect, model)]
            failed = sum(gate["verdict"] == Outcome.FAIL for gate in own)
            cells.append(f"{failed} of {len(own)}" if own else "–")
        lines.append(f"| {model} | {' | '.join(cells)} |")
    return lines


def _planted_effect(gate: Mapping[str, Any]) -> float:
    return float(gate["planted"]["effect"]) if gate["planted"] else 0.0


def _of_what(content: Mapping[str, Any]) -> str:
    gates = content["gates"]
    days = sorted(gate["started_utc"][:8] for gate in gates)
    told = f"{len(gates)} gates, {days[0]}"
    if days[-1] != days[0]:
        told += f" to {days[-1]}"
    told += f"; {', '.join(sorted({gate['cpu_model'] for gate in gates}))}."
    if off := sum(not is_as_meant(gate) for gate in gates):
        told += f" {off} of them had another share planted than meant, and are in no row."
    if content["decision_sha256"] != decision_hash():
        told += " They belong to an earlier version of the decision."
    return told


def main() -> int:
    """Renders or checks."""
    kept = ROOT / "results" / "gate" / "calibration.json"
    return marked_pages.render_file("calibration", kept, ROOT / "docs" / "gate.md", block)


if __name__ == "__main__":
    sys.exit(main())
