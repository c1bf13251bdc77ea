# SPDX-License-Identifier: Apache-2.0
"""Builds and links of a project that is as small as can be."""

import subprocess
from pathlib import Path

import pytest
from tickring_gate.builds import PADDING_STEP_BYTES, Builder, Tree, padding_bytes
from tickring_gate.errors import Broken

MESON = """
project('tickring', 'c', 'cpp')
executable('tickring', 'main.c', install: true)
import('python').find_installation(pure: false).install_sources(
  'tickring/__init__.py', subdir: 'tickring')
custom_target('rust', output: 'rust', build_by_default: true,
  command: ['sh', '-c', 'mkdir -p cargo; echo "$RUSTFLAGS" >@OUTPUT@'])
"""
OPTIONS = """
option('tests', type: 'boolean', value: true)
option('benchmarks', type: 'feature', value: 'auto')
"""
MAIN = """
#include <stdio.h>
void say(const char *words);
void say(const char *words) { puts(words); }
int main(void) { say("tickring"); return 0; }
"""


def project(folder: Path, main: str = MAIN, module: str = "") -> Tree:
    source = folder / "source"
    (source / "tickring").mkdir(parents=True)
    for name, text in {
        "meson.build": MESON,
        "meson_options.txt": OPTIONS,
        "main.c": main,
        "tickring/__init__.py": module,
        "lib.rs": "",
    }.items():
        (source / name).write_text(text)
    return Tree("base", source, folder / "build")


def address_of(name: str, command: Path) -> int:
    symbols = subprocess.run(["nm", command], capture_output=True, text=True, check=True).stdout
    (line,) = [line for line in symbols.splitlines() if line.endswith(f" T {name}")]
    return int(line.split()[0], 16)


def test_links_of_one_build_differ_in_where_the_code_lies(tmp_path: Path) -> None:
    said: list[str] = []
    builder = Builder(tmp_path, said.append)
    tree = project(tmp_path)
    builder.build(tree)
    commands = [builder.link(tree, f"arm-{i}", step) for i, step in enumerate((3, 40, 3))]
    first, second, again = (address_of("main", command) for command in commands)
    assert second - first == padding_bytes(40) - padding_bytes(3) == 37 * PADDING_STEP_BYTES
    assert again == first
    for command in commands:
        told = subprocess.run([command], capture_output=True, text=True, check=True).stdout
        assert told == "tickring\n"
        python = command.parent / "python"
        where = [python, "-c", "import tickring, numpy; print(tickring.__file__)"]
        found = subprocess.run(where, capture_output=True, text=True, check=True).stdout
        assert Path(found.strip()).is_relative_to(command.parents[1])
    assert said[0] == "building the base"


def test_every_function_begins_at_a_line_of_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSTFLAGS", "-C debuginfo=0")
    monkeypatch.setenv("CFLAGS", "-DMINE")
    builder = Builder(tmp_path, lambda _: None)
    tree = project(tmp_path, main=f"#ifndef MINE\n#error\n#endif\n{MAIN}")
    builder.build(tree)
    command = builder.link(tree, "arm", 5)
    assert [address_of(name, command) % 64 for name in ("main", "say")] == [0, 0]
    flags = (tree.build / "rust").read_text()
    assert flags.strip() == "-C debuginfo=0 -C llvm-args=-align-all-functions=6"


def test_cargo_is_told_of_a_new_link_by_its_sources(tmp_path: Path) -> None:
    builder = Builder(tmp_path, lambda _: None)
    tree = project(tmp_path)
    builder.build(tree)
    before_ns = (tree.source / "lib.rs").stat().st_mtime_ns
    builder.link(tree, "arm", 1)
    assert (tree.source / "lib.rs").stat().st_mtime_ns > before_ns
    assert "padding.o" in (tmp_path / "cargo-linker").read_text()


def test_a_build_that_fails_shows_what_the_compiler_said(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(Broken, match="the base does not build; what was said last is above"):
        Builder(tmp_path, said.append).build(project(tmp_path, main="int main(void) { nowhere(); "))
    assert any("error" in line for line in said)
