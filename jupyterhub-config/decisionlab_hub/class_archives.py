# SPDX-License-Identifier: Apache-2.0
"""Archives of classes (AppCDS), from which the Java services start in about half of the time: made by running each once."""

from __future__ import annotations

import os
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from decisionlab_hub.console import LabError, last_lines
from decisionlab_hub.foreground import started
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java import SIDECAR_PROGRAM, archiving, identity_command, identity_library, sidecar_tool_command
from decisionlab_hub.layout import Layout
from decisionlab_hub.ports import LOOPBACK

_PAGE_LIMIT_SECONDS = 30.0
_NOWHERE = f"http://{LOOPBACK}:1"


@dataclass(frozen=True)
class Rehearsal:
    """A service that runs once with nothing but an empty folder, answers these pages, and ends."""

    program: str
    jars: Path
    command: Callable[[Path], list[str]]
    environment: dict[str, str]
    pages: tuple[str, ...] = ()


def rehearsal_of_sidecar(layout: Layout) -> Rehearsal:
    def command(folder: Path) -> list[str]:
        return sidecar_tool_command(layout, ["--flavour", "lite", "--port", "0", "--models", str(folder)])

    return Rehearsal(SIDECAR_PROGRAM, layout.distribution / "sidecar-lib", command, {})


def rehearsals_of_logins(layout: Layout) -> tuple[Rehearsal, Rehearsal]:
    """The simulator and the broker; the broker meets neither hub nor provider."""

    def simulator(folder: Path) -> list[str]:
        return identity_command(layout, "iam-sim", ["--folder", str(folder), "--redirect", f"{_NOWHERE}/"])

    def broker(folder: Path) -> list[str]:
        return identity_command(layout, "token-broker", [])

    settings = {
        "JUPYTERHUB_API_URL": f"{_NOWHERE}/hub/api",
        "JUPYTERHUB_API_TOKEN": "none",
        "JUPYTERHUB_SERVICE_URL": f"http://{LOOPBACK}:0",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/token-broker/",
        "DECISIONLAB_ISSUER": f"{_NOWHERE}/",
        "DECISIONLAB_HUB_CLIENT_ID": "none",
        "DECISIONLAB_HUB_CLIENT_SECRET_FILE": "",
    }
    return (
        Rehearsal("iam-sim", identity_library(layout, "iam-sim"), simulator, {}, ("/.well-known/openid-configuration", "/jwk", "/login")),
        Rehearsal("token-broker", identity_library(layout, "token-broker"), broker, settings, ("/services/token-broker/health",)),
    )


def make_archive(rehearsal: Rehearsal, layout: Layout, interrupt: Interrupt) -> None:
    """Makes the archive anew. Raises LabError when the program does not start, does not answer or leaves none."""
    archive = layout.class_archive(rehearsal.program)
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.unlink(missing_ok=True)
    log = layout.logs / f"set-up-{rehearsal.program}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="decisionlab-archive-") as folder:
        command = archiving(rehearsal.command(Path(folder)), archive)
        with started(command, log, interrupt, {**os.environ, **rehearsal.environment}) as program:
            for page in rehearsal.pages:
                _ask(program.url + page, rehearsal.program)
    if not archive.exists():
        raise LabError(f"{rehearsal.program} left no archive of its classes in {archive}; the end of {log}:\n{last_lines(log)}")


def _ask(url: str, program: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_PAGE_LIMIT_SECONDS) as answer:
            answer.read()
    except OSError as failure:
        raise LabError(f"{program} started, and did not answer {url}: {failure}") from failure
