# SPDX-License-Identifier: Apache-2.0
"""Produces into an iceoryx2 service: one loan and one send per message, which is a ctypes
structure, as its Python interface wants. What is sent can be read at once: publish-every and
flush-every do not apply. A send into a full buffer waits inside iceoryx2, uncounted."""

import ctypes
import sys

import iceoryx2
from tickring_harness.participant import Participant
from tickring_harness.produce import produce
from tickring_harness.workload import PRICES, QUANTITY_MASK, SYMBOL, TICK_BYTES, due_blocks

FAILURES = (iceoryx2.LoanError, iceoryx2.SendError)


class MarketTick(ctypes.Structure):
    """The fields as they are on the wire; iceoryx2 takes the name as the type's."""

    _pack_ = 1
    _fields_ = (
        ("symbol", ctypes.c_char * 8),
        ("price", ctypes.c_double),
        ("quantity", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint64),
        ("padding", ctypes.c_uint32),
    )


class Sender:
    """The loop over a publisher."""

    full_count = 0

    def __init__(self, participant: Participant, publisher: iceoryx2.Publisher) -> None:
        """The service has a subscriber."""
        self.messages_count = 0
        self._participant = participant
        self._publisher = publisher

    def send_all(self, start_ns: int) -> None:
        """Until everything is sent, the time is over or a stop is asked for."""
        arguments, publisher = self._participant.arguments, self._publisher
        now = self._participant.now if arguments.stamp == "time_ns" else int  # int() is 0
        symbol, prices, mask, i = SYMBOL.rstrip(b"\0"), PRICES, QUANTITY_MASK, -1
        for block in due_blocks(self._participant, start_ns):
            for i in block:
                sample = publisher.loan_uninit()
                sample = sample.write_payload(
                    MarketTick(symbol, prices[i & 1023], i & mask, now(), 0)
                )
                sample.send()
            self.messages_count = i + 1

    def end_stream(self) -> None:
        """A message of zeros."""
        self._publisher.loan_uninit().write_payload(MarketTick()).send()


def open_service(participant: Participant) -> iceoryx2.PortFactoryPublishSubscribe:
    """The consumer's service, with its settings; ends the program when there is none."""
    arguments = participant.arguments
    iceoryx2.set_log_level(iceoryx2.LogLevel.Error)
    try:
        node = (
            iceoryx2.NodeBuilder.new()
            .signal_handling_mode(iceoryx2.SignalHandlingMode.Disabled)
            .create(iceoryx2.ServiceType.Ipc)
        )
        return (
            node.service_builder(iceoryx2.ServiceName.new(arguments.endpoint))
            .publish_subscribe(MarketTick)
            .max_publishers(1)
            .max_subscribers(1)
            .enable_safe_overflow(False)
            .subscriber_max_buffer_size(arguments.capacity_bytes // TICK_BYTES)
            .open_or_create()
        )
    except iceoryx2.PublishSubscribeOpenOrCreateError as failure:
        participant.fail(f"cannot open the service: {failure}")


if __name__ == "__main__":
    me = Participant(sys.argv[1:], apis=("reference",))
    me.require_ticks()
    me.require_payload(TICK_BYTES, TICK_BYTES)
    my_publisher = (
        open_service(me)
        .publisher_builder()
        .backpressure_strategy(iceoryx2.BackpressureStrategy.RetryUntilDelivered)
        .create()
    )
    produce(me, Sender(me, my_publisher), broken=FAILURES)
