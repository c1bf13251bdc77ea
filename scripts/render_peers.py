# SPDX-License-Identifier: Apache-2.0
"""Puts the table of the kept series into docs/peers.md, between its two markers.

    render_peers.py [--check] [--peers FILE] [--page FILE]

FILE (default results/peers/peers.json) is of `make peers`. With --check nothing is written; exit
status 1 when the page does not say what the series says. 2: the series or a marker is missing.
"""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "harness" / "python")]

import marked_pages  # noqa: E402 - found by the line above
from tickring_series.peers import table  # noqa: E402

ITEMS = ("cpu_model", "kernel", "distribution")


def block(series: dict[str, Any]) -> str:
    """What belongs between the markers."""
    items = [str(series["environment"][name]["value"]) for name in ITEMS]
    commit = series["project"]["commit"][:12]
    return f"{table.markdown(series)}\n\n{', '.join(items)}; commit `{commit}`.\n"


def main() -> int:
    """Renders or checks."""
    kept = ROOT / "results" / "peers" / "peers.json"
    return marked_pages.render_file("peers", kept, ROOT / "docs" / "peers.md", block)


if __name__ == "__main__":
    sys.exit(main())
