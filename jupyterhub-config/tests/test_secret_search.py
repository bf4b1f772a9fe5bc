# SPDX-License-Identifier: Apache-2.0
"""The search for secrets finds a planted one in every form and every kind of file, and nothing where there is none."""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import sqlite3
import string
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
import zstandard

from secret_search import Finding, Search, Secret, forms, is_private

RANDOM = random.Random(36)
PASSWORD = "p+ss/w=rd&%~ 7!"
TOKEN = ".".join("".join(RANDOM.choices(string.ascii_letters + string.digits + "-_", k=length)) for length in (36, 300, 86))
KEY = RANDOM.randbytes(32).hex()
SECRETS = [Secret("password", PASSWORD), Secret("token", TOKEN), Secret("key", KEY)]
SEARCH = Search(SECRETS)


def names(found: list[Finding]) -> set[str]:
    return {finding.secret for finding in found}


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.name)
@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda value: urllib.parse.quote(value, safe="").encode(),
        lambda value: urllib.parse.quote(urllib.parse.quote(value, safe=""), safe="").encode(),
        lambda value: value.encode().hex().encode(),
        lambda value: value.encode().hex().upper().encode(),
        lambda value: json.dumps({"a": [value]}).encode(),
        *(lambda value, before=before, after=after: base64.b64encode((before + value + after).encode()) for before in ("", "u:", "hub:", "abc:") for after in ("", "x", "xyz")),
        *(lambda value, before=before: base64.urlsafe_b64encode((before + value + "\n").encode()) for before in ("", "a", "ab")),
    ],
)  # fmt: skip
def test_every_form_is_found_in_the_middle_of_something(secret: Secret, write):
    data = b"some words before it " + write(secret.value) + b" and after"
    assert names(SEARCH.text("a log", data)) == {secret.name}


def test_the_bytes_of_a_key_and_the_signature_of_a_token_are_found_alone():
    assert names(SEARCH.text("x", b"\0\1" + bytes.fromhex(KEY))) == {"key"}
    assert names(SEARCH.text("x", base64.b64encode(b"k" + bytes.fromhex(KEY)))) == {"key"}
    assert [finding.form for finding in SEARCH.text("x", TOKEN.rpartition(".")[2])] == ["signature"]


def test_what_is_none_is_not_found():
    noise = RANDOM.randbytes(1 << 18)
    for data in (noise, base64.b64encode(noise), noise.hex().encode(), b"", PASSWORD[:-1].encode(), TOKEN.rpartition(".")[0].encode()):
        assert SEARCH.text("noise", data) == []
    with pytest.raises(ValueError, match="short has fewer than 8"):
        Search([Secret("short", "1234567")])


def test_no_form_is_so_short_that_it_stands_somewhere_by_chance():
    assert all(len(text) >= 8 for secret in SECRETS for text in forms(secret.value).values())
    assert all(len(text) >= 8 for text in forms("12345678").values())


def test_packed_files_are_unpacked(tmp_path: Path):
    lines = "".join(json.dumps({"Event": "SparkListenerEnvironmentUpdate", "n": n}) + "\n" for n in range(3000))
    log = (lines + TOKEN + "\n" + lines).encode()
    (tmp_path / "events.gz").write_bytes(gzip.compress(log))
    frames = zstandard.ZstdCompressor().compress(lines.encode()) + zstandard.ZstdCompressor().compress(log)
    (tmp_path / "events.zstd").write_bytes(frames)
    for name in ("events.gz", "events.zstd"):
        assert TOKEN.encode() not in (tmp_path / name).read_bytes()
        assert names(SEARCH.file(tmp_path / name)) == {"token"}, name


def test_of_a_packed_file_that_is_still_written_what_is_there_is_read(tmp_path: Path):
    noise = base64.b64encode(RANDOM.randbytes(1 << 20))
    for name, packed in {"a.gz": gzip.compress(TOKEN.encode() + noise), "a.zstd": zstandard.ZstdCompressor().compress(TOKEN.encode() + noise)}.items():
        (tmp_path / name).write_bytes(packed[: len(packed) * 3 // 4])
        assert names(SEARCH.file(tmp_path / name)) == {"token"}, name


def test_a_kind_that_cannot_be_unpacked_is_told(tmp_path: Path):
    (tmp_path / "app.lz4").write_bytes(b"LZ4Block")
    assert [finding.form for finding in SEARCH.file(tmp_path / "app.lz4")] == ["packed as .lz4, which cannot be looked into"]


def test_a_value_of_a_data_base_is_found_though_it_is_in_pieces(tmp_path: Path):
    path = tmp_path / "hub.sqlite"
    base = sqlite3.connect(path)
    base.execute("create table state (id integer, blob blob, words text)")
    # A long row goes on on other pages, here in the midst of the token.
    base.execute("insert into state values (1, ?, ?)", (("x" * 4300 + TOKEN).encode(), "y" * 4000 + PASSWORD))
    base.commit()
    base.close()
    assert TOKEN.encode() not in path.read_bytes(), "it is in pieces"
    assert names(SEARCH.file(path)) == {"token", "password"}


def test_a_folder_is_walked_with_its_names_but_for_what_is_left_out(tmp_path: Path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "out.log").write_text(f"password is {PASSWORD}")
    (tmp_path / "a" / KEY).mkdir()
    (tmp_path / "link").symlink_to(deep / "out.log")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "token").write_text(TOKEN)
    found = SEARCH.folder(tmp_path, [tmp_path / "own"])
    assert names(found) == {"password", "key"} and {finding.place for finding in found if finding.secret == "password"} == {str(deep / "out.log")}
    assert names(SEARCH.folder(tmp_path)) == {"password", "key", "token"}


@pytest.mark.parametrize("where", ["argument", "variable"])
def test_a_process_is_seen_through(where: str):
    command = [sys.executable, "-c", "print(1, flush=True); input()", *([TOKEN] if where == "argument" else [])]
    environment = {**os.environ, **({"A": TOKEN} if where == "variable" else {})}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        found = SEARCH.process(process.pid)
        process.communicate(b"\n", timeout=60)
    assert {(finding.secret, finding.place) for finding in found} == {("token", f"/proc/{process.pid}/{'cmdline' if where == 'argument' else 'environ'}")}
    assert SEARCH.process(process.pid) == [], "it has ended"


def test_nothing_that_is_told_of_a_secret_holds_it(tmp_path: Path):
    (tmp_path / "f").write_text(TOKEN)
    assert TOKEN not in repr(SECRETS) and TOKEN not in repr(SEARCH.folder(tmp_path))


def test_a_file_of_its_owner_alone_is_private(tmp_path: Path):
    path = tmp_path / "secret"
    path.touch(0o600)
    for mode, private in {0o600: True, 0o400: True, 0o640: False, 0o604: False}.items():
        path.chmod(mode)
        assert is_private(path) is private
