# SPDX-License-Identifier: Apache-2.0
"""What the latency consists of, and what it costs to know."""
