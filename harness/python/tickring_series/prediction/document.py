# SPDX-License-Identifier: Apache-2.0
"""prediction.json: its contents."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from tickring_series.files import put, without_identity
from tickring_series.prediction.plan import PREDICTED, READING, TRANSPORT, Work, predicted_mean_ns
from tickring_series.regimes import FACTOR
from tickring_series.slices import Slice, assign_regimes, main_regime, regime_entries
from tickring_series.statistics import summarise

SCHEMA_VERSION = 1
FILE_NAME = "prediction.json"
WITHIN_FRACTION, WITHIN_NS = 0.10, 100.0  # whichever is more; the measured mean is the measure
NOTHING_MEASURED = "no run was measured"
# Kind of run: the figure that it is made for.
FIGURE_OF = {TRANSPORT: "steady_mean_ns", READING: "reading_ns", PREDICTED: "steady_mean_ns"}


@dataclasses.dataclass(frozen=True)
class Findings:
    """What is known while a series goes on."""

    works: Sequence[Work]
    slices: list[Slice]
    first_result: dict[str, Any] | None


def build(findings: Findings, no_probe: str | None) -> dict[str, Any]:
    """Everything but the status and the settings; no_probe: why the placement was not probed."""
    slices = findings.slices
    regimes = assign_regimes(slices)
    regime = main_regime(slices)
    source = findings.first_result or {}
    document: dict[str, Any] = {}
    put(document, "project", source.get("project"), NOTHING_MEASURED)
    environment = without_identity(source.get("environment"))
    put(document, "environment", environment, NOTHING_MEASURED)
    entries = regime_entries(regimes, slices)
    put(document, "regimes", entries or None, no_probe or NOTHING_MEASURED)
    put(document, "main_regime", regime, NOTHING_MEASURED)
    document["slices_between_regimes"] = sum(kept["regime"] is None for kept in slices)
    rates = sorted({work.rate_per_s for work in findings.works})
    document["rates"] = [_rate(rate, findings, regime) for rate in rates]
    document["slices"] = slices
    return document


def _rate(rate_per_s: int, findings: Findings, regime: str | None) -> dict[str, Any]:
    works = [work for work in findings.works if work.rate_per_s == rate_per_s]
    found = {work: _summary(work, findings.slices, regime) for work in works}
    terms = {work.kind: found[work] for work in works if work.kind != PREDICTED}
    entry: dict[str, Any] = {"rate_per_s": rate_per_s, "period_ns": 1e9 / rate_per_s}
    put(entry, "transport_ns", terms[TRANSPORT], NOTHING_MEASURED)
    put(entry, "reading_ns", terms[READING], NOTHING_MEASURED)
    entry["points"] = [
        _point(work, found[work], terms) for work in sorted(works) if work.kind == PREDICTED
    ]
    return entry


def _point(
    work: Work, measured: dict[str, Any] | None, terms: Mapping[str, dict[str, Any] | None]
) -> dict[str, Any]:
    transport, reading = terms[TRANSPORT], terms[READING]
    predicted_ns = None
    if transport and reading:
        rate_per_s = work.rate_per_s
        predicted_ns = predicted_mean_ns(
            work.batch, rate_per_s, transport["median"], reading["median"]
        )
    entry: dict[str, Any] = {"batch": work.batch}
    put(entry, "predicted_ns", predicted_ns, "a run that it is made from was not measured")
    put(entry, "measured_ns", measured, NOTHING_MEASURED)
    error_ns = predicted_ns - measured["median"] if predicted_ns and measured else None
    put(entry, "error_ns", error_ns, NOTHING_MEASURED)
    fraction = error_ns / measured["median"] if measured and error_ns is not None else None
    put(entry, "error_fraction", fraction, NOTHING_MEASURED)
    put(entry, "is_within", is_within(error_ns, measured), NOTHING_MEASURED)
    return entry


def is_within(error_ns: float | None, measured: Mapping[str, Any] | None) -> bool | None:
    """Within 10 % or 100 ns of what was measured, whichever is more; None: nothing was."""
    if error_ns is None or measured is None:
        return None
    return abs(error_ns) <= max(WITHIN_FRACTION * measured["median"], WITHIN_NS)


def _summary(work: Work, slices: Sequence[Slice], regime: str | None) -> dict[str, Any] | None:
    """Over the runs of the main regime, or of all where none lies in it."""
    key, kind = FIGURE_OF[work.kind], (work.rate_per_s, work.kind, work.batch)
    own = [kept for kept in slices if (kept["rate_per_s"], kept["kind"], kept["batch"]) == kind]
    told = [kept for kept in own if kept.get(key) is not None]
    in_main = [kept for kept in told if kept["regime"] == regime]
    found = summarise([kept[key] for kept in in_main or told])
    if found is None:
        return None
    figures = {"count": found.count, "median": found.median, "min": found.min, "max": found.max}
    return figures | {"is_in_main_regime": bool(in_main)}


def settings(options: Mapping[str, Any], done: int) -> dict[str, Any]:
    """What was asked for, and how often all runs were made."""
    keys = ("producer", "consumer", "rates", "batches", "repeats", "messages", "seed")
    within = {"within_fraction": WITHIN_FRACTION, "within_ns": WITHIN_NS}
    asked = {key: options[key] for key in keys}
    return asked | {"repeats_done": done, "regime_factor": FACTOR} | within
