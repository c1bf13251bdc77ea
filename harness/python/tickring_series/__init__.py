# SPDX-License-Identifier: Apache-2.0
"""Series of runs of the harness, each run a fresh process, and what they say together."""
