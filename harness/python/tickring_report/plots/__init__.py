# SPDX-License-Identifier: Apache-2.0
"""The figures of a report: a function each, from what was read to a drawing and its numbers."""
