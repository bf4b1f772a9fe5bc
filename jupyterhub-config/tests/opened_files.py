# SPDX-License-Identifier: Apache-2.0
"""What is in a file, layer by layer: what is packed is unpacked, archives and data bases are opened, also those within others, up to a depth and a size.

What cannot be looked into is told and never left out in silence: a damaged archive, one with a password, one that is too deep or too large.
"""

from __future__ import annotations

import bz2
import io
import lzma
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable, Iterator
from urllib.parse import quote

import zstandard

DEEPEST = 5
MOST_BYTES = 256 << 20
"""Of one file, and of all that is unpacked of one file."""

_PACKED_INPUT = 512
"""Of zstd at most 16 MiB come of that at a time, 128 KiB of four bytes; of the others less."""

_PACKED: dict[str, tuple[bytes, Callable[[], Any]]] = {
    "gzip": (b"\x1f\x8b\x08", lambda: zlib.decompressobj(wbits=31)),
    "bzip2": (b"BZh", bz2.BZ2Decompressor),
    "xz": (b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ)),
    "zstd": (b"\x28\xb5\x2f\xfd", lambda: zstandard.ZstdDecompressor().decompressobj()),
}

_CLOSED_SUFFIXES = (".lz4", ".snappy", ".lzf", ".lzma", ".Z")
_CLOSED_BEGINNINGS = {b"LZ4Block": "lz4", b"\x04\x22\x4d\x18": "lz4", b"\x82SNAPPY\0": "snappy", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"PAR1": "parquet"}
_BROKEN = (OSError, EOFError, ValueError, RuntimeError, OverflowError, struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError, sqlite3.Error)
"""What the libraries say of something damaged, and of what they do not know."""


class TooMuchError(ValueError):
    """More than is looked into."""


@dataclass(frozen=True)
class Layer:
    """Something that can be searched, or why it cannot be."""

    place: str
    data: bytes = b""
    closed: str = ""


class OpenedFile:
    """One file and all that is in it."""

    def __init__(self, path: Path, data: bytes, most_bytes: int = MOST_BYTES):
        self._path, self._data, self._left, self._most = path, data, most_bytes, most_bytes

    def layers(self) -> Iterator[Layer]:
        yield from self._of(str(self._path), self._data, 0)

    def _of(self, place: str, data: bytes, depth: int) -> Iterator[Layer]:
        yield Layer(place, data)
        closed = [kind for beginning, kind in _CLOSED_BEGINNINGS.items() if data.startswith(beginning)] or [suffix for suffix in _CLOSED_SUFFIXES if place.rstrip(")").endswith(suffix)]
        if closed:
            yield Layer(place, closed=f"packed as {closed[0]}, which cannot be looked into")
        for kind, opened in self._openings(data, depth):
            if depth == DEEPEST:
                yield Layer(place, closed=f"{kind} within {DEEPEST} others, which is as deep as is looked")
                continue
            members = opened()
            while self._left >= 0:
                try:
                    name, read = next(members)
                except StopIteration:
                    break
                except _BROKEN as broken:
                    yield Layer(place, closed=_damage(kind, broken))
                    break
                yield from self._member(f"{place} ({name})", kind, read, depth)

    def _member(self, place: str, kind: str, read: Callable[[], bytes], depth: int) -> Iterator[Layer]:
        try:
            data = read()
        except _BROKEN as broken:
            yield Layer(place, closed=_damage(kind, broken))
        else:
            yield from self._of(place, data, depth + 1)

    def _openings(self, data: bytes, depth: int) -> Iterator[tuple[str, Callable[[], Iterator[tuple[str, Callable[[], bytes]]]]]]:
        """How to open what this is; what is no file of its own must be whole, a file may still be written."""
        whole = depth > 0
        packing = next((kind for kind, (beginning, _) in _PACKED.items() if data.startswith(beginning)), None)
        if packing:
            yield packing, lambda: iter([(f"{packing} unpacked", lambda: self._unpacked(_PACKED[packing][1], data, whole))])
        elif data.startswith(b"SQLite format 3\0"):
            yield "SQLite", lambda: iter([("rows", lambda: rows(data) if whole else rows_of_file(self._path))])
        elif data[257:262] == b"ustar":
            yield "tar", lambda: self._tar(data)
        elif data.startswith(b"PK\3\4") or zipfile.is_zipfile(io.BytesIO(data)):
            yield "zip", lambda: self._zip(data)

    def _zip(self, data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename, lambda member=member: self._read(archive.open(member))

    def _tar(self, data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                if content := archive.extractfile(member) if member.isreg() else None:
                    yield member.name, lambda content=content: self._read(content)
            if data[archive.offset :].strip(b"\0"):
                raise tarfile.ReadError(f"it ends at byte {archive.offset} of {len(data)}")

    def _read(self, reader: IO[bytes]) -> bytes:
        content = bytearray()
        with reader:
            while more := reader.read(1 << 16):
                content += self._counted(more)
        return bytes(content)

    def _unpacked(self, begin: Callable[[], Any], data: bytes, whole: bool) -> bytes:
        """One packed stream after the other; zeros may stand behind them."""
        content, stream, at = bytearray(), None, 0
        while stream or data[at : at + 1].strip(b"\0") or data[at:].strip(b"\0"):
            stream = stream or begin()
            given = data[at : at + _PACKED_INPUT]
            if not given:
                if whole:
                    raise EOFError("the end is missing")
                break
            content += self._counted(stream.decompress(given))
            at += len(given)
            if stream.eof:
                at -= len(stream.unused_data)
                stream = None
        return bytes(content)

    def _counted(self, more: bytes) -> bytes:
        self._left -= len(more)
        if self._left < 0:
            raise TooMuchError(f"more than {self._most} bytes in all")
        return more


def _damage(kind: str, broken: BaseException) -> str:
    return f"cannot be looked into as {kind}: {type(broken).__name__}: {broken}"


def rows_of_file(path: Path) -> bytes:
    """All values of all tables of a data base, with what its log of changes holds, each on a line; a long one does not stand in one piece in the file."""
    content = io.BytesIO()
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as base:
        base.text_factory = bytes
        for (name,) in base.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in base.execute('select * from "{}"'.format(name.decode().replace('"', '""'))):
                for value in row:
                    content.write(value if isinstance(value, bytes) else str(value).encode())
                    content.write(b"\n")
    return content.getvalue()


def rows(data: bytes) -> bytes:
    """The same of one that is within something else, and so has no log of changes beside it, whatever it says."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data[:18] + b"\1\1" + data[20:])
        file.flush()
        return rows_of_file(Path(file.name))

