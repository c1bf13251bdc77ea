# SPDX-License-Identifier: Apache-2.0
"""The chart of a gate beside gate.json; `tickring report` draws the same one into its page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tickring_report.plots.drawing import write
from tickring_report.plots.gate import gate_chart

FILE_NAME = "gate.png"


def draw(document: Mapping[str, Any], folder: Path) -> Path:
    """Writes gate.png, .svg and .csv into the folder; returns the first."""
    write(gate_chart(document), folder)
    return folder / FILE_NAME
