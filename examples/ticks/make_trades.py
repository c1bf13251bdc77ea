#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes trades.csv: SYNTHETIC trades, drawn from a random walk, to be sent with
`tickring run sender --ticks examples/ticks/trades.csv`. They come in bursts, as trades do.

    make_trades.py [--trades N] [--seed N] [--out FILE]
"""

import argparse
import csv
import random
from pathlib import Path

SYMBOLS = {"BTCUSDT": 60_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 150.0}
FIRST_NS = 1_790_000_000_000_000_000
BURST_GAP_NS, PAUSE_NS = 2_000, 400_000  # means of the times between trades
PAUSES = 0.05  # share of the trades after which a burst is over
STEP = 0.0001  # of the price, one standard deviation
MOST_QUANTITY = 500


def main() -> None:
    """Writes what the command line says."""
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="writes synthetic trades")
    parser.add_argument("--trades", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=here / "trades.csv")
    options = parser.parse_args()
    rng, time_ns, prices = random.Random(options.seed), FIRST_NS, dict(SYMBOLS)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["symbol", "price", "quantity", "timestamp"])
        for _ in range(options.trades):
            symbol = rng.choice(sorted(prices))
            prices[symbol] *= 1 + rng.gauss(0, STEP)
            out.writerow([symbol, f"{prices[symbol]:.2f}", rng.randint(1, MOST_QUANTITY), time_ns])
            mean_ns = PAUSE_NS if rng.random() < PAUSES else BURST_GAP_NS
            time_ns += round(rng.expovariate(1 / mean_ns))


if __name__ == "__main__":
    main()
