# SPDX-License-Identifier: Apache-2.0
"""A file with a fresh token for programs in terminals: an extension of the user's server, which names it in BEARER_TOKEN_FILE.

xrdcp, gfal, rucio and condor read it. The server asks the token broker with its own token of the hub; there is a file only where
the hub has log-ins at a provider and names an audience for storage. Kernels inherit the variable; they ask the broker first.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import re
import stat
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping
from urllib.parse import quote

from decisionlab_hub.files import write_atomically

if TYPE_CHECKING:
    from logging import Logger

    from jupyter_server.serverapp import ServerApp
    from tornado.httpclient import HTTPResponse

NAMED = "BEARER_TOKEN_FILE"

_BROKER, _AUDIENCE, _HUB_TOKEN, _SERVER = "DECISIONLAB_TOKEN_BROKER", "DECISIONLAB_FILE_AUDIENCE", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_SERVER_NAME"
_PART_OF_LIFE = 0.75
_LONGEST_WAIT = 300.0
_LONGEST_WAIT_AFTER_FAILURE = 60.0
_ANSWER_SECONDS = 60.0
_MOST_BYTES = 64 << 10
_LONGEST_WORDS = 300
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


class NoToken(Exception):
    """There is no token now; the message has no secret in it."""


@dataclass(frozen=True)
class Given:
    """A token and when it ends."""

    secret: str = field(repr=False)
    ends_at: float


class TokenFile:
    """Keeps one file fresh, mode 0600, replaced by renaming; it goes when its token has ended and there is no other."""

    def __init__(self, path: Path, broker: str, hub_token: str, audience: str, log: Logger):
        self.path = path
        self._url, self._audience, self._log = f"{broker.rstrip('/')}/token", audience, log
        self._hub_token = hub_token
        self._ends_at = 0.0
        self._failures = 0
        self._told = ""

    async def keep(self) -> None:
        """Renews the file until this is cancelled."""
        while True:
            await asyncio.sleep(await self.renew())

    async def renew(self) -> float:
        """Writes the token of now; returns after how many seconds to come again."""
        try:
            given = await self._ask()
            write_atomically(self.path, given.secret + "\n", mode=0o600)
        except (NoToken, OSError) as problem:
            return self._failed(str(problem))
        if self._told:
            self._log.info("%s has a fresh token again", self.path)
        self._ends_at, self._failures, self._told = given.ends_at, 0, ""
        return min(max(1.0, _PART_OF_LIFE * (given.ends_at - time.time())), _LONGEST_WAIT)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def _failed(self, words: str) -> float:
        if words != self._told:
            self._log.warning("no fresh token for %s: %s", self.path, words)
        self._told = words
        self._failures += 1
        left = self._ends_at - time.time()
        if left <= 0:
            self.remove()
        wait = min(_LONGEST_WAIT_AFTER_FAILURE, 2.0 ** min(self._failures, 10))
        return min(wait, max(1.0, left)) if left > 0 else wait

    async def _ask(self) -> Given:
        from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest  # noqa: PLC0415 - the hub, which reads names above, needs none of it

        request = HTTPRequest(
            self._url,
            method="POST",
            headers={"Authorization": f"token {self._hub_token}", "Content-Type": "application/json"},
            body=json.dumps({"audience": self._audience}),
            follow_redirects=False,
            request_timeout=_ANSWER_SECONDS,
        )
        client = AsyncHTTPClient(force_instance=True, max_body_size=_MOST_BYTES)
        try:
            return _given(await client.fetch(request, raise_error=False))
        except (HTTPClientError, OSError) as problem:
            raise NoToken(f"the token broker does not answer ({type(problem).__name__})") from problem
        finally:
            client.close()


def _given(answer: HTTPResponse) -> Given:
    try:
        said: Any = json.loads(answer.body or b"null")
    except ValueError:
        said = None
    said = said if isinstance(said, dict) else {}
    if answer.code != 200:
        raise NoToken(f"the token broker answers with status {answer.code}: {str(said.get('error_description', ''))[:_LONGEST_WORDS]}")
    token, ends = said.get("access_token"), said.get("expires_at")
    if not (isinstance(token, str) and _TOKEN.fullmatch(token) and isinstance(ends, str)):
        raise NoToken("the token broker's answer is not what was expected: a token and when it ends")
    try:
        ends_at = datetime.fromisoformat(re.sub(r"(\.\d+)?Z$", "+00:00", ends)).timestamp()
    except ValueError:
        raise NoToken("the token broker's answer does not say when the token ends") from None
    if ends_at <= time.time():
        raise NoToken("the token broker's answer is a token that has ended, by the clock of this machine")
    return Given(token, ends_at)


def file_of(environ: Mapping[str, str], folder: Path, log: Logger) -> TokenFile | None:
    """Returns the file that a server with this environment has in its folder; None where none is set up, or somebody has named another."""
    broker, audience, token = (environ.get(name, "").strip() for name in (_BROKER, _AUDIENCE, _HUB_TOKEN))
    if not (broker and audience and token):
        return None
    if environ.get(NAMED, "").strip():
        log.info("%s is set already; the server keeps no token file", NAMED)
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & 0o077:
        log.warning("there is no token file: %s has mode %04o and the owner %d; expected 0700 and %d", folder, stat.S_IMODE(state.st_mode), state.st_uid, os.geteuid())
        return None
    server = environ.get(_SERVER, "")
    name = f"bt_u{os.geteuid()}" + (f"-{quote(server, safe='')}" if server else "")
    return TokenFile(folder / name, broker, token, audience, log)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.token_file"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    kept = file_of(os.environ, Path(app.runtime_dir), app.log)
    if kept is None:
        return
    os.environ[NAMED] = str(kept.path)  # terminals and kernels are started with it
    atexit.register(kept.remove)
    app.io_loop.add_callback(kept.keep)
