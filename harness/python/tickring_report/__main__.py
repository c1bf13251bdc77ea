# SPDX-License-Identifier: Apache-2.0
"""What `tickring compare` runs. Exit status: 0, 2 for a run that cannot be used, 4 where a package
is missing or the output cannot be written."""

import argparse
import json
import sys
from pathlib import Path

USAGE, BROKEN = 2, 4

try:
    from .compare import UnlikeRunsError, compare_runs
    from .run_files import UnreadableRunError
    from .text import comparison_text
except ModuleNotFoundError as missing:
    sys.stderr.write(f"tickring: {sys.executable} lacks the Python package {missing.name}\n")
    sys.exit(BROKEN)


def arguments() -> argparse.Namespace:
    """The command line, as tickring hands it on."""
    parser = argparse.ArgumentParser(prog="tickring", allow_abbrev=False)
    parser.add_argument("--schema", type=Path, required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    compare = commands.add_parser("compare")
    compare.add_argument("a")
    compare.add_argument("b")
    compare.add_argument("--unlike", action="store_true")
    compare.add_argument("--json", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Compares two runs."""
    options = arguments()
    try:
        comparison = compare_runs(options.a, options.b, options.schema, options.unlike)
    except (UnreadableRunError, UnlikeRunsError) as error:
        print(f"tickring: {error}", file=sys.stderr)
        return USAGE
    as_text = json.dumps(comparison, indent=2) + "\n" if options.json else None
    try:
        sys.stdout.write(as_text or comparison_text(comparison))
        sys.stdout.flush()
    except OSError:
        sys.stderr.write("tickring: cannot write to standard output\n")
        sys.stderr.flush()
        sys.stdout = None  # nothing is tried again at exit
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
