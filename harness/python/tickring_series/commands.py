# SPDX-License-Identifier: Apache-2.0
"""What the commands of all series share: exit statuses, the end by a signal, and their output."""

import json
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

COMPLETE, CHECK_FAILED, USAGE, INCONCLUSIVE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 4, 130


def interrupt_when_terminated() -> None:
    """SIGTERM is an interrupt like that of the keyboard: what was measured is kept."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def ran_to_its_end(run: Callable[[], object]) -> bool:
    """Runs it; False where an interrupt came."""
    try:
        run()
    except KeyboardInterrupt:
        return False
    return True


def show(text: str, document: Mapping[str, Any], *, as_json: bool = False) -> None:
    """The text on standard output; as_json: the document there, and the text on standard error.

    Raises OSError where standard output takes no more.
    """
    if as_json:
        print(text, file=sys.stderr)
        text = json.dumps(document, indent=1, ensure_ascii=False)
    try:
        print(text, flush=True)
    except OSError as failure:
        sys.stdout = None  # nothing is tried again at exit
        raise OSError(f"cannot write to standard output: {failure.strerror}") from failure
