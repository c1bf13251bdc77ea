# SPDX-License-Identifier: Apache-2.0
"""Puts what the kept proofs say into docs/accounting.md, each between its two markers.

    render_proofs.py [--check] [--keep RUN...]

The proofs are the files that `make plantings`, `make delays`, `make omission`, `make prediction`
and `tickring breakdown` write, and the result.json of a run of a billion messages;
results/accounting/ has one of each. --keep copies them there from run directories. With --check
nothing is written; exit status 1 when the page does not say what they say. 2: a file or a marker
is missing, or a run was made from uncommitted sources.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in ("tests/plantings", "tests/omission", "harness/python", "scripts"):
    sys.path.insert(0, str(ROOT / folder))

import delays  # noqa: E402 - found by the lines above
import marked_pages  # noqa: E402
import omission  # noqa: E402
import plantings  # noqa: E402
from tickring_series import files  # noqa: E402
from tickring_series.breakdown import table as breakdown  # noqa: E402
from tickring_series.prediction import table as prediction  # noqa: E402

KEPT = ROOT / "results" / "accounting"
PAGE = ROOT / "docs" / "accounting.md"
Proof = dict[str, Any]


def endurance(run: Proof) -> str:
    """Counts, rate and memory of a long run."""
    consumer = run["consumer"]
    faults = ", ".join(f"{key} {consumer[key]}" for key in ("lost", "duplicated", "torn"))
    lines = [
        f"messages    {run['producer']['messages_sent']:,} sent, "
        f"{consumer['messages_received']:,} received, {faults}",
        f"throughput  {consumer['throughput_per_s'] / 1e6:.1f} M/s, {consumer['elapsed_s']:.0f} s",
    ]
    for side in ("producer", "consumer"):
        first, last = (run[side][f"resident_{end}_bytes"] / 1e6 for end in ("start", "end"))
        lines.append(f"memory      {side}: {first:.2f} MB at the begin, {last:.2f} MB at the end")
    return "\n".join(lines)


# By name of the file: how it is shown.
SHOWN: dict[str, Callable[[Proof], str]] = {
    "plantings": lambda proof: plantings.table(proof["plantings"], proof["clean"]),
    "delays": lambda proof: delays.table(proof["rows"]),
    "breakdown": breakdown.terminal,
    "omission": lambda proof: omission.table(proof["p99_ns"]),
    "prediction": prediction.terminal,
    "endurance": endurance,
}


def block(name: str) -> str:
    """What belongs between the markers of a proof."""
    proof = json.loads((KEPT / f"{name}.json").read_text())
    commit = proof["project"]["commit"][:12]
    return f"```text\n{SHOWN[name](proof)}\n```\n\nCommit `{commit}`, {proof['started_utc']}.\n"


def rendered(text: str) -> str:
    """The page with all blocks. Raises ValueError for a marker that is missing."""
    for name in SHOWN:
        text = marked_pages.filled(text, name, block(name))
    return text


def keep(run: Path) -> None:
    """The file of a run directory. Raises ValueError where it is none that is kept."""
    file = next((run / f"{name}.json" for name in SHOWN if (run / f"{name}.json").exists()), None)
    source = file or run / "result.json"
    if not source.exists():
        raise ValueError(f"{run} holds none of {', '.join(SHOWN)} and no result.json")
    proof = json.loads(source.read_text())
    if proof["project"]["dirty"]:
        raise ValueError(f"{source} was made from uncommitted sources")
    if "environment" in proof:
        proof["environment"] = files.without_identity(proof["environment"])
    files.write(proof, KEPT / (file.name if file else "endurance.json"))


def main() -> int:
    """Keeps, then renders or checks."""
    return marked_pages.keep_and_render(PAGE, KEPT, keep, rendered)


if __name__ == "__main__":
    sys.exit(main())
