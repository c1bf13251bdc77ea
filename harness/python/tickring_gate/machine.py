# SPDX-License-Identifier: Apache-2.0
"""What a gate ran on: figures of two kinds of CPU are not to be compared."""

import contextlib
import platform
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def cpu_model() -> str:
    """As the kernel calls it; the architecture where it does not."""
    with contextlib.suppress(OSError):
        for line in CPUINFO.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.machine()
