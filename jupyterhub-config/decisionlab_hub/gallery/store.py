# SPDX-License-Identifier: Apache-2.0
"""Published notebooks as files: `published/USER/NAME.ipynb` in a group's folder.

The hub makes `published`, which only the hub writes, and in it a folder for each member's account, which that account alone
writes. So who has published a notebook is who owns the file, as far as servers run as accounts of their own.
"""

from __future__ import annotations

import errno
import json
import os
import pwd
import re
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Iterator

import nbformat
from nbformat import NotebookNode

from decisionlab_hub.files import Unfit, read_at_most, regular_file, write_atomically

PUBLISHED = "published"
COPIES = "from-gallery"
"""Folder of one's home in which opened notebooks are put."""

MOST_BYTES = 20 << 20
MOST_ENTRIES = 2000
MOST_OF_USER = 200
_LONGEST_NAME = 150
_USER = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
FOLDER_MODE = 0o2750
"""Of `published` and of each user's folder: others of the group look, and write nothing."""

_FILE_MODE, _COPY_MODE = 0o640, 0o600
_WRITTEN_BY_OTHERS = 0o022
_DEFAULT_LIST = "system.posix_acl_default"


class Refused(Exception):
    """What cannot be done; the message says what, where, and what to do. `status` is that of HTTP."""

    def __init__(self, message: str, status: int = 400):
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Entry:
    """A published notebook."""

    user: str
    name: str
    bytes: int
    modified: float


@dataclass(frozen=True)
class Listing:
    """What a group has published, newest first; how many files are left out because they are not what they should be; and whether there are more."""

    entries: list[Entry]
    strange: int = 0
    cut: bool = False


@dataclass(frozen=True)
class Gallery:
    """The published notebooks of one group."""

    group: str
    folder: Path

    @property
    def published(self) -> Path:
        return self.folder / PUBLISHED

    def entries(self) -> Listing:
        """Returns what is published: of each user so many files at most that none of them hides the others'."""
        found: list[Entry] = []
        strange, cut = 0, False
        users, more = _first_names(self.published, MOST_ENTRIES)
        cut |= more
        for user in users:
            names, more = self._names(user)
            cut |= more
            for name in names:
                if len(found) + strange >= MOST_ENTRIES:
                    cut = True
                    break
                try:
                    found.append(self.entry(user, name))
                except Refused:
                    strange += 1
        return Listing(sorted(found, key=lambda entry: -entry.modified), strange, cut)

    def entry(self, user: str, name: str) -> Entry:
        with self.opened(user, name) as (_, state):
            return Entry(user, name, state.st_size, state.st_mtime)

    def _names(self, user: str) -> tuple[list[str], bool]:
        try:
            folder = os.open(self.published / user, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            return [], False  # a link, a file, or a folder that its owner has closed: nothing published there
        try:
            return _first_names(folder, MOST_OF_USER)
        finally:
            os.close(folder)

    def read(self, user: str, name: str) -> NotebookNode:
        """Returns a published notebook, with nothing in it that would make its outputs trusted."""
        with self.opened(user, name) as (file, _):
            return notebook_of(read_at_most(file, MOST_BYTES), f"{name} of {user}")

    def publish(self, notebook: NotebookNode, user: str, name: str) -> bool:
        """Puts a notebook there in this user's name, in place of the one of that name that he has published before; tells whether there was one."""
        require_name(name)
        folder = self._folder_of(user)
        replaced = os.path.lexists(folder / name)
        write_atomically(folder / name, nbformat.writes(notebook), mode=_FILE_MODE)
        return replaced

    def withdraw(self, user: str, name: str) -> None:
        """Removes a notebook that this user has published."""
        with self.opened(user, name):
            pass
        os.unlink(self.published / user / name)

    def _folder_of(self, user: str) -> Path:
        """Returns the user's folder, which the hub has made for an account of its own, and which he alone writes."""
        folder = self.published / user
        try:
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
            state = os.lstat(folder)
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
                message = f"{folder} belongs to the account {_account(state.st_uid)}, so nothing can be published there in your name; the facility's administrators can remove it"
                raise Refused(message, 409)
            without_default_list(folder)
            os.chmod(folder, FOLDER_MODE)
        except OSError as closed:
            message = f"nothing can be published in {self.published}: {closed.strerror}; restart your server, and if that does not help ask the facility's administrators"
            raise Refused(message, 403) from closed
        return folder

    @contextmanager
    def opened(self, user: str, name: str) -> Iterator[tuple[int, os.stat_result]]:
        """Opens a published file without following a link anywhere; refuses what is no file of that user."""
        require_name(name)
        if not _USER.fullmatch(user):
            raise Refused(f"{user!r} is no user's name", 404)
        root = sub = -1
        try:
            root = os.open(self.published, os.O_RDONLY | os.O_DIRECTORY)
            sub = os.open(user, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=root)
            with regular_file(name, sub) as (file, state):
                self._check(user, name, (os.fstat(root), os.fstat(sub), state))
                yield file, state
        except Unfit as other:
            raise Refused(f"{name} of {user} is no file ({other.strerror})", 404) from other
        except OSError as absent:
            raise Refused(f"{user} has published no {name} in {self.group} ({absent.strerror})", 404) from absent
        finally:
            for each in (sub, root):
                if each >= 0:
                    os.close(each)

    def _check(self, user: str, name: str, states: tuple[os.stat_result, os.stat_result, os.stat_result]) -> None:
        root, sub, file = states
        if file.st_size > MOST_BYTES:
            raise Refused(f"{name} of {user} has {file.st_size:,} bytes; at most {MOST_BYTES:,} are shown", 413)
        one_account_for_all = root.st_uid == os.geteuid()
        if file.st_uid != sub.st_uid or not (one_account_for_all or _account(file.st_uid) == user):
            raise Refused(f"{name} was put into the folder of {user} by the account {_account(file.st_uid)}", 403)
        if not one_account_for_all and (sub.st_mode | file.st_mode) & _WRITTEN_BY_OTHERS:
            raise Refused(f"{name} of {user} can be written by others than {user}, who can publish it again", 403)


def without_default_list(folder: Path) -> None:
    """Removes the access list that new entries of a folder would start from."""
    try:
        os.removexattr(folder, _DEFAULT_LIST, follow_symlinks=False)
    except OSError as refused:
        if refused.errno not in (errno.ENODATA, errno.ENOTSUP):
            raise


def _first_names(folder: Path | int, most: int) -> tuple[list[str], bool]:
    """Returns names in a folder that do not begin with a dot, and whether there are more, after looking at so many as are needed."""
    with os.scandir(folder) as entries:
        names = list(islice((each.name for each in entries if not each.name.startswith(".")), most + 1))
    return sorted(names[:most]), len(names) > most


def require_name(name: str) -> None:
    """Refuses what is no plain name of a notebook."""
    plain = name == os.path.basename(name) and not name.startswith(".") and name.isprintable() and "\\" not in name
    if not plain or not name.endswith(".ipynb") or not len(".ipynb") < len(name.encode("utf-8", "replace")) <= _LONGEST_NAME:
        raise Refused(f"{name[:_LONGEST_NAME]!r} is no name of a notebook; expected one such as analysis.ipynb, of at most {_LONGEST_NAME} bytes, without folders")


def notebook_in(home: Path, path: str) -> tuple[NotebookNode, str]:
    """Returns a notebook of one's own home, and its name; refuses what lies elsewhere, also by a link."""
    if not path or "\0" in path or os.path.isabs(path):
        raise Refused("the notebook's path is expected, from your home, such as notebooks/analysis.ipynb")
    try:
        place = (home / path).resolve(strict=True)
    except (OSError, RuntimeError) as absent:
        raise Refused(f"{path} is not there", 404) from absent
    if not place.is_relative_to(home.resolve()) or not place.is_file():
        raise Refused(f"{path} is no notebook in your home; copy it there to publish it", 403)
    name = os.path.basename(path)
    require_name(name)
    if place.stat().st_size > MOST_BYTES:
        raise Refused(f"{path} has {place.stat().st_size:,} bytes; at most {MOST_BYTES:,} can be published: clear large outputs and save it", 413)
    return notebook_of(place.read_bytes(), path), name


def copy_into(home: Path, notebook: NotebookNode, name: str) -> str:
    """Writes a copy under a name that is free; returns its path from the home."""
    require_name(name)
    folder = home / COPIES
    folder.mkdir(exist_ok=True)
    text = nbformat.writes(notebook).encode("utf-8")
    stem = name.removesuffix(".ipynb")
    for number in range(1000):
        free = f"{stem}-{number}.ipynb" if number else name
        try:
            file = os.open(folder / free, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _COPY_MODE)
        except FileExistsError:
            continue
        with os.fdopen(file, "wb") as copy:
            copy.write(text)
        return f"{COPIES}/{free}"
    raise Refused(f"{folder} has a thousand copies of {name}; remove some", 409)


def notebook_of(text: bytes, what: str) -> NotebookNode:
    """Reads a notebook of format 4, untrusted; refuses what is none, and older formats, whose conversion has no bounds."""
    try:
        document: Any = json.loads(text.decode("utf-8"))
        if document["nbformat"] != 4:
            raise Refused(f"{what} has another format of notebooks than 4; open and save it in JupyterLab", 422)
        notebook = nbformat.reads(json.dumps(document), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as wrong:
        raise Refused(f"{what} is no notebook that can be read ({type(wrong).__name__}); open and save it in JupyterLab", 422) from wrong
    for cell in notebook.cells:
        cell.metadata.pop("trusted", None)
    notebook.metadata.pop("signature", None)
    return notebook


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
