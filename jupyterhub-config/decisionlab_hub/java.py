# SPDX-License-Identifier: Apache-2.0
"""The Java programs: how they are called and the environment each of them needs before its JVM starts."""

from __future__ import annotations

import os
from pathlib import Path

from decisionlab_hub.layout import Layout

_TOOLS_MAIN = "org.decisionlab.distribution.Lab"
_SIDECAR_MAIN = "org.decisionlab.sidecar.SidecarMain"

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
    """Returns the command line of the sidecar's own program, which has a class path of its own."""
    return _command(layout, "sidecar-lib", _SIDECAR_MAIN, arguments)


def _command(layout: Layout, library: str, main: str, arguments: list[str]) -> list[str]:
    return [java_executable(), "-cp", f"{layout.distribution / library}/*", main, *arguments]
