# SPDX-License-Identifier: Apache-2.0
import signal

import pytest


@pytest.fixture(autouse=True)
def default_signals() -> None:
    """A shell without job control starts what runs in the background with SIGINT ignored, and
    children would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
