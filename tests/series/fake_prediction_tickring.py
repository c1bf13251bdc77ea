# SPDX-License-Identifier: Apache-2.0
"""Stands for `tickring`: its means follow the residency model exactly, with a transport of 700 ns
and 40 ns of reading; FAKE_OFF_NS is added to those of batches of 8."""

import json
import os
import sys

FLAGS = dict(zip(sys.argv[3::2], sys.argv[4::2], strict=False))
TRANSPORT_NS, READING_NS = 700.0, 40.0

if os.environ.get("FAKE_REFUSES") == FLAGS.get("--publish-every"):
    print("tickring: seed: the producer refused: made up", file=sys.stderr)
    sys.exit(2)
is_probe = sys.argv[2] == "pingpong"
batch, is_stamped = int(FLAGS.get("--publish-every", 1)), FLAGS.get("--stamp") != "none"
rate_per_s = int(FLAGS.get("--rate", 1))
mean_ns = (batch - 1) / 2 * (1e9 / rate_per_s + READING_NS) + TRANSPORT_NS
mean_ns += float(os.environ.get("FAKE_OFF_NS", 0)) if batch == 8 else 0
print(
    json.dumps(
        {
            "status": "complete",
            "project": {"commit": "0123abc", "dirty": False},
            "environment": {"cpu_model": {"value": "made up"}, "boot_id": {"value": "1"}},
            "producer": {"achieved_rate_per_s": rate_per_s},
            "windows": {"steady_mean_ns": mean_ns if is_stamped else None},
            # With stamps the reading takes longer, and is not that of the model.
            "residency": {
                "reading_ns": 90.0 if is_stamped else READING_NS,
                "effective_batch": batch,
            },
            "round_trip": {"trimmed_mean_ns": 120.5} if is_probe else None,
        }
    )
)
