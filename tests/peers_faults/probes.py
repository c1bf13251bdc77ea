# SPDX-License-Identifier: Apache-2.0
"""One probe for each defect of defects.toml that can be provoked from Python.

    probes.py ID tickring|tachyon PATH

Prints what was seen, as JSON; a library that crashes or hangs takes this process with it, which
peers_faults.py sees."""

import json
import os
import sys
from collections.abc import Callable

from ends import ENDS
from ring_probes import t1, t2, t3, t4, t5, t6, t14, t15, t16
from setting import Ends, Seen
from socket_probes import t7, t8, t9, t10, t11, t12, t13

PROBES: dict[str, Callable[[Ends, str], Seen]] = {
    probe.__name__.upper(): probe
    for probe in (t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16)
}


def main() -> None:
    """One probe."""
    defect, library, path = sys.argv[1:]
    holds, seen = PROBES[defect](ENDS[library](), path)
    print(json.dumps({"holds": holds, "seen": seen}), flush=True)
    os._exit(0)  # a call that never returns does not keep the process


if __name__ == "__main__":
    main()
