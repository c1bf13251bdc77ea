# SPDX-License-Identifier: Apache-2.0
"""python -m tickring_series NAME: runs a series; each has its own --help."""

import sys

from tickring_series.breakdown import command as breakdown
from tickring_series.peers import command as peers
from tickring_series.prediction import command as prediction
from tickring_series.sweep import command as sweep

SERIES = {
    "breakdown": breakdown.main,
    "peers": peers.main,
    "prediction": prediction.main,
    "sweep": sweep.main,
}

if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in SERIES:
        print(f"series is {name!r}; one of {', '.join(SERIES)} is needed", file=sys.stderr)
        sys.exit(2)
    sys.exit(SERIES[name](sys.argv[2:]))
