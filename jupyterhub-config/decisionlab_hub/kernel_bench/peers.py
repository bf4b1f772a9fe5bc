# SPDX-License-Identifier: Apache-2.0
"""The kernels to compare with, fetched once from PyPI and Maven Central into the lab's tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from decisionlab_hub.console import LabError, say
from decisionlab_hub.files import write_atomically
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java import java_executable
from decisionlab_hub.figures import JJAVA, OURS, PYTHON, RAPAIO
from decisionlab_hub.kernel_bench.session import Side
from decisionlab_hub.layout import Layout
from decisionlab_hub.provision import MAVEN_COPY, run_logged

_FETCH_LIMIT_SECONDS = 300.0
_JJAVA = "jjava==1.0a8 --hash=sha256:b86ddf2eee6037a33a0adc2ac2f318a94638f42eefaeeeb13db381587e5f2a69"
_RAPAIO = "io.github.padreati:rapaio-jupyter-kernel:3.0.1"
_RAPAIO_JAR = "rapaio-jupyter-kernel-3.0.1.jar"


def sides(layout: Layout, interrupt: Interrupt) -> tuple[list[Side], dict[str, str]]:
    """Returns the kernels that can be measured, and for each other one why not."""
    found = [
        Side(OURS, "decisionlab", layout.jupyter / "share" / "jupyter" / "kernels", _environment()),
        Side(PYTHON, "python3", layout.venv / "share" / "jupyter" / "kernels", _environment()),
    ]
    absent: dict[str, str] = {}
    for name, fetch in ((JJAVA, _jjava), (RAPAIO, _rapaio)):
        try:
            found.append(fetch(layout, layout.tools / "bench" / name, interrupt))
        except LabError as failure:
            absent[name] = f"cannot be installed: {str(failure).splitlines()[0]}"
            say(f"  {name}: {failure}")
    return found, absent


def java_version() -> str:
    """The first line of what the JVM of the Java kernels says of itself."""
    told = subprocess.run([java_executable(), "-version"], capture_output=True, text=True, check=True, timeout=60)
    return told.stderr.splitlines()[0]


def _jjava(layout: Layout, folder: Path, interrupt: Interrupt) -> Side:
    kernels = folder / "share" / "jupyter" / "kernels"
    if not (kernels / "java" / "kernel.json").exists():
        requirement = folder / "requirement.txt"
        write_atomically(requirement, _JJAVA + "\n")
        command = [sys.executable, "-m", "pip", "install", "--no-input", "--no-deps", "--require-hashes", "--upgrade"]
        _fetch([*command, "--target", str(folder), "-r", str(requirement)], JJAVA, layout, interrupt)
    return Side(JJAVA, "java", kernels, _environment())


def _rapaio(layout: Layout, folder: Path, interrupt: Interrupt) -> Side:
    jar = folder / _RAPAIO_JAR
    if not jar.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(["mvn", "-B", "-q", MAVEN_COPY, f"-Dartifact={_RAPAIO}", f"-DoutputDirectory={folder}"], RAPAIO, layout, interrupt)
    spec = {
        "argv": [java_executable(), "-jar", str(jar), "{connection_file}"],
        "display_name": RAPAIO,
        "language": "java",
        "interrupt_mode": "message",
    }
    write_atomically(folder / "kernels" / RAPAIO / "kernel.json", json.dumps(spec))
    return Side(RAPAIO, RAPAIO, folder / "kernels", _environment())


def _fetch(command: list[str], name: str, layout: Layout, interrupt: Interrupt) -> None:
    say(f"  fetching {name} ...")
    log = layout.logs / f"bench-{name}.log"
    code = run_logged(command, log, layout.tools, interrupt, _FETCH_LIMIT_SECONDS)
    if code != 0:
        raise LabError(f"{command[0]} ended with exit code {code}; see {log}")


def _environment() -> dict[str, str]:
    """Every Java side runs on the same JVM, also one whose kernelspec says just `java`."""
    java = Path(java_executable())
    path = os.environ.get("PATH", os.defpath)
    return {**os.environ, "PATH": f"{java.parent}{os.pathsep}{path}" if java.is_absolute() else path}
