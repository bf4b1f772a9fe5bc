# SPDX-License-Identifier: Apache-2.0
"""Printing a log, and what is added to it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from decisionlab_hub.console import EXIT_USAGE, LabError
from decisionlab_hub.interrupt import Interrupt, Interrupted

_FOREVER_SECONDS = 10 * 365 * 86400.0


def print_log(directory: Path, name: str, follow: bool, interrupt: Interrupt) -> int:
    """Prints a log by its name; with `follow`, until the user ends it."""
    known = sorted(path.stem for path in directory.glob("*.log"))
    if name not in known:
        raise LabError(f"no log is named {name!r}; there {'are ' + ', '.join(known) if known else 'is none yet'}", EXIT_USAGE)
    with (directory / f"{name}.log").open(encoding="utf-8", errors="replace") as log:

        def copied() -> bool:
            shutil.copyfileobj(log, sys.stdout)
            sys.stdout.flush()
            return not follow

        try:
            interrupt.wait_for(copied, _FOREVER_SECONDS)
        except Interrupted:
            pass  # Ctrl-C is how following ends
    return 0
