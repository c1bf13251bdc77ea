# SPDX-License-Identifier: Apache-2.0
"""python -m tickring_gate: what `tickring gate` becomes."""

import sys

from tickring_gate.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
