# SPDX-License-Identifier: Apache-2.0
"""The core-to-core matrix: on hand-made machines of two CPUs and of more."""

import numpy as np
import pytest
from made_runs import made
from tickring_report.plots.core_matrix import core_matrix
from tickring_report.plots.drawing import NothingToDrawError


def matrix(cpus: list[tuple[int, int, int, int]], pairs: list[tuple], left_out: int = 0) -> dict:
    """cpus: number, package, core, thread; pairs: a, b, relation, time."""
    keys = ("cpu", "package", "core", "thread")
    told = [dict(zip(("a", "b", "relation", "rtt_ns"), pair, strict=True)) for pair in pairs]
    return {
        "definition": "made",
        "cpus": [dict(zip(keys, cpu, strict=True)) for cpu in cpus],
        "cpus_left_out": left_out,
        "pairs": [
            pair | ({"rtt_ns_reason": "busy"} if pair["rtt_ns"] is None else {}) for pair in told
        ],
    }


TWO = matrix([(0, 0, 0, 0), (1, 0, 1, 0)], [(0, 1, "same-l3", 142.0)])
SMT = matrix(
    [(0, 0, 0, 0), (2, 0, 0, 1), (1, 1, 1, 0)],
    [(0, 2, "same-core", 20.0), (0, 1, "cross-package", 400.0), (2, 1, "cross-package", None)],
    left_out=5,
)
UNMEASURED = matrix([(0, 0, 0, 0), (1, 0, 1, 0)], [(0, 1, "same-l3", None)])


def shown(drawing: object) -> np.ndarray:
    (image,) = drawing.figure.axes[0].images
    return image.get_array().filled(np.nan)


def test_two_cpus_are_two_by_two_and_alike_both_ways() -> None:
    drawing = core_matrix([made(core_matrix=TWO)])
    assert shown(drawing) == pytest.approx(np.array([[np.nan, 142], [142, np.nan]]), nan_ok=True)
    assert drawing.rows == [
        (0, "package 0, core 0, thread 0", 1, "package 0, core 1, thread 0", "same-l3", 142.0)
    ]
    texts = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert texts == ["–", "142 ns", "142 ns", "–"]


def test_cpus_are_called_by_package_core_and_thread() -> None:
    axes = core_matrix([made(core_matrix=SMT)]).figure.axes[0]
    assert [text.get_text() for text in axes.get_yticklabels()] == [
        "CPU 0: P0 C0 T0",
        "CPU 2: P0 C0 T1",
        "CPU 1: P1 C1 T0",
    ]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["CPU 0", "CPU 2", "CPU 1"]


def test_a_pair_that_was_not_measured_is_a_question() -> None:
    drawing = core_matrix([made(core_matrix=SMT)])
    assert shown(drawing)[0] == pytest.approx([np.nan, 20, 400], nan_ok=True)
    texts = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert texts.count("?") == 2
    assert [row[-1] for row in drawing.rows] == [20.0, 400.0, None]


def test_cpus_that_were_left_out_are_said() -> None:
    assert "5 more CPUs are left out" in core_matrix([made(core_matrix=SMT)]).words
    assert "left out" not in core_matrix([made(core_matrix=TWO)]).words


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"core_matrix": None, "core_matrix_reason": "nobody looked"}, "nobody looked"),
        ({"core_matrix_reason": None}, "has no core_matrix"),
        ({"core_matrix": matrix([(0, 0, 0, 0)], [])}, "one CPU only"),
        ({"core_matrix": UNMEASURED}, "no pair was measured: busy"),
    ],
)
def test_without_a_pair_there_is_a_reason(parts: dict, said: str) -> None:
    with pytest.raises(NothingToDrawError, match=said):
        core_matrix([made(**parts)])


def test_the_main_run_shows_the_matrix_of_another_of_its_bench() -> None:
    assert core_matrix([made(), made(core_matrix=TWO)]).rows[0][-1] == 142.0
