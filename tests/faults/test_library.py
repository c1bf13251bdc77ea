# SPDX-License-Identifier: Apache-2.0
"""What libtickring.so shows to a linker and to a program that loads it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / ".venv" / "lib" / "libtickring.so"
HEADERS = [ROOT / "core" / "include" / "tickring" / name for name in ("tickring.h", "trace.h")]
GOLDEN = Path(__file__).with_name("interface.txt")
STRUCTURES = ("tickring_options_t", "tickring_stats_t")


def output_of(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols(kind: str) -> list[str]:
    """Names of the library's dynamic symbols: defined or undefined ones."""
    listed = output_of("nm", "--dynamic", f"--{kind}-only", LIBRARY)
    return sorted(line.split()[-1].split("@")[0] for line in listed.splitlines())


def header_text() -> str:
    text = "".join(header.read_text() for header in HEADERS)
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def test_the_symbols_are_those_that_the_headers_declare() -> None:
    declared = re.findall(r"TICKRING_API[^;(]*?\b(tickring_\w+)\(", header_text())
    assert symbols("defined") == sorted(declared)


def fields_of(structure: str) -> list[str]:
    body = re.search(rf"typedef struct \w+ {{([^}}]*)}} {structure};", header_text())
    assert body
    return re.findall(r"\b(\w+)(?:\[\w+\])?;", body[1])


def program_that_prints_the_interface() -> str:
    lines = [f"#include <tickring/{header.name}>" for header in HEADERS]
    lines += ["#include <stddef.h>", "#include <stdio.h>", "int main(void) {"]
    for name in re.findall(r"\b(TICKRING_[A-Z0-9_]+) = ", header_text()):
        lines.append(f'printf("{name} %d\\n", (int){name});')
    for structure in STRUCTURES:
        lines.append(f'printf("{structure} %zu\\n", sizeof({structure}));')
        for field in fields_of(structure):
            lines.append(f'printf("{structure}.{field} %zu\\n", offsetof({structure}, {field}));')
    return "\n".join([*lines, "}", ""])


def test_no_structure_or_number_of_the_interface_has_moved(tmp_path: Path) -> None:
    source, program = tmp_path / "interface.c", tmp_path / "interface"
    source.write_text(program_that_prints_the_interface())
    compiler = os.environ.get("CC", "cc")
    output_of(compiler, f"-I{ROOT / 'core' / 'include'}", source, "-o", program)
    assert output_of(program) == GOLDEN.read_text()


def test_the_library_needs_no_run_time_library_of_c_plus_plus_and_no_heap() -> None:
    needed = re.findall(r"NEEDED\s+(\S+)", output_of("objdump", "-p", LIBRARY))
    assert not [name for name in needed if "c++" in name or "gcc" in name]
    assert not set(symbols("undefined")) & {"malloc", "calloc", "realloc", "free", "_Znwm"}


LOAD_AND_LET_GO = """
import ctypes, sys
loader = ctypes.CDLL(None)
loader.dlclose.argtypes = [ctypes.c_void_p]
for _ in range(50):
    library = ctypes.CDLL(sys.argv[1])
    bus = ctypes.c_void_p()
    assert library.tickring_bus_connect(b"/nowhere/s", ctypes.byref(bus)) == 12
    library.tickring_last_error_text.restype = ctypes.c_char_p
    assert b"/nowhere/s" in library.tickring_last_error_text()
    handle = library._handle
    del library
    assert loader.dlclose(handle) == 0
    assert sys.argv[1] not in open("/proc/self/maps").read()
"""


def test_the_library_can_be_let_go_of_and_loaded_again() -> None:
    words = [sys.executable, "-c", LOAD_AND_LET_GO, str(LIBRARY.resolve())]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
