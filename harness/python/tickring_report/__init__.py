# SPDX-License-Identifier: Apache-2.0
"""What is said of kept runs: reads run directories and measures nothing itself."""
