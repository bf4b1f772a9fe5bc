# SPDX-License-Identifier: Apache-2.0
"""The token file that a user's server keeps for its terminals, beside a broker that answers as each test says."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import stat
import time
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from decisionlab_hub import token_file as module
from decisionlab_hub.token_file import NAMED, TokenFile, file_of

HUB_TOKEN, AUDIENCE = "the-token-of-the-server", "https://files.example.org"
LOG = logging.getLogger("server")


class Broker(web.RequestHandler):
    def initialize(self, answers: list, asked: list):
        self.answers, self.asked = answers, asked

    def post(self):
        self.asked.append((self.request.headers["Authorization"], json.loads(self.request.body)))
        status, body = self.answers.pop(0)
        self.set_status(status)
        self.write(body)


def token(secret: str, life: float) -> tuple[int, dict]:
    """A broker's answer, its time written as Java does."""
    ends = datetime.fromtimestamp(time.time() + life, timezone.utc)
    return 200, {"access_token": secret, "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ends.microsecond:06d}123Z"}


def with_broker(answers: list, path: Path, question):
    """Runs one question about a token file whose broker gives these answers, one after the other; returns its answer and what the broker was asked."""
    asked: list = []

    async def run():
        sock, port = bind_unused_port()
        server = HTTPServer(web.Application([("/services/token-broker/token", Broker, {"answers": answers, "asked": asked})]))
        server.add_sockets([sock])
        try:
            return await question(TokenFile(path, f"http://127.0.0.1:{port}/services/token-broker", HUB_TOKEN, AUDIENCE, LOG))
        finally:
            server.stop()
            await server.close_all_connections()

    return asyncio.run(asyncio.wait_for(run(), 120)), asked


def test_the_file_is_private_whole_and_asked_for_with_the_servers_own_token(tmp_path):
    path = tmp_path / "bt"

    async def question(kept):
        waits = [await kept.renew()]
        first = path.stat().st_ino
        with path.open() as open_by_a_program:
            waits.append(await kept.renew())
            assert open_by_a_program.read() == "first\n", "who reads the old file reads all of it"
        assert path.stat().st_ino != first
        return waits

    waits, asked = with_broker([token("first", 100), token("second", 2.0)], path, question)
    assert path.read_text() == "second\n" and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert 70 < waits[0] <= 75 and 1 <= waits[1] <= 1.5, "three quarters of what is left"
    assert asked == [(f"token {HUB_TOKEN}", {"audience": AUDIENCE})] * 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["bt"]


def test_a_long_life_is_looked_at_again_within_five_minutes(tmp_path):
    wait, _ = with_broker([token("first", 86400)], tmp_path / "bt", TokenFile.renew)
    assert wait == 300


def test_without_a_fresh_token_the_old_one_stays_until_it_ends_and_then_the_file_goes(tmp_path, caplog, monkeypatch):
    path = tmp_path / "bt"
    later = 0.0
    monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: time.time() + later))
    refusal = 403, {"error": "login_required", "error_description": "User bob is suspended"}

    async def question(kept):
        nonlocal later
        waits = [await kept.renew(), *[await kept.renew() for _ in range(6)]]
        assert path.read_text() == "first\n", "while it holds"
        later = 50.0
        waits.append(await kept.renew())
        assert not path.exists()
        return [*waits, await kept.renew()]

    waits, _ = with_broker([token("first", 50), *[refusal] * 7, token("later", 200)], path, question)
    assert waits[1:5] == [2, 4, 8, 16] and waits[5] == 32 and 0 < waits[6] <= 50, "not after the end of the old one"
    assert waits[7] == 60 and waits[8] > 100
    assert path.read_text() == "later\n"
    told = [record.getMessage() for record in caplog.records if "no fresh token" in record.getMessage()]
    assert len(told) == 1 and "User bob is suspended" in told[0], "each reason is said once"
    assert "first" not in caplog.text and HUB_TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {"access_token": "x y", "expires_at": "2999-01-01T00:00:00Z"}), "not what was expected"),
        ((200, {"access_token": "secret-x", "expires_at": 7}), "not what was expected"),
        ((200, {"access_token": "secret-x", "expires_at": "tomorrow"}), "does not say when"),
        ((200, {"access_token": "secret-x", "expires_at": "2001-01-01T00:00:00Z"}), "has ended"),
        ((200, b"["), "not what was expected"),
        ((302, b""), "status 302"),
        ((503, {"error_description": "away " * 1000}), "status 503: away"),
    ],
)
def test_an_answer_that_is_no_token_is_not_written(tmp_path, caplog, answer, words):
    with_broker([answer], tmp_path / "bt", TokenFile.renew)
    assert not (tmp_path / "bt").exists()
    assert words in caplog.text and "secret-x" not in caplog.text and len(caplog.text) < 1000


def test_a_broker_that_is_away_is_said_and_asked_again(tmp_path, caplog):
    async def question(kept):
        gone = TokenFile(tmp_path / "bt", "http://127.0.0.1:9", HUB_TOKEN, AUDIENCE, LOG)
        return await gone.renew()

    assert with_broker([], tmp_path / "bt", question)[0] == 2 and "does not answer" in caplog.text


SET = {"DECISIONLAB_TOKEN_BROKER": "http://127.0.0.1:1/b", "DECISIONLAB_FILE_AUDIENCE": AUDIENCE, "JUPYTERHUB_API_TOKEN": HUB_TOKEN}


@pytest.mark.parametrize("changes", [{"DECISIONLAB_TOKEN_BROKER": ""}, {"DECISIONLAB_FILE_AUDIENCE": ""}, {"JUPYTERHUB_API_TOKEN": ""}, {NAMED: "/tmp/mine"}])
def test_there_is_a_file_only_where_a_log_in_and_an_audience_are_and_nobody_named_another(tmp_path, changes):
    assert file_of({**SET, **changes}, tmp_path / "runtime", LOG) is None


def test_each_server_of_a_user_has_a_file_of_its_own_in_a_closed_folder(tmp_path, caplog):
    folder = tmp_path / "runtime"
    files = [file_of({**SET, "JUPYTERHUB_SERVER_NAME": name}, folder, LOG) for name in ("", "gpu", "../x")]
    assert [kept.path.relative_to(folder).as_posix() for kept in files if kept] == [f"bt_u{os.geteuid()}{end}" for end in ("", "-gpu", "-..%2Fx")]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o750)
    assert file_of(SET, folder, LOG) is None and "mode 0750" in caplog.text
