# SPDX-License-Identifier: Apache-2.0
"""The same workload over every transport that can be had here (make peers)."""
