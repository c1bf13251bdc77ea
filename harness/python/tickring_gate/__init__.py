# SPDX-License-Identifier: Apache-2.0
"""The regression gate: whether a change made something slower, decided by blocks of fresh runs."""
