# SPDX-License-Identifier: Apache-2.0
"""peers.json: its contents, and writing it so that it is always whole."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tickring_series import files
from tickring_series.files import put, without_identity
from tickring_series.peers.plan import RATE_PER_S, Row
from tickring_series.peers.summary import Summaries, pick_baseline
from tickring_series.regimes import FACTOR
from tickring_series.slices import Slice, assign_regimes, main_regime, regime_entries
from tickring_series.statistics import CONFIDENCE

SCHEMA_VERSION = 1
FILE_NAME = "peers.json"
NOTHING_MEASURED = "no slice was measured"


def settings(repeats: int, done: int, messages: int | None, seed: int) -> dict[str, Any]:
    """What was asked for, and how often all rows were visited."""
    result: dict[str, Any] = {"repeats": repeats, "repeats_done": done, "seed": seed}
    put(result, "messages_per_slice", messages, "each row has its own number")
    return result | {
        "rate_per_s": RATE_PER_S,
        "confidence": CONFIDENCE,
        "regime_factor": FACTOR,
    }


def build(
    rows: Sequence[Row],
    slices: Sequence[Slice],
    unavailable: Mapping[str, str],
    first_result: Mapping[str, Any] | None,
    no_probe: str | None,
) -> dict[str, Any]:
    """Everything but what the caller knows of the series; unavailable: reasons by key of row;
    no_probe: why the placement was not probed."""
    regimes = assign_regimes(slices)
    regime, baseline = main_regime(slices), pick_baseline(slices)
    summaries = Summaries(slices, regime, baseline)
    entries = regime_entries(regimes, slices)
    document: dict[str, Any] = {}
    why = NOTHING_MEASURED
    source = first_result or {}
    put(document, "project", source.get("project"), why)
    put(document, "environment", without_identity(source.get("environment")), why)
    put(document, "baseline", baseline, "none of its rows was measured")
    main = next((entry for entry in entries if entry["name"] == regime), None)
    rtt_ns = main["core_to_core_rtt_ns"]["median"] if main else None
    document["floors"] = {}
    put(document["floors"], "core_to_core_rtt_ns", rtt_ns, no_probe or why)
    put(document, "regimes", entries or None, no_probe or why)
    put(document, "main_regime", regime, why)
    document["slices_between_regimes"] = sum(kept["regime"] is None for kept in slices)
    document["rows"] = [summaries.of(row, unavailable.get(row.key)) for row in rows]
    document["slices"] = list(slices)
    return document


def write(document: Mapping[str, Any], folder: Path) -> Path:
    """Writes peers.json under its name when it is whole."""
    return files.write(document, folder / FILE_NAME)
