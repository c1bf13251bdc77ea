# SPDX-License-Identifier: Apache-2.0
"""From ready to the report, for a producer that knows how to send."""

import time
from typing import Protocol

from tickring_harness.participant import Participant


class Sender(Protocol):
    """A transport's sending end. Its calls raise TimeoutError when the consumer takes nothing for
    the time-out, and one of the transport's own exceptions when it breaks."""

    messages_count: int  # sent so far, without the end of the stream
    full_count: int  # how often the transport was full

    def send_all(self, start_ns: int) -> None:
        """Until everything is sent, the time is over or a stop is asked for."""

    def end_stream(self) -> None:
        """Ends the stream and hands over all that was sent, even when a stop is asked for."""


def produce(participant: Participant, sender: Sender, broken: tuple[type[Exception], ...]) -> None:
    """Runs a sender; broken: what its transport raises when it cannot go on."""
    start_ns = participant.ready()
    participant.wait_until(start_ns)
    first_ns = time.perf_counter_ns()
    end, error = "complete", None
    try:
        sender.send_all(start_ns)
        sender.end_stream()
        if participant.stop_asked:
            end, error = "stopped", "asked to stop"
    except (BrokenPipeError, ConnectionResetError):
        end, error = "peer_closed", "the consumer closed its end"
    except TimeoutError as failure:
        end, error = "timeout", str(failure)
    except broken as failure:
        end, error = "error", str(failure)
    participant.report(
        messages=sender.messages_count,
        elapsed_ns=time.perf_counter_ns() - first_ns,
        backpressure_count=sender.full_count,
        end=end,
        error=error,
    )
