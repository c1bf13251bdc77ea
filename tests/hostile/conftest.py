# SPDX-License-Identifier: Apache-2.0
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rules import goes_on
from victims import PROGRAMS, Order, Victim


def pytest_addoption(parser: pytest.Parser) -> None:
    """Only seen where this folder is named on the command line."""
    parser.addoption("--exhaustive", action="store_true", help="every bit, and more repeats")


@pytest.fixture(scope="session")
def is_exhaustive(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--exhaustive", default=False))


@pytest.fixture(scope="session")
def victims() -> Iterator[dict[str, Victim]]:
    """Those that are running, by language."""
    running: dict[str, Victim] = {}
    yield running
    for victim in running.values():
        victim.stop()


@pytest.fixture
def path() -> Iterator[Path]:
    """Of the socket, in a folder that other users may look into."""
    with tempfile.TemporaryDirectory(prefix="tickring-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "bus"


@pytest.fixture(params=PROGRAMS)
def victim(
    request: pytest.FixtureRequest, victims: dict[str, Victim], path: Path
) -> Iterator[Victim]:
    """The same process for every attack, until one of them breaks it."""
    language = request.param
    if language not in victims:
        victims[language] = Victim(language)
        goes_on(victims[language], Order("listen", "consumer", path))
    failed_before = request.session.testsfailed
    yield victims[language]
    if request.session.testsfailed > failed_before:
        victims.pop(language).stop()
