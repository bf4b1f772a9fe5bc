# SPDX-License-Identifier: Apache-2.0
"""The notebooks in a user's home: given, brought up to date, and never taken back once the user has changed them."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from decisionlab_hub.files import write_atomically

_LEDGER = ".decisionlab-notebooks.json"
_LEFT_OUT = {"target", ".ipynb_checkpoints", "__pycache__", "pom.xml"}
_MADE_BY_NOTEBOOKS = "*.gz"  # records and bundles, written beside a notebook that is run from the checkout


def give_notebooks(source: Path, home: Path) -> list[str]:
    """Copies every file below `source` to `home/notebooks`; a file the user changed stays.

    Returns the files that were kept although the original has a newer version. To get that one, the user renames his own.
    """
    ledger_path = home / _LEDGER
    given = _given(ledger_path)
    kept = []
    for original in notebook_files(source):
        relative = original.relative_to(source)
        name, now = relative.as_posix(), _digest(original)
        copy = home / "notebooks" / relative
        if not copy.exists() or _digest(copy) == given.get(name):
            if not copy.exists() or given[name] != now:
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(original, copy)
            given[name] = now
        elif given.get(name) != now and _digest(copy) != now:
            kept.append(name)
    write_atomically(ledger_path, json.dumps(given, indent=2) + "\n")
    return kept


def _given(ledger: Path) -> dict[str, str]:
    """What was given and how it was then. The ledger is the user's own file: one that says nothing is as none, and then every file that differs stays."""
    try:
        said = json.loads(ledger.read_bytes()) if ledger.exists() else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def notebook_files(source: Path) -> list[Path]:
    """Returns the files below `source` that users get."""
    return [path for path in sorted(source.rglob("*")) if path.is_file() and _is_given(path.relative_to(source))]


def _is_given(relative: Path) -> bool:
    return not _LEFT_OUT.intersection(relative.parts) and not relative.match(_MADE_BY_NOTEBOOKS)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
