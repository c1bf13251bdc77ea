# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest
from tickring_series.peers.availability import Peers, pins
from tickring_series.peers.plan import NATIVE, Row

from tests.series.made import rows

(TACHYON,) = rows("tachyon")
(NATIVE_TACHYON,) = rows("tachyon", mode=NATIVE)
(RING,) = rows("ring")


@pytest.fixture
def peers(tmp_path: Path) -> Peers:
    """A peer that is wholly there: a package of the pinned version, and all programs."""
    found = Peers(tmp_path / "peers", tmp_path / "build")
    (found.sources / "tachyon").mkdir(parents=True)
    (found.sources / "tachyon" / "requirements.txt").write_text("tachyon-ipc==0.5.1\n")
    site = found.build / "python" / "tachyon"
    (site / "tachyon").mkdir(parents=True)
    (site / "tachyon" / "__init__.py").write_text("")
    put_version(found, "0.5.1")
    for program in ("consumers/rust", "producers/rust", "producers/python"):
        (found.participants / program).mkdir(parents=True)
        (found.participants / program / "tachyon").write_text("")
    (found.build / "reasons").mkdir()
    return found


def info(peers: Peers) -> Path:
    return peers.build / "python" / "tachyon" / "tachyon_ipc.dist-info"


def put_version(peers: Peers, version: str) -> None:
    info(peers).mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: tachyon-ipc\nVersion: {version}\n"
    (info(peers) / "METADATA").write_text(metadata)


def why_not(peers: Peers, row: Row = TACHYON) -> str:
    reason = peers.why_not(row)
    assert reason is not None
    return reason


def test_nothing_is_said_against_a_peer_that_is_there(peers: Peers) -> None:
    assert peers.why_not(TACHYON) is None
    assert peers.why_not(NATIVE_TACHYON) is None


def test_a_package_of_another_version_is_named_with_both(peers: Peers) -> None:
    put_version(peers, "0.4.2")
    assert why_not(peers) == "the package tachyon-ipc is 0.4.2; 0.5.1 is needed"


def test_a_package_that_is_missing_is_named(peers: Peers) -> None:
    (info(peers) / "METADATA").unlink()
    assert why_not(peers) == "the package tachyon-ipc is missing"


def test_a_package_that_could_not_be_installed_has_the_installers_reason(peers: Peers) -> None:
    (info(peers) / "METADATA").unlink()
    (peers.build / "reasons" / "tachyon-python").write_text("error: no compiler\n")
    assert why_not(peers) == "error: no compiler"


def test_a_package_that_is_broken_has_its_own_last_words(peers: Peers) -> None:
    module = peers.build / "python" / "tachyon" / "tachyon" / "__init__.py"
    module.write_text("raise ImportError('undefined symbol: x')\n")
    assert why_not(peers) == "import tachyon fails: ImportError: undefined symbol: x"


def test_programs_that_could_not_be_built_have_the_compilers_reason(peers: Peers) -> None:
    (peers.participants / "consumers" / "rust" / "tachyon").unlink()
    (peers.build / "reasons" / "tachyon-rust").write_text("error: it does not compile\n")
    assert why_not(peers) == "error: it does not compile"


def test_programs_that_nobody_built_are_named(peers: Peers) -> None:
    (peers.participants / "producers" / "rust" / "tachyon").unlink()
    assert why_not(peers, NATIVE_TACHYON) == "producers/rust/tachyon is not built"


def test_a_native_row_needs_no_package(peers: Peers) -> None:
    (info(peers) / "METADATA").unlink()
    assert peers.why_not(NATIVE_TACHYON) is None


def test_the_projects_own_transports_need_no_peer(tmp_path: Path) -> None:
    assert Peers(tmp_path / "nowhere", tmp_path / "nothing").why_not(RING) is None


def test_the_versions_of_the_real_peers_are_pinned() -> None:
    folder = Path(__file__).parents[2] / "peers"
    for path in folder.glob("*/requirements.txt"):
        assert all(version for _, version in pins(path)), path
