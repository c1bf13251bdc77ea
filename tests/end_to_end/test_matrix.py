# SPDX-License-Identifier: Apache-2.0
"""Every pair of languages in every way of waiting and publishing, on the smallest ring and on the
default one, with messages of mixed sizes of which every byte is checked."""

import itertools
import mmap

import pytest
from conftest import Tickring

LANGUAGES = ("python", "c", "rust")
WAITS = ("spin", "hybrid", "park")
LARGER_THAN_THE_RING = 100_000
PUBLISH_EVERY = (1, 32, LARGER_THAN_THE_RING)
# The largest message beside the ring: a few of them fill the smallest, all of them the default one.
SIZES = ((mmap.PAGESIZE, 1000), (1 << 20, 4000))
MESSAGES = 5000
FAULTS = ("lost", "duplicated", "reordered", "torn", "wrong_length")


@pytest.mark.parametrize("producer", LANGUAGES)
@pytest.mark.parametrize("consumer", LANGUAGES)
def test_a_pair_delivers_everything_in_every_mode(
    tickring: Tickring, producer: str, consumer: str
) -> None:
    modes = itertools.product(WAITS, PUBLISH_EVERY, SIZES)
    for wait, publish_every, (capacity, payload) in modes:
        mode = f"wait {wait}, publish-every {publish_every}, capacity {capacity}"
        result = tickring.measure(
            *("seed", "--messages", str(MESSAGES), "--producer", producer),
            *("--consumer", consumer, "--wait", wait, "--flush-every", "0"),
            *("--publish-every", str(publish_every), "--capacity-bytes", str(capacity)),
            *("--contents", "mixed", "--payload-bytes", str(payload)),
        ).result
        received = result["consumer"]
        assert result["status"] == "complete", mode
        assert received["messages_received"] == MESSAGES, mode
        assert [received[fault] for fault in FAULTS] == [0] * len(FAULTS), mode
