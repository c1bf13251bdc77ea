# SPDX-License-Identifier: Apache-2.0
"""A bus beside multiprocessing: a worker is refused what it inherits, and harms nobody."""

import multiprocessing
import sys
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import pytest
import tickring

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

from buses import Pair, open_pair  # noqa: E402 - found by the line above

ENDS: list[Pair] = []  # what a forked worker finds


def use_what_was_inherited(answers: "SimpleQueue[list[str]]") -> None:
    said = []
    for end, call in ((0, "flush"), (1, "drain")):
        try:
            getattr(ENDS[0][end], call)()
            said.append("done")
        except tickring.Forked:
            said.append("forked")
    for end in ENDS[0]:
        end.close()
    answers.put(said)


def send_over_an_end_of_its_own(path: str) -> None:
    with tickring.Bus.connect(path, arrival_timeout_s=20) as bus:
        bus.send(b"from the worker")


def test_a_worker_is_refused_the_bus_and_the_parent_goes_on(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ENDS[:] = [open_pair(tmp_path / "bus")]
    producer, consumer = ENDS[0]
    try:
        producer.send(b"before")
        answers = context.SimpleQueue()
        worker = context.Process(target=use_what_was_inherited, args=(answers,))
        worker.start()
        assert answers.get() == ["forked", "forked"]
        worker.join()
        assert worker.exitcode == 0
        producer.send(b"after")
        assert [payload for _, payload in consumer.drain()] == [b"before", b"after"]
    finally:
        producer.close()
        consumer.close()
        ENDS.clear()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_worker_may_have_an_end_of_its_own(method: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context(method)
    path = str(tmp_path / "bus")
    worker = context.Process(target=send_over_an_end_of_its_own, args=(path,))
    worker.start()
    with tickring.Bus.listen(path, 1 << 16, arrival_timeout_s=20) as bus:
        assert list(bus) == [(0, b"from the worker")]
    worker.join()
    assert worker.exitcode == 0
