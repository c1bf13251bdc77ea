# SPDX-License-Identifier: Apache-2.0
"""What ends a gate without a verdict; the text is one sentence that says what to do."""


class Refused(Exception):
    """What was asked for is not possible: exit status 2."""


class Broken(Exception):
    """The gate cannot start or go on: exit status 4."""
