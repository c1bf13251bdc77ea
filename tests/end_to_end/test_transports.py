# SPDX-License-Identifier: Apache-2.0
"""The transports pipe and uds, which the harness knows no line about."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import Tickring
from test_deaths import assert_nothing_is_left, wait_for_children, wait_for_messages
from test_scenarios import check_complete

TRANSPORTS = ("pipe", "uds")
PRODUCERS = ("python", "c", "rust")
CONSUMERS = ("rust", "c", "python")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("producer", PRODUCERS)
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_every_pair_delivers_everything(
    tickring: Tickring, transport: str, producer: str, consumer: str
) -> None:
    pair = ("--transport", transport, "--producer", producer, "--consumer", consumer)
    result = tickring.measure("seed", *pair, "--messages", "20000").result
    check_complete(result, 20_000)
    assert result["latency_ns"]["count"] == 20_000


@pytest.mark.parametrize("producer", PRODUCERS)
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_messages_that_a_pipe_gives_in_parts_arrive_whole(
    tickring: Tickring, producer: str, consumer: str
) -> None:
    pair = ("--transport", "pipe", "--producer", producer, "--consumer", consumer)
    sizes = ("--payload-bytes", "9001", "--capacity-bytes", "4096")
    check_complete(tickring.measure("seed", *pair, *sizes, "--messages", "3000").result, 3000)


@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_full_transport_is_counted(tickring: Tickring, producer: str) -> None:
    for transport in TRANSPORTS:
        pair = ("--transport", transport, "--producer", producer, "--consumer", "python")
        result = tickring.measure(
            *("seed", *pair, "--messages", "20000"),
            *("--capacity-bytes", "4096", "--payload-bytes", "2048"),
        ).result
        check_complete(result, 20_000)
        assert result["producer"]["backpressure_count"] > 0


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_time_limit_ends_a_run(tickring: Tickring, transport: str, producer: str) -> None:
    pair = ("--transport", transport, "--producer", producer, "--consumer", "c")
    result = tickring.measure("seed", *pair, "--duration-s", "0.1").result
    check_complete(result, result["producer"]["messages_sent"])
    paced = ("--duration-s", "0.1", "--rate", "10000")
    check_complete(tickring.measure("seed", *pair, *paced).result, 1000)


@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_message_that_a_socket_cannot_take_is_refused(tickring: Tickring, producer: str) -> None:
    process = tickring.start(
        *("run", "seed", "--transport", "uds", "--producer", producer, "--consumer", "c"),
        *("--payload-bytes", str(1 << 30), "--out", "out"),
    )
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "payload-bytes" in err and str(1 << 30) in err


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_killed_producer_leaves_what_it_sent(
    tickring: Tickring, transport: str, consumer: str
) -> None:
    pair = ("--transport", transport, "--producer", "c", "--consumer", consumer)
    process = tickring.start("run", "seed", *pair, "--messages", "100000000", "--out", "out")
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children["producer"], signal.SIGKILL)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 4, err
    assert_nothing_is_left(children)
    (result,) = (json.loads(p.read_text()) for p in tickring.folder.glob("out/*/result.json"))
    assert result["status"] == "incomplete"
    received = result["consumer"]
    assert received["messages_received"] > 1000
    assert (received["lost"], received["duplicated"], received["torn"]) == (0, 0, 0)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_killed_consumer_is_noticed(tickring: Tickring, transport: str, producer: str) -> None:
    pair = ("--transport", transport, "--producer", producer, "--consumer", "c")
    process = tickring.start("run", "seed", *pair, "--messages", "100000000", "--out", "out")
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children["consumer"], signal.SIGKILL)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 4, err
    assert "the consumer closed its end" in err
    assert_nothing_is_left(children)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("producer", PRODUCERS)
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_stop_keeps_all_that_was_sent(
    tickring: Tickring, transport: str, producer: str, consumer: str
) -> None:
    pair = ("--transport", transport, "--producer", producer, "--consumer", consumer)
    process = tickring.start("run", "seed", *pair, "--messages", "100000000", "--out", "out")
    wait_for_messages(process, wait_for_children(process))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    (result,) = (json.loads(p.read_text()) for p in tickring.folder.glob("out/*/result.json"))
    assert result["consumer"]["messages_received"] == result["producer"]["messages_sent"] > 0


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_producer_that_stands_still_is_given_up(
    tickring: Tickring, transport: str, consumer: str
) -> None:
    pair = ("--transport", transport, "--producer", "c", "--consumer", consumer)
    process = tickring.start(
        *("run", "seed", *pair, "--messages", "100000000"), *("--timeout-s", "1", "--out", "out")
    )
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children["producer"], signal.SIGSTOP)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert "the consumer ended with 'timeout'" in err
    assert_nothing_is_left(children)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_consumer_that_stands_still_is_given_up(
    tickring: Tickring, transport: str, producer: str
) -> None:
    pair = ("--transport", transport, "--producer", producer, "--consumer", "c")
    process = tickring.start(
        *("run", "seed", *pair, "--messages", "100000000"), *("--timeout-s", "1", "--out", "out")
    )
    children = wait_for_children(process)
    wait_for_messages(process, children)
    os.kill(children["consumer"], signal.SIGSTOP)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert "the producer ended with 'timeout'" in err
    assert_nothing_is_left(children)


@pytest.mark.parametrize("role", ["producer", "consumer"])
@pytest.mark.parametrize("transport", ["ring", "pipe", "uds"])
@pytest.mark.parametrize("language", ["c", "rust", "python"])
def test_an_api_that_a_program_lacks_is_refused_by_name(
    tickring: Tickring, tmp_path: Path, transport: str, language: str, role: str
) -> None:
    programs = tickring.prefix / "libexec" / "tickring" / f"{role}s" / language
    python = [tickring.prefix / "bin" / "python"] if language == "python" else []
    program = [*python, programs / (f"{transport}.py" if python else transport)]
    arguments = {
        **{"role": role, "endpoint": tmp_path / "bus", "record": tmp_path, "messages": 1},
        **{"duration-ns": 0, "payload-bytes": 32, "capacity-bytes": 4096, "publish-every": 1},
        **{"flush-every": 0, "rate-per-s": 0, "wait": "park", "clock": "realtime"},
        **{"stamp": "none", "contents": "tick", "pattern": "one-way", "api": "teleport"},
        "timeout-ns": 1_000_000,
    }
    words = [str(word) for key, value in arguments.items() for word in (f"--{key}", value)]
    done = subprocess.run([*program, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search("api.*teleport.*has.* reference", done.stderr)
