# SPDX-License-Identifier: Apache-2.0
"""The sidecar that a notebook without a browser talks to: the lab's own, a given one, or one for this run only."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from decisionlab_hub.console import LabError, last_lines, say
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java import sidecar_command
from decisionlab_hub.layout import Layout

RUNNING = "DECISIONLAB_RUNNING_SIDECAR"
"""Environment variable in which `lab run` hands over the address of the lab's sidecar, empty when it is not up."""

_ADDRESS = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]{0,4}(?=\s)")
_READY_LIMIT_SECONDS = 120.0
_END_LIMIT_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


@contextmanager
def private_sidecar(wanted: str, layout: Layout, interrupt: Interrupt) -> Iterator[None]:
    """Puts the sidecar's address into the environment, for the kernel to inherit; ends what it started."""
    running = os.environ.get(RUNNING, "")
    if wanted == "none":
        os.environ.pop("DECISIONLAB_SIDECAR_URL", None)
        yield
    elif wanted != "auto" or running:
        os.environ["DECISIONLAB_SIDECAR_URL"] = running if wanted == "auto" else wanted
        yield
    else:
        folder = Path(tempfile.mkdtemp(prefix="decisionlab-sidecar-"))
        try:
            with _started(layout, folder, interrupt) as url:
                os.environ["DECISIONLAB_SIDECAR_URL"] = url
                yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(layout: Layout, folder: Path, interrupt: Interrupt) -> Iterator[str]:
    models, log = folder / "models", folder / "sidecar.log"
    models.mkdir()
    with log.open("wb") as output:
        child = subprocess.Popen(
            sidecar_command(layout, 0, models),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    try:
        interrupt.wait_for(lambda: child.poll() is not None or _address(log) is not None, _READY_LIMIT_SECONDS)
        url = _address(log)
        if child.poll() is not None or url is None:
            raise LabError(f"the sidecar for this run did not start within {_READY_LIMIT_SECONDS:.0f} s; it said:\n{last_lines(log)}")
        say(f"  a sidecar for this run only: {url}")
        yield url
    finally:
        child.terminate()
        try:
            child.wait(_END_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(_END_LIMIT_SECONDS)


def _address(log: Path) -> str | None:
    match = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
    return match.group() if match else None


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
