# SPDX-License-Identifier: Apache-2.0
"""The table of hosts: the published column first, and one for each file that was sent in."""

import json
from pathlib import Path

import pytest

from scripts import render_docs
from scripts.render_docs import docs_hosts

PUBLISHED = render_docs.ROOT / "results" / "published" / "tachyon-example.toml"


def table(folder: Path) -> list[list[str]]:
    text = docs_hosts.block(folder, PUBLISHED, render_docs.human, render_docs.published_text)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def send(folder: Path, name: str, measured: float) -> None:
    claim = {"title": "steady mean, paced", "measured": measured, "unit": "ns", "verdict": "better"}
    environment = {"cpu_model": {"value": name}, "virtual_machine": {"value": True}}
    result = {"claims": [claim], "environment": environment, "project": {"commit": "0123456"}}
    document = {"share_version": 1, "result": result, "latency_histogram": ""}
    (folder / f"{name}.json").write_text(json.dumps(document))


def test_the_published_column_is_marked_as_such_and_stands_first(tmp_path: Path) -> None:
    rows = table(tmp_path)
    assert rows[0] == ["figure", "i7-12650H, **published**"]
    assert ["steady mean, paced", "14.0 µs to 16.0 µs"] in rows
    assert ["processor", "i7-12650H"] in rows


def test_each_host_that_was_sent_in_has_a_column(tmp_path: Path) -> None:
    send(tmp_path, "b", 13_000)
    send(tmp_path, "a", 9_500)
    rows = table(tmp_path)
    assert ["steady mean, paced", "14.0 µs to 16.0 µs", "9.5 µs, better", "13.0 µs, better"] in rows
    assert ["processor", "i7-12650H", "a", "b"] in rows
    assert ["virtual machine", "–", "yes", "yes"] in rows
    assert ["throughput, stamped", "1.060 M/s", "–", "–"] in rows


def test_a_file_that_is_no_shared_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(ValueError, match="x.json: is not of tickring report --share"):
        table(tmp_path)
