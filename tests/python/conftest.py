# SPDX-License-Identifier: Apache-2.0
import faulthandler
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tickring
from buses import Pair, open_pair


@pytest.fixture(autouse=True)
def _every_test_ends() -> Iterator[None]:
    """A call that hangs shows where, and ends the whole run."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def make_pair(tmp_path: Path) -> Iterator[Callable[..., Pair]]:
    """Opens rings that are closed when the test is over."""
    opened: list[tickring.Bus] = []
    numbers = itertools.count()

    def make(capacity: int = 1 << 16, **options: dict[str, Any]) -> Pair:
        pair = open_pair(tmp_path / f"bus{next(numbers)}", capacity, **options)
        opened.extend(pair)
        return pair

    yield make
    for bus in opened:
        bus.close()


@pytest.fixture
def pair(make_pair: Callable[..., Pair]) -> Pair:
    return make_pair()


@pytest.fixture
def when_waiting() -> Iterator[Callable[[tickring.Bus, Callable[[], object]], threading.Thread]]:
    """Takes an action in a thread as soon as another thread waits inside a bus."""
    threads: list[threading.Thread] = []
    over = threading.Event()

    def watch(bus: tickring.Bus, action: Callable[[], object]) -> None:
        while not over.is_set():
            try:
                bus.stats()
            except tickring.BadState:
                action()
                return

    def start(bus: tickring.Bus, action: Callable[[], object]) -> threading.Thread:
        threads.append(threading.Thread(target=watch, args=(bus, action)))
        threads[-1].start()
        return threads[-1]

    yield start
    over.set()
    for thread in threads:
        thread.join()
