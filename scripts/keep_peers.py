# SPDX-License-Identifier: Apache-2.0
"""Keeps a series of `make peers` as the one that docs/peers.md shows.

    keep_peers.py RUN [--into DIR]

RUN is the directory of a complete series; its peers.json goes into DIR (default results/peers).
Then put it into the page with scripts/render_peers.py. Exit status 2 when the series is missing,
incomplete or made from uncommitted sources.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "peers.json"


def why_not(path: Path) -> str | None:
    """Why a series may not be kept; None: it may."""
    if not path.is_file():
        return f"{path} is missing"
    series = json.loads(path.read_text())
    if series["status"] != "complete":
        return f"{path}: status is {series['status']}; complete is needed"
    if series["project"]["dirty"]:
        return f"{path}: made from uncommitted sources"
    return None


def main() -> int:
    """Keeps the series."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--into", type=Path, default=ROOT / "results" / "peers")
    arguments = parser.parse_args()
    reason = why_not(arguments.run / NAME)
    if reason is not None:
        print(f"keep_peers: {reason}", file=sys.stderr)
        return 2
    arguments.into.mkdir(parents=True, exist_ok=True)
    shutil.copy(arguments.run / NAME, arguments.into / NAME)
    print(f"kept {arguments.run.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
