# SPDX-License-Identifier: Apache-2.0
"""The notebooks in a user's home: given, brought up to date, and never taken back once the user has changed them.

What lies in a home is the user's: nothing here follows a link below it, waits for a pipe or reads without a limit. Who
could change a folder between the look at it and the writing is the account that this runs as.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

from decisionlab_hub.files import Unfit, read_regular, write_atomically

_LEDGER = ".decisionlab-notebooks.json"
_LEFT_OUT = {"target", ".ipynb_checkpoints", "__pycache__", "pom.xml"}
_MADE_BY_NOTEBOOKS = "*.gz"  # records and bundles, written beside a notebook that is run from the checkout
_MOST_OF_LEDGER, _MOST_COMPARED = 256 << 10, 64 << 20
_MODE = 0o640


def give_notebooks(source: Path, home: Path) -> list[str]:
    """Copies every file below `source` to `home/notebooks`; what the user changed, or has in the place of one, stays.

    Returns lines that tell what was not brought up to date. To get a newer version, the user renames his own.
    """
    home.mkdir(parents=True, exist_ok=True)
    before = _given(home / _LEDGER)
    given, notes, closed = dict(before), [], set()
    for original in notebook_files(source):
        relative = original.relative_to(source)
        try:
            obstacle = _obstacle(home, Path("notebooks", relative.parent))
            if obstacle is not None:
                closed.add(obstacle)
            elif not _give(original, home / "notebooks" / relative, relative.as_posix(), given):
                notes.append(f"a newer version of {relative.as_posix()} exists, but yours was changed and is kept")
        except OSError as refused:
            notes.append(f"{relative.as_posix()} was not brought up to date: {refused.strerror}")
    notes += [f"{place} is not a folder; rename it to get the lab's notebooks there" for place in sorted(closed)]
    if given != before:
        notes += _remember(home / _LEDGER, given)
    return notes


def _give(original: Path, copy: Path, name: str, given: dict[str, str]) -> bool:
    """Brings one copy up to date; returns whether it is. One that was given in this version, and is there, is not looked into."""
    content = original.read_bytes()
    now, then = hashlib.sha256(content).hexdigest(), given.get(name)
    if os.path.lexists(copy):
        if then == now:
            return True
        found = _digest(copy)
        if found is None or found not in (then, now):
            return False
        if found == now:
            given[name] = now
            return True
    write_atomically(copy, content, _MODE, durable=False)
    given[name] = now
    return True


def _obstacle(home: Path, folder: Path) -> Path | None:
    """Makes a folder below the home, unless a part of its path is there and no folder itself; returns that part."""
    place = home
    for part in folder.parts:
        place /= part
        if not os.path.lexists(place):
            place.mkdir()
        if not stat.S_ISDIR(place.lstat().st_mode):
            return place
    return None


def _given(ledger: Path) -> dict[str, str]:
    """What was given and how it was then. The ledger is the user's own file: one that says nothing is as none, and then every file that differs stays."""
    try:
        said = json.loads(read_regular(ledger, _MOST_OF_LEDGER))
    except (FileNotFoundError, PermissionError, Unfit, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _remember(ledger: Path, given: dict[str, str]) -> list[str]:
    try:
        write_atomically(ledger, json.dumps(given, indent=2) + "\n")
    except IsADirectoryError:
        return [f"{ledger} is a folder; rename it, since without that file no notebook is brought up to date"]
    except OSError as refused:
        return [f"{ledger} was not written, and without that file no notebook is brought up to date: {refused.strerror}"]
    return []


def notebook_files(source: Path) -> list[Path]:
    """Returns the files below `source` that users get."""
    return [path for path in sorted(source.rglob("*")) if path.is_file() and _is_given(path.relative_to(source))]


def _is_given(relative: Path) -> bool:
    return not _LEFT_OUT.intersection(relative.parts) and not relative.match(_MADE_BY_NOTEBOOKS)


def _digest(path: Path) -> str | None:
    """That of the user's file; none of what is no file that can be compared, which is his then."""
    try:
        return hashlib.sha256(read_regular(path, _MOST_COMPARED)).hexdigest()
    except (PermissionError, Unfit):
        return None
