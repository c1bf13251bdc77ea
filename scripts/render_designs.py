# SPDX-License-Identifier: Apache-2.0
"""Puts the measurement of the ring's design choices into docs/decisions/, between its two markers.

    render_designs.py [--check] [--keep designs.json]

--keep takes the designs.json of a `make micro` as the one that this repository shows. With --check
nothing is written; exit status 1 when the page does not say what the kept file says. 2: the file or
a marker is missing.
"""

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import marked_pages  # noqa: E402 - found by the line above

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "decisions" / "ring-designs.json"
PAGE = ROOT / "docs" / "decisions" / "ring-at-the-limit.md"
OURS = "as tickring"
KINDS = {
    "round_trip": "round trip",
    "stream_of_1": "stream, each published",
    "stream_of_32": "stream, 32 at a time",
}


def keep(source: Path) -> None:
    """Copies a measurement without what names the machine."""
    result = json.loads(source.read_text(encoding="utf-8"))
    for item in ("host_name", "executable"):
        result["context"].pop(item, None)
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def times_ns(result: dict) -> dict[str, dict[str, list[float]]]:
    """Nanoseconds per message or round trip of each repetition, by kind and design."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in result["benchmarks"]:
        if row["run_type"] == "iteration":
            kind, _, design = row["run_name"].removesuffix("/real_time").partition("/")
            times[kind, design].append(row["real_time"])
    found: dict[str, dict[str, list[float]]] = defaultdict(dict)
    for (kind, design), values in times.items():
        found[kind][design] = values
    return found


def cell(values: list[float], ours: list[float]) -> str:
    """The median, how far the repetitions lie apart, and the ratio to the median of ours."""
    middle = statistics.median(values)
    text = f"{middle:.1f} [{min(values):.1f}, {max(values):.1f}]"
    return text if values is ours else f"{text}, {middle / statistics.median(ours):.2f}"


def table(result: dict) -> str:
    """What belongs between the markers."""
    found = times_ns(result)
    repetitions = max(row.get("repetitions", 1) for row in result["benchmarks"])
    lines = [
        "| | " + " | ".join(f"{kind}, ns" for kind in KINDS.values()) + " |",
        "|---|---|---|---|",
    ]
    for design in sorted(found["round_trip"], key=lambda design: (design != OURS, design)):
        cells = [cell(found[kind][design], found[kind][OURS]) for kind in KINDS]
        lines.append("| " + " | ".join([design, *cells]) + " |")
    lines += [
        "",
        f"Medians of {repetitions} repetitions in random order, in brackets the smallest and",
    ]
    lines += [f'the largest, and the ratio to the row "{OURS}"; from']
    lines += ["`results/decisions/ring-designs.json`."]
    return "\n".join(lines) + "\n"


def rendered(text: str) -> str:
    """The page with the table. Raises ValueError, OSError."""
    result = json.loads(KEPT.read_text(encoding="utf-8"))
    return marked_pages.filled(text, "designs", table(result))


def main() -> int:
    """Keeps, then renders or checks."""
    return marked_pages.keep_and_render(PAGE, KEPT, keep, rendered)


if __name__ == "__main__":
    sys.exit(main())
