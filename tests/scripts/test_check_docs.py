# SPDX-License-Identifier: Apache-2.0
import shutil
import types
from pathlib import Path

import pytest

from scripts import check_docs, check_docs_python

pytestmark = pytest.mark.skipif(not shutil.which("clang-19"), reason="clang-19 is missing")

C = """\
/* One thread at a time may use a bus. try_version() may be called from any thread. */
/* Made elsewhere. */
typedef struct tickring_bus tickring_bus_t;
/* What a call answers. */
enum code {
    CODE_OK = 0, /* done */
    CODE_BAD = 1 /* not done */
};
/* How to send. */
struct options {
    int every; /* 1 or more */
};
/* Sends bytes bytes. Returns 0 or TICKRING_FULL. */
int try_send(tickring_bus_t *bus, unsigned long bytes);
/* The same, waiting up to timeout_ns. */
int try_send_timed(tickring_bus_t *bus, unsigned long bytes, long timeout_ns);
/* The version. Cannot fail. */
const char *try_version(void);
"""
CPP = """\
// A ring. One thread at a time.
#pragma once
namespace tickring {
// The answers.
enum class Code {
    kOk, // done
    kBad // not done
};
// One side.
class Side {
  public:
    // What it is made from.
    struct Config {
        int every = 1; // 1 or more
    };
    // kOk or kBad.
    Code poll();

  private:
    int hidden_ = 0;
};
} // namespace tickring
"""


def faults(folder: Path, text: str, name: str) -> list[str]:
    path = folder / "tickring" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return list(check_docs.faults_of(check_docs.parse(path, [folder])))


def without(text: str, part: str, instead: str = "") -> str:
    assert part in text
    return text.replace(part, instead)


def test_headers_that_say_everything_pass(tmp_path: Path) -> None:
    assert faults(tmp_path, C, "good.h") == []
    assert faults(tmp_path, CPP, "good.hpp") == []


@pytest.mark.parametrize(
    "part, instead, fault",
    [
        ("/* What a call answers. */", "", "code is not documented"),
        (" /* done */", "", "CODE_OK is not documented"),
        (" /* 1 or more */", "", "every is not documented"),
        ("/* How to send. */", "", "options is not documented"),
        ("/* The version. Cannot fail. */\n", "\n\n", "try_version is not documented"),
        ("Sends bytes bytes", "Sends", "try_send does not say what bytes is"),
        (" up to timeout_ns", "", "try_send_timed does not say what timeout_ns is"),
        (" or TICKRING_FULL", "", "try_send names no error"),
        (" Cannot fail.", "", "try_version names no error"),
        (" try_version() may", " Others may", "try_version does not say which thread may call it"),
        ("One thread at a time", "Anybody", "try_send does not say which thread may call it"),
    ],
)
def test_what_is_missing_in_a_c_header_is_found(
    part: str, instead: str, fault: str, tmp_path: Path
) -> None:
    found = faults(
        tmp_path, without(without(C, "from any thread", "at any time"), part, instead), "x.h"
    )
    assert any(fault in line for line in found), found


@pytest.mark.parametrize(
    "part, instead, fault",
    [
        ("// One side.\n", "", "Side is not documented"),
        ("    // What it is made from.\n", "", "Config is not documented"),
        (" // 1 or more", "", "every is not documented"),
        ("    // kOk or kBad.\n", "\n", "poll is not documented"),
        ("kOk or kBad", "The answer", "poll names no error"),
        (" One thread at a time.", "", "poll does not say which thread may call it"),
        (" // done", "", "kOk is not documented"),
    ],
)
def test_what_is_missing_in_a_c_plus_plus_header_is_found(
    part: str, instead: str, fault: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, without(CPP, part, instead), "x.hpp")
    assert any(fault in line for line in found), found


STUB = """\
class Bus:
    @property
    def size(self) -> int: ...
    def send(self, data: bytes) -> None: ...
    def try_send(self, data: bytes) -> None: ...
"""


def module(**docs: str) -> types.ModuleType:
    """A module of one class, its docstrings changed by name; empty: none."""
    said = {
        "Bus": "One thread at a time.",
        "size": "Bytes, 1 or more.",
        "send": "Sends data. Raises Full.",
        "try_send": "The same without waiting.",
    } | docs

    def method() -> types.FunctionType:
        return lambda self: None

    members: dict[str, object] = {"__doc__": said["Bus"] or None}
    for name in ("send", "try_send"):
        members[name] = method()
        members[name].__doc__ = said[name]
    members["size"] = property(method(), doc=said["size"])
    made = types.ModuleType("made")
    made.__all__ = ["Bus"]
    made.Bus = type("Bus", (), members)
    return made


def test_a_module_that_says_everything_passes() -> None:
    assert list(check_docs_python.faults_of(module(), STUB)) == []


@pytest.mark.parametrize(
    "name, text, fault",
    [
        ("Bus", "", "Bus has no docstring"),
        ("Bus", "One end.", "Bus does not say which thread may use it"),
        ("size", "", "Bus.size has no docstring"),
        ("send", "Sends it. Raises Full.", "Bus.send does not say what data is"),
        ("send", "Sends data.", "Bus.send does not say what it raises"),
        ("try_send", "Sends data.", "Bus.try_send does not say what it raises"),
    ],
)
def test_what_is_missing_in_a_module_is_found(name: str, text: str, fault: str) -> None:
    assert fault in list(check_docs_python.faults_of(module(**{name: text}), STUB))


def test_a_member_that_the_stub_lacks_is_found() -> None:
    stub = without(STUB, "    def try_send(self, data: bytes) -> None: ...\n")
    assert list(check_docs_python.faults_of(module(), stub)) == [
        "Bus.try_send is missing in the stub"
    ]
