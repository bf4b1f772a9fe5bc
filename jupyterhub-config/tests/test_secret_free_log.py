# SPDX-License-Identifier: Apache-2.0
"""Lines of the hub's log lose their secrets, and cost no more time than their length."""

from __future__ import annotations

import json
import logging
import sys
import time

import pytest

from decisionlab_hub.login.secret_free_log import SecretFreeFormatter, without_secrets

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
OPAQUE = "q8ZkW3rT0pLx9VbN2mYc5HdJ7sGf4QaE"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"GET /hub/oauth_callback?code={OPAQUE[:12]}&state=c3RhdGU1 (127.0.0.1)", OPAQUE[:12]),
        ("GET /hub/oauth_callback?code=abcdefgh&state=c3RhdGU1", "c3RhdGU1"),
        (f"headers: {json.dumps({'Authorization': 'Bearer ' + OPAQUE})}", OPAQUE),
        (f"Authorization: token {OPAQUE}", OPAQUE),
        ("Cookie: jupyterhub-session-id=abc12345; _xsrf=2|77|88", "abc12345"),
        ("Set-Cookie: jupyterhub-hub-login=short123; Path=/hub/", "short123"),
        ("sent jupyterhub-user-ada-lovelace=short123; oauthenticator-state=x", "short123"),
        ("sent x=1;oauthenticator-state=short123", "short123"),
        (f"{{'access_token': '{JWT}', 'expires_in': 3600}}", JWT),
        ('{"refresh_token": "short-but-real"}', "short-but-real"),
        (f"Bad response: {OPAQUE}", OPAQUE),
        (f"token was {JWT}.", JWT),
        ("client_secret=hunter22&grant_type=x", "hunter22"),
        ("OAuth state mismatch: eyJzdGF0ZV9pZCI6ICIxIn0 != other", "eyJzdGF0ZV9pZCI6ICIxIn0"),
    ],
)
def test_a_line_of_a_log_loses_its_secrets(line, secret):
    kept = without_secrets(line)
    assert secret not in kept and "[secret]" in kept


@pytest.mark.parametrize(
    "line",
    [
        "302 GET /hub/home -> /hub/login (@127.0.0.1) 12.34ms",
        "Kernel started: 5f0a1c7e-1b2c-4d5e-8f90-a1b2c3d4e5f6",
        "Adding role server for token: <APIToken('1234...', user='ada', client_id='jupyterhub')>",
        "User logged in: ada",
        "Server ada is ready; exit code 0",
        "proxy /some/folder/with/quite-a-long-name-of-a-folder-in-it-1/jupyterhub.sqlite",
    ],
)
def test_other_lines_stay(line):
    assert without_secrets(line) == line


_PIECES = ("jupyterhub-", "a1jupyterhub-", "oauthenticator-", "token", "token=", "token   ", "a1", "a-", "eyJaaaaaaaa", "cookie:", "cookie: '", "bearer  ", "bearer aaaaaaaaaaaaaaa ", "access_", "secret:\"", "~+/", "'", " ")


@pytest.mark.parametrize("piece", _PIECES)
def test_a_long_line_takes_time_by_its_length_and_not_by_its_square(piece):
    """Anybody can ask for a page with such a name, and the hub does nothing else while it writes the line."""

    def seconds(length: int) -> float:
        line = "404 GET /hub/" + (piece * (length // len(piece))) + "=x"
        times = []
        for _ in range(5):
            begun = time.thread_time()
            without_secrets(line)
            times.append(time.thread_time() - begun)
        return min(times)

    short, long = seconds(4_096), seconds(65_536)
    assert long < 80 * max(short, 1e-4), f"16 times the length took {long / max(short, 1e-4):.0f} times as long ({short:.6f} s, {long:.6f} s)"


def test_a_traceback_loses_its_secrets_too():
    try:
        raise ValueError(f"refused: refresh_token={OPAQUE}")
    except ValueError:
        record = logging.LogRecord("hub", logging.ERROR, __file__, 1, "failed %s", (JWT,), sys.exc_info())
    told = SecretFreeFormatter(fmt="%(message)s", color=False).format(record)
    assert OPAQUE not in told and JWT not in told and "ValueError" in told
