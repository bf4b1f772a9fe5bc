# SPDX-License-Identifier: Apache-2.0
"""What is packed is opened, also within others; what cannot be opened is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import shutil
import sqlite3
import string
import subprocess
import tarfile
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Callable

import pytest
import zstandard

import opened_files
from opened_files import DEEPEST, OpenedFile
from secret_search import Search, Secret

RANDOM = random.Random(7)
TOKEN = "".join(RANDOM.choices(string.ascii_letters + string.digits, k=120))
NOISE = RANDOM.randbytes(200_000)
FILLER = RANDOM.randbytes(2000).hex().encode()
PACKABLE = FILLER + TOKEN.encode() + FILLER
ZSTD = zstandard.ZstdCompressor(write_checksum=True)
SEARCH = Search([Secret("token", TOKEN)])


def zipped(data: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        archive.writestr("conf/app.properties", data)
    return packed.getvalue()


def tarred(data: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in {"readme": b"words", "data": data}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def in_a_data_base(data: bytes) -> bytes:
    with tempfile.NamedTemporaryFile() as file:
        with closing(sqlite3.connect(file.name)) as base:
            base.execute("create table t (v blob)")
            base.execute("insert into t values (?)", (data,))
            base.commit()
        return Path(file.name).read_bytes()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": ZSTD.compress,
    "jar": zipped,
    "tar": lambda data: tarred(gzip.compress(data)),
    "zip": lambda data: zipped(data, zipfile.ZIP_LZMA),
    "pyz": lambda data: b"#!/usr/bin/env python3\n" + zipped(data),
    "tar.gz": lambda data: gzip.compress(tarred(data)),
    "war": lambda data: zipped(zipped(data)),
    "zip of tar.zst": lambda data: zipped(ZSTD.compress(tarred(data))),
    "zip of a data base": lambda data: zipped(in_a_data_base(data)),
}


def looked_into(folder: Path, name: str, data: bytes) -> tuple[set[str], list[str]]:
    """What is found in a file, and why the rest is not looked into."""
    path = folder / name.replace(" ", "_")
    path.write_bytes(data)
    found = SEARCH.file(path)
    return {finding.secret for finding in found} - {"?"}, [finding.form for finding in found if finding.secret == "?"]


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_packed_is_found(kind: str, tmp_path: Path):
    packed = PACKED[kind](PACKABLE)
    assert TOKEN.encode() not in packed
    assert looked_into(tmp_path, kind, packed) == ({"token"}, [])
    assert looked_into(tmp_path, kind, PACKED[kind](FILLER)) == (set(), [])


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_damaged_is_told(kind: str, tmp_path: Path):
    packed = PACKED[kind](NOISE)
    at = len(packed) // 2
    damaged = packed[:at] + bytes(each ^ 0x55 for each in packed[at : at + 600]) + packed[at + 600 :]
    told = looked_into(tmp_path, kind, damaged)[1]
    assert told and all(form.startswith("cannot be looked into as ") for form in told), told


@pytest.mark.parametrize("kind", [kind for kind in PACKED if kind not in ("gz", "bz2", "xz", "zst", "pyz")])
def test_an_archive_whose_end_is_missing_is_told(kind: str, tmp_path: Path):
    packed = PACKED[kind](NOISE)
    assert looked_into(tmp_path, kind, packed[: len(packed) * 3 // 4])[1]


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
def test_a_packed_file_may_still_be_written_but_not_within_another(kind: str, tmp_path: Path):
    packed = PACKED[kind](PACKABLE + NOISE * 8)
    begun = packed[: len(packed) * 3 // 4]
    assert looked_into(tmp_path, kind, begun) == ({"token"}, [])
    assert looked_into(tmp_path, "zip", zipped(begun))[1]
    assert looked_into(tmp_path, kind, packed + b"something else")[1], "what stands behind it"


def test_a_tar_that_goes_on_behind_a_damaged_head_is_told(tmp_path: Path):
    packed = bytearray(tarred(gzip.compress(TOKEN.encode())))
    head = packed.index(b"data\0")
    packed[head + 148 : head + 156] = b"0000000\0"
    found, told = looked_into(tmp_path, "tar", bytes(packed))
    assert not found and any("it ends at byte" in form for form in told), told


def test_an_archive_with_a_password_is_told(tmp_path: Path):
    zip_program = shutil.which("zip")
    if zip_program:
        (tmp_path / "a").write_text(TOKEN)
        subprocess.run([zip_program, "-qP", "hush", "a.zip", "a"], cwd=tmp_path, check=True)
        packed = (tmp_path / "a.zip").read_bytes()
    else:
        packed = bytearray(zipped(b"words"))
        for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            packed[packed.rindex(mark) + at] |= 1
        packed = bytes(packed)
    assert any("password" in form or "encrypted" in form for form in looked_into(tmp_path, "zip", packed)[1])


def test_there_is_a_depth(tmp_path: Path):
    data = TOKEN.encode()
    for depth in range(DEEPEST):
        data = gzip.compress(data)
        assert looked_into(tmp_path, "gz", data) == ({"token"}, []), depth
    assert looked_into(tmp_path, "gz", gzip.compress(data)) == (set(), [f"gzip within {DEEPEST} others, which is as deep as is looked"])


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst", "jar", "tar.gz", "war"])
def test_there_is_a_size_of_all_that_is_unpacked(kind: str, tmp_path: Path):
    packed = PACKED[kind](bytes(1 << 20))
    assert not [layer for layer in OpenedFile(tmp_path / "x", packed, 4 << 20).layers() if layer.closed]
    layers = list(OpenedFile(tmp_path / "x", packed, 1 << 19).layers())
    assert any("more than 524288 bytes" in layer.closed for layer in layers)
    assert sum(len(layer.data) for layer in layers) < (1 << 19) + len(packed)


def test_a_file_that_is_too_large_is_told(tmp_path: Path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(opened_files.MOST_BYTES + 1)
    assert [finding.form for finding in SEARCH.file(tmp_path / "large")] == [f"larger than {opened_files.MOST_BYTES} bytes"]


@pytest.mark.parametrize("data", [b"LZ4Block", b"\x04\x22\x4d\x18", b"\x82SNAPPY\0", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"PAR1"])
def test_what_nothing_here_opens_is_told_by_its_beginning_or_its_name(data: bytes, tmp_path: Path):
    for content in (data, zipped(data)):
        assert any("which cannot be looked into" in form for form in looked_into(tmp_path, "x", content)[1])
    assert any("which cannot be looked into" in form for form in looked_into(tmp_path, "events.lz4", b"nothing known")[1])


def test_what_is_in_the_log_of_changes_of_a_data_base_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    base = sqlite3.connect(tmp_path / "a.sqlite")
    base.execute("pragma journal_mode = wal")
    base.execute("create table t (v text)")
    base.execute("insert into t values (?)", ("x" * 430 + TOKEN + "y" * 4000,))
    base.commit()
    assert TOKEN.encode() not in (tmp_path / "a.sqlite").read_bytes() + (tmp_path / "a.sqlite-wal").read_bytes()
    assert {finding.secret for finding in SEARCH.file(tmp_path / "a.sqlite")} == {"token"}
    base.close()
    whole = (tmp_path / "a.sqlite").read_bytes()
    (tmp_path / "short").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "short"))
    assert whole[18:20] == b"\2\2" and looked_into(tmp_path, "zip", zipped(whole)) == ({"token"}, [])
    assert not list((tmp_path / "short").iterdir()), "nothing is left behind"


def test_a_data_base_that_is_none_is_told(tmp_path: Path):
    assert looked_into(tmp_path, "x.sqlite", b"SQLite format 3\0" + b"x" * 4000)[1]
