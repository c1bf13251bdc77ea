# SPDX-License-Identifier: Apache-2.0
"""The producer in Go, which was written from docs/participants.md alone."""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Tickring
from test_deaths import assert_nothing_is_left, wait_for_children, wait_for_messages
from test_scenarios import check_complete

Begun = tuple[subprocess.Popen[str], socket.socket]

CONSUMERS = ("rust", "c", "python")
PAIR = ("--transport", "uds", "--producer", "go")
FOREVER = ("--messages", "100000000", "--out", "out")


@pytest.fixture(scope="module")
def participants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for TICKRING_PARTICIPANTS that holds the example."""
    if shutil.which("go") is None:
        pytest.skip("go is missing")
    folder = tmp_path_factory.mktemp("participants")
    # Nothing is downloaded, and no version control asked.
    settings = {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-buildvcs=false"}
    if "HOME" not in os.environ:
        settings["GOCACHE"] = str(tmp_path_factory.mktemp("cache"))
    subprocess.run(
        ["go", "build", "-o", folder / "producers" / "go" / "uds", "."],
        cwd=ROOT / "examples" / "go-producer",
        env=os.environ | settings,
        check=True,
    )
    return folder


@pytest.fixture
def with_go(tickring: Tickring, participants: Path, monkeypatch: pytest.MonkeyPatch) -> Tickring:
    monkeypatch.setenv("TICKRING_PARTICIPANTS", str(participants))
    return tickring


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("contents", ["tick", "mixed"])
def test_every_consumer_gets_everything(with_go: Tickring, consumer: str, contents: str) -> None:
    form = ("--contents", contents, "--payload-bytes", "500")
    arguments = ("seed", *PAIR, "--consumer", consumer, *form, "--messages", "20000")
    result = with_go.measure(*arguments).result
    check_complete(result, 20_000)
    assert result["latency_ns"]["count"] == 20_000


@pytest.mark.parametrize("clock", ["realtime", "monotonic"])
def test_stamps_are_those_of_the_clock_of_the_run(with_go: Tickring, clock: str) -> None:
    arguments = ("seed", *PAIR, "--clock", clock, "--messages", "20000")
    latency = with_go.measure(*arguments).result["latency_ns"]
    assert latency["count"] == 20_000
    assert latency["max"] < 60e9


def test_a_time_limit_ends_a_run(with_go: Tickring) -> None:
    result = with_go.measure("seed", *PAIR, "--duration-s", "0.1").result
    assert result["producer"]["messages_sent"] > 0
    check_complete(result, result["producer"]["messages_sent"])


def test_a_schedule_is_kept_and_limits_the_messages(with_go: Tickring) -> None:
    arguments = ("seed", *PAIR, "--duration-s", "0.1", "--rate", "10000")
    result = with_go.measure(*arguments).result
    check_complete(result, 1000)
    # Nothing is sent before its time: the last is due 99.9 ms after the first.
    assert result["consumer"]["elapsed_s"] > 0.05
    assert result["intended_latency_ns"]["negative_count"] == 0


def test_a_full_socket_is_counted(with_go: Tickring) -> None:
    sizes = ("--capacity-bytes", "4096", "--payload-bytes", "2048")
    arguments = ("seed", *PAIR, "--consumer", "python", *sizes, "--messages", "20000")
    result = with_go.measure(*arguments).result
    check_complete(result, 20_000)
    assert result["producer"]["backpressure_count"] > 0


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_stop_keeps_all_that_was_sent(with_go: Tickring, consumer: str) -> None:
    process = with_go.start("run", "seed", *PAIR, "--consumer", consumer, *FOREVER)
    wait_for_messages(process, wait_for_children(process))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    (result,) = (json.loads(p.read_text()) for p in with_go.folder.glob("out/*/result.json"))
    assert result["consumer"]["messages_received"] == result["producer"]["messages_sent"] > 0


def test_a_killed_consumer_is_noticed(with_go: Tickring) -> None:
    process = with_go.start("run", "seed", *PAIR, *FOREVER)
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children["consumer"], signal.SIGKILL)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 4, err
    assert "the consumer closed its end" in err
    assert_nothing_is_left(children)


def test_a_consumer_that_stands_still_is_given_up(with_go: Tickring) -> None:
    process = with_go.start("run", "seed", *PAIR, *FOREVER, "--timeout-s", "1")
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children["consumer"], signal.SIGSTOP)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert "the producer ended with 'timeout'" in err
    assert_nothing_is_left(children)


def command_line(participants: Path, endpoint: Path, changed: dict[str, object]) -> list[str]:
    arguments = {
        **{"role": "producer", "endpoint": endpoint, "messages": 100, "duration-ns": 0},
        **{"payload-bytes": 32, "capacity-bytes": 4096, "publish-every": 1, "flush-every": 0},
        **{"rate-per-s": 0, "wait": "park", "clock": "realtime", "stamp": "none"},
        **{"contents": "tick", "pattern": "one-way", "api": "reference"},
        **{"timeout-ns": 10_000_000_000, "unknown": "ignored"},
    } | changed
    words = [str(word) for key, value in arguments.items() for word in (f"--{key}", value)]
    return [str(participants / "producers" / "go" / "uds"), *words]


def refusal(command: list[str], status: int) -> str:
    """What the program says on standard error, after the checks that every refusal has to pass."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("role", "consumer", "producer"),
        ("pattern", "round-trip", "one-way"),
        ("api", "teleport", "reference"),
        ("clock", "sundial", "realtime, monotonic"),
        ("stamp", "native", "time_ns, none"),
        ("contents", "poetry", "tick, mixed"),
        ("payload-bytes", "31", "from 32"),
        ("messages", "-1", "from 0"),
        ("rate-per-s", "fast", "from 0"),
        ("timeout-ns", "0", "from 1"),
    ],
)
def test_what_it_cannot_do_is_refused_by_name(
    participants: Path, tmp_path: Path, key: str, value: str, allowed: str
) -> None:
    sentence = refusal(command_line(participants, tmp_path / "bus", {key: value}), 2)
    assert re.search(f"--{key} is '{value}'.*{allowed}", sentence)


def test_a_key_without_its_value_is_refused(participants: Path, tmp_path: Path) -> None:
    command = command_line(participants, tmp_path / "bus", {})[:-1]
    assert "--unknown has no value" in refusal(command, 2)


def test_a_missing_key_is_refused(participants: Path, tmp_path: Path) -> None:
    command = command_line(participants, tmp_path / "bus", {})
    place = command.index("--stamp")
    assert "--stamp is missing" in refusal(command[:place] + command[place + 2 :], 2)


def test_a_consumer_that_is_not_there_is_named(participants: Path, tmp_path: Path) -> None:
    sentence = refusal(command_line(participants, tmp_path / "bus", {}), 4)
    assert str(tmp_path / "bus") in sentence


def test_a_message_that_the_socket_cannot_take_is_refused(with_go: Tickring) -> None:
    arguments = ("run", "seed", *PAIR, "--payload-bytes", str(1 << 30), "--out", "out")
    process = with_go.start(*arguments)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert f"--payload-bytes is {1 << 30}" in err


@pytest.fixture
def begun(participants: Path, tmp_path: Path) -> Iterator[Begun]:
    """The program after its `ready`, and the consumer's end of the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(tmp_path / "bus"))
        listener.listen(1)
        with subprocess.Popen(
            command_line(participants, tmp_path / "bus", {"messages": 100_000_000}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout.readline() == "ready\n"
            consumer, _ = listener.accept()
            with consumer:
                consumer.settimeout(60)
                yield process, consumer


def test_the_end_of_standard_input_before_the_start_gives_the_run_up(begun: Begun) -> None:
    process, _ = begun
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert "standard input has ended" in err


def report_of(process: subprocess.Popen[str]) -> dict:
    assert process.wait(timeout=60) == 0
    (line,) = process.stdout.read().splitlines()
    return json.loads(line.removeprefix("report "))


def start(process: subprocess.Popen[str]) -> None:
    process.stdin.write("go 1\n")
    process.stdin.flush()


def test_a_stop_before_the_start_ends_the_stream(begun: Begun) -> None:
    process, consumer = begun
    process.send_signal(signal.SIGTERM)
    assert consumer.recv(64) == bytes(32)
    report = report_of(process)
    assert (report["end"], report["messages"]) == ("stopped", 0)


def test_a_stop_counts_what_was_sent_and_ends_the_stream(begun: Begun) -> None:
    process, consumer = begun
    start(process)
    messages = 0
    while any(consumer.recv(64)):
        messages += 1
        if messages == 1000:
            process.send_signal(signal.SIGTERM)
    report = report_of(process)
    assert (report["end"], report["messages"]) == ("stopped", messages)


def test_a_message_without_a_stamp_has_zeros_in_its_place(begun: Begun) -> None:
    process, consumer = begun
    start(process)
    ticks = [struct.unpack("<8sdIQI", consumer.recv(64)) for _ in range(2)]
    assert ticks == [(b"BTCUSDT\0", 60000.0, 0, 0, 0), (b"BTCUSDT\0", 60000.25, 1, 0, 0)]


def test_a_consumer_that_closed_is_reported(begun: Begun) -> None:
    process, consumer = begun
    consumer.close()
    start(process)
    report = report_of(process)
    assert report["end"] == "peer_closed"
    assert "the consumer closed its end" in report["error"]
