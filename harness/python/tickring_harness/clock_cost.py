# SPDX-License-Identifier: Apache-2.0
"""What reading a clock costs in this Python, one JSON object on standard output.

    python -m tickring_harness.clock_cost realtime|monotonic

By the blocks of harness/src/floors/clock_cost.cpp: the loop around the call is counted too.
"""

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable

BLOCKS = 51
READS = 500
CLOCKS = {"realtime": time.time_ns, "monotonic": time.monotonic_ns}


def block_ns(read_ns: Callable[[], int]) -> float:
    """The mean cost of a read over one block, loop included."""
    before_ns = time.perf_counter_ns()
    for _ in range(READS):
        read_ns()
    return (time.perf_counter_ns() - before_ns) / READS


def main() -> None:
    """Measures the clock that the command line names."""
    read_ns = CLOCKS[sys.argv[1]]
    block_ns(read_ns)
    cost_ns = statistics.median(block_ns(read_ns) for _ in range(BLOCKS))
    version = f"{platform.python_implementation()} {platform.python_version()}"
    print(json.dumps({"read_ns": cost_ns, "version": version}))


if __name__ == "__main__":
    main()
