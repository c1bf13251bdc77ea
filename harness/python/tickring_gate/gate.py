# SPDX-License-Identifier: Apache-2.0
"""A whole gate: the first stage, the second where the first found something, and the verdict."""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tickring_series import files

from tickring_gate import calibration, chart, document
from tickring_gate.candidates import Compared
from tickring_gate.decision import conclude, regressions
from tickring_gate.stage import Stage

FIRST_STAGE_SHARE = 2 / 3  # of the budget: time for all looks; few end points have a second stage


class Gate:
    """Measures what is compared, and writes gate.json."""

    def __init__(
        self, options: argparse.Namespace, compared: Compared, say: Callable[[str], None]
    ) -> None:
        """Raises Broken when the calibration is damaged."""
        self._options = options
        self._compared = compared
        self._say = say
        self._started = time.gmtime()
        self._elapsed_s = 0.0
        self._findings = document.Findings(
            compared.workloads, calibration.read(options.calibration)
        )

    def run(self) -> None:
        """To the verdict."""
        budget_s = self._options.budget_s
        first = self._stage(1, None, FIRST_STAGE_SHARE * budget_s)
        begin_s = time.monotonic()
        counted = self._findings.counted = self._compared.count()
        self._elapsed_s += time.monotonic() - begin_s
        second = None
        if names := regressions(first):
            self._say(f"slower at first: {', '.join(names)}; linking anew to see it again")
            second = self._stage(2, names, budget_s - self._elapsed_s)
        rises = [count.words for count in counted.rises()]
        self._findings.verdict = conclude(first, second, rises)

    def _stage(self, number: int, names: list[str] | None, budget_s: float) -> dict[str, Any]:
        """names: the end points to be judged; None: all."""
        arms = self._compared.arms(number)
        begin_s = time.monotonic()
        bounds = {
            point.name: self._findings.calibration.bounds(point.name)
            for workload in self._compared.workloads
            for point in workload.end_points
            if names is None or point.name in names
        }
        stage = Stage(number, arms, bounds, self._options.seed, self._say)
        self._findings.stages.append(stage)
        workloads = [
            workload
            for workload in self._compared.workloads
            if any(point.name in bounds for point in workload.end_points)
        ]
        try:
            found = stage.run(workloads, begin_s + budget_s)
        finally:
            self._elapsed_s += time.monotonic() - begin_s
            self._findings.found.append(stage.findings(is_over=True))
        return found

    def result(self) -> dict[str, Any]:
        """gate.json as it is now."""
        options = self._options
        result: dict[str, Any] = {
            "schema_version": document.SCHEMA_VERSION,
            "status": "complete" if self._findings.verdict else "incomplete",
            "started_utc": time.strftime(files.UTC, self._started),
            "settings": {
                "seed": options.seed,
                "budget_s": options.budget_s,
                "elapsed_s": round(self._elapsed_s, 3),
            },
            "compared": self._compared.told(),
        }
        return result | document.build(self._findings)

    def write(self) -> tuple[dict[str, Any], Path]:
        """gate.json and its chart; returns the first's content and the file of the second."""
        result = self.result()
        told = self._compared.told()
        project = {"commit": told.get("candidate", "commands")[:7]}
        project["dirty"] = told.get("candidate_dirty", False)
        folder = self._options.out / files.folder_name({"project": project}, self._started, "gate")
        files.write(result, folder / document.FILE_NAME)
        return result, chart.draw(result, folder)
