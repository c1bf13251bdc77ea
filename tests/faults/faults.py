# SPDX-License-Identifier: Apache-2.0
"""Shows of each fault that it goes as promised, by running the tests that faults.toml names.

    faults.py [--only F1 F2 ...] [--in-part] [--json FILE]

Prints one line for each fault and a sum. Each test is run once, one after the other, since many
judge deadlines. With --in-part the long commands do what `make test` does of them. Beside FILE each
of the long commands writes what it found, as NAME.json. Exit status: 0 when every P0 and P1 fault
that applies has passed; 1 when one failed, was skipped or is open; 2 for a wrong use.
"""

import argparse
import sys

from fault_runners import FAILED, MISSING, PASSED, SKIPPED, Ending, groups, run, worst
from fault_table import IDS, ROOT, Fault, TableError, read

sys.path.insert(0, str(ROOT / "tests" / "long_runs"))

from long_run import LongRun, add_option  # noqa: E402 - found by the line above

NOT_APPLICABLE, OPEN = "not applicable", "open"
OUTCOMES = (PASSED, FAILED, SKIPPED, OPEN, NOT_APPLICABLE)
BAR_WIDTH = 30


class Progress:
    """On standard error: a bar on a terminal, else a line for each group."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.is_bar = total, 0, sys.stderr.isatty()

    def begin(self, name: str) -> None:
        """Says what is run now."""
        if self.is_bar:
            full = BAR_WIDTH * self.done // max(self.total, 1)
            bar = "#" * full + "-" * (BAR_WIDTH - full)
            sys.stderr.write(f"\r\033[K[{bar}] {self.done}/{self.total} {name[:40]}")
        else:
            sys.stderr.write(f"faults: {name}\n")
        sys.stderr.flush()

    def end(self, tests: int) -> None:
        """Counts tests that are over."""
        self.done += tests
        if self.is_bar and self.done >= self.total:
            sys.stderr.write("\r\033[K")


def judge(fault: Fault, endings: dict[str, Ending]) -> Ending:
    """What a fault's tests say of it."""
    if fault.state != "tested":
        return Ending(fault.state, fault.because)
    found = {test: endings.get(test, Ending(MISSING)) for test in fault.tests}
    ending = worst(found.values())
    if ending.outcome == PASSED:
        return ending
    test = next(test for test, one in found.items() if one == ending)
    outcome = SKIPPED if ending.outcome == SKIPPED else FAILED
    why = ending.text or "there is no such test"
    return Ending(outcome, f"{test}: {why}")


def line(fault: Fault, ending: Ending) -> str:
    """One line of the table."""
    text = f": {ending.text}" if ending.text else ""
    return f"{fault.id:<5}{fault.priority}  {fault.title}: {ending.outcome}{text}"


def is_good(fault: Fault, ending: Ending) -> bool:
    """Whether it leaves the exit status at 0."""
    if fault.priority == "P2":
        return ending.outcome != FAILED
    return ending.outcome in (PASSED, NOT_APPLICABLE)


def summary(verdicts: list[tuple[Fault, Ending]], tests: int, elapsed_s: float) -> str:
    """The sum, in one line."""
    counts = [(sum(e.outcome == name for _, e in verdicts), name) for name in OUTCOMES]
    told = ", ".join(f"{count} {name}" for count, name in counts if count)
    return f"{len(verdicts)} faults: {told}; {tests} tests in {elapsed_s:.0f} s"


def document(verdicts: list[tuple[Fault, Ending]], endings: dict[str, Ending]) -> dict:
    """The same for programs."""
    return {
        "faults": [
            {
                "id": fault.id,
                "title": fault.title,
                "priority": fault.priority,
                "outcome": ending.outcome,
                "reason": ending.text or None,
                "tests": {test: endings[test].outcome for test in fault.tests if test in endings},
            }
            for fault, ending in verdicts
        ],
        "counts": {name: sum(e.outcome == name for _, e in verdicts) for name in OUTCOMES},
    }


def main() -> int:
    """Runs what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="ID", default=IDS, help="of F1 to F150")
    parser.add_argument("--in-part", action="store_true", help="less of the long commands")
    add_option(parser)
    options = parser.parse_args()
    unknown = [name for name in options.only if name not in IDS]
    if unknown:
        parser.error(f"--only is {unknown[0]!r}; F1 to F150 are allowed")
    try:
        table = read()
    except TableError as wrong:
        print(f"faults: {wrong}", file=sys.stderr)
        return 2
    faults = [fault for fault in table.faults if fault.id in options.only]
    parts = groups(test for fault in faults for test in fault.tests)
    progress = Progress(sum(len(part.tests) for part in parts))
    long_run = LongRun("faults", {"in_part": options.in_part})
    folder, endings = options.json and options.json.absolute().parent, {}
    if parts:
        progress.begin(parts[0].name)
    running = run(parts, table.commands, options.in_part, folder)
    for number, (group, found) in enumerate(running, 1):
        endings |= found
        progress.end(len(group.tests))
        if number < len(parts):
            progress.begin(parts[number].name)
    verdicts = [(fault, judge(fault, endings)) for fault in faults]
    for verdict in verdicts:
        print(line(*verdict))
    print(summary(verdicts, len(endings), long_run.elapsed_s()))
    is_written = long_run.write(options.json, document(verdicts, endings))
    return int(not is_written or not all(is_good(*verdict) for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
