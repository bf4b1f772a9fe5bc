# SPDX-License-Identifier: Apache-2.0
"""A folder of its own for each run of a notebook, in which its cells work; a bounded number of them is kept."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Iterator, TextIO

from decisionlab_hub.console import say

KEPT = 10
"""Folders of ended runs that stay; the one that began longest ago goes first."""

COPIED_FILE_BYTES = 1 << 20
"""A file beside the notebook that is not larger is copied; a larger one is linked."""

COPIED_BYTES = 64 << 20
"""What is copied in all, the smallest files first."""

MOST_BESIDE_THE_FOLDER = 10_000
"""With more entries beside its folder, a notebook does not see them through `..`."""

_LOCK = ".running"


@contextmanager
def run_folder(runs: Path, notebook: Path) -> Iterator[Path]:
    """Makes a folder below `runs` for a run of the notebook, and removes the folders of all but the last few ended ones.

    Yields the folder to work in, which lies in it under the name of the notebook's own folder. What lies beside the notebook
    is seen there: small files as copies, large ones and folders through links. What lies beside the notebook's folder is seen
    through links one level up, so that relative paths with one `..` work too.
    """
    runs.mkdir(parents=True, exist_ok=True)
    beside = notebook.parent.resolve()
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    folder = Path(tempfile.mkdtemp(prefix=f"{stamp}-{notebook.stem}-", dir=runs))
    with ExitStack() as held:
        lock = held.enter_context((folder / _LOCK).open("w", encoding="ascii"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        _keep_run_of(beside, runs, held)
        work = folder / (beside.name if beside.name not in ("", _LOCK) else "work")
        work.mkdir()
        _show_beside(beside, {notebook.name, folder.name, _LOCK}, work)
        _show_above(beside, runs.resolve(), folder)
        _remove_old(runs, folder)
        yield work


def _keep_run_of(beside: Path, runs: Path, held: ExitStack) -> None:
    """Keeps the earlier run that the notebook lies in, if any, from being removed while this one reads from it."""
    try:
        run = runs.resolve() / beside.relative_to(runs.resolve()).parts[0]
        lock = held.enter_context((run / _LOCK).open("r", encoding="ascii"))
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (ValueError, IndexError, FileNotFoundError, BlockingIOError):
        return  # it lies in no run's folder, or in one that is still held


def _show_beside(beside: Path, unseen: set[str], work: Path) -> None:
    entries = [entry for entry in beside.iterdir() if entry.name not in unseen]
    left = COPIED_BYTES
    for size, entry in sorted((_copied_size(entry), entry) for entry in entries):
        left -= size
        if size > COPIED_FILE_BYTES or left < 0 or not _copied(entry, work / entry.name):
            (work / entry.name).symlink_to(entry)


def _copied_size(entry: Path) -> int:
    """The size of a regular file, also behind a link; more than is ever copied for anything else."""
    try:
        state = entry.stat()
    except OSError:
        return COPIED_BYTES + 1
    return state.st_size if stat.S_ISREG(state.st_mode) else COPIED_BYTES + 1


def _copied(entry: Path, copy: Path) -> bool:
    try:
        shutil.copy2(entry, copy)
        return True
    except OSError:  # unreadable: a link says so when a cell opens it
        copy.unlink(missing_ok=True)
        return False


def _show_above(beside: Path, runs: Path, folder: Path) -> None:
    """Links what lies beside the notebook's folder; not the folder that holds the runs, which would lead back here."""
    if beside == beside.parent or beside.parent == runs:
        return
    try:
        entries = [entry for entry in beside.parent.iterdir() if entry != beside and entry not in runs.parents and entry != runs]
    except OSError as unseen:
        say(f"  the cells do not see what lies in {beside.parent} through `..` ({unseen})")
        return
    if len(entries) > MOST_BESIDE_THE_FOLDER:
        say(f"  the cells do not see what lies in {beside.parent} through `..`: {len(entries)} entries, more than {MOST_BESIDE_THE_FOLDER}")
        return
    for entry in entries:
        if not os.path.lexists(folder / entry.name):
            (folder / entry.name).symlink_to(entry)


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
