# SPDX-License-Identifier: Apache-2.0
"""What `tickring compare` and `tickring report` run. Exit status: 0, 2 for a run that cannot be
used, 4 where a package is missing or nothing can be written, 130 when interrupted."""

import argparse
import json
import os
import sys
from pathlib import Path

USAGE, BROKEN, INTERRUPTED = 2, 4, 130

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
    compare.set_defaults(words_of=compared)
    report = commands.add_parser("report")
    report.add_argument("--share", action="store_true")
    report.add_argument("--out", type=Path, required=True)
    report.add_argument("runs", nargs="+")
    report.set_defaults(words_of=reported)
    return parser.parse_args()


def compared(options: argparse.Namespace) -> str:
    """Two runs side by side."""
    comparison = compare_runs(options.a, options.b, options.schema, options.unlike)
    return json.dumps(comparison, indent=2) + "\n" if options.json else comparison_text(comparison)


def reported(options: argparse.Namespace) -> str:
    """What fits a terminal of a single run, and where the report is."""
    from .inputs import read_inputs
    from .report import make_report  # the plots take a second to load, which compare has no use for
    from .share import write_share
    from .terminal import charts

    inputs = read_inputs(options.runs, options.schema)
    if options.share:
        files = [write_share(run, options.out) for run in inputs.runs]
        return "".join(f"shared: {file}\n" for file in files)
    is_colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    drawn = charts(inputs.runs[0], is_colored=is_colored) if len(inputs.runs) == 1 else ""
    return f"{drawn}report: {make_report(inputs, options.schema, options.out)}\n"


def refuse(sentence: str, status: int) -> int:
    """Says why there is nothing."""
    print(f"tickring: {sentence}", file=sys.stderr)
    return status


def main() -> int:
    """Does what the command line says."""
    options = arguments()
    try:
        words = options.words_of(options)
    except (UnreadableRunError, UnlikeRunsError) as error:
        return refuse(str(error), USAGE)
    except ModuleNotFoundError as missing:
        return refuse(f"{sys.executable} lacks the Python package {missing.name}", BROKEN)
    except OSError as error:
        return refuse(f"{error.filename2 or error.filename}: {error.strerror}", BROKEN)
    except KeyboardInterrupt:
        return refuse("interrupted", INTERRUPTED)
    try:
        sys.stdout.write(words)
        sys.stdout.flush()
    except OSError:
        sys.stderr.write("tickring: cannot write to standard output\n")
        sys.stderr.flush()
        sys.stdout = None  # nothing is tried again at exit
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
