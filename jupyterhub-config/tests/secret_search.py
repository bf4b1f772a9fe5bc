# SPDX-License-Identifier: Apache-2.0
"""Looks for secrets where they must not be: in files, also packed ones and data bases, in pages, in processes' environments and command lines.

A secret is looked for as it is, percent-encoded, in hexadecimal, and in base64 at each of the three places that it can begin at in a group of
three bytes; of a signed token its signature alone is enough. What cannot be looked into is a finding too.
"""

from __future__ import annotations

import base64
import gzip
import io
import os
import re
import sqlite3
import stat
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator
from urllib.parse import quote

import zstandard

SHORTEST = 8
"""Of a shorter text nobody can tell whether it stands somewhere by chance."""

_MOST_BYTES = 256 << 20
_TOKEN = re.compile(r"[\w-]{10,}\.[\w-]{10,}\.([\w-]{20,})")
_HEXADECIMAL = re.compile(r"(?:[0-9a-f]{2}){16,}|(?:[0-9A-F]{2}){16,}")
_GZIP, _ZSTD, _SQLITE = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"SQLite format 3\0"
_CLOSED_BOOKS = (".lz4", ".snappy", ".lzf", ".xz", ".bz2")


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


def forms(value: str) -> dict[str, bytes]:
    """Returns how a secret can be written, by the name of the form; those that are the same as an earlier one are left out."""
    whole = value.encode()
    found = {"plain": whole, "percent-encoded": quote(value, safe="").encode(), "percent-encoded again": quote(quote(value, safe=""), safe="").encode()}
    found |= _written(whole, "")
    token = _TOKEN.fullmatch(value)
    if token:
        found["signature"] = token[1].encode()
    if _HEXADECIMAL.fullmatch(value):
        found["bytes"] = bytes.fromhex(value)
        found |= _written(bytes.fromhex(value), " of its bytes")
    seen: set[bytes] = set()
    return {name: text for name, text in found.items() if not (text in seen or seen.add(text))}


def _written(data: bytes, what: str) -> dict[str, bytes]:
    forms = {f"hex{what}": data.hex().encode(), f"HEX{what}": data.hex().upper().encode()}
    for place in range(3):
        # The characters at the ends also hold bits of the neighbours.
        written = base64.b64encode(b"\0" * place + data)
        inner = written[-(-place * 4 // 3) if place else 0 : (place + len(data)) * 8 // 6]
        forms[f"base64 at {place}{what}"] = inner
        forms[f"base64url at {place}{what}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return forms


class Search:
    """Looks for some secrets; the same value is looked for once, under all its names."""

    def __init__(self, secrets: Iterable[Secret]):
        names: dict[str, list[str]] = {}
        for secret in secrets:
            if len(secret.value) < SHORTEST:
                raise ValueError(f"{secret.name} has fewer than {SHORTEST} characters")
            names.setdefault(secret.value, []).append(secret.name)
        self._forms = [(" = ".join(sorted(set(told))), form, text) for value, told in names.items() for form, text in forms(value).items()]

    def text(self, place: str, data: bytes | str) -> list[Finding]:
        """Looks into something that has been read."""
        content = data.encode() if isinstance(data, str) else data
        return [Finding(secret, form, place) for secret, form, text in self._forms if text in content]

    def file(self, path: Path) -> list[Finding]:
        """Looks into a file, as it is and unpacked."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return []  # it has just gone
        if len(data) > _MOST_BYTES:
            return [Finding("?", f"larger than {_MOST_BYTES} bytes", str(path))]
        found = self.text(str(path), data)
        if path.suffix in _CLOSED_BOOKS:
            return [*found, Finding("?", f"packed as {path.suffix}, which cannot be looked into", str(path))]
        for kind, content in _unpacked(path, data):
            found += self.text(f"{path} ({kind})", content)
        return found

    def folder(self, top: Path, leave: Iterable[Path] = ()) -> list[Finding]:
        """Looks into all files of a folder and their names; links are not followed."""
        left = {str(each) for each in leave}
        found = []
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in left]
            for name in (*folders, *names):
                found += self.text(f"name of {folder}/...", name)
            for path in (Path(folder, name) for name in names):
                if not path.is_symlink() and path.is_file():
                    found += self.file(path)
        return found

    def process(self, pid: int) -> list[Finding]:
        """Looks at the command line, which all can read, and the environment of a process."""
        found = []
        for name in ("cmdline", "environ"):
            try:
                found += self.text(f"/proc/{pid}/{name}", Path(f"/proc/{pid}/{name}").read_bytes())
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
        return found


def _unpacked(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(_GZIP):
        yield "gunzipped", _gunzipped(data)
    elif data.startswith(_ZSTD):
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
            yield "zstd unpacked", _until_the_end(reader)
    elif data.startswith(_SQLITE):
        yield "rows", rows(path)


def _gunzipped(data: bytes) -> bytes:
    with gzip.open(io.BytesIO(data)) as reader:
        return _until_the_end(reader)


def _until_the_end(reader: io.BufferedIOBase | gzip.GzipFile) -> bytes:
    """What can be read: of something that is still being written the end is missing."""
    content = bytearray()
    try:
        while more := reader.read(1 << 16):
            content += more
    except (EOFError, zlib.error, zstandard.ZstdError):
        return bytes(content)
    return bytes(content)


def rows(path: Path) -> bytes:
    """All values of all tables of a SQLite data base, each on a line; a long one does not stand in one piece in the file."""
    content = io.BytesIO()
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as base:
        base.text_factory = bytes
        tables = [name.decode() for (name,) in base.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in base.execute('select * from "{}"'.format(table.replace('"', '""'))):
                for value in row:
                    content.write(value if isinstance(value, bytes) else str(value).encode())
                    content.write(b"\n")
    return content.getvalue()


def is_private(path: Path) -> bool:
    """Tells whether a file is its owner's alone."""
    state = path.stat()
    return stat.S_ISREG(state.st_mode) and stat.S_IMODE(state.st_mode) & 0o077 == 0
