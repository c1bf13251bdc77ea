# SPDX-License-Identifier: Apache-2.0
"""Builds of two source trees with one tool chain, each linked as often as is asked for.

Every function begins at a line of the cache: where code lies in its lines is then the same in every
link, and in a candidate for all functions that it leaves as they are. What is left of addresses
shows up between two links of the same source: each puts a piece of padding in front of the code.
"""

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tickring_gate.errors import Broken
from tickring_gate.processes import finish

PREFIX = "tickring"  # below the folder of each link
LINKS_PER_ARM = 2  # of a stage: where one link puts the code may make its arm faster or slower
PADDING_STEP_BYTES, PADDING_STEPS = 64, 64
SHOWN_LINES = 15
ALIGNED = {
    "CFLAGS": "-falign-functions=64",
    "CXXFLAGS": "-falign-functions=64",
    "RUSTFLAGS": "-C llvm-args=-align-all-functions=6",
}
PADDING = """\
    .section .text.unlikely, "axR", @progbits
    .p2align 4
    .fill {bytes}, 1, 0x90
    .data
    .fill {bytes}, 1, 0
    .section .note.GNU-stack, "", @progbits
"""
OPTIONS = ("--libdir=lib", "-Dtests=false", "-Dbenchmarks=auto", "-Dpython.install_env=prefix")


def padding_bytes(step: int) -> int:
    """Of one of PADDING_STEPS links."""
    return (step % PADDING_STEPS + 1) * PADDING_STEP_BYTES


@dataclasses.dataclass(frozen=True)
class Tree:
    """A source tree that is ours, and its build folder."""

    name: str
    source: Path
    build: Path
    meson_options: tuple[str, ...] = ()


class Builder:
    """Runs meson, and through it cargo; its output is shown when it fails."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        """folder: of the gate. Raises Broken when a tool is missing."""
        self._folder = folder
        self.say = say
        self._python = Path(sys.executable)
        self._meson = self._python.parent / "meson"
        if not self._meson.exists():
            raise Broken(f"{self._meson} is missing; run the gate from a clone after `make bench`")
        home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
        path = f"{self._python.parent}:{os.environ.get('PATH', '')}:{home}/bin"
        self._linker = folder / "cargo-linker"
        self._padding = folder / "padding.o"
        self._environment = {**os.environ, "PATH": path}
        self._environment[_linker_variable(path)] = str(self._linker)
        for name, flags in ALIGNED.items():
            self._environment[name] = f"{os.environ.get(name, '')} {flags}".strip()
        for name in ("CARGO_TARGET_DIR", "TICKRING_LIB_DIR", "DESTDIR"):
            self._environment.pop(name, None)

    def build(self, tree: Tree, like: Tree | None = None) -> None:
        """Compiles it. like: a tree that was built before; what its crates need is taken over."""
        self.say(f"building the {tree.name}")
        self._linker.write_text(f'#!/bin/sh\nexec cc "{self._padding}" "$@"\n')
        self._linker.chmod(0o755)
        self._pad(0)
        options = [f"--prefix=/{PREFIX}", *OPTIONS, *tree.meson_options]
        site = f"/{PREFIX}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
        options += [f"-Dpython.platlibdir={site}", f"-Dpython.purelibdir={site}"]
        self._run(tree, self._meson, "setup", tree.build, tree.source, *options)
        if like is not None:
            shutil.copytree(like.build / "cargo", tree.build / "cargo", symlinks=True)
        self._run(tree, self._meson, "compile", "-C", tree.build)

    def link(self, tree: Tree, name: str, step: int) -> Path:
        """Links it with other padding and installs it; the command of that installation."""
        self.say(f"linking the {name}")
        padding = self._pad(step)
        for path in tree.source.rglob("*.rs"):
            path.touch()  # cargo looks at nothing else
        linked = f"['{padding}']"
        flags = [f"-D{language}_link_args={linked}" for language in ("c", "cpp")]
        self._run(tree, self._meson, "configure", tree.build, *flags)
        self._run(tree, self._meson, "compile", "-C", tree.build)
        place = self._folder / "links" / name
        shutil.rmtree(place, ignore_errors=True)
        install = ("install", "-C", tree.build, "--no-rebuild", "--quiet", "--destdir", place)
        self._run(tree, self._meson, *install)
        return self._with_python(tree, place / PREFIX)

    def _with_python(self, tree: Tree, prefix: Path) -> Path:
        """Gives the installation a Python that finds its modules first and ours for the rest."""
        self._run(tree, self._python, "-m", "venv", "--without-pip", prefix)
        (site,) = prefix.glob("lib/python*/site-packages")
        own = [path for path in sys.path if path.endswith("site-packages")]
        (site / "gate.pth").write_text("\n".join(own) + "\n")
        found = self._run(
            tree, prefix / "bin" / "python", "-c", "import tickring; print(tickring.__file__)"
        )
        if not Path(found.strip()).is_relative_to(prefix):
            raise Broken(f"the {tree.name} has no Python module; it is too old to be measured")
        return prefix / "bin" / "tickring"

    def _pad(self, step: int) -> Path:
        """An object file of its own name, so that meson links again, and under cargo's name."""
        padding = self._folder / f"padding-{step}.o"
        text = PADDING.format(bytes=padding_bytes(step))
        command = ["cc", "-c", "-x", "assembler", "-", "-o", str(padding)]
        done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise Broken(f"cc cannot assemble the padding: {done.stderr.strip()[-200:]}")
        shutil.copyfile(padding, self._padding)
        return padding

    def _run(self, tree: Tree, *command: str | Path) -> str:
        done = finish(command, self._environment, together=True)
        if done.status != 0:
            for line in done.output.strip().splitlines()[-SHOWN_LINES:]:
                self.say(f"| {line}")
            raise Broken(f"the {tree.name} does not build; what was said last is above")
        return done.output


def _linker_variable(path: str) -> str:
    """The environment's name for cargo's linker."""
    try:
        found = subprocess.run(
            ["rustc", "-vV"],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise Broken("rustc does not run; get Rust 1.88 or later (https://rustup.rs)") from None
    host = next(line for line in found.stdout.splitlines() if line.startswith("host: "))
    name = host.removeprefix("host: ").upper().replace("-", "_")
    return f"CARGO_TARGET_{name}_LINKER"
