# SPDX-License-Identifier: Apache-2.0
"""What a gate ran on."""

import platform
from pathlib import Path

import pytest
from tickring_gate import machine


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("processor\t: 0\nmodel name\t: Made Up: 9000\n", "Made Up: 9000"),
        ("CPU part\t: 0xd0c\n", platform.machine()),
    ],
)
def test_a_gate_is_kept_with_the_cpu_that_it_ran_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, model: str
) -> None:
    monkeypatch.setattr(machine, "CPUINFO", tmp_path / "cpuinfo")
    assert machine.cpu_model() == platform.machine()
    (tmp_path / "cpuinfo").write_text(text)
    assert machine.cpu_model() == model
