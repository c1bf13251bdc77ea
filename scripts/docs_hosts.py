# SPDX-License-Identifier: Apache-2.0
"""The table of docs/hosts.md: what was published, and every host whose run was sent in."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MARKERS = ("<!-- hosts: begin -->", "<!-- hosts: end -->")
ITEMS = {"cpu_model": "processor", "kernel": "kernel", "virtual_machine": "virtual machine"}
Say = Callable[[Any, str], str]  # a value and its unit as text


def read_hosts(folder: Path) -> list[dict[str, Any]]:
    """The results that were sent in, by name. Raises ValueError for what is none."""
    results = []
    for file in sorted(folder.glob("*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("share_version") != 1:
            raise ValueError(f"{file}: is not of tickring report --share")
        results.append(document["result"])
    return results


def published_column(published: Path, say: Say) -> tuple[str, dict[str, str]]:
    """The machine that others published, and its figures by title."""
    source = tomllib.loads(published.read_text(encoding="utf-8"))
    cells = {}
    for figure in source["figure"]:
        single = figure.get("value")
        span = {"low": figure.get("low"), "high": figure.get("high")}
        cells[figure["title"]] = say(span if single is None else single, figure["unit"])
    return source["machine"].split(",")[0], cells


def host_column(result: dict[str, Any], human: Say) -> dict[str, str]:
    """What one host measured, by title, and what it is."""
    cells = {
        claim["title"]: f"{human(claim['measured'], claim['unit'])}, {claim['verdict']}"
        for claim in result["claims"]
    }
    for name, title in ITEMS.items():
        value = result["environment"].get(name, {}).get("value")
        cells[title] = {True: "yes", False: "no", None: "–"}.get(value, str(value))
    cells["commit"] = f"`{result['project']['commit']}`"
    return cells


def block(folder: Path, published: Path, human: Say, say: Say) -> str:
    """What belongs between the markers."""
    machine, theirs = published_column(published, say)
    hosts = [host_column(result, human) for result in read_hosts(folder)]
    names = [f"host {number}" for number in range(1, len(hosts) + 1)]
    lines = [
        "| figure | " + " | ".join([f"{machine}, **published**", *names]) + " |",
        "|---" * (len(hosts) + 2) + "|",
    ]
    for title in [*theirs, *ITEMS.values(), "commit"]:
        first = machine if title == "processor" else theirs.get(title, "–")
        cells = [first, *(host.get(title, "–") for host in hosts)]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def wanted(page: Path, folder: Path, published: Path, human: Say, say: Say) -> tuple[str, str]:
    """The page as it is and as it should be. Raises ValueError where a marker is missing."""
    text = page.read_text(encoding="utf-8")
    between = re.compile(re.escape(MARKERS[0]) + ".*?" + re.escape(MARKERS[1]), re.DOTALL)
    if not between.search(text):
        raise ValueError(f"{page} lacks the lines {' and '.join(MARKERS)}")
    inner = block(folder, published, human, say)
    return text, between.sub(lambda _: f"{MARKERS[0]}\n{inner}\n{MARKERS[1]}", text)
