# SPDX-License-Identifier: Apache-2.0
"""The JVMs that run from a folder of jars, which must not be replaced under them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from decisionlab_hub.console import LabError

_OURS = "org.decisionlab."
_MOST_NAMED = 5


@dataclass(frozen=True)
class JarUser:
    """A process with a class path in the folder; `program` is its main class where that is one of ours."""

    pid: int
    program: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.program})"


def jar_users(folder: Path) -> list[JarUser]:
    """Returns the living processes whose command line, argument files or open files name something below `folder`.

    Processes of other users, which may not be looked into, are left out.
    """
    below = f"{folder.absolute()}{os.sep}"
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if Path(words[0]).name == "java" and (_names(words, below) or _holds(entry / "fd", below)):
                program = next((word for word in words if word.startswith(_OURS)), words[0])
                found.append(JarUser(int(entry.name), program))
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue  # another user's process, or one that has just ended
    return sorted(found, key=lambda user: user.pid)


def refuse_while_used(folder: Path) -> None:
    """Raises LabError, naming who runs from the folder and what to do, when a build would take the jars from somebody."""
    users = jar_users(folder)
    if users:
        named = ", ".join(str(user) for user in users[:_MOST_NAMED]) + (", ..." if len(users) > _MOST_NAMED else "")
        raise LabError(
            f"the Java programs are to be built anew, and {len(users)} running program{'s' if len(users) > 1 else ''} would lose "
            f"the jars of {folder}: {named}; end them (./lab down; a notebook's kernel by its menu Kernel, Shut Down Kernel; "
            "./lab run and ./lab sidecar by Ctrl-C) and try again"
        )


def _names(words: list[str], below: str) -> bool:
    return any(below in word or (word.startswith("@") and below in _argument_file(word[1:])) for word in words[1:])


def _argument_file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # it was needed at the start only and may have gone


def _holds(descriptors: Path, below: str) -> bool:
    for descriptor in descriptors.iterdir():
        try:
            if os.readlink(descriptor).startswith(below):
                return True
        except FileNotFoundError:
            continue  # closed in the meantime
    return False
