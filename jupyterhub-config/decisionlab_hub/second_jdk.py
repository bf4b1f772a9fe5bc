# SPDX-License-Identifier: Apache-2.0
"""The JDK besides 17 on which the tests run once more."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from decisionlab_hub.console import EXIT_USAGE, LabError

MODULES = ("core", "simulator", "models", "data-manager", "kernel-extensions")
"""What runs in the kernel's JVM. Their byte code stays that of JDK 17, which also runs Maven."""

SHORT = {
    "core": ("FeatureMapTest", "DurableFilesTest"),
    "models": ("RowProductTest",),
    "data-manager": ("LocalSparkTest", "RecordsTest"),
    "kernel-extensions": (
        "CapturedMomentTest",
        "CarriedValuesTest",
        "ErrorsTest",
        "ExhaustionTest",
        "InterruptTest",
        "JavadocTest",
        "KernelTest",
        "LifecycleTest",
        "LongSessionTest",
        "NotCarriedTest",
        "RedeclaredClassTest",
        "RedefinitionTest",
        "TypedJavaTest",
        "WholeCellTest",
    ),
}
"""The short form: test classes by module whose outcome depends on the JDK, which is where compiler, JShell, class loading, reflection, threads,
memory, the vector API, and Spark's way into the JVM are used. What is left out computes the same on every JDK."""

ALL_COMPILERS = "-Dtest.jit.flags=-XX:+TieredCompilation"
"""The lane `java` runs some modules without the second compiler of the JVM, this one with it."""

CHECKED_ALREADY = ("-Dspotless.check.skip=true", "-Djacoco.skip=true", "-Denforcer.skip=true")
WANTED = "of version 21 or later"
_OLDEST = 21
_VARIABLE = "LAB_SECOND_JDK"
_LIMIT_SECONDS = 60


def selection(full: bool) -> list[str]:
    """Returns Maven's options that choose the tests: all of the modules, or those of the short form."""
    if full:
        return []
    names = ",".join(name for names in SHORT.values() for name in names)
    return [f"-Dtest={names}", "-Dsurefire.failIfNoSpecifiedTests=false"]


def find(named: Path | None, folder: Path = Path("/usr/lib/jvm")) -> Path | None:
    """Returns the JDK named on the command line or by the environment, else the newest found in `folder`.

    Raises LabError when the one that is named is none, or too old.
    """
    asked = named or (Path(os.environ[_VARIABLE]) if os.environ.get(_VARIABLE) else None)
    if asked is not None:
        release = version(asked.absolute())
        if release is None or _feature(release) < _OLDEST:
            raise LabError(f"{asked} is no JDK {WANTED}: {release or 'there is no bin/java that tells its version'}", EXIT_USAGE)
        return asked.absolute()
    found = [(home, release) for home in sorted(folder.glob("*")) if (release := version(home)) is not None]
    fitting = [(_feature(release), home) for home, release in found if _feature(release) >= _OLDEST and (home / "bin" / "javac").exists()]
    return max(fitting)[1] if fitting else None


def version(home: Path) -> str | None:
    """Returns what its JVM calls its version, such as `25.0.1`; None where there is no JVM."""
    try:
        told = subprocess.run(
            [str(home / "bin" / "java"), "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except OSError:
        return None
    lines = (line.split("=", 1) for line in told.stderr.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, value in lines}.get("java.version")


def _feature(release: str) -> int:
    digits = release.split(".")[0].split("-")[0].split("+")[0]
    return int(digits) if digits.isdigit() else 0
