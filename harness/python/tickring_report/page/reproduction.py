# SPDX-License-Identifier: Apache-2.0
"""The command that makes such a run again."""

import shlex
import tomllib
from pathlib import Path
from typing import Any

from ..material import Material

FLAGS = {"rate_per_s": "--rate"}  # others are named like their key
LENGTHS = ("messages", "duration_s")  # make it no other scenario


def command(material: Material, scenarios: Path) -> str:
    """What to type in a clone of the same commit. scenarios: the folder of scenario files."""
    if material.companions:
        return _bench(material, scenarios)
    words = [".venv/bin/tickring", "run", material.scenario]
    for key in [*(material.get("scenario.changed") or []), *_lengths(material, scenarios)]:
        words += [FLAGS.get(key, "--" + key.replace("_", "-")), _value(material, key)]
    return shlex.join([*words, *_cpus(material)])


def _lengths(material: Material, scenarios: Path) -> list[str]:
    """Those that the scenario's file has otherwise; recorded trades have their own."""
    if "ticks" in (material.get("scenario.changed") or []):
        return []
    usual = _usual(material, scenarios)
    values = {key: material.get(f"scenario.{key}") for key in LENGTHS}
    return [key for key, value in values.items() if value is not None and value != usual.get(key)]


def _value(material: Material, key: str) -> str:
    value = material.get(f"scenario.{key}")
    if value is None:
        return "0"
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else f"{value}"


def _bench(material: Material, scenarios: Path) -> str:
    for part in (material, *material.companions.values()):
        messages = part.get("scenario.messages")
        if messages is not None and messages < _usual(part, scenarios).get("messages", 0):
            return f"make bench MESSAGES={messages}"
    return "make bench"


def _usual(material: Material, scenarios: Path) -> dict[str, Any]:
    """What the scenario's file has; nothing where it cannot be read."""
    file = scenarios / f"{Path(material.scenario).name}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _cpus(material: Material) -> list[str]:
    cpus = {side: material.get(f"{side}.cpu") for side in ("producer", "consumer")}
    return [
        word
        for side, cpu in cpus.items()
        if cpu is not None
        for word in (f"--{side}-cpu", f"{cpu}")
    ]
