# SPDX-License-Identifier: Apache-2.0
"""Keeps the runs of one `make bench` as the reference runs of this repository.

    keep_runs.py RUN [--into DIR]

RUN is the directory of a complete `seed` run. It and the runs beside it that its claims rest on go
into DIR (default results/reference), which is emptied first; what identifies the machine rather
than its kind is left out. Then put them into the documents with scripts/render_docs.py. Exit status
2 when a run is missing, incomplete or made from uncommitted sources.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "harness" / "python"))

from tickring_series import files  # noqa: E402 - found by the line above

KEPT_FILES = ("latency.hlog", "latency.hgrm")


def load(run: Path) -> dict:
    """The result of a run that may be kept. Raises ValueError with the reason when it may not."""
    path = run / "result.json"
    if not path.is_file():
        raise ValueError(f"{path} is missing")
    result = json.loads(path.read_text())
    if result["status"] != "complete":
        raise ValueError(f"{path}: status is {result['status']}; complete is needed")
    if result["project"]["dirty"]:
        raise ValueError(f"{path}: made from uncommitted sources")
    return result


def keep(run: Path, result: dict, into: Path) -> None:
    """Copies one run under its own name, without what identifies the machine."""
    target = into / run.name
    target.mkdir(parents=True)
    result["environment"] = files.without_identity(result["environment"])
    (target / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    for name in KEPT_FILES:
        if (run / name).is_file():
            shutil.copy(run / name, target / name)


def main() -> int:
    """Keeps a run and its companions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--into", type=Path, default=ROOT / "results" / "reference")
    arguments = parser.parse_args()
    run = arguments.run.resolve()
    try:
        companions = load(run).get("companion_runs", {})
        runs = {
            folder: load(folder) for folder in [run, *(run.parent / n for n in companions.values())]
        }
    except (ValueError, KeyError) as failure:
        print(f"keep_runs: {failure}", file=sys.stderr)
        return 2
    shutil.rmtree(arguments.into, ignore_errors=True)
    for folder, result in runs.items():
        keep(folder, result, arguments.into)
        print(f"kept {folder.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
