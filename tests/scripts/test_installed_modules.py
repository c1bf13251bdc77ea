# SPDX-License-Identifier: Apache-2.0
"""What meson installs of the Python packages: tests find modules in the sources, users do not."""

import re
from pathlib import Path

PACKAGES = Path(__file__).parents[2] / "harness" / "python"


def test_every_module_is_installed() -> None:
    there = {str(path.relative_to(PACKAGES)) for path in PACKAGES.rglob("*.py")}
    installed = re.findall(r"^\s*'([^']+\.py)',$", (PACKAGES / "meson.build").read_text(), re.M)
    assert set(installed) == there
    assert len(installed) == len(there)
