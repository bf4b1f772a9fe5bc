# SPDX-License-Identifier: Apache-2.0
"""The processes that are measured: started, waited for, asked, and ended."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from decisionlab_hub.console import LabError
from decisionlab_hub.foreground import started
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java import java_environment, java_executable, sidecar_tool_command
from decisionlab_hub.layout import Layout

_LIMIT_SECONDS = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class World:
    """What every measurement needs."""

    layout: Layout
    interrupt: Interrupt
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **java_environment(self.layout)}

    def bench_command(self, main: str, *arguments: str) -> list[str]:
        """The command line of a program of the module `bench`."""
        target = self.layout.checkout / "bench" / "target"
        try:
            libraries = (target / "class-path.txt").read_text(encoding="utf-8").strip()
        except FileNotFoundError as absent:
            raise LabError(f"{target} holds no class path; mvn package makes it") from absent
        return [java_executable(), "-cp", f"{target / 'classes'}{os.pathsep}{libraries}", f"org.decisionlab.bench.{main}", *arguments]


    def kernel_command(self, main: str, *arguments: str) -> list[str]:
        """The command line of a program on the class path of kernels."""
        return [java_executable(), "-cp", f"{self.layout.distribution / 'lib'}/*", main, *arguments]


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    pid: int
    url: str

    def cpu_seconds(self) -> float:
        """Processor time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def post(self, path: str, body: bytes, **headers: str) -> bytes:
        """The body of the answer; whatever is not 200 is raised."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/octet-stream", **named})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=_LIMIT_SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as refused:
            raise LabError(f"{path} answered {refused.code}: {refused.read(500).decode(errors='replace')}") from refused


@contextmanager
def echo(world: World) -> Iterator[Server]:
    """The bare server that the sidecar is held against."""
    with started(world.bench_command("EchoServer"), world.folder / "echo.log", world.interrupt, world.environment) as program:
        yield Server(program.pid, program.url)


@contextmanager
def sidecar(world: World, flavour: str, models: Path, *options: str) -> Iterator[Server]:
    """The sidecar as `./lab sidecar` starts it, on a free port."""
    arguments = ["--flavour", flavour, "--port", "0", "--models", str(models), *options]
    log = world.folder / f"{models.name}.log"
    with started(sidecar_tool_command(world.layout, arguments), log, world.interrupt, world.environment) as program:
        yield Server(program.pid, program.url)
