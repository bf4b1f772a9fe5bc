# SPDX-License-Identifier: Apache-2.0
"""The Java programs: how they are called and the environment each of them needs before its JVM starts."""

from __future__ import annotations

import os
from pathlib import Path

from decisionlab_hub.console import LabError
from decisionlab_hub.layout import Layout

_TOOLS_MAIN = "org.decisionlab.distribution.Lab"
SIDECAR_PROGRAM = "sidecar"
_SIDECAR_MAIN = "org.decisionlab.sidecar.SidecarMain"
_MODEL_MAIN = "org.decisionlab.sidecar.tool.ModelTool"

FLAVOURS: dict[str, tuple[str, ...]] = {"lite": (), "onnx": ("onnx",), "all": ("onnx", "tensorflow")}
"""The engines that a sidecar has beside its evaluator in Java, by the name of the flavour."""

IDENTITY_PROGRAMS = {
    "iam-sim": "org.decisionlab.identity.iamsim.IamSimProgram",
    "token-broker": "org.decisionlab.identity.broker.BrokerProgram",
}
"""Main classes of the programs for logins, by their folder in `identity`."""

_SMALL_JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

_ARCHIVE = "-XX:SharedArchiveFile="

_TRAINING_THREADS = "2"
"""Nets of this size gain little from more, and the same number on every machine gives the same bits."""


def java_environment(layout: Layout) -> dict[str, str]:
    """Returns the variables for every kernel and sidecar; what the user has set for threads is kept."""
    return {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS") or _TRAINING_THREADS,
        "DJL_OFFLINE": "true",
        "DJL_CACHE_DIR": str(layout.tools / "djl"),
        "OPT_OUT_TRACKING": "true",
        "ORT_DISABLE_TELEMETRY": "1",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


def java_executable() -> str:
    """Returns the JVM: that of JAVA_HOME, which the script `lab` sets to a JDK 17, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else "java"


def tool_command(layout: Layout, arguments: list[str]) -> list[str]:
    """Returns the command line of one of the tools in `distribution`."""
    return _command(layout, "lib", _TOOLS_MAIN, arguments)


def sidecar_command(layout: Layout, port: int, models: Path) -> list[str]:
    """Returns the command line of a sidecar in the foreground; port 0 lets it choose and print one."""
    return sidecar_tool_command(layout, ["--port", str(port), "--models", str(models)])


def sidecar_tool_command(layout: Layout, arguments: list[str]) -> list[str]:
    """Returns the command line of the sidecar's own program, which has a class path of its own.

    `--flavour NAME` among the arguments chooses its engines; the rest is the program's.
    """
    flavour, rest = _take_flavour(arguments)
    return _sidecar_world(layout, flavour, _SIDECAR_MAIN, rest)


def model_tool_command(layout: Layout, arguments: list[str]) -> list[str]:
    """Returns the command line of the tool for model bundles, with all engines."""
    return _sidecar_world(layout, "all", _MODEL_MAIN, arguments)


def _take_flavour(arguments: list[str]) -> tuple[str, list[str]]:
    rest, flavour = list(arguments), "all"
    for at, argument in enumerate(arguments):
        if argument == "--flavour" or argument.startswith("--flavour="):
            words = 1 if "=" in argument else 2
            flavour = argument.partition("=")[2] if words == 1 else "".join(arguments[at + 1 : at + 2])
            del rest[at : at + words]
            break
    if flavour not in FLAVOURS:
        raise LabError(f"--flavour must be one of {', '.join(FLAVOURS)}, not '{flavour}'", exit_code=2)
    return flavour, rest


def _sidecar_world(layout: Layout, flavour: str, main: str, arguments: list[str]) -> list[str]:
    folders = [layout.distribution / "sidecar-lib", *(layout.distribution / "sidecar-engines" / engine for engine in FLAVOURS[flavour])]
    natives = f"-Dorg.bytedeco.javacpp.cachedir={layout.tools / 'javacpp'}"
    archived = _archived(layout, SIDECAR_PROGRAM) if main == _SIDECAR_MAIN else []
    return [java_executable(), *archived, natives, "-cp", os.pathsep.join(f"{folder}/*" for folder in folders), main, *arguments]


def archiving(command: list[str], archive: Path) -> list[str]:
    """Returns the command line of the same program, which writes the archive of its classes when it ends."""
    java, *rest = [word for word in command if not word.startswith(_ARCHIVE)]
    return [java, f"-XX:ArchiveClassesAtExit={archive}", *rest]


def identity_library(layout: Layout, program: str) -> Path:
    """Returns the folder of the jars of a program for logins."""
    return layout.identity / program / "target" / "lib"


def identity_command(layout: Layout, program: str, arguments: list[str]) -> list[str]:
    """Returns the command line of a program for logins, one of `IDENTITY_PROGRAMS`."""
    java = [java_executable(), *_SMALL_JVM, *_archived(layout, program)]
    return [*java, "-cp", f"{identity_library(layout, program)}/*", IDENTITY_PROGRAMS[program], *arguments]


def _archived(layout: Layout, program: str) -> list[str]:
    """The archive of classes, which the JVM leaves aside when it does not fit the jars."""
    if not layout.class_archive(program).exists():
        return []
    return [f"{_ARCHIVE}{layout.class_archive(program)}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]


def _command(layout: Layout, library: str, main: str, arguments: list[str]) -> list[str]:
    return [java_executable(), "-cp", f"{layout.distribution / library}/*", main, *arguments]
