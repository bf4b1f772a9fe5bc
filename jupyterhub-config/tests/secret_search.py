# SPDX-License-Identifier: Apache-2.0
"""Looks for secrets where they must not be: in files, also packed ones and data bases, in pages, in processes' environments and command lines.

Those that were in use are looked for in every form (`secret_forms`), and what is a secret by its shape (`secret_shapes`), in all that files hold (`opened_files`).
What cannot be looked into is a finding too, and a folder that cannot be listed ends the search.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

from opened_files import MOST_BYTES, OpenedFile
from secret_forms import Texts, forms, readings
from secret_shapes import shapes

SHORTEST = 8
"""Of a shorter text nobody can tell whether it stands somewhere by chance."""


class SearchError(Exception):
    """The search could not be made; that nothing was found means nothing."""


@dataclass(frozen=True)
class Secret:
    """Something that was in use, under a name that may be told."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"Secret({self.name})"


@dataclass(frozen=True)
class Finding:
    """A secret by its name, the form it has there, and the place."""

    secret: str
    form: str
    place: str


class Search:
    """Looks for some secrets, and for what has the shape of one; the same value is looked for once, under all its names."""

    def __init__(self, secrets: Iterable[Secret]):
        names: dict[str, list[str]] = {}
        for secret in secrets:
            if len(secret.value) < SHORTEST:
                raise ValueError(f"{secret.name} has fewer than {SHORTEST} characters")
            names.setdefault(secret.value, []).append(secret.name)
        self._known: dict[bytes, list[tuple[str, str]]] = {}
        for value, told in names.items():
            for form, text in forms(value).items():
                self._known.setdefault(text, []).append((" = ".join(sorted(set(told))), form))
        self._texts = Texts(self._known)

    def text(self, place: str, data: bytes | str) -> list[Finding]:
        """Looks into something that has been read, in all its readings; what was found in a simpler one is not told again."""
        found: dict[tuple[str, str], Finding] = {}
        for way, content in readings(data.encode() if isinstance(data, str) else data):
            for secret, form in self._within(content):
                found.setdefault((secret, form), Finding(secret, form + way, place))
        return list(found.values())

    def _within(self, content: bytes) -> list[tuple[str, str]]:
        found = [known for text in self._texts.within(content) for known in self._known[text]]
        # What is known has been told by its name.
        return found + sorted({("?", f"has the shape: {shape}") for shape, text in shapes(content) if not self._texts.within(text)})

    def file(self, path: Path) -> list[Finding]:
        """Looks into a file and all that is packed in it."""
        try:
            if path.stat().st_size > MOST_BYTES:
                return [Finding("?", f"larger than {MOST_BYTES} bytes", str(path))]
            data = path.read_bytes()
        except FileNotFoundError:
            return []  # it has just gone
        except OSError as closed:
            raise _unseen(path, "read", closed) from closed
        found = []
        for layer in OpenedFile(path, data).layers():
            found += [Finding("?", layer.closed, layer.place)] if layer.closed else self.text(layer.place, layer.data)
        return found

    def folder(self, top: Path, leave: Iterable[Path] = ()) -> list[Finding]:
        """Looks into all files of a folder and their names; links are not followed, where they lead is looked at.

        Raises `SearchError` when a folder cannot be listed, unless it has just gone from a folder that could.
        """

        def closed(error: OSError) -> None:
            if not isinstance(error, FileNotFoundError) or Path(error.filename) == top:
                raise _unseen(error.filename, "listed", error) from error

        left = {str(each) for each in leave}
        found = []
        for folder, folders, names in os.walk(top, onerror=closed):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in left]
            for name in (*folders, *names):
                found += self.text(f"name of {folder}/...", name)
            for path in (Path(folder, name) for name in (*folders, *names)):
                found += self._entry(path)
        return found

    def _entry(self, path: Path) -> list[Finding]:
        try:
            kind = path.lstat().st_mode
            if stat.S_ISLNK(kind):
                return self.text(f"link {path}", os.readlink(path))
        except FileNotFoundError:
            return []  # it has just gone
        except OSError as closed:
            raise _unseen(path, "looked at", closed) from closed
        return self.file(path) if stat.S_ISREG(kind) else []

    def process(self, pid: int) -> list[Finding]:
        """Looks at the command line, which all can read, and the environment of a process."""
        found = []
        for name in ("cmdline", "environ"):
            try:
                found += self.text(f"/proc/{pid}/{name}", Path(f"/proc/{pid}/{name}").read_bytes())
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
        return found


def _unseen(path: Path | str, what: str, why: OSError) -> SearchError:
    return SearchError(f"{path} cannot be {what}: {why.strerror}; search as somebody who may, or leave it out by name")


def is_private(path: Path) -> bool:
    """Tells whether a file is its owner's alone."""
    state = path.stat()
    return stat.S_ISREG(state.st_mode) and stat.S_IMODE(state.st_mode) & 0o077 == 0
