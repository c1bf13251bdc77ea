# SPDX-License-Identifier: Apache-2.0
import sys

import pytest
from tickring_gate.arguments import parse

HERE = ["--tickring", sys.executable]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--base REV is needed, or both --base-cmd and --head-cmd"),
        (["--base-cmd", "true"], "--base REV is needed, or both --base-cmd and --head-cmd"),
        (["--base", "HEAD", "--head-cmd", "true"], "exclude each other"),
        (["--base-cmd", " ", "--head-cmd", "true"], "--base-cmd is empty"),
        (["--base", "HEAD", "--budget-s", "0"], "--budget-s: '0' is not allowed"),
        (["--base", "HEAD", "--seed", "-1"], "--seed"),
        (["--base", "HEAD", "--colour"], "unrecognized arguments: --colour"),
        (["--base", "HEAD", "--tickring", "/nowhere"], "--tickring is '/nowhere'"),
    ],
)
def test_bad_input_is_refused_by_name_with_its_value_and_what_is_allowed(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse([*HERE, *words])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("tickring gate: ")
    assert sentence in said
    assert said.count("\n") == 1


def test_a_base_is_enough() -> None:
    options = parse([*HERE, "--base", "HEAD~1"])
    assert (options.base, options.base_cmd, options.head_cmd) == ("HEAD~1", None, None)
    assert options.seed >= 0
