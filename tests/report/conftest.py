# SPDX-License-Identifier: Apache-2.0
"""The installed command and a folder for runs made by hand."""

from pathlib import Path

import pytest
from report_runs import COMMAND, Runs


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    assert COMMAND.exists(), f"{COMMAND} is missing; make test installs it"
    return Runs(tmp_path)
