# SPDX-License-Identifier: Apache-2.0
"""Replays the kept inputs, then fuzzes for a moment; `make fuzz` does it for longer."""

import json
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fuzz  # noqa: E402

MOMENT_S = 3


@pytest.fixture(scope="module", params=fuzz.TARGETS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if reason := fuzz.missing(request.param):
        pytest.skip(reason)
    return fuzz.build(request.param, tmp_path_factory.mktemp("fuzz"))


def test_no_kept_input_breaks_anything(target: Path) -> None:
    inputs = sorted((fuzz.CORPUS / target.name).iterdir())
    assert inputs
    is_clean, words = fuzz.run(target, [], inputs)
    assert is_clean, fuzz.summary(words)


def test_no_fresh_input_breaks_anything(target: Path, tmp_path: Path) -> None:
    options = [f"-max_total_time={MOMENT_S}"]
    is_clean, words = fuzz.run(target, options, [tmp_path, fuzz.CORPUS / target.name])
    assert is_clean, fuzz.summary(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Done 1234 runs in 3 second(s)", "1,234 inputs"),
        ("broken: too long\nTest unit written to ./crash-1", "broken: too long; ./crash-1"),
        ("x: runtime error: shift\nTest unit written to ./c", "runtime error: shift; ./c"),
    ],
)
def test_what_broke_is_named_with_its_input(words: str, said: str) -> None:
    assert fuzz.summary(words) == said


def test_the_last_counts_of_libfuzzer_are_kept() -> None:
    words = (
        "#2\tINITED cov: 10 ft: 11 corp: 1/1b\n"
        "#1234\tDONE   cov: 89 ft: 558 corp: 60/3Kb lim: 512\nDone 1234 runs in 3 second(s)\n"
    )
    counts = {"executions": 1234, "edges": 89, "features": 558, "corpus_inputs": 60}
    assert fuzz.figures(words) == counts
    assert fuzz.figures("ERROR") == dict.fromkeys(counts)


@pytest.mark.parametrize(
    ("targets", "what"),
    [(["trace", "result"], "fuzz_files"), (["trace", "consumer"], "fuzz"), ([], "fuzz")],
)
def test_a_run_of_files_alone_is_told_from_one_with_peers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, targets: list[str], what: str
) -> None:
    monkeypatch.setattr(fuzz, "missing", lambda _target: None)
    monkeypatch.setattr(fuzz, "fuzz", lambda target, *_: {"target": target, "holds": True})
    file = tmp_path / "fuzz.json"
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "--json", str(file), *targets])
    assert fuzz.main() == 0
    document = json.loads(file.read_text())
    assert document["what"] == what
    assert [row["target"] for row in document["targets"]] == (targets or list(fuzz.TARGETS))


def test_words_of_a_reader_are_offered_to_the_fuzzer() -> None:
    assert '"payload_bytes"\n' in fuzz.dictionary("scenario")
    assert '"latency_ns"\n' in fuzz.dictionary("result")
    assert '"\\"lost\\""\n' in fuzz.dictionary("recording")


def test_a_target_that_cannot_be_built_here_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for target, program in [("trace", "clang++-19"), ("trades", "cargo")]:
        monkeypatch.setattr(shutil, "which", lambda name, lacks=program: name != lacks)
        assert fuzz.missing(target) == f"{program} is missing"
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path))
    assert fuzz.missing("result") == "the headers of Python are missing"
    assert fuzz.missing("producer") is None


def test_what_was_run_is_written_for_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(program: Path, options: list[str], corpora: list[Path]) -> tuple[bool, str]:
        broken = "broken: too long\nTest unit written to ./crash-1"
        return program.name != "producer", "#7\tDONE cov: 1 ft: 1 corp: 1/1b\n" + broken

    monkeypatch.setattr(fuzz, "build", lambda target, folder: folder / target)
    monkeypatch.setattr(fuzz, "run", answer)
    monkeypatch.setattr(fuzz, "missing", lambda _target: None)
    file = tmp_path / "fuzz.json"
    command = ["fuzz.py", "--json", str(file), "--seconds", "5", "consumer", "producer"]
    monkeypatch.setattr(sys, "argv", command)
    assert fuzz.main() == fuzz.FOUND
    document = json.loads(file.read_text())
    assert document["settings"] == {"seconds": 5, "targets": ["consumer", "producer"]}
    assert document["what"] == "fuzz"
    held, broke = document["targets"]
    assert (held["target"], held["executions"], held["finding"]) == ("consumer", 7, None)
    assert (broke["holds"], broke["finding"]) == (False, "broken: too long; ./crash-1")
