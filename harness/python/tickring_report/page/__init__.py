# SPDX-License-Identifier: Apache-2.0
"""The page: its words and tables, from what was read, and the template that holds them."""
