# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest
from tickring_series.peers.arguments import parse

HERE = ["--tickring", sys.executable]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (
            ["--repeats", "0"],
            "argument --repeats: '0' is not allowed; a whole number from 1 to 1000",
        ),
        (
            ["--repeats", "x"],
            "argument --repeats: 'x' is not allowed; a whole number from 1 to 1000",
        ),
        (["--messages", "-1"], "argument --messages: "),
        (["--messages", "4294967296"], "a whole number from 1 to 4294967295 is"),
        (["--seed", "-1"], "argument --seed: "),
        (
            ["--transports", "ring,bus"],
            "'bus' is not one of cacheline, iceoryx2, lines, pipe, ring",
        ),
        (["--transports", ","], "argument --transports: ',' names none of "),
        (["--tickring", "/nowhere/tickring"], "--tickring is '/nowhere/tickring'"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_bad_input_is_refused_by_name_with_its_value_and_what_is_allowed(
    flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse([*HERE, *flags])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("peers: ")
    assert sentence in said
    assert said.count("\n") == 1


def test_without_a_seed_one_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda most: most - 1)
    assert parse(HERE).seed == 2**32 - 1
    assert parse([*HERE, "--seed", "5"]).seed == 5


def test_the_command_is_found_from_anywhere() -> None:
    assert Path(parse(HERE).tickring).is_absolute()
