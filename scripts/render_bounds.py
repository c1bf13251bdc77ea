# SPDX-License-Identifier: Apache-2.0
"""Puts what the parts of a row of the peers cost into docs/decisions/what-bounds-the-rows.md.

    render_bounds.py [--check] [--keep RUN]

RUN is the directory of a `make micro`; --keep takes its files as those that this repository shows.
With --check nothing is written; exit status 1 when the page does not say what the kept files say.
2: a file, a row or a marker is missing.
"""

import json
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import marked_pages  # noqa: E402 - found by the line above

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "micro"
PAGE = ROOT / "docs" / "decisions" / "what-bounds-the-rows.md"
IDENTIFYING = ("host_name", "executable")
BATCHED = "payload_bytes:32/publish_every:32"
# File, run_name and what it is, in the order of the table.
ROWS = (
    ("python", "python/time_ns", "Python: `time.time_ns()` in a loop"),
    ("python", "python/reference_without_ring", "Python: the reference loop, without a ring"),
    ("python", "python/send_zero_copy_reference", "Python: the reference loop"),
    (
        "python",
        "python/reference_behind_its_stamp_paced_without_ring",
        "Python: the same from its stamp on, 100,000 a second, without a ring",
    ),
    (
        "python",
        "python/reference_behind_its_stamp_paced",
        "Python: the reference loop from its stamp on, 100,000 a second",
    ),
    ("python", "python/sender_time_ns", "Python: `sender`, stamped by Python"),
    ("python", "python/empty_call_time_ns", "Python: a call that does nothing, the same stamp"),
    ("python", "python/pack_into", "Python: `struct.pack_into()` alone, the same stamp"),
    ("python", "python/sender_stamp_native", "Python: `sender`, stamped natively"),
    ("python", "python/empty_call", "Python: a call that does nothing"),
    (
        "python",
        "python/sender_time_ns_to_a_process",
        "Python: `sender`, stamped by Python, to another process",
    ),
    (
        "python",
        "python/sender_time_ns_to_a_process_bare",
        "Python: the same call, packing and lines, without a ring",
    ),
    (
        "python",
        "python/sender_stamp_native_to_a_process",
        "Python: `sender`, stamped natively, to another process",
    ),
    (
        "python",
        "python/sender_stamp_native_to_a_process_bare",
        "Python: the same call, packing and lines, without a ring",
    ),
    ("python", "python/send_many", "Python: `send_many`"),
    ("python", "python/send_many_stamp_native", "Python: `send_many`, each stamped natively"),
    (
        "python",
        "python/send_many_stamp_native_to_a_process",
        "Python: the same, to another process",
    ),
    (
        "python",
        "python/send_many_stamp_native_to_a_process_bare",
        "Python: the same copies, stamps and lines, without a ring",
    ),
    ("native", f"send_and_receive/{BATCHED}", "C: send and receive, 32 at a time"),
    (
        "native",
        f"stream_between_threads/{BATCHED}/real_time",
        "C: stream between threads, the same",
    ),
    ("native", f"send_and_receive_batch/{BATCHED}", "C: send, and receive by the batch"),
    (
        "native",
        f"stream_of_batches_between_threads/{BATCHED}/real_time",
        "C: stream between threads, by the batch",
    ),
    ("native", "send_in_turns/manual_time", "C: send alone, lines the other CPU has read"),
    ("native", "send_by_one_call_in_turns/manual_time", "C: the same by `tickring_send()`"),
    ("native", "send_batches_in_turns/manual_time", "C: the same by the batch"),
    (
        "native",
        "receive_batches_in_turns/manual_time",
        "C: receive alone, lines the other CPU has written",
    ),
    ("recorder", "read_the_clock", "Rust: a read of the clock"),
    ("recorder", "record_a_tick/rate_per_s:0", "Rust: the recorder, per message"),
    ("recorder", "record_unstamped_ticks", "Rust: the recorder, unstamped, no ring"),
)
# Rows of python.json: what, with a ring and without one.
PAIRS = (
    ("the reference loop", "python/send_zero_copy_reference", "python/reference_without_ring"),
    (
        "the reference loop from its stamp on, 100,000 a second",
        "python/reference_behind_its_stamp_paced",
        "python/reference_behind_its_stamp_paced_without_ring",
    ),
    *(
        (f"{what}, to another process", row, f"{row}_bare")
        for what, row in (
            ("`sender`, stamped by Python", "python/sender_time_ns_to_a_process"),
            ("`sender`, stamped natively", "python/sender_stamp_native_to_a_process"),
            ("`send_many`, each stamped natively", "python/send_many_stamp_native_to_a_process"),
        )
    ),
)


def keep(run: Path) -> None:
    """Copies the files without what names the machine."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in sorted({file for file, _, _ in ROWS}):
        result = json.loads((run / f"{name}.json").read_text(encoding="utf-8"))
        for item in IDENTIFYING:
            result["context"].pop(item, None)
        text = json.dumps(result, indent=1) + "\n"
        (KEPT / f"{name}.json").write_text(text, encoding="utf-8")


def times_ns(result: dict[str, Any], run_name: str) -> list[float]:
    """Of each repetition, per message. Raises ValueError when there is none."""
    found = [
        1e9 / row["items_per_second"]
        for row in result["benchmarks"]
        if row["run_name"] == run_name and row["run_type"] == "iteration"
    ]
    if not found:
        raise ValueError(f"{run_name} is missing")
    return found


def table() -> str:
    """What belongs between the markers."""
    files = {
        name: json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
        for name in {file for file, _, _ in ROWS}
    }
    lines = ["| | median, ns | smallest | largest |", "|---|---|---|---|"]
    for file, run_name, what in ROWS:
        times = times_ns(files[file], run_name)
        cells = (statistics.median(times), min(times), max(times))
        lines.append(f"| {what} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def ratio_table() -> str:
    """With a ring over without one, repetition by repetition."""
    result = json.loads((KEPT / "python.json").read_text(encoding="utf-8"))
    lines = ["| with a ring / without one | median | smallest | largest |", "|---|---|---|---|"]
    for what, with_ring, without in PAIRS:
        pairs = zip(times_ns(result, with_ring), times_ns(result, without), strict=True)
        ratios = [one / other for one, other in pairs]
        cells = (statistics.median(ratios), min(ratios), max(ratios))
        lines.append(f"| {what} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def rendered(text: str) -> str:
    """The page with both tables. Raises ValueError, OSError."""
    text = marked_pages.filled(text, "bounds", table())
    return marked_pages.filled(text, "without-a-ring", ratio_table())


def main() -> int:
    """Keeps, then renders or checks."""
    return marked_pages.keep_and_render(PAGE, KEPT, keep, rendered)


if __name__ == "__main__":
    sys.exit(main())
