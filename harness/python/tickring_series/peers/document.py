# SPDX-License-Identifier: Apache-2.0
"""peers.json: its contents, and writing it so that it is always whole."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tickring_series.peers.plan import RATE_PER_S, Row
from tickring_series.peers.summary import (
    Slice,
    Summaries,
    assign_regimes,
    main_regime,
    pick_baseline,
    put,
    regime_entries,
)
from tickring_series.regimes import FACTOR
from tickring_series.statistics import CONFIDENCE

SCHEMA_VERSION = 1
FILE_NAME = "peers.json"
IDENTIFYING = ("boot_id", "kernel_command_line")  # the machine rather than its kind
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
    put(document, "environment", _without_identity(source.get("environment")), why)
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


def _without_identity(environment: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if environment is None:
        return None
    return {key: item for key, item in environment.items() if key not in IDENTIFYING}


def write(document: Mapping[str, Any], folder: Path) -> Path:
    """Writes peers.json under its name when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=FILE_NAME)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False, allow_nan=False)
            file.write("\n")
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
