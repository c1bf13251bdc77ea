# SPDX-License-Identifier: Apache-2.0
"""For Python programs that garbage collections are planted in: SIGUSR1 makes one of some
milliseconds; no other takes place."""

import gc
import os
import signal
import sys

# The producer only: what starts it, and what analyses, are programs of Python too.
if "--role" in sys.argv and "producer" in sys.argv:
    gc.disable()
    if OBJECTS := int(os.environ.get("TICKRING_PLANT_GARBAGE", "0")):
        ballast = [[] for _ in range(OBJECTS)]

        def collect(_signal: int, _frame: object) -> None:
            """Looks at all of the ballast."""
            gc.collect()

        signal.signal(signal.SIGUSR1, collect)
