# SPDX-License-Identifier: Apache-2.0
"""The sidecar that a notebook without a browser talks to: the lab's own, a given one, or one for this run only."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from decisionlab_hub.console import say
from decisionlab_hub.foreground import started
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java import sidecar_command
from decisionlab_hub.layout import Layout

RUNNING = "DECISIONLAB_RUNNING_SIDECAR"
"""Environment variable in which `lab run` hands over the address of the lab's sidecar, empty when it is not up or asks for tokens."""


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
            (folder / "models").mkdir()
            with started(sidecar_command(layout, 0, folder / "models"), folder / "sidecar.log", interrupt) as sidecar:
                say(f"  a sidecar for this run only: {sidecar.url}")
                os.environ["DECISIONLAB_SIDECAR_URL"] = sidecar.url
                yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
