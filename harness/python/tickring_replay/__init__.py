# SPDX-License-Identifier: Apache-2.0
"""Recorded trades, checked and put into the form in which participants send them."""
