# SPDX-License-Identifier: Apache-2.0
"""The search for secrets finds a planted one in every form and every kind of file, and nothing where there is none."""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import random
import shutil
import sqlite3
import string
import subprocess
import sys
import tempfile
import urllib.parse
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import pytest
import zstandard

from secret_forms import Texts, forms
from secret_search import Finding, Search, SearchError, Secret, is_private

RANDOM = random.Random(36)
PASSWORD = "p+ss/w=rd&%~ 7!<'\"\\ü"
TOKEN = ".".join("".join(RANDOM.choices(string.ascii_letters + string.digits + "-_", k=length)) for length in (36, 300, 86))
KEY = RANDOM.randbytes(32).hex()
SECRETS = [Secret("password", PASSWORD), Secret("token", TOKEN), Secret("key", KEY)]
SEARCH = Search(SECRETS)
NOBODY = 65534


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
        lambda value: urllib.parse.quote_plus(value).encode(),
        lambda value: "".join(f"%{byte:02x}" for byte in value.encode()).encode(),
        lambda value: json.dumps({"a": [value]}).encode(),
        lambda value: json.dumps(json.dumps([value])).encode(),
        lambda value: "".join(f"\\u{ord(letter):04X}" if letter in "=&'<>+\"" else letter for letter in value).encode(),
        lambda value: json.dumps(value).replace("/", "\\/").encode(),
        lambda value: "".join(f"\\x{byte:02x}" for byte in value.encode()).encode(),
        lambda value: html.escape(value).encode(),
        lambda value: html.escape(html.escape(value)).encode(),
        lambda value: "".join(f"&#{ord(letter)};" for letter in value).encode(),
        lambda value: "".join(f"&#x{ord(letter):x};" for letter in value).encode(),
        lambda value: urllib.parse.quote(html.escape(value)).encode(),
        lambda value: value.encode("utf-16-le"),
        lambda value: b"odd" + value.encode("utf-16-be"),
        lambda value: json.dumps(value).encode("utf-16"),
        lambda value: b"\r\n".join(value.encode()[at : at + 7] for at in range(0, len(value), 7)),
        lambda value: base64.encodebytes(b"x" + value.encode() * 3),
        lambda value: json.dumps(base64.encodebytes(value.encode()).decode()).encode(),
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


def test_wherever_many_texts_stand_they_are_met():
    """Also those that begin alike, that overlap, and at the ends; the oracle is `in`."""
    texts = [RANDOM.randbytes(RANDOM.choice((8, 22, 23, 24, 40, 300))) for _ in range(60)]
    texts += [texts[0] + b"a" * 40, b"a" * 40, texts[1][:20] + RANDOM.randbytes(20)]
    known = Texts(texts)
    for _ in range(400):
        pieces = [RANDOM.choice([RANDOM.choice(texts), RANDOM.randbytes(RANDOM.randrange(40)), RANDOM.choice(texts)[:-1]]) for _ in range(4)]
        content = b"".join(pieces)
        assert known.within(content) == {text for text in texts if text in content}


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
    assert [finding.form for finding in SEARCH.file(tmp_path / "app.lz4")] == ["packed as lz4, which cannot be looked into"]


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


def test_a_folder_that_cannot_be_listed_ends_the_search():
    with tempfile.TemporaryDirectory() as folder, as_nobody(top := Path(folder)):
        closed = top / "a" / "closed"
        closed.mkdir(parents=True)
        (closed / "log").write_text(TOKEN)
        closed.chmod(0)
        try:
            with pytest.raises(SearchError, match="/a/closed cannot be listed: Permission denied; search as somebody who may, or leave it out by name"):
                SEARCH.folder(top)
            assert SEARCH.folder(top, [closed]) == []
            closed.chmod(0o700)
            (closed / "log").chmod(0)
            with pytest.raises(SearchError, match="/a/closed/log cannot be read: Permission denied"):
                SEARCH.folder(top)
        finally:
            closed.chmod(0o700)
            shutil.rmtree(top / "a")


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """As an account that modes hold for, and that owns the folder."""
    if os.geteuid() != 0:
        yield
        return
    os.chown(folder, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_path_that_is_too_long_ends_the_search(tmp_path: Path):
    """By steps somebody else comes there."""
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(20):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        Path("log").write_text(TOKEN)
    finally:
        os.chdir(here)
    with pytest.raises(SearchError, match="/dddd.* cannot be looked at: File name too long"):
        SEARCH.folder(tmp_path)
    assert SEARCH.folder(tmp_path, [tmp_path / ("d" * 250)]) == []


def test_a_folder_that_is_not_there_ends_the_search(tmp_path: Path):
    with pytest.raises(SearchError, match="gone cannot be listed: No such file"):
        SEARCH.folder(tmp_path / "gone")
    (tmp_path / "file").touch()
    with pytest.raises(SearchError, match="file cannot be listed: Not a directory"):
        SEARCH.folder(tmp_path / "file")


def test_a_file_that_cannot_be_read_ends_the_search_one_that_is_gone_does_not(tmp_path: Path):
    with pytest.raises(SearchError, match="cannot be read: Is a directory"):
        SEARCH.file(tmp_path)
    assert SEARCH.file(tmp_path / "gone") == []


def test_where_a_link_leads_is_looked_at(tmp_path: Path):
    (tmp_path / "page").symlink_to(f"http://127.0.0.1/lab?token={TOKEN}")
    (tmp_path / "folder").symlink_to(tmp_path)
    assert {finding.place for finding in SEARCH.folder(tmp_path)} == {f"link {tmp_path}/page"}
