# SPDX-License-Identifier: Apache-2.0
"""What a user's home has before his server starts; run as that user, so that no link he made leads the hub astray.

As a program it reads a plan as JSON on standard input and prints one line per thing worth telling.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping

from decisionlab_hub.homes import give_notebooks
from decisionlab_hub.layout import private_directory

SHARED = "shared"
RUNTIME = Path(".local", "share", "jupyter", "runtime")


@dataclass(frozen=True)
class HomePlan:
    """`folders` are those of the shared folder, by their names in the home; `below` is where such links lead."""

    home: str
    notebooks: str
    below: str | None
    folders: Mapping[str, str]

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def lay_out(plan: HomePlan) -> list[str]:
    """Closes the home to others, makes the runtime folder, brings the notebooks and the links up to date; returns what to tell."""
    home = private_directory(Path(plan.home))
    private_directory(home / RUNTIME)
    notes = give_notebooks(Path(plan.notebooks), home)
    if plan.below is not None:
        try:
            notes += _link(home / SHARED, Path(plan.below), plan.folders)
        except OSError as refused:
            notes.append(f"{home / SHARED} was not brought up to date: {refused.strerror}")
    return notes


def _link(place: Path, below: Path, folders: Mapping[str, str]) -> list[str]:
    """Makes `place` show these folders; links that lead elsewhere, and all else in it, are the user's and stay."""
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        return [f"{place} is not a folder; rename it to see the shared folders there"]
    place.mkdir(exist_ok=True)
    for entry in place.iterdir():
        if entry.is_symlink() and below in Path(os.readlink(entry)).parents and entry.name not in folders:
            entry.unlink()
    notes = []
    for name, target in folders.items():
        link = place / name
        if link.is_symlink() and os.readlink(link) == target:
            continue
        if os.path.lexists(link):
            notes.append(f"{link} is yours; rename it to see the shared folder {name} there")
        else:
            link.symlink_to(target)
    return notes


if __name__ == "__main__":
    for line in lay_out(HomePlan(**json.load(sys.stdin))):
        print(line)
