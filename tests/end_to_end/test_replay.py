# SPDX-License-Identifier: Apache-2.0
"""Recorded trades, from their file to the consumer's recorder."""

import json
from pathlib import Path

import jsonschema
import pytest
from conftest import Tickring
from test_scenarios import check_complete

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ticks" / "trades.csv"
SCHEMA = json.loads((ROOT / "harness" / "result.schema.json").read_text())
HEADER = "symbol,price,quantity,timestamp\n"
SENDERS = [
    ("seed",),
    ("sender",),
    ("sender-stamped",),
    ("seed-unstamped",),
    ("seed", "--producer", "c"),
    ("seed", "--producer", "rust", "--publish-every", "1", "--flush-every", "0"),
]


@pytest.mark.parametrize("consumer", ["rust", "c", "python"])
@pytest.mark.parametrize("sender", SENDERS)
def test_every_pair_delivers_the_trades_of_the_file(
    tickring: Tickring, sender: tuple[str, ...], consumer: str
) -> None:
    flags = ("--ticks", str(EXAMPLE), "--consumer", consumer, "--payload-bytes", "48")
    result = tickring.measure(*sender, *flags).result
    jsonschema.validate(result, SCHEMA)
    check_complete(result, 2000)
    assert result["scenario"]["contents"] == "replay"
    assert result["intended_latency_ns"]["count"] == 2000
    # No trade is sent before its time.
    assert result["intended_latency_ns"]["negative_count"] == 0
    replay = result["replay"]
    assert (replay["file"], replay["trades"], replay["sent"]) == ("trades.csv", 2000, 2000)


def test_a_speed_stretches_the_times(tickring: Tickring) -> None:
    flags = ("seed", "--producer", "c", "--ticks", str(EXAMPLE), "--speed", "0.5")
    result = tickring.measure(*flags).result
    assert result["replay"]["speed"] == 0.5
    normal = tickring.measure("seed", "--producer", "c", "--ticks", str(EXAMPLE)).result
    assert result["replay"]["length_s"] == pytest.approx(2 * normal["replay"]["length_s"])
    assert result["schedule_delay_ns"]["negative_count"] == 0


@pytest.mark.parametrize(
    ("limit", "sent"), [(("--messages", "70"), 70), (("--duration-s", "1"), 2)]
)
def test_limits_send_the_first_trades_only(
    tickring: Tickring, limit: tuple[str, str], sent: int
) -> None:
    file = tickring.folder / "slow.csv"
    rows = [f"A,1,{i},{i * 5 // 7 * 600}\n" for i in range(100)]
    file.write_text(
        HEADER + "A,1,1,0\nB,2,2,999\nC,3,3,1000\n" if sent == 2 else HEADER + "".join(rows)
    )
    columns = (
        "--ticks-columns",
        "timestamp=timestamp:ms" if sent == 2 else "timestamp=timestamp:us",
    )
    result = tickring.measure("seed", "--ticks", str(file), *columns, *limit).result
    check_complete(result, sent)
    assert result["replay"]["sent"] == sent < result["replay"]["trades"]


def test_a_scenario_file_can_name_the_trades(tickring: Tickring) -> None:
    scenario = tickring.folder / "mine.toml"
    scenario.write_text(f'ticks = "{EXAMPLE}"\nspeed = 2.0\nproducer = "c"\npublish_every = 8\n')
    result = tickring.measure(str(scenario)).result
    check_complete(result, 2000)
    assert (result["replay"]["speed"], result["scenario"]["changed"]) == (2.0, [])


def test_values_that_are_not_those_of_the_file_are_torn(
    tickring: Tickring, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tickring.folder / "more" / "producers" / "lying"
    folder.mkdir(parents=True)
    source = (ROOT / "producers" / "python" / "ring.py").read_text()
    lying = source.replace(
        "price, quantity, stamp(), i)", "price, quantity ^ (i == 7), stamp(), i)"
    )
    assert lying != source
    (folder / "ring.py").write_text(lying)
    monkeypatch.setenv("TICKRING_PARTICIPANTS", str(tickring.folder / "more"))
    process = tickring.start("run", "--producer", "lying", "--ticks", str(EXAMPLE), "--out", "out")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "2000 sent, 2000 received, 0 lost, 0 duplicated, 0 reordered, 1 torn" in err


def refused(tickring: Tickring, *flags: str) -> str:
    process = tickring.start("run", *flags, "--out", "out")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, ""), err
    assert not (tickring.folder / "out").exists() or not list((tickring.folder / "out").iterdir())
    assert "Traceback" not in err
    return err.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "line 1: there is none; a header with names of columns is needed"),
        (HEADER.encode() + b"A,1,1,5\nA,nan,1,6\n", "line 3: price is 'nan'; a finite number is"),
        (HEADER.encode() + b"A,1,1,5\nA,1,1,4\n", "line 3: timestamp is '4'; a time not before"),
        (HEADER.encode() + b"A,1,1,5\nA,1,4294967296,6\n", "line 3: quantity is '4294967296'"),
        (
            HEADER.encode() + b"A,1,1,5\nA,1",
            "line 3: it has no newline at its end: the file is cut",
        ),
        (HEADER.encode() + b"A,1,1,5\n\xff,1,1,6\n", "line 3: byte 1 is not UTF-8"),
        (b"symbol,price,quantity\nA,1,1\n", "line 1: the column 'timestamp' for timestamp is not"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_nothing_is_kept(
    tickring: Tickring, text: bytes, sentence: str
) -> None:
    file = tickring.folder / "bad.csv"
    file.write_bytes(text)
    assert f"tickring: --ticks '{file}': {sentence}" in refused(tickring, "--ticks", str(file))


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--ticks", "none.csv"), "--ticks 'none.csv': there is no such file; a CSV or Parquet"),
        (("--speed", "2"), "--speed and --ticks-columns need --ticks"),
        (("--ticks", "x", "--speed", "0"), "--speed '0' is not allowed; give a factor from 0.001"),
        (("--ticks", "x", "--rate", "5"), "--rate '5' is not allowed with --ticks; give none"),
        (("--ticks", "x", "--contents", "mixed"), "--contents 'mixed' is not allowed with --ticks"),
        (("pingpong", "--ticks", "x"), "--pattern 'round-trip' is not allowed with --ticks"),
        (("--ticks", ""), "--ticks '' is not allowed"),
        (("--ticks", str(EXAMPLE), "--ticks-columns", "cost=px"), "--ticks-columns has 'cost=px'"),
        (("batch", "--ticks", str(EXAMPLE)), "contents is 'replay'; api 'batch' has"),
    ],
)
def test_what_does_not_go_with_trades_is_refused_by_name(
    tickring: Tickring, flags: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(tickring, *flags)


@pytest.mark.parametrize("transport", ["pipe", "uds"])
@pytest.mark.parametrize("producer", ["python", "c", "rust"])
def test_a_producer_that_cannot_send_trades_refuses_them(
    tickring: Tickring, transport: str, producer: str
) -> None:
    pair = ("--transport", transport, "--producer", producer, "--ticks", str(EXAMPLE))
    sentence = refused(tickring, *pair)
    for word in ("the producer refused", "contents", "replay", "tick", "mixed"):
        assert word in sentence
