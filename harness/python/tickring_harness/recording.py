# SPDX-License-Identifier: Apache-2.0
"""The recorder as a consumer in Python needs it."""

from tickring_harness._recorder import Recorder
from tickring_harness.participant import Participant


def open_recorder(participant: Participant) -> Recorder:
    """The recorder that the arguments ask for; ends the program when it cannot be opened."""
    arguments = participant.arguments
    try:
        return Recorder(
            arguments.record,
            monotonic=arguments.clock == "monotonic",
            stamped=arguments.stamp != "none",
            publish_every=arguments.publish_every,
            mixed_payload_bytes=arguments.payload_bytes if arguments.contents == "mixed" else 0,
            expected_messages=arguments.messages,
            sample_capacity=arguments.sample_capacity,
            rate_per_s=arguments.rate_per_s,
            ticks=arguments.ticks or None,
        )
    except OSError as failure:
        participant.fail(f"recorder: {failure}")


def finish(
    participant: Participant, recorder: Recorder, elapsed_ns: int, end: str, error: str | None
) -> None:
    """Writes the recorder's files and the report."""
    try:
        recorder.finish(end == "complete")
    except OSError as failure:
        end, error = "error", str(failure)
    participant.report(
        messages=recorder.received,
        elapsed_ns=elapsed_ns,
        backpressure_count=0,
        end=end,
        error=error,
    )
