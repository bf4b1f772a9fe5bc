# SPDX-License-Identifier: Apache-2.0
"""Counting tests from the reports the runners leave behind, and naming those that failed."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable


_NOTE_CHARACTERS = 400


@dataclass(frozen=True)
class LaneResult:
    """How many tests of a lane passed, failed and were skipped; what failed or was left out, and why."""

    passed: int
    failed: int
    skipped: int
    notes: tuple[str, ...] = ()

    @staticmethod
    def of(reports: Iterable[Path], exit_code: int) -> LaneResult:
        """Sums JUnit reports; a runner that failed, or that ran nothing, counts as one failure of its own."""
        tests = failed = skipped = 0
        notes = []
        for report in reports:
            for suite in ElementTree.parse(report).iter("testsuite"):
                tests += int(suite.get("tests", 0))
                failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                skipped += int(suite.get("skipped", 0))
                notes += _failures(suite)
        if exit_code != 0 and failed == 0:
            failed, tests = 1, tests + 1
            notes.append(f"the runner ended with exit code {exit_code}")
        if tests == 0:
            failed, tests = 1, 1
            notes.append("no test ran")
        return LaneResult(tests - failed - skipped, failed, skipped, tuple(notes))


def _failures(suite: ElementTree.Element) -> list[str]:
    found = []
    for case in suite.iter("testcase"):
        for end in (end for kind in ("failure", "error") for end in case.findall(kind)):
            trace = (end.text or end.get("type") or "no message").strip().partition("\n")[0]
            said = " ".join((end.get("message") or trace).split())
            found.append(f"FAILED {case.get('classname')}.{case.get('name')}: {said}"[:_NOTE_CHARACTERS])
    return found


def table(rows: list[tuple[str, LaneResult, float]]) -> str:
    """Lays out lanes, counts and seconds, and ends with the line that sums them up."""
    lines = [f"{'lane':12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    for name, result, seconds in rows:
        lines.append(f"{name:12}{result.passed:8}{result.failed:8}{result.skipped:9}{seconds:9.0f}")
        lines += [f"    {note}" for note in result.notes]
    sums = [sum(getattr(result, field) for _, result, _ in rows) for field in ("passed", "failed", "skipped")]
    skipped = f", {sums[2]} skipped" if sums[2] else ""
    return "\n".join(lines) + f"\n\n{sums[0]} passed, {sums[1]} failed{skipped}"
