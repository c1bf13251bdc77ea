# SPDX-License-Identifier: Apache-2.0
"""Consuming from a transport that is one file descriptor: the other end of descriptor_produce."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

from tickring_harness._recorder import Recorder
from tickring_harness.participant import Participant, Stopped
from tickring_harness.recording import finish
from tickring_harness.workload import ASK, BID

HEAD_BYTES = 4  # of the length in front of a message


class _Closed(Exception):
    """The producer closed its end before the end of the stream."""

    def __str__(self) -> str:
        return "the producer closed its end before the end of the stream"


@contextlib.contextmanager
def _idle_limit(limit_s: float, progress: Callable[[], int]) -> Iterator[None]:
    """A block in which TimeoutError is raised when progress() stays the same for so long."""
    seen = -1

    def look(_signal: int, _frame: FrameType | None) -> None:
        nonlocal seen
        if progress() == seen:
            raise TimeoutError("nothing arrived for the time-out")
        seen = progress()

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, limit_s, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _Receiver:
    def __init__(
        self, participant: Participant, read: Callable[[int], bytes], whole_messages: bool
    ) -> None:
        self.first_ns = self.last_ns = 0
        self._participant = participant
        self._read = read
        self._whole_messages = whole_messages

    def record_all(self, recorder: Recorder) -> None:
        """Until the end of the stream."""
        now, tick, read = self._participant.now, recorder.tick, self._read
        size = self._participant.arguments.payload_bytes
        wanted = size + self._whole_messages  # one more shows a message that is too long
        while True:
            message = read(wanted)
            if len(message) != size:
                message = self._complete(message, size)
            receipt_ns = now()
            if message[0] == 0:
                return
            # Each message is a publication of its own: position 0.
            tick(message, ASK if message[16] & 1 else BID, receipt_ns, 0)
            self.first_ns = self.first_ns or receipt_ns
            self.last_ns = receipt_ns

    def record_all_mixed(self, recorder: Recorder) -> None:
        """The same in mixed contents."""
        now, read = self._participant.now, self._read_one_mixed
        while True:
            message = read()
            receipt_ns = now()
            if message[0] == 0:
                return
            is_ask = len(message) > 16 and message[16] & 1
            recorder.tick(message, ASK if is_ask else BID, receipt_ns, 0)
            self.first_ns = self.first_ns or receipt_ns
            self.last_ns = receipt_ns

    def _read_one_mixed(self) -> bytes:
        most = self._participant.arguments.payload_bytes
        if self._whole_messages:
            message = self._read(most + 1)  # one more shows a message that is too long
            if not message:
                raise _Closed
            return message
        size = int.from_bytes(self._read_exactly(HEAD_BYTES), "little")
        if not 1 <= size <= most:  # where the next message begins is not known
            raise OSError(f"a message says {size} bytes; 1 to {most} can be")
        return self._read_exactly(size)

    def _read_exactly(self, size: int) -> bytes:
        return self._complete(self._read(size), size)

    def _complete(self, message: bytes, size: int) -> bytes:
        """A message of which a first read gave a part."""
        if message and self._whole_messages:
            raise OSError("a message has not the length that payload-bytes says")
        while message and len(message) < size:
            part = self._read(size - len(message))
            message = message + part if part else b""
        if not message:
            raise _Closed
        return message


def consume(
    participant: Participant,
    recorder: Recorder,
    read: Callable[[int], bytes],
    whole_messages: bool,
) -> None:
    """From ready to the report. read is os.read of a pipe or recv of a socket, and blocks;
    whole_messages: it ends where a message ends."""
    receiver = _Receiver(participant, read, whole_messages)
    recorder.start(participant.ready())
    end, error = "complete", None
    limit_s = participant.arguments.timeout_ns * 1e-9
    try:
        with participant.stoppable(), _idle_limit(limit_s, lambda: recorder.received):
            if participant.arguments.contents == "mixed":
                receiver.record_all_mixed(recorder)
            else:
                receiver.record_all(recorder)
    except Stopped:
        end, error = "stopped", "asked to stop"
    except TimeoutError as failure:
        end, error = "timeout", str(failure)
    except (_Closed, ConnectionResetError) as failure:
        end, error = "peer_closed", str(failure)
    except OSError as failure:
        end, error = "error", str(failure)
    finish(participant, recorder, receiver.last_ns - receiver.first_ns, end, error)
