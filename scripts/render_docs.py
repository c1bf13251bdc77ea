# SPDX-License-Identifier: Apache-2.0
"""Puts the table of the kept runs into README.md, their figures into docs/how-to-read.md, and the
hosts whose runs were sent in into docs/hosts.md, each between its two markers.

    render_docs.py [--check] [--runs DIR] [--readme FILE] [--guide FILE]

DIR (default results/reference) holds the run directories of one `make bench`. An empty name for the
guide leaves it and the hosts out. With --check nothing is written; exit status 1 when a page or a
figure does not say what the runs say. 2: a run or a marker is missing.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import docs_hosts  # noqa: E402 - found by the line above

ROOT = Path(__file__).resolve().parent.parent
MARKERS = ("<!-- bench: begin -->", "<!-- bench: end -->")
# Unit: (divisor, digits, name), largest first.
SCALES = {
    "ns": [(1e9, 2, "s"), (1e6, 1, "ms"), (1e3, 1, "µs"), (1, 0, "ns")],
    "msg/s": [(1e6, 3, "M/s"), (1e3, 1, "k/s"), (1, 0, "/s")],
    "share": [(0.01, 0, "%")],
}


def human(value: float | None, unit: str) -> str:
    """A number with a unit that suits its size; a dash for none."""
    if value is None:
        return "–"
    for divisor, digits, name in SCALES.get(unit, []):
        if abs(value) >= divisor:
            return f"{value / divisor:.{digits}f} {name}"
    return f"{value:g} {unit}"


def published_text(figure: float | dict[str, float], unit: str) -> str:
    """A published figure or range."""
    if isinstance(figure, dict):
        return f"{human(figure['low'], unit)} to {human(figure['high'], unit)}"
    return human(figure, unit)


def figure_ids(folder: Path) -> list[str]:
    """The ids of the published figures, in the order in which they are judged."""
    files = sorted(folder.glob("*.toml"))
    return [figure["id"] for path in files for figure in tomllib.loads(path.read_text())["figure"]]


def own_claims(results: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The claims by id, each from the run of the scenario that measures it."""
    return {
        claim["id"]: claim
        for result in results
        for claim in result["claims"]
        if claim["scenario"] == result["scenario"]["name"]
    }


def item(result: dict[str, Any], name: str) -> str:
    """One item of the environment."""
    return str(result["environment"][name]["value"])


def origin(results: list[dict[str, Any]], names: list[str], folder: str) -> list[str]:
    """Where and from what the runs come."""
    first = results[0]
    lines = [
        f"{item(first, 'cpu_model')}, {item(first, 'kernel')}, {item(first, 'distribution')}; "
        f"placement {item(first, 'placement')}; commit `{first['project']['commit'][:12]}`.",
        f"The whole results are in `{folder}/`:",
        "",
    ]
    return lines + [f"- `{name}`" for name in names]


def table(runs: Path, order: list[str], shown_folder: str) -> str:
    """What belongs between the markers."""
    paths = sorted(runs.glob("*/result.json"))
    if not paths:
        raise FileNotFoundError(f"{runs} holds no run directory")
    results = [json.loads(path.read_text()) for path in paths]
    claims = own_claims(results)
    lines = [
        "| figure | published | measured | predicted | verdict |",
        "|---|---|---|---|---|",
    ]
    for claim in (claims[name] for name in order if name in claims):
        cells = [
            claim["title"],
            published_text(claim["published"], claim["unit"]),
            human(claim["measured"], claim["unit"]),
            human(claim["predicted"], claim["unit"]),
            f"{claim['verdict']}: {claim['reason']}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *origin(results, [p.parent.name for p in paths], shown_folder)])


def main() -> int:
    """Renders or checks."""
    parser = argparse.ArgumentParser(description="put what the kept runs say into the documents")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("--runs", type=Path, default=ROOT / "results" / "reference")
    parser.add_argument("--readme", type=Path, default=ROOT / "README.md")
    parser.add_argument("--guide", default=str(ROOT / "docs" / "how-to-read.md"))
    options = parser.parse_args()
    status = render_readme(options)
    if options.guide and status != 2:
        status = max(status, render_guide(options), render_hosts(options))
    return status


def render_hosts(options: argparse.Namespace) -> int:
    """The table of docs/hosts.md; returns the exit status."""
    page = ROOT / "docs" / "hosts.md"
    figures = ROOT / "results" / "published" / "tachyon-example.toml"
    try:
        text, right = docs_hosts.wanted(
            page, ROOT / "results" / "hosts", figures, human, published_text
        )
    except (KeyError, ValueError) as failure:
        print(f"render_docs: {failure}", file=sys.stderr)
        return 2
    if not options.check:
        page.write_text(right, encoding="utf-8")
        return 0
    if text != right:
        print(f"render_docs: {page} is not what results/hosts says", file=sys.stderr)
    return int(text != right)


def render_guide(options: argparse.Namespace) -> int:
    """The guide with its figures; returns the exit status."""
    from docs_guide import render  # what draws is not needed for the tables

    try:
        findings = render(Path(options.guide), options.runs, options.check)
    except (FileNotFoundError, ValueError) as failure:
        print(f"render_docs: {failure}", file=sys.stderr)
        return 2
    for finding in findings:
        print(f"render_docs: {finding}", file=sys.stderr)
    return int(bool(findings))


def render_readme(options: argparse.Namespace) -> int:
    """The table in README.md; returns the exit status."""
    text = options.readme.read_text(encoding="utf-8")
    between = re.compile(re.escape(MARKERS[0]) + ".*?" + re.escape(MARKERS[1]), re.DOTALL)
    if not between.search(text):
        print(
            f"render_docs: {options.readme} lacks the lines {' and '.join(MARKERS)}",
            file=sys.stderr,
        )
        return 2
    try:
        order = figure_ids(ROOT / "results" / "published")
        block = table(options.runs, order, "results/reference")
    except FileNotFoundError as missing:
        print(f"render_docs: {missing}", file=sys.stderr)
        return 2
    wanted = between.sub(lambda _: f"{MARKERS[0]}\n{block}\n{MARKERS[1]}", text)
    if options.check:
        if wanted != text:
            print(f"render_docs: {options.readme} is not what {options.runs} says", file=sys.stderr)
        return int(wanted != text)
    options.readme.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
