# SPDX-License-Identifier: Apache-2.0
"""Interrupts that wait until what they would leave behind is in somebody's hands."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


class HeldInterrupts:
    """From entering it to release(), SIGINT and SIGTERM wait: one that comes while a child is being
    started would leave nobody who knows the child. Other threads than the main one get none."""

    def __enter__(self) -> Self:
        """Begins to hold them; what is ignored stays so, in children, too."""
        self._came: list[int] = []
        is_main = threading.current_thread() is threading.main_thread()
        self._handlers = {
            number: signal.signal(number, self._hold)
            for number in INTERRUPTS
            if is_main and signal.getsignal(number) != signal.SIG_IGN
        }
        return self

    def _hold(self, number: int, _frame: FrameType | None) -> None:
        self._came.append(number)

    def release(self) -> None:
        """Hands over those that came, and holds no more."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
        while self._came:
            signal.raise_signal(self._came.pop(0))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """As release()."""
        self.release()
