# SPDX-License-Identifier: Apache-2.0
"""Producing through a transport that is one file descriptor: each message is one write, and a
message of zeros ends the stream. In a byte stream of mixed contents the length of a message comes
in front of it. What was written is visible at once, so that publish-every and flush-every do not
apply.
"""

import select
from collections.abc import Callable

from tickring_harness.participant import Participant
from tickring_harness.produce import produce as run
from tickring_harness.workload import TICK_BYTES, messages, mixed_messages

HEAD_BYTES = 4  # of the length in front of a message
SLICE_MS = 100  # how often a wait for room looks whether to stop


def _framed(message: bytes, whole_messages: bool) -> bytes:
    return message if whole_messages else len(message).to_bytes(HEAD_BYTES, "little") + message


class _Sender:
    def __init__(
        self, participant: Participant, descriptor: int, write: Callable[[bytes], int]
    ) -> None:
        self.messages_count = 0
        self.full_count = 0
        self._participant = participant
        self._write = write
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def send_all(self, start_ns: int) -> None:
        """Until everything is sent, the time is over or a stop is asked for."""
        size, write = self._participant.arguments.payload_bytes, self._write
        for message in messages(self._participant, start_ns):
            try:
                count = write(message)
            except BlockingIOError:
                count = 0
            if count < size and not self._send_rest(message, count):
                return
            self.messages_count += 1

    def end_stream(self) -> None:
        self._end_with(bytes(self._participant.arguments.payload_bytes))

    def _end_with(self, mark: bytes) -> None:
        self._send_rest(mark, 0, even_when_stopping=True)

    def _send_rest(self, message: bytes, sent: int, even_when_stopping: bool = False) -> bool:
        """What a first write did not take. False: none of it is sent, as a stop is asked for."""
        while sent < len(message):
            if sent == 0 and self._participant.stop_asked and not even_when_stopping:
                return False
            try:
                sent += self._write(message[sent:])
            except BlockingIOError:
                self.full_count += 1
                self._wait_for_room(sent == 0 and not even_when_stopping)
        return True

    def _wait_for_room(self, may_stop: bool) -> None:
        for _ in range(self._participant.arguments.timeout_ns // (SLICE_MS * 1_000_000) + 1):
            if self._poll.poll(SLICE_MS) or (may_stop and self._participant.stop_asked):
                return
        raise TimeoutError("the consumer took nothing for the time-out")


class _MixedSender(_Sender):
    """The same in mixed contents."""

    def __init__(
        self,
        participant: Participant,
        descriptor: int,
        write: Callable[[bytes], int],
        whole_messages: bool,
    ) -> None:
        super().__init__(participant, descriptor, write)
        self._whole_messages = whole_messages

    def send_all(self, start_ns: int) -> None:
        for message in mixed_messages(self._participant, start_ns):
            if not self._send_rest(_framed(message, self._whole_messages), 0):
                return
            self.messages_count += 1

    def end_stream(self) -> None:
        self._end_with(_framed(bytes(TICK_BYTES), self._whole_messages))


def produce(
    participant: Participant,
    descriptor: int,
    write: Callable[[bytes], int],
    whole_messages: bool,
) -> None:
    """From ready to the report. The descriptor does not block; write is its os.write or send;
    whole_messages: it keeps what one write sends together."""
    sender = _Sender(participant, descriptor, write)
    if participant.arguments.contents == "mixed":
        sender = _MixedSender(participant, descriptor, write, whole_messages)
    run(participant, sender, broken=(OSError,))
