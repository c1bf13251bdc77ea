# SPDX-License-Identifier: Apache-2.0
"""What the residency model predicts for any batch, beside what is measured."""
