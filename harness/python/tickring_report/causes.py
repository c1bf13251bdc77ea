# SPDX-License-Identifier: Apache-2.0
"""The causes of spikes: what they are called, and how a figure shows them."""

WORDS = {
    "producer_descheduled": "producer descheduled",
    "consumer_descheduled": "consumer descheduled",
    "gc_pause": "garbage collection",
    "ring_full": "ring full",
    "wake": "a wake",
    "page_fault": "page fault",
    "outside_process": "outside the processes",
    "clock_step": "clock step",
    "unknown": "unknown",
}


def words_of(cause: str) -> str:
    """A cause in words."""
    return WORDS.get(cause, cause.replace("_", " "))
