# SPDX-License-Identifier: Apache-2.0
from collections import Counter

from tickring_series.peers.plan import (
    BARE_LINES,
    FLAT_OUT,
    FLUSH_EACH,
    MODES,
    NATIVE,
    NATIVE_EACH,
    NATIVE_UNSTAMPED_MODES,
    PACED,
    ROUND_TRIP,
    UNSTAMPED,
    UNSTAMPED_MODES,
    all_rows,
    order_of,
)

ROWS = all_rows()


def names(mode: str) -> set[str]:
    return {row.name for row in ROWS if row.mode == mode}


def test_every_transport_is_measured_flat_out_and_paced() -> None:
    transports = {"ring", "pipe", "uds", "zmq", "iceoryx2", "tachyon"}
    for mode in (FLAT_OUT, PACED):
        own = [row for row in ROWS if row.mode == mode]
        assert {row.transport for row in own} == transports
        assert {(row.producer, row.consumer) for row in own} == {("python", "rust")}


def test_the_lossy_relative_is_measured_natively_and_marked() -> None:
    assert {"ringfire", "ringfire lossless"} <= names(NATIVE_EACH)
    assert {row.name for row in ROWS if row.guarantee == "lossy"} == {"ringfire"}


def test_each_way_of_the_ring_that_has_stamps_is_measured_without_them_too() -> None:
    assert names(UNSTAMPED) == {"ring", "ring sender", "ring batch", "tachyon"}
    assert {row.producer for row in ROWS if row.mode == UNSTAMPED} == {"python"}


def test_batches_are_sent_where_messages_are_published_together() -> None:
    assert "ring batch" in names(FLAT_OUT) & names(UNSTAMPED) & names(NATIVE)
    assert not any("ring batch" in names(mode) for mode in (FLUSH_EACH, PACED, NATIVE_EACH))


def test_native_rows_have_a_floor_beside_them() -> None:
    assert "cacheline" in names(ROUND_TRIP)
    for mode in NATIVE_UNSTAMPED_MODES:
        assert {BARE_LINES, f"{BARE_LINES} packed"} <= names(mode)


def test_nothing_is_stamped_where_throughput_alone_is_compared() -> None:
    for row in ROWS:
        stampless = row.flags[-2:] == ("--stamp", "none")
        assert stampless == (row.mode in UNSTAMPED_MODES), row.key


def test_a_row_is_known_by_mode_and_name_alone() -> None:
    assert max(Counter(row.key for row in ROWS).values()) == 1
    assert {row.mode for row in ROWS} == set(MODES)


def test_each_repeat_visits_every_row_once_in_an_order_of_its_own() -> None:
    orders = [order_of(ROWS, repeat, seed=7) for repeat in range(11)]
    for order in orders:
        assert Counter(row.key for row in order) == Counter(row.key for row in ROWS)
    assert len({tuple(row.key for row in order) for order in orders}) == 11


def test_no_row_has_its_place_by_habit() -> None:
    places = {row.key: 0 for row in ROWS}
    for repeat in range(200):
        for place, row in enumerate(order_of(ROWS, repeat, seed=7)):
            places[row.key] += place
    middle = (len(ROWS) - 1) / 2
    # The mean of 200 places has a standard deviation of some 0.8 of a place.
    assert all(abs(total / 200 - middle) < 5 for total in places.values())


def test_the_order_follows_from_the_seed() -> None:
    assert order_of(ROWS, 3, seed=7) == order_of(ROWS, 3, seed=7)
    assert order_of(ROWS, 3, seed=7) != order_of(ROWS, 3, seed=8)
