# SPDX-License-Identifier: Apache-2.0
"""Trade files become prepared ones, or are refused with the line that is wrong."""

import hashlib
import runpy
import struct
import sys
from pathlib import Path

import pytest
from tickring_replay import prepared
from tickring_replay.columns import Columns, read_columns
from tickring_replay.errors import BadTrades
from tickring_replay.prepare import prepare

HEADER = "symbol,price,quantity,timestamp\n"
GOOD = HEADER + "BTCUSDT,60000.25,3,1000\nETH,1e-3,0,1000\nSOLUSDTX,-2,4294967295,251000\n"
NORMAL = 1_000_000


def prepared_from(
    folder: Path, text: str | bytes, columns: str = "", speed: int = NORMAL, **limits: int
) -> tuple[dict, list[prepared.Trade]]:
    path, out = folder / "trades.csv", folder / "ticks.bin"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    about = prepare(path, read_columns(columns), speed, out, **limits)
    trades = prepared.Prepared(str(out))
    assert trades.count == about["count"]
    return about, list(trades.part(range(trades.count)))


def refusal(folder: Path, text: str | bytes, columns: str = "", speed: int = NORMAL) -> str:
    with pytest.raises(BadTrades) as bad:
        prepared_from(folder, text, columns, speed)
    assert [path.name for path in folder.iterdir()] == ["trades.csv"]
    sentence = str(bad.value)
    assert sentence.startswith(f"--ticks '{folder / 'trades.csv'}': ")
    assert "\n" not in sentence
    return sentence.partition("csv': ")[2]


def test_trades_keep_their_values_and_count_their_time_from_the_first(tmp_path: Path) -> None:
    about, trades = prepared_from(tmp_path, GOOD)
    assert trades == [
        (b"BTCUSDT\0", 60000.25, 3, 0, 0),
        (b"ETH\0\0\0\0\0", 1e-3, 0, 0, 0),
        (b"SOLUSDTX", -2.0, 4294967295, 0, 250_000),
    ]
    digest = hashlib.sha256(GOOD.encode()).hexdigest()
    assert about == {
        **{"kind": "csv", "sha256": digest, "trades": 3, "count": 3, "length_ns": 250_000},
    }


def test_the_file_has_the_bytes_of_the_contract(tmp_path: Path) -> None:
    prepared_from(tmp_path, GOOD)
    data = (tmp_path / "ticks.bin").read_bytes()
    assert data[:32] == b"TICKTRAD" + struct.pack("<IIQQ", 1, 0, 3, 250_000)
    last = b"SOLUSDTX" + struct.pack("<dIIQ", -2.0, 4294967295, 0, 250_000)
    assert data[32 + 64 :] == last


def test_a_speed_divides_the_times(tmp_path: Path) -> None:
    for speed, last_ns in ((2_500_000, 100_000), (500_000, 500_000)):
        assert prepared_from(tmp_path, GOOD, speed=speed)[1][-1][4] == last_ns
        (tmp_path / "ticks.bin").unlink()


def test_limits_leave_out_the_later_trades(tmp_path: Path) -> None:
    for limits in ({"most": 2}, {"end_ns": 250_000}):
        about, trades = prepared_from(tmp_path, GOOD, **limits)
        assert (about["trades"], about["count"], len(trades)) == (3, 2, 2)
        (tmp_path / "ticks.bin").unlink()
    assert prepared_from(tmp_path, GOOD, end_ns=250_001)[0]["count"] == 3


def test_columns_have_any_name_order_and_company(tmp_path: Path) -> None:
    text = "id,t,side,px,qty,sym\n7,5,buy,2.5,9,ETH\n8,6,sell, 2.75 ,1,ETH\n"
    columns = "symbol=sym,price=px,quantity=qty,timestamp=t:ms"
    _, trades = prepared_from(tmp_path, text, columns)
    assert trades[1] == (b"ETH\0\0\0\0\0", 2.75, 1, 0, 1_000_000)


def test_a_byte_order_mark_and_other_line_ends_are_taken(tmp_path: Path) -> None:
    _, trades = prepared_from(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(trades) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: there is none; a header"),
        (HEADER, "no trade follows"),
        ("symbol,price,timestamp\nA,1,1\n", "line 1: the column 'quantity' for quantity is not th"),
        (
            "price,price,symbol,quantity,timestamp\n",
            "line 1: the column 'price' for price is twice",
        ),
        (GOOD[:-3], "line 4: it has no newline at its end"),
        (HEADER + "A,1,1\n", "line 2: it has 3 values; 4 are needed"),
        (HEADER + "A,1,1,1,1\n", "line 2: it has 5 values; 4 are needed"),
        (HEADER + "A,1,1,1\n\nA,1,1,1\n", "line 3: it has 0 values; 4 are needed"),
        (HEADER + "A,1,1,2\nA,1,1,1\n", "line 3: timestamp is '1'; a time not before that of"),
        (HEADER + "A,nan,1,1\n", "line 2: price is 'nan'; a finite number is needed"),
        (HEADER + "A,-inf,1,1\n", "line 2: price is '-inf'; a finite number is needed"),
        (HEADER + "A,1_0,1,1\n", "line 2: price is '1_0'"),
        (HEADER + "A,,1,1\n", "line 2: price is ''"),
        (HEADER + "A,1,4294967296,1\n", "line 2: quantity is '4294967296'; a whole number from 0"),
        (HEADER + "A,1,-1,1\n", "line 2: quantity is '-1'; a whole number from 0 to 4294967295"),
        (HEADER + "A,1,0.5,1\n", "line 2: quantity is '0.5'; a whole number from 0 to 4294967295"),
        (HEADER + f"A,1,{'9' * 5000},1\n", "line 2: quantity is '9999"),
        (HEADER + "A,1,1,2026-11-21\n", "line 2: timestamp (ns) is '2026-11-21'; a whole number"),
        (HEADER + "A,1,1,9223372036854775808\n", "line 2: timestamp (ns) is '9223372036854775808'"),
        (HEADER + "ABCDEFGHI,1,1,1\n", "line 2: symbol is 'ABCDEFGHI'; text of 1 to 8 bytes"),
        (HEADER + "\u20ac\u20ac\u20ac,1,1,1\n", "line 2: symbol is '\u20ac\u20ac\u20ac'; text of"),
        (HEADER + ",1,1,1\n", "line 2: symbol is ''; text of 1 to 8 bytes is needed"),
        (HEADER + "A\0B,1,1,1\n", "line 2: symbol is 'A\\x00B'; text of 1 to 8 bytes is needed"),
        (HEADER.encode() + b"A,1,1,1\nA\xff,1,1,1\n", "line 3: byte 2 is not UTF-8"),
        (HEADER + '"A,1,1,1\n', "line 2: "),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    assert refusal(tmp_path, text).startswith(sentence)


def test_a_time_that_no_clock_reaches_at_this_speed_is_refused(tmp_path: Path) -> None:
    text = HEADER + "A,1,1,0\nA,1,1,9223372036854775807\n"
    assert refusal(tmp_path, text, speed=1000).startswith("line 3: timestamp is '922337")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(BadTrades, match="there is no such file"):
            prepare(path, Columns(), NORMAL, tmp_path / "ticks.bin")


@pytest.mark.parametrize("text", ["price", "price=", "cost=px", "price=a,=b"])
def test_a_mapping_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadTrades, match="--ticks-columns has .*symbol, price, quantity, timestamp"):
        read_columns(text)


def test_a_colon_in_the_name_of_a_column_is_part_of_it_unless_a_unit_follows() -> None:
    assert read_columns("timestamp=a:b").names[3] == "a:b"
    assert read_columns("timestamp=a:b:us") == Columns((*Columns().names[:3], "a:b"), "us")


def test_a_prepared_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    prepared_from(tmp_path, GOOD)
    path = tmp_path / "ticks.bin"
    for length in (path.stat().st_size - 1, prepared.HEADER.size - 1, 1):
        path.write_bytes(path.read_bytes()[:length])
        with pytest.raises(ValueError, match="not a prepared trade file"):
            prepared.Prepared(str(path))


def run_program(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["tickring_replay", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tickring_replay", run_name="__main__")
    return ended.value.code


def test_without_its_package_parquet_is_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "trades.parquet"
    path.write_bytes(b"PAR1 and so on")
    out = tmp_path / "ticks.bin"
    assert run_program(monkeypatch, "--ticks", path, "--out", out) == 2
    assert "Parquet is not available: " in capsys.readouterr().err
    assert not out.exists()


def test_the_example_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = Path(__file__).parents[2] / "examples" / "ticks"
    monkeypatch.setattr(sys, "argv", ["make_trades.py", "--out", str(tmp_path / "trades.csv")])
    runpy.run_path(str(example / "make_trades.py"), run_name="__main__")
    assert (tmp_path / "trades.csv").read_bytes() == (example / "trades.csv").read_bytes()
