# SPDX-License-Identifier: Apache-2.0
"""One command at a time where two would collide."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from decisionlab_hub.console import LabError, say
from decisionlab_hub.interrupt import Interrupt


@contextmanager
def exclusive(path: Path, interrupt: Interrupt, limit_seconds: float) -> Iterator[None]:
    """Holds a lock file; the system frees it when the holder dies.

    Raises LabError, naming the holder, when another process keeps it longer than the limit.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        if not _try(file.fileno()):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            say(f"another lab command is at work (process {holder}); waiting up to {limit_seconds:.0f} s for it ...")
            if not interrupt.wait_for(lambda: _try(file.fileno()), limit_seconds):
                raise LabError(f"process {holder} still holds {path} after {limit_seconds:.0f} s; let it end, or end it, and try again")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
