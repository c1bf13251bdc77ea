# SPDX-License-Identifier: Apache-2.0
"""Run directories damaged in one place each: refused with file and field, or shown without it."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_runs import COUNTS, LATENCIES
from report_runs import KEPT, SCHEMA
from tickring_report.inputs import Inputs, read_inputs
from tickring_report.material import Material
from tickring_report.page.page import page
from tickring_report.plots import catalogue
from tickring_report.run_files import Intervals, Run, UnreadableRunError, check
from tickring_report.smaller_is_better import as_json
from tickring_report.terminal import charts

GONE = object()
BAD = [GONE, None, -1, 0, 1e300, "", "text", True, [], [None], {}, {"x": None}]
Place = tuple[str | int, ...]


def places(value: Any, path: Place = ()) -> Iterator[Place]:  # noqa: ANN401
    """Every key of a result, of lists the first element only."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def damaged(result: dict, path: Place, bad: object) -> dict:
    copied = copy.deepcopy(result)
    part = copied
    for name in path[:-1]:
        part = part[name]
    if bad is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = bad
    return copied


def whole_result() -> dict:
    """A kept result with every section that a run can have."""
    (file,) = KEPT.glob("*-seed/result.json")
    result = json.loads(file.read_text())
    part = {"mean": 1.0, "p50": 1.0, "p99": 1.0}
    names = ("stamp_to_commit", "commit_to_publish", "publish_to_seen", "seen_to_read", "total")
    breakdown = {"messages": 1, **dict.fromkeys(names, part), "sum_error_fraction": 0.0}
    breakdown["instruments"] = {"clock_read_ns": 1.0, "stated_cost_ns": 1.0}
    breakdown["instruments"] |= {"plain_mean_ns": 1.0, "added_ns": 1.0, "period_growth_ns": 1.0}
    spike = {"from_s": 0.1, "length_ns": 1, "messages": 1, "worst_ns": 1.0, "cause": "wake"}
    cause = {"cause": "wake", "count": 1, "share_of_time": 1, "worst_ns": 1.0}
    regime = {"from_s": 0, "to_s": 1, "core_to_core_rtt_ns": 1, "rtt_before_ns": 1}
    cpu = {"cpu": 0, "spun_ns": 1, "longest_gap_ns": 1, "gaps_over_1_us": 1}
    switches = [f"{s}_{k}voluntary_switches" for s in ("producer", "consumer") for k in ("", "in")]
    cpus = [{"cpu": n, "package": 0, "core": n, "thread": 0} for n in (0, 1)]
    environment = result["environment"]
    first = next(iter(environment))
    # One item stands for all, and one window for all.
    result["environment"] = {name: environment[name] for name in (first, "cpu_model")}
    result["windows"]["means_ns"] = result["windows"]["means_ns"][:3]
    return result | {
        "companion_runs": {"seed-paced": "elsewhere"},
        "warnings": [{"id": "x", "text": "beware"}],
        "schedule": {
            "wanted_rate_per_s": 1.0,
            "achieved_rate_per_s": 1.0,
            "is_held": False,
            "behind_from_sequence": 1,
            "behind_from_s": 1.0,
        },
        "breakdown_ns": breakdown,
        "spikes": {
            "threshold_ns": 1.0,
            "total_count": 1,
            "sampled_fraction": 1,
            "start_ns": 1,
            "causes": [cause],
            "producer_descheduled_share": 0.0,
            "windows": [{"window": 1, "mean_ns": 1.0, "cause": "wake"}],
            "list": [spike],
        },
        "floors": {
            "clock": "realtime",
            "core_to_core_rtt_ns": 1.0,
            "clock_read_ns": {"native": 1.0, "python": 1.0},
            "clock_step_ns": 1.0,
            "null_transport_ns": 1.0,
            "noise": {
                "definition": "x",
                "cpus": [cpu | {"gaps_over_10_us": 1, "gaps_over_100_us": 1}],
            },
        },
        "regimes": [regime | {"rtt_after_ns": 1, "probe_stolen_ns": 1, "is_main": False}],
        "course": [{"from_s": 0, "to_s": 1, "steal_ms": 1} | dict.fromkeys(switches, 1)],
        "core_matrix": {
            "definition": "x",
            "cpus": cpus,
            "cpus_left_out": 0,
            "pairs": [{"a": 0, "b": 1, "relation": "same-l3", "rtt_ns": 1.0}],
        },
        "clock_offset": {
            "definition": "x",
            "samples": 1,
            "first_ns": 1,
            "last_ns": 1,
            "uncertainty_ns": 1,
            "longest_interval_s": 1,
            "time_namespaces": "same",
            "steps": [{"from_s": 0, "at_s": 1, "step_ns": 1}],
        },
    }


WHOLE = whole_result()
SECTIONS = sorted({str(path[0]) for path in places(WHOLE)})
FILE = Path("run/result.json")
FIELD = re.compile(r"^run/result\.json: \$(\.|: |\[)")


def made_of(result: dict) -> Material:
    return Material(Run(FILE, result), Intervals(COUNTS, LATENCIES, LATENCIES, COUNTS[:, 0] / 1e4))


def show(result: dict) -> None:
    """All that a report says of a result."""
    material = made_of(result)
    inputs = Inputs([material])
    assert "What came out" in page(inputs, [], {}, SCHEMA.parent / "scenarios")
    charts(material, is_colored=False)
    json.loads(as_json([material]))


def test_the_result_that_is_damaged_here_is_whole() -> None:
    check(FILE, WHOLE, SCHEMA)
    show(WHOLE)


@pytest.mark.parametrize("section", SECTIONS)
def test_damage_of_a_key_is_refused_with_file_and_field_or_shown_without_it(section: str) -> None:
    shown = refused = 0
    for path in places(WHOLE):
        if path[0] != section:
            continue
        for bad in BAD:
            result = damaged(WHOLE, path, bad)
            try:
                check(FILE, result, SCHEMA)
            except UnreadableRunError as error:
                assert FIELD.match(str(error)), error
                refused += 1
                continue
            try:
                show(result)
            except Exception as error:
                error.add_note(f"{'.'.join(map(str, path))} = {bad!r}")
                raise
            shown += 1
    assert shown > 0 and refused > 0


DRAWN = ("floors", "latency_ns", "residency", "windows")


def test_damage_that_the_schema_allows_costs_figures_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(catalogue, "write", lambda _drawing, _folder: "")
    drawn = 0
    for path in places(WHOLE):
        if len(path) != 2 or path[0] not in DRAWN:
            continue
        for bad in (GONE, -1):
            result = damaged(WHOLE, path, bad)
            try:
                check(FILE, result, SCHEMA)
            except UnreadableRunError:
                continue
            figures = catalogue.figures_of(Inputs([made_of(result)]))
            found, left_out = catalogue.draw_all(figures, Path("nowhere"))
            assert len(found) + len(left_out) == len(figures)
            drawn += len(found)
    assert drawn > 0


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    (kept,) = KEPT.glob("*-seed")
    for name in ("result.json", "latency.hlog"):
        (folder / name).write_bytes((kept / name).read_bytes())
    return folder


def cuts(data: bytes) -> Iterator[bytes]:
    """The file cut off, with bytes replaced, with a line twice, and with a line less."""
    for tenth in range(10):
        yield data[: len(data) * tenth // 10]
    for place in range(3, len(data), len(data) // 23):
        yield data[:place] + b"\xff" + data[place + 1 :]
        yield data[:place] + b"-9" + data[place + 2 :]
    lines = data.splitlines(keepends=True)
    for place in range(min(len(lines), 6)):
        yield b"".join([*lines[: place + 1], *lines[place:]])
        yield b"".join([*lines[:place], *lines[place + 1 :]])


def test_a_damaged_file_is_named_whatever_its_damage(run: Path) -> None:
    for name in ("result.json", "latency.hlog"):
        file = run / name
        whole = file.read_bytes()
        for data in cuts(whole):
            file.write_bytes(data)
            try:
                inputs = read_inputs([str(run)], SCHEMA)
            except UnreadableRunError as error:
                assert str(file) in str(error) and name == "result.json"
                continue
            (material,) = inputs.runs
            told = " ".join(material.missing)
            assert material.intervals is not None or str(file) in told
            page(inputs, [], {}, SCHEMA.parent / "scenarios")
        file.write_bytes(whole)


@pytest.mark.parametrize("name", ["result.json", "latency.hlog"])
def test_a_file_that_is_a_directory_or_cannot_be_read_is_named(run: Path, name: str) -> None:
    (run / name).unlink()
    (run / name).mkdir()
    try:
        (material,) = read_inputs([str(run)], SCHEMA).runs
        said = " ".join(material.missing)
    except UnreadableRunError as error:
        said = str(error)
    assert f"{run / name}: cannot be read: Is a directory" in said


def test_numbers_that_json_has_not_are_refused_by_name(run: Path) -> None:
    text = (run / "result.json").read_text()
    for number in ("NaN", "Infinity", "-Infinity"):
        (run / "result.json").write_text(re.sub(r'"mean": [\d.]+', f'"mean": {number}', text))
        with pytest.raises(UnreadableRunError, match=f"is not JSON: {number}"):
            read_inputs([str(run)], SCHEMA)
