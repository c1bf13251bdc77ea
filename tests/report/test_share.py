# SPDX-License-Identifier: Apache-2.0
"""A run to be sent in: small, whole, and without names and paths."""

import getpass
import json
import socket
from pathlib import Path

from hdrh.histogram import HdrHistogram
from report_runs import Runs
from test_compare import STEADY, damage

NAME = "20261121T062122Z-007494e-dirty-secrethost-seed"


def shared(runs: Runs, run: Path) -> dict:
    done = runs.report("--share", run)
    assert (done.returncode, done.stderr) == (0, "")
    (file,) = (runs.folder / "results" / "hosts").iterdir()
    assert done.stdout == f"shared: results/hosts/{file.name}\n"
    assert file.stat().st_size < 50_000
    return json.loads(file.read_text())


def test_neither_host_nor_user_nor_path_is_in_the_file(runs: Runs) -> None:
    user, host = getpass.getuser(), socket.gethostname()

    def tell(result: dict) -> None:
        result["companion_runs"] = {"seed-paced": f"{NAME}-paced"}
        told = f"secrethost {user}@{host}: /home/{user}/tickring/x.toml and /srv"
        result["environment"]["cpus"]["value"] = told
        result["environment"]["boot_id"] = {"value": "abc", "source": "x", "status": "ok"}
        result["status_reason"] = "see /tmp/secrethost"

    document = shared(runs, runs.make(NAME, STEADY, tell))
    text = json.dumps(document["result"])
    assert all(word not in text for word in ("secrethost", "/home", "/srv", "/tmp", "boot_id"))
    assert document["result"]["environment"]["cpus"]["value"].split() == [
        "removed",
        "removed@removed:",
        "removed",
        "and",
        "removed",
    ]
    assert document["result"]["environment"]["kernel"]["source"] == "uname"
    assert "/sys/devices/system/cpu/isolated" in text


def test_the_histogram_is_that_of_the_run(runs: Runs) -> None:
    document = shared(runs, runs.make(NAME, STEADY))
    histogram = HdrHistogram.decode(document["latency_histogram"])
    assert histogram.get_total_count() == sum(map(len, STEADY))
    assert histogram.get_max_value() == max(map(max, STEADY))


def test_a_run_that_is_not_whole_is_not_shared(runs: Runs) -> None:
    stopped = runs.make(NAME, STEADY, lambda result: result.update(status="incomplete"))
    done = runs.report("--share", stopped)
    assert (done.returncode, "only a complete run" in done.stderr) == (2, True)
    bare = runs.make("bare", STEADY)
    damage(bare, "no log")
    done = runs.report("--share", bare)
    assert (done.returncode, "has no histogram to share" in done.stderr) == (2, True)
    assert not (runs.folder / "results").exists()
