# SPDX-License-Identifier: Apache-2.0
"""Every pair of languages in every way of waiting and publishing, on the smallest ring and on the
default one: nothing lost, doubled or torn."""

import itertools
import mmap

import pytest
from conftest import Tickring

LANGUAGES = ("python", "c", "rust")
WAITS = ("spin", "hybrid", "park")
LARGER_THAN_THE_RING = 100_000
PUBLISH_EVERY = (1, 32, LARGER_THAN_THE_RING)
CAPACITIES = (mmap.PAGESIZE, 1 << 20)
MESSAGES = 5000


@pytest.mark.parametrize("producer", LANGUAGES)
@pytest.mark.parametrize("consumer", LANGUAGES)
def test_a_pair_delivers_everything_in_every_mode(
    tickring: Tickring, producer: str, consumer: str
) -> None:
    for wait, publish_every, capacity in itertools.product(WAITS, PUBLISH_EVERY, CAPACITIES):
        mode = f"wait {wait}, publish-every {publish_every}, capacity {capacity}"
        result = tickring.measure(
            *("seed", "--messages", str(MESSAGES), "--producer", producer),
            *("--consumer", consumer, "--wait", wait, "--flush-every", "0"),
            *("--publish-every", str(publish_every), "--capacity-bytes", str(capacity)),
        ).result
        received = result["consumer"]
        assert result["status"] == "complete", mode
        assert received["messages_received"] == MESSAGES, mode
        assert (received["lost"], received["duplicated"], received["torn"]) == (0, 0, 0), mode
