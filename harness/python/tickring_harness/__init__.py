# SPDX-License-Identifier: Apache-2.0
"""What the Python programs of the harness share."""
