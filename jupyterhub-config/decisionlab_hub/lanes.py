# SPDX-License-Identifier: Apache-2.0
"""`lab test`: the lanes, one after the other, each timed."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from decisionlab_hub import second_jdk
from decisionlab_hub.bare import run_in_bare_debian
from decisionlab_hub.console import EXIT_FAILED, EXIT_USAGE, LabError, last_lines, say
from decisionlab_hub.hub_bench.rows import LANE_ROWS as HUB_LANE_ROWS
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.lane_results import LaneResult, table
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.provision import LONGEST_BUILD_SECONDS, run_logged
from decisionlab_hub.sidecar_bench.rows import LANE_ROWS, LOAD_ROWS

_FULL_JAVA_LIMIT_SECONDS = LONGEST_BUILD_SECONDS
_JAVA_LIMIT_SECONDS = LONGEST_BUILD_SECONDS / 3
_PYTEST_LIMIT_SECONDS = 2400.0
_FULL_PYTEST_LIMIT_SECONDS = 9000.0
_NOTEBOOK_LIMIT_SECONDS = 2400.0
_MODELS_LIMIT_SECONDS = 1200.0
_BENCH_LIMIT_SECONDS = 1200.0
_BENCHES = {"sidecar": LANE_ROWS, "hub": HUB_LANE_ROWS}
_ONLY_ONNX = "LAB_MODELS_ONLY_ONNX"
"""Set in the environment: the lane `models` in its short form, without TensorFlow."""
_MAIN_NOTEBOOK = "01-smart-cache-quickstart"
"""Runs on real input in every form of the lane `notebooks`; the others do in its full form."""
_FULL_JAVA = ("-Ddecisionlab.cells.full=true", "-Ddecisionlab.fuzz.cells=2000", "-Ddecisionlab.kills=50")
"""What the lane `java` runs in its full form only: every row of the table of cells on every master, more random cells, more uploads that are cut short."""
_REAL_TRACE = "nasa_http_19950801.raw.tsv.gz"


@dataclass(frozen=True)
class Course:
    """What a lane may use; `full` asks for its full form."""

    lab: Lab
    interrupt: Interrupt
    java_home: Path | None = None
    full: bool = False

    @property
    def checkout(self) -> Path:
        return self.lab.layout.checkout

    @property
    def logs(self) -> Path:
        return self.lab.layout.logs

    def run(self, command: list[str], log_name: str, limit_seconds: float, **variables: str) -> tuple[int, Path]:
        """Runs a command in the checkout with its output in a log; returns its exit code and the log."""
        log = self.logs / f"test-{log_name}.log"
        return run_logged(command, log, self.checkout, self.interrupt, limit_seconds, variables), log


def run_lanes(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    """Runs the lanes asked for, prints the table, and fails when one did."""
    unknown = [name for name in options.lanes if name not in LANES]
    if unknown:
        raise LabError(f"no lane is named {', '.join(unknown)}; there are {', '.join(LANES)}", EXIT_USAGE)
    names = options.lanes or [name for name in LANES if name != "bare"]
    if options.full and not options.lanes:
        names = [*names, "bare"]
    if lab.anything_alive() and "java" in names:
        raise LabError("the lab is running from what the lane java builds; ./lab down first, or name other lanes")
    if "java" in names:
        lab.provision.refuse_java_build()
    course = Course(lab, interrupt, options.java_home, options.full)
    rows = []
    for name in (lane for lane in LANES if lane in names):
        say(f"== {name}")
        started = time.monotonic()
        try:
            result = LANES[name](course)
        except LabError as failure:
            say(f"lab test: {failure}")
            result = LaneResult(0, 1, 0, (str(failure).splitlines()[0],))
        rows.append((name, result, time.monotonic() - started))
        say(f"== {name}: {result.passed} passed, {result.failed} failed, {result.skipped} skipped, {rows[-1][2]:.0f} s\n")
    print(table(rows), flush=True)
    return EXIT_FAILED if any(result.failed for _, result, _ in rows) else 0


def _java(course: Course) -> LaneResult:
    begun = time.time()
    command = ["mvn", "-B", "--fail-at-end", "verify", *(_FULL_JAVA if course.full else ())]
    with course.lab.provision.while_maven_builds():
        code, log = course.run(command, "java", _FULL_JAVA_LIMIT_SECONDS if course.full else _JAVA_LIMIT_SECONDS)
        if code == 0:
            course.lab.provision.mark_java_built()
    if code != 0:
        say(f"the end of {log}:\n{last_lines(log, 80)}")
    reports = [path for kind in ("surefire", "failsafe") for path in course.checkout.glob(f"**/target/{kind}-reports/TEST-*.xml")]
    return LaneResult.of([path for path in reports if path.stat().st_mtime >= begun], code)


def _jdk(course: Course) -> LaneResult:
    """Tests of what runs in the kernel's JVM, compiled by JDK 17 and run by another one; all of them in the full form."""
    home = second_jdk.find(course.java_home)
    if home is None:
        return LaneResult(0, 0, 1, (f"SKIPPED: no second JDK {second_jdk.WANTED} (--java-home DIR or LAB_SECOND_JDK names one)",))
    say(f"  {home}: {second_jdk.version(home)}")
    begun = time.time()
    command = ["mvn", "-B", "--fail-at-end", "test", "-pl", ",".join(second_jdk.MODULES), "-am", f"-Djvm={home / 'bin' / 'java'}"]
    command += [*second_jdk.selection(course.full), *second_jdk.CHECKED_ALREADY, second_jdk.ALL_COMPILERS]
    code, log = course.run(command, "jdk", _JAVA_LIMIT_SECONDS)
    if code != 0:
        say(f"the end of {log}:\n{last_lines(log, 80)}")
    reports = [path for name in second_jdk.MODULES for path in (course.checkout / name / "target" / "surefire-reports").glob("TEST-*.xml")]
    return LaneResult.of([path for path in reports if path.stat().st_mtime >= begun], code)


def _models(course: Course) -> LaneResult:
    """The nets and trees that the Java tests export, judged by ONNX's checker and reference and by real TensorFlow and Keras."""
    exports = course.checkout / "training" / "target" / "exports"
    trainable = course.checkout / "training" / "target" / "trainable"
    if not any(exports.glob("*/facts.json")) or not (trainable / "facts.json").exists():
        tests = "-Dtest=NetParityTest,TreeParityTest,TrainableExportTest"
        command = ["mvn", "-B", "test", "-pl", "training", "-am", tests, "-Dsurefire.failIfNoSpecifiedTests=false"]
        code, log = course.run(command, "models-java", _JAVA_LIMIT_SECONDS)
        if code != 0:
            raise LabError(f"the nets were not exported; the end of {log}:\n{last_lines(log, 40)}")
    course.lab.provision.model_runtimes()
    report = course.lab.layout.home / "test" / "models" / "junit.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    program = course.lab.layout.hub_source / "decisionlab_hub" / "model_check.py"
    command = [str(course.lab.layout.models_python), str(program), str(exports), "--trainable", str(trainable), "--junitxml", str(report)]
    if os.environ.get(_ONLY_ONNX):
        command.append("--only-onnx")
    code, log = course.run(command, "models", _MODELS_LIMIT_SECONDS, TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="")
    say(last_lines(log, 4 if code == 0 else 80))
    return LaneResult.of([report] if report.exists() else [], code)


def _hub(course: Course) -> LaneResult:
    """Everything is prepared before the first test: some start one program alone, from the jars that are there."""
    course.lab.provision.lab()
    course.lab.provision.logins()
    if course.full:
        course.lab.provision.keycloak()
    return _pytest(course, "hub", "not browser and not script")


def _browser(course: Course) -> LaneResult:
    course.lab.provision.lab()
    return _pytest(course, "browser", "browser")


def _script(course: Course) -> LaneResult:
    course.lab.provision.lab()
    return _pytest(course, "lab", "script")


def _pytest(course: Course, name: str, marks: str) -> LaneResult:
    course.lab.provision.test_tools()
    layout = course.lab.layout
    home = layout.home / "test" / name
    report = home / "junit.xml"
    report.unlink(missing_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    command = [str(layout.python), "-m", "pytest", "-c", str(layout.hub_source / "pyproject.toml"), "-m", marks, "-rs"]
    code, log = course.run(
        [*command, f"--junitxml={report}", str(layout.hub_source / "tests")],
        name,
        _FULL_PYTEST_LIMIT_SECONDS if course.full else _PYTEST_LIMIT_SECONDS,
        LAB_HOME=str(home),
        LAB_TOOLS=str(layout.tools),
        LAB_TEST_FULL="1" if course.full else "",
    )
    say(last_lines(log, 8 if code == 0 else 80))
    return LaneResult.of([report] if report.exists() else [], code)


def _bench(course: Course) -> LaneResult:
    """The short forms of `lab bench sidecar` and `lab bench hub`: each row (of the lane's, or of all in its full form) gets values; whether they are good is not looked at."""
    sidecar, hub = (_bench_of(course, name, [] if course.full else ["--rows", ",".join(rows)]) for name, rows in _BENCHES.items())
    return LaneResult(sidecar.passed + hub.passed, sidecar.failed + hub.failed, sidecar.skipped + hub.skipped, (*sidecar.notes, *hub.notes))


def _bench_of(course: Course, name: str, more: list[str]) -> LaneResult:
    told = course.lab.layout.home / "test" / f"bench-{name}.json"
    told.parent.mkdir(parents=True, exist_ok=True)
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "decisionlab_hub", "bench", name, "--short", "--json", str(told), *more]
    code, log = course.run(command, f"bench-{name}", _BENCH_LIMIT_SECONDS, PYTHONPATH=str(course.lab.layout.hub_source))
    say(last_lines(log, 40))
    if code != 0:
        return LaneResult(0, 1, 0, (f"lab bench {name} ended with exit code {code}; see {log}",))
    return _bench_result(json.loads(told.read_text(encoding="utf-8"))["rows"], log, shutil.which("wrk") is not None)


def _bench_result(rows: list[dict], log: Path, with_wrk: bool) -> LaneResult:
    without = [row["key"] for row in rows if not any(side["values"] for side in row["sides"].values())]
    skipped = [] if with_wrk else [key for key in without if key in LOAD_ROWS]
    failed = [key for key in without if key not in skipped]
    notes = tuple(f"FAILED row {key}: see {log}" for key in failed) + (("SKIPPED rows under load: wrk is not installed",) if skipped else ())
    return LaneResult(len(rows) - len(without), len(failed), len(skipped), notes)


def _notebooks(course: Course) -> LaneResult:
    course.lab.provision.notebooks()
    passed = failed = skipped = 0
    notes = []
    trace = _traces(course.checkout) / _REAL_TRACE
    out = course.checkout / "target" / "notebooks"
    for notebook in sorted(course.lab.layout.notebooks.glob("*.ipynb")):
        runs: dict[str, list[str]] = {"default": []}
        if _takes_records(notebook):
            if notebook.stem != _MAIN_NOTEBOOK and not course.full:
                notes.append(f"{notebook.name} on real input: ./lab test --full notebooks runs it")
            elif trace.exists():
                runs["real"] = ["--set", f"records={trace}"]
            else:
                skipped += 1
                notes.append(f"SKIPPED {notebook.name} on real input: there is no {trace} (LAB_TRACES names another folder)")
        for kind, settings in runs.items():
            target = out / f"{notebook.stem}-{kind}.ipynb"
            command = [str(course.checkout / "lab"), "run", str(notebook), *settings, "--out", str(target)]
            started = time.monotonic()
            code, log = course.run(command, f"{notebook.stem}-{kind}", _NOTEBOOK_LIMIT_SECONDS)
            say(f"  {notebook.name} on {kind} input: {'ok' if code == 0 else 'FAILED'}, {time.monotonic() - started:.0f} s")
            if code != 0:
                say(last_lines(log))
            passed, failed = passed + (code == 0), failed + (code != 0)
    if passed + failed == 0:
        return LaneResult(0, 1, 0, (f"no notebook in {course.lab.layout.notebooks}",))
    return LaneResult(passed, failed, skipped, tuple(notes))


def _traces(checkout: Path) -> Path:
    named = os.environ.get("LAB_TRACES")
    return Path(named) if named else checkout.parent / "shared" / "traces"


def _takes_records(notebook: Path) -> bool:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    return any("records" in "".join(cell["source"]) for cell in tagged)


def _bare(course: Course) -> LaneResult:
    return run_in_bare_debian(course.lab.layout, course.interrupt)


LANES: dict[str, Callable[[Course], LaneResult]] = {
    "java": _java,
    "jdk": _jdk,
    "models": _models,
    "hub": _hub,
    "notebooks": _notebooks,
    "browser": _browser,
    "lab": _script,
    "bench": _bench,
    "bare": _bare,
}
"""The lanes in the order they run; `java` first, because it builds what the others use."""
