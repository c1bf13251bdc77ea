# SPDX-License-Identifier: Apache-2.0
"""The loop of the published example, only its import changed, against a few lines of C that use the
installed library."""

import struct
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Tickring

HERE = Path(__file__).resolve().parent
FMT = "<8sdIQ4x"
TICK_SIZE = struct.calcsize(FMT)
FLUSH_BATCH = 64


@pytest.fixture
def consumer(tickring: Tickring) -> Path:
    """Ten lines of C, built as a user would."""
    program = tickring.folder / "ten_lines"
    library = tickring.prefix / "lib"
    subprocess.run(
        ["cc", "-std=c11", str(HERE / "ten_lines.c"), "-o", str(program)]
        + [f"-I{tickring.prefix / 'include'}", f"-L{library}", "-ltickring"]
        + [f"-Wl,-rpath,{library}"],
        check=True,
    )
    return program


def test_the_reference_loop_reaches_ten_lines_of_c(tickring: Tickring, consumer: Path) -> None:
    from tickring import Bus

    path = str(tickring.folder / "bus")
    receiver = subprocess.Popen([consumer, path], stdout=subprocess.PIPE, text=True)
    messages = 10_000
    symbol, price, qty = b"BTCUSDT", 60_000.0, 1
    with Bus.connect(path, arrival_timeout_s=10) as bus:
        for i in range(messages):
            tick_type = 1 if i % 2 == 0 else 2
            ts = time.time_ns()
            with bus.send_zero_copy(size=TICK_SIZE, type_id=tick_type) as tx:
                with memoryview(tx) as mv:
                    struct.pack_into(FMT, mv, 0, symbol, price, qty, ts)
                tx.actual_size = TICK_SIZE
            if (i + 1) % FLUSH_BATCH == 0:
                bus._bus.flush()
        with bus.send_zero_copy(size=TICK_SIZE, type_id=0) as tx:
            tx.actual_size = 0
        bus._bus.flush()
        out, _ = receiver.communicate(timeout=20)
    assert receiver.returncode == 0
    assert int(out) == messages
