# SPDX-License-Identifier: Apache-2.0
"""What a message costs when something grows (tickring sweep)."""
