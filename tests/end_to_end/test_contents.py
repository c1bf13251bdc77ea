# SPDX-License-Identifier: Apache-2.0
"""Mixed contents: sizes and every byte are checked, and each fault is counted and named."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Tickring
from test_scenarios import check_complete

TRANSPORTS = ("ring", "pipe", "uds")
LANGUAGES = ("python", "c", "rust")
MESSAGES = 200
MIXED = ("--contents", "mixed", "--payload-bytes", "1000")
# Received, lost, duplicated, reordered, torn, of wrong length.
FAULTS = {
    "none": (200, 0, 0, 0, 0, 0),
    "lost": (199, 1, 0, 0, 0, 0),
    "doubled": (200, 0, 1, 0, 0, 0),
    "late": (200, 0, 0, 1, 0, 0),
    "torn number": (200, 0, 0, 0, 1, 0),
    "torn end": (200, 0, 0, 0, 1, 0),
    "cut": (200, 0, 0, 0, 0, 1),
    "prolonged": (200, 0, 0, 0, 0, 1),
    "lost end": (199, 1, 0, 0, 0, 0),
}
KEYS = ("messages_received", "lost", "duplicated", "reordered", "torn", "wrong_length")


def command_of(tickring: Tickring, role: str, language: str, transport: str) -> list[str]:
    program = tickring.prefix / "libexec" / "tickring" / f"{role}s" / language / transport
    script = program.with_suffix(".py")
    return [sys.executable, str(script)] if script.exists() else [str(program)]


@pytest.fixture
def faulty(tickring: Tickring, monkeypatch: pytest.MonkeyPatch) -> Tickring:
    folder = tickring.folder / "more" / "producers" / "faulty"
    folder.mkdir(parents=True)
    for transport in TRANSPORTS:
        shutil.copy2(Path(__file__).parent / "faulty.py", folder / f"{transport}.py")
    monkeypatch.setenv("TICKRING_PARTICIPANTS", str(tickring.folder / "more"))
    return tickring


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("consumer", LANGUAGES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_counted_and_named(
    faulty: Tickring, monkeypatch: pytest.MonkeyPatch, transport: str, consumer: str, fault: str
) -> None:
    monkeypatch.setenv("FAULT", fault)
    process = faulty.start(
        *("run", "seed", "--transport", transport, "--producer", "faulty", "--consumer", consumer),
        *("--messages", str(MESSAGES), *MIXED, "--out", "out"),
    )
    _, err = process.communicate(timeout=60)
    assert process.returncode == (0 if fault == "none" else 1), err
    received, *counts = FAULTS[fault]
    names = (key.replace("_", " ") for key in KEYS[1:])
    named = ", ".join(f"{count} {name}" for count, name in zip(counts, names, strict=True))
    if fault != "none":
        assert f"integrity: {MESSAGES} sent, {received} received, {named}" in err
    (path,) = faulty.folder.glob("out/*/result.json")
    result = json.loads(path.read_text())
    assert result["status"] == "complete"
    assert tuple(result["consumer"][key] for key in KEYS) == FAULTS[fault]


@pytest.mark.parametrize("transport", ("pipe", "uds"))
@pytest.mark.parametrize("producer", LANGUAGES)
@pytest.mark.parametrize("consumer", LANGUAGES)
def test_every_pair_keeps_sizes_and_bytes(
    tickring: Tickring, transport: str, producer: str, consumer: str
) -> None:
    pair = ("--transport", transport, "--producer", producer, "--consumer", consumer)
    # The smaller buffer makes a pipe give messages in parts.
    for capacity in (4096, 1 << 20):
        sizes = ("--payload-bytes", "2000", "--capacity-bytes", str(capacity))
        run = tickring.measure("seed", *pair, *MIXED, *sizes, "--messages", "5000")
        check_complete(run.result, 5000)
        assert run.result["scenario"]["contents"] == "mixed"


@pytest.mark.parametrize("producer", LANGUAGES)
def test_mixed_contents_keep_schedule_and_time_limit(tickring: Tickring, producer: str) -> None:
    limits = ("--duration-s", "0.1", "--rate", "10000", "--flush-every", "7")
    result = tickring.measure("seed", *MIXED, *limits, "--producer", producer).result
    check_complete(result, 1000)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ("producer", "consumer"))
def test_a_participant_refuses_contents_that_it_does_not_know(
    tickring: Tickring, role: str, language: str, transport: str
) -> None:
    command = command_of(tickring, role, language, transport)
    arguments = {
        **{"role": role, "endpoint": str(tickring.folder / "bus"), "messages": "10"},
        **{"duration-ns": "0", "payload-bytes": "100", "capacity-bytes": "65536"},
        **{"publish-every": "1", "flush-every": "0", "rate-per-s": "0", "wait": "park"},
        **{"clock": "realtime", "stamp": "time_ns", "contents": "odd", "api": "reference"},
        **{"pattern": "one-way"},
        **{"record": str(tickring.folder), "timeout-ns": "1000000000"},
    }
    words = [word for key, value in arguments.items() for word in (f"--{key}", value)]
    ended = subprocess.run([*command, *words], capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2, ended.stderr
    for word in ("--contents", "odd", "tick", "mixed"):
        assert word in ended.stderr
