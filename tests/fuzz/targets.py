# SPDX-License-Identifier: Apache-2.0
"""The targets of libFuzzer: what each is made of, and how it is built."""

import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
HARNESS = ROOT / "harness" / "src"
PYTHON = ROOT / "harness" / "python"
COMPILER = "clang++-19"
OPTIONS = ["-std=c++20", "-O1", "-g", "-D_GNU_SOURCE", "-fno-sanitize-recover=undefined"]
OPTIONS += ["-D_GLIBCXX_ASSERTIONS"]  # an empty optional is no value
SANITIZERS = "-fsanitize=fuzzer,address,undefined"
FUZZER = "-fsanitize=fuzzer"
# Counts the edges of the recorder alone; what it depends on is built as ever.
RUST_EDGES = ["passes=sancov-module", "codegen-units=1"] + [
    f"llvm-args=-sanitizer-coverage-{option}"
    for option in ("level=3", "inline-8bit-counters", "pc-table", "trace-compares")
]
# Of another type or size than what stands there.
VALUES = ["null", "true", "[]", "{}", '\\"\\"', "-1", "0.5", "1e999", "18446744073709551615"]


@dataclass(frozen=True)
class Target:
    """What is linked beside the target itself, where its words stand, and its longest input."""

    sources: list[Path] = field(default_factory=list)
    words_of: list[Path] = field(default_factory=list)
    longest_bytes: int = 512
    language: str = "C++"  # of what reads the input
    package: str = ""  # of pkg-config


def _of_harness(*names: str, longest_bytes: int = 512, package: str = "") -> Target:
    sources = [HARNESS / f"{name}.cpp" for name in (*names, "error")]
    headers = [path.with_suffix(".hpp") for path in sources]
    words_of = [path for path in (*sources, *headers) if path.is_file()]
    return Target(sources, words_of, longest_bytes, package=package)


# The two sides of the ring are headers.
PEERS = {
    "consumer": Target(),
    "producer": Target(),
    "handshake": Target(sorted((ROOT / "core" / "src").glob("*.cpp"))),
}
FILES = {
    "scenario": _of_harness("scenario", "fields", "values", package="tomlplusplus"),
    "trace": _of_harness("trace_file"),
    "recording": _of_harness("recording", longest_bytes=2048),
    "protocol": _of_harness("protocol"),
    "trades": Target(language="Rust"),
    "ticks": Target(language="Python"),
    "histogram": Target(longest_bytes=4096, language="Python"),
    "result": Target(
        words_of=[ROOT / "harness" / "result.schema.json"], longest_bytes=8192, language="Python"
    ),
}
TARGETS = PEERS | FILES


def missing(target: str) -> str | None:
    """Why a target cannot be built here; nothing when it can."""
    language = TARGETS[target].language
    if not shutil.which(COMPILER):
        return f"{COMPILER} is missing"
    if language == "Rust" and not shutil.which("cargo"):
        return "cargo is missing"
    if language == "Python" and not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return "the headers of Python are missing"
    if language == "Python" and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return "this Python has no shared library to embed"
    return None


def build(target: str, folder: Path) -> Path:
    """Compiles a target; raises RuntimeError with what the compiler says."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / target
    language = TARGETS[target].language
    source = "python" if language == "Python" else target
    command = [COMPILER, *OPTIONS, str(HERE / f"{source}_fuzz.cpp")]
    command += map(str, TARGETS[target].sources)
    match language:
        case "Python":
            library = sysconfig.get_config_var("LIBDIR")
            command += [FUZZER, f"-I{sysconfig.get_path('include')}", f"-L{library}"]
            command += [f"-Wl,-rpath,{library}", f"-lpython{sysconfig.get_config_var('LDVERSION')}"]
        case "Rust":
            command += [SANITIZERS, str(_build_recorder())]
        case _:
            command += [SANITIZERS, f"-I{ROOT / 'core' / 'include'}"]
    if package := TARGETS[target].package:
        command += _call(["pkg-config", "--cflags", "--libs", package]).split()
    _call([*command, "-o", str(program)])
    return program


def _build_recorder() -> Path:
    """The static library, with a profile that checks arithmetic."""
    folder = ROOT / "build" / "fuzz" / "cargo"
    command = ["cargo", "rustc", "-p", "tickring-recorder", "--lib", "--crate-type", "staticlib"]
    command += ["--locked", "--quiet", "--target-dir", str(folder), "--"]
    _call([*command, *(word for option in RUST_EDGES for word in ("-C", option))])
    return folder / "debug" / "libtickring_recorder.a"


def _call(command: list[str]) -> str:
    """What a command says; raises RuntimeError with its complaint."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def dictionary(target: str) -> str:
    """The quoted words of what reads the input, bare and as strings, and values that may stand
    where others do, as libFuzzer takes them; nothing where no words are read."""
    text = "".join(path.read_text(encoding="utf-8") for path in TARGETS[target].words_of)
    words = sorted(set(re.findall(r'"([a-z][a-z0-9_-]*)"', text)))
    if not words:
        return ""
    tokens = [*words, *(f'\\"{word}\\"' for word in words), *VALUES]
    return "".join(f'"{token}"\n' for token in tokens)
