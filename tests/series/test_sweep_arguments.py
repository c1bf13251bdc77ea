# SPDX-License-Identifier: Apache-2.0
import sys

import pytest
from tickring_series.sweep.arguments import parse
from tickring_series.sweep.plan import AXES

HERE = ["--tickring", sys.executable]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["colour"], "'colour' is not one of count, payload, capacity, batch, rate"),
        (["payload="], "payload '' is not possible; whole numbers from 32 to "),
        (["payload=31"], "payload '31' is not possible; whole numbers from 32 to 2147483648 are"),
        (["capacity=65537"], "capacity '65537' is not possible; powers of two from "),
        (["rate=0"], "rate '0' is not possible; whole numbers from 1 to 100 are"),
        (["count=1,x"], "count 'x' is not possible; whole numbers from 1 to 4294967295 are"),
        (["rate", "rate=5"], "rate is given twice"),
        (["--repeats", "0"], "--repeats: '0' is not allowed; a whole number from 1 to 1000 is"),
        (["--budget-s", "-1"], "--budget-s"),
        (["--duration-s", "nan"], "--duration-s: 'nan' is not allowed; seconds from 0.001 to 3600"),
        (["--least-s", "-1"], "--least-s: '-1' is not allowed; seconds from 0 to 3600"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["--tickring", "/nowhere/tickring"], "--tickring is '/nowhere/tickring'"),
    ],
)
def test_bad_input_is_refused_by_name_with_its_value_and_what_is_allowed(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse([*HERE, *words])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("tickring sweep: ")
    assert sentence in said
    assert said.count("\n") == 1


def test_without_an_axis_all_are_swept() -> None:
    points = parse(HERE).points
    assert {point.axis for point in points} == set(AXES)
    assert len(points) == sum(len(axis.values) for axis in AXES.values())


def test_values_of_an_axis_are_taken_once_and_in_order() -> None:
    points = parse([*HERE, "payload=64,32,64", "rate"]).points
    assert [point.value for point in points if point.axis == "payload"] == [32, 64]
    assert len(points) == 2 + len(AXES["rate"].values)
