# SPDX-License-Identifier: Apache-2.0
"""Puts the table of the kept series into docs/peers.md, between its two markers.

    render_peers.py [--check] [--peers FILE] [--page FILE]

FILE (default results/peers/peers.json) is of `make peers`. With --check nothing is written; exit
status 1 when the page does not say what the series says. 2: the series or a marker is missing.
"""

import argparse
import json
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("--peers", type=Path, default=ROOT / "results" / "peers" / "peers.json")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "peers.md")
    options = parser.parse_args()
    try:
        series = json.loads(options.peers.read_text(encoding="utf-8"))
        text = options.page.read_text(encoding="utf-8")
        right = marked_pages.filled(text, "peers", block(series))
    except FileNotFoundError as missing:
        print(f"render_peers: {missing.filename} is missing", file=sys.stderr)
        return 2
    except ValueError as failure:
        print(f"render_peers: {failure}", file=sys.stderr)
        return 2
    return marked_pages.show(options.page, right, options.peers, is_check=options.check)


if __name__ == "__main__":
    sys.exit(main())
