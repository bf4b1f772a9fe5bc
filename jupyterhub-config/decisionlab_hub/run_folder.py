# SPDX-License-Identifier: Apache-2.0
"""A folder of its own for each run of a notebook, in which its cells work; a bounded number of them is kept."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, TextIO

from decisionlab_hub.console import say

KEPT = 10
"""Folders of ended runs that stay; the one that began longest ago goes first."""

_LOCK = ".running"


@contextmanager
def run_folder(runs: Path, notebook: Path) -> Iterator[Path]:
    """Makes a folder below `runs` for a run of the notebook, and removes the folders of all but the last few ended ones.

    What lies beside the notebook is seen in the folder through links, so that relative paths work. Bundles and records are
    written beside their place and renamed to it, which replaces a link: what a run makes is its own.
    """
    runs.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    folder = Path(tempfile.mkdtemp(prefix=f"{stamp}-{notebook.stem}-", dir=runs))
    with (folder / _LOCK).open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        for entry in notebook.parent.iterdir():
            if entry != notebook:
                (folder / entry.name).symlink_to(entry)
        _remove_old(runs, folder)
        yield folder


def _remove_old(runs: Path, present: Path) -> None:
    ended = [lock.parent for lock in runs.glob(f"*/{_LOCK}") if lock.parent != present]
    for folder in sorted(ended)[: max(0, len(ended) - KEPT)]:
        try:
            with (folder / _LOCK).open("r+", encoding="ascii") as lock:
                if _free(lock):
                    shutil.rmtree(folder)
        except FileNotFoundError:
            continue  # another run removes it at the same time
        except OSError as kept:
            say(f"  the folder {folder} of an earlier run cannot be removed ({kept})")


def _free(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
