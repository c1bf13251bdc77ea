# SPDX-License-Identifier: Apache-2.0
"""A run directory: result.json, checked against its schema, and the intervals of latency.hlog."""

import json
import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

RANGE = (1, 60_000_000_000, 3)  # lowest and highest in ns, significant digits


class UnreadableRunError(Exception):
    """A file that is missing, damaged or contradicts another; the text names file and field."""


@dataclass(frozen=True)
class Run:
    """The result of a run and where its files are."""

    file: Path
    result: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the run directory."""
        return self.file.resolve().parent.name


@dataclass(frozen=True)
class Intervals:
    """Histograms of consecutive stretches of a run: the same buckets in each."""

    counts: np.ndarray  # one row per interval, one column per bucket that is used
    highest_ns: np.ndarray  # the largest value of each bucket, rising
    middle_ns: np.ndarray
    length_s: np.ndarray  # from the start of each interval to that of the next

    @property
    def start_s(self) -> np.ndarray:
        """The start of each interval, the first is 0."""
        return np.concatenate([[0.0], np.cumsum(self.length_s)[:-1]])


def refuse_constant(name: str) -> NoReturn:
    """JSON has no NaN and no infinity."""
    raise ValueError(f"{name} is not JSON")


def read_run(place: str, schema: Path) -> Run:
    """The run in a directory, or of a result.json. Raises UnreadableRunError.

    What is there has to obey the schema; what an older version did not write may be missing.
    """
    path = Path(place)
    file = path / "result.json" if path.is_dir() else path
    result = read_json(file)
    check(file, result, schema)
    return Run(file, result)


def number(kind: type, text: str) -> float:
    """One that a figure can be made of: JSON has them of any size."""
    if math.isinf(float(text)):
        raise ValueError(f"{text[:20]} is too large for a number")
    return kind(text)


def read_json(file: Path) -> Any:  # noqa: ANN401
    """What a file holds, which can be written again. Raises UnreadableRunError."""
    try:
        document = json.loads(
            file.read_text(encoding="utf-8"),
            parse_constant=refuse_constant,
            parse_float=partial(number, float),
            parse_int=partial(number, int),
        )
        json.dumps(document, ensure_ascii=False).encode()  # an escape can be half a character
        return document
    except OSError as error:
        raise UnreadableRunError(f"{file}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableRunError(f"{file}: is not JSON: {error}") from None


def check(file: Path, document: object, schema: Path) -> None:
    """Raises UnreadableRunError where something contradicts the schema.

    A section may be missing, and a key of one: an older version did not write it.
    """
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    errors = (error for error in validator.iter_errors(document) if not _is_of_older(error))
    if error := best_match(errors):
        raise UnreadableRunError(f"{file}: {error.json_path}: {error.message[:200]}")


def _is_of_older(error: ValidationError) -> bool:
    return error.validator == "required" and len(error.absolute_path) < 2


def section(run: Run, name: str) -> dict[str, Any]:
    """A part of the result that every version has. Raises UnreadableRunError."""
    if not isinstance(run.result.get(name), dict):
        raise UnreadableRunError(f"{run.file}: {name}: is missing")
    return run.result[name]


def with_defaults(run: Run, schema: Path) -> dict[str, Any]:
    """The scenario; fields that are younger than the run have the value that it ran with."""
    fields = json.loads(schema.read_text(encoding="utf-8"))["$defs"]["scenario"]["properties"]
    defaults = {key: field["default"] for key, field in fields.items() if "default" in field}
    return defaults | section(run, "scenario")


def read_intervals(run: Run) -> Intervals | None:
    """The latencies of a run over time; nothing when it has none. Raises UnreadableRunError."""
    latency = run.result.get("latency_ns")
    if latency is None or latency.get("count", 0) == 0:
        return None
    file = run.file.parent / "latency.hlog"
    histograms = _histograms(file)
    logged = sum(histogram.get_total_count() for histogram in histograms)
    if logged != latency["count"]:
        raise UnreadableRunError(
            f"{file}: holds {logged} latencies; {run.file} counts {latency['count']} in "
            "latency_ns.count"
        )
    return _intervals(histograms)


def _histograms(file: Path) -> list[HdrHistogram]:
    found = []
    try:
        log = HistogramLogReader(str(file), HdrHistogram(*RANGE))
        try:
            while (histogram := log.get_next_interval_histogram()) is not None:
                if histogram.get_tag() == "latency" and histogram.get_total_count() > 0:
                    _check(histogram)
                    found.append(histogram)
        finally:
            log.close()
    except OSError as error:
        raise UnreadableRunError(f"{file}: cannot be read: {error.strerror}") from None
    except Exception as error:  # the reader lets those of base64, zlib, struct and its own through
        raise UnreadableRunError(f"{file}: interval {len(found)} is damaged: {error}") from None
    return found


def _check(histogram: HdrHistogram) -> None:
    """Raises ValueError for one that cannot be put beside the others."""
    lowest, highest = histogram.lowest_trackable_value, histogram.highest_trackable_value
    if (lowest, highest, histogram.significant_figures) != RANGE:
        raise ValueError("it has other buckets than the recorder's")
    times = histogram.get_start_time_stamp(), histogram.get_end_time_stamp()
    if not all(map(math.isfinite, times)):
        raise ValueError("it has no times that can be shown")


def _intervals(histograms: list[HdrHistogram]) -> Intervals:
    shape = histograms[0]
    rows = [np.ctypeslib.as_array(histogram.counts) for histogram in histograms]
    used = np.unique(np.concatenate([np.flatnonzero(row) for row in rows]))
    lowest = [shape.get_value_from_index(int(index)) for index in used]
    highest = np.array([shape.get_highest_equivalent_value(value) for value in lowest], dtype=float)
    starts = [histogram.get_start_time_stamp() for histogram in histograms]
    last_end = histograms[-1].get_end_time_stamp()
    return Intervals(
        counts=np.array([row[used] for row in rows], dtype=float),
        highest_ns=highest,
        middle_ns=(np.array(lowest) + highest) / 2,
        length_s=np.diff([*starts, last_end]) / 1000,
    )
