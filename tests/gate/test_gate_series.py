# SPDX-License-Identifier: Apache-2.0
"""A series of gates: its file, and the look for a change."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tickring_gate.errors import Broken
from tickring_gate.series import ALPHA, append, change_point, changes, check, entry_of, lines, read


def entry(number: int, effect: float | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    told = {"started_utc": "20260101T000000Z", "base": "ba5e", "candidate": f"c{number:03}"}
    told |= {"cpu_model": "Made Up", "verdict": "PASS"}
    return {**told, "effects": {"latency": effect}, **more}


def stepped(before: int, after: int, step: float) -> list[dict[str, Any]]:
    noise = np.random.default_rng(1).normal(0, 0.005, before + after)
    return [entry(i, float(noise[i]) + (step if i >= before else 0)) for i in range(before + after)]


def test_what_is_appended_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "series.jsonl"
    check(path)
    assert read(path) == []
    for number in range(3):
        append(path, entry(number, 0.01))
    check(path)
    assert read(path) == [entry(number, 0.01) for number in range(3)]


def test_an_entry_has_the_effects_of_the_first_stage() -> None:
    stages = [{"effect": 0.05}, {"effect": 0.06}]
    result = {"started_utc": "20260101T000000Z", "verdict": "FAIL"}
    result |= {"end_points": [{"name": "latency", "stages": stages}]}
    revisions = entry_of(result | {"compared": {"base": "ba5e", "candidate": "c1"}}, "Made Up")
    assert revisions["effects"] == {"latency": 0.05}
    assert (revisions["base"], revisions["candidate"]) == ("ba5e", "c1")
    commands = entry_of(result | {"compared": {"base_cmd": "old", "head_cmd": "new"}}, "Made Up")
    assert (commands["base"], commands["candidate"]) == ("old", "new")


@pytest.mark.parametrize(
    "line",
    ["{", "", "7", "[]", '{"base": "ba5e"}', json.dumps(entry(1, 0.0, base=None)),
     json.dumps(entry(1, float("nan"))), json.dumps(entry(1, 0.0, effects={"latency": "1"})),
     json.dumps(entry(1, 0.0, effects=[]))],
)  # fmt: skip
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "series.jsonl"
    path.write_text(f"{json.dumps(entry(0, 0.0))}\n{line}\n")
    with pytest.raises(Broken, match=f"line 2 of the series {path} is damaged .*remove that line"):
        check(path)


def test_what_cannot_be_a_series_is_named(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="cannot be written: Is a directory"):
        check(tmp_path)
    (tmp_path / "latin").write_bytes(b"\xe9\n")
    with pytest.raises(Broken, match="cannot be read: 'utf-8'"):
        check(tmp_path / "latin")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_change_is_placed_at_its_first_candidate(sign: int) -> None:
    (found,) = changes(stepped(14, 10, sign * 0.02))
    assert (found.since, found.gates) == ("c014", (14, 10))
    assert found.effects == pytest.approx((0, sign * 0.02), abs=0.005)
    assert found.p_value < ALPHA


def test_the_statistic_is_that_of_its_source() -> None:
    # U is 2 W - t (n + 1): after three of six, 2 x 6 - 21 = -9; p is 2 exp(-6 x 81 / 252).
    before, p_value = change_point([1.0, 2.0, 3.0, 7.0, 8.0, 9.0])
    assert before == 3
    assert p_value == pytest.approx(0.2907, abs=1e-4)


def test_noise_alone_is_seldom_a_change() -> None:
    generator = np.random.default_rng(3)
    found = [changes([entry(i, x) for i, x in enumerate(generator.normal(0, 0.01, 30))])
             for _ in range(1000)]  # fmt: skip
    assert sum(map(bool, found)) <= 2 * ALPHA * len(found)


@pytest.mark.parametrize(("count", "is_found"), [(15, False), (16, True)])
def test_the_fewest_gates_that_can_show_a_change(count: int, is_found: bool) -> None:
    far_apart = [float(i + (1000 if i >= count // 2 else 0)) for i in range(count)]
    assert bool(changes([entry(i, effect) for i, effect in enumerate(far_apart)])) is is_found


def test_one_strange_gate_is_no_change() -> None:
    entries = stepped(24, 0, 0.0)
    entries[12]["effects"]["latency"] = 5.0
    assert changes(entries) == []


def test_gates_against_another_base_or_on_another_cpu_are_left_out() -> None:
    before, after = stepped(14, 10, 0.02)[:14], stepped(14, 10, 0.02)[14:]
    for key in ("base", "cpu_model"):
        assert changes([{**e, key: "other"} for e in before] + after) == []


def test_gates_without_an_effect_are_left_out() -> None:
    entries = stepped(14, 10, 0.02)
    more = [entry(99, None), entry(98, 0.0, effects={"other": 0.5})]
    assert changes(entries[:5] + more + entries[5:]) == changes(entries)
    assert changes([entry(0, None)] * 3) == changes([entry(0, 0.5)]) == changes([]) == []


def test_a_change_is_told_in_a_line() -> None:
    (line,) = lines(stepped(14, 10, 0.02))
    assert line.startswith("latency changed with c014: ")
    assert "(14 gates)" in line
    assert "(10 gates)" in line
