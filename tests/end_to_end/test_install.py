# SPDX-License-Identifier: Apache-2.0
"""`make install`, and the examples built outside the tree with nothing but pkg-config's flags."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = {"c": ROOT / "examples" / "c" / "bus.c", "cpp": ROOT / "examples" / "cpp" / "ring.cpp"}
COMPILERS = {"c": ["cc", "-std=c11"], "cpp": ["c++", "-std=c++20", "-pthread"]}
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
MESSAGES = 100_000


@dataclass
class Installation:
    """What `make install PREFIX=/usr/local DESTDIR=root` left below root."""

    root: Path

    @property
    def prefix(self) -> Path:
        return self.root / "usr" / "local"

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PKG_CONFIG_LIBDIR": str(self.prefix / "lib" / "pkgconfig"),
            "PKG_CONFIG_SYSROOT_DIR": str(self.root),
            "LD_LIBRARY_PATH": str(self.prefix / "lib"),
        }

    def call(self, *command: str | Path) -> str:
        done = subprocess.run(
            command,
            env=self.environment(),
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def flags(self, *wanted: str) -> list[str]:
        return self.call("pkg-config", *wanted, "tickring").split()

    def compile(self, language: str) -> Path:
        source = Path(shutil.copy(EXAMPLES[language], self.root))
        program = source.with_suffix("")
        flags = self.flags("--cflags", "--libs")
        self.call(*COMPILERS[language], *WARNINGS, source, *flags, "-o", program)
        return program


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("install")
    done = subprocess.run(
        ["make", "install", "PREFIX=/usr/local", f"DESTDIR={root}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    return Installation(root)


def test_two_processes_exchange_messages_over_the_c_interface(installation: Installation) -> None:
    program = installation.compile("c")
    out = installation.call(program, installation.root / "path", str(MESSAGES))
    assert re.search(rf"^{MESSAGES} messages in \d+ publications", out, re.MULTILINE), out
    assert not (installation.root / "path").is_socket()


def test_the_headers_alone_make_a_ring_in_c_plus_plus(installation: Installation) -> None:
    out = installation.call(installation.compile("cpp"), str(MESSAGES))
    assert re.match(rf"{MESSAGES} messages in \d+ publications", out), out


def test_pkg_config_and_the_library_tell_one_version(installation: Installation) -> None:
    program = installation.compile("c")
    out = installation.call(program, installation.root / "path", "1")
    (version,) = installation.flags("--modversion")
    assert out.startswith(f"tickring {version}, payloads up to {(1 << 16) - 80} bytes\n")
    assert version in installation.call(installation.prefix / "bin" / "tickring", "--version")


def test_every_installed_header_compiles_alone(installation: Installation) -> None:
    headers = sorted((installation.prefix / "include" / "tickring").iterdir())
    in_tree = [*ROOT.glob("core/include/tickring/*"), *ROOT.glob("harness/*/include/tickring/*")]
    assert [header.name for header in headers] == sorted(path.name for path in in_tree)
    for header in headers:
        languages = ["c", "cpp"] if header.suffix == ".h" else ["cpp"]
        for language in languages:
            source = installation.root / f"alone.{language}"
            source.write_text(
                f"#include <tickring/{header.name}>\nint main(void) {{ return 0; }}\n"
            )
            compiler = [*COMPILERS[language], *WARNINGS, "-fsyntax-only"]
            installation.call(*compiler, source, *installation.flags("--cflags"))
