# SPDX-License-Identifier: Apache-2.0
"""A storage element on this machine that `%xrootd` and `%hdfs` ask: WebDAV with access tokens, and WebHDFS with tickets in addresses.

It checks tokens as a real one does: signature by the provider's keys, audience, end of life, and below which path they are good. It also does what
real ones do to those who would keep secrets: it repeats a token in the words of its refusal, and sends readers on to addresses that are tickets.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Iterator
from urllib.parse import parse_qs, urlsplit

import jwt
import requests

WORDS = b"run,events\n1,1000\n2,2000\n"
AHEAD_SECONDS = 86_400
"""By so much the clock runs ahead of the part of the store that is `late`."""

_ENTRY = (
    "<D:response><D:href>{href}</D:href><D:propstat><D:prop>{kind}<D:getlastmodified>Thu, 01 Jan 2026 00:00:00 GMT</D:getlastmodified></D:prop>"
    "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
)


@dataclass
class StorageElement:
    """What it was asked, and what it gave out. Folders: /store, for who has a token; /store/late; /store/closed; /webhdfs/v1."""

    issuer: str
    port: int = 0
    tokens: list[str] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    answers: list[tuple[str, int]] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    """Where a token was shown that has no business there: to HDFS, or where a reader was sent on to."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def audience(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @staticmethod
    @contextmanager
    def running(issuer: str) -> Iterator[StorageElement]:
        element = StorageElement(issuer)
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"element": element}))
        server.daemon_threads = True
        element.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield element
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def refusal(self, token: str, path: str) -> tuple[int, str]:
        """The status and the words for a token that does not open a path; 0 for one that does."""
        session = requests.Session()
        session.trust_env = False
        keys = jwt.PyJWKSet.from_dict(session.get(f"{self.issuer}/jwk", timeout=60).json())
        ahead = AHEAD_SECONDS if path.startswith("/store/late/") else 0
        try:
            key = keys[jwt.get_unverified_header(token)["kid"]]
            ends = jwt.decode(token, key, ["RS256", "ES256"], audience=self.audience)["exp"]
            if ends <= time.time() + ahead:
                raise jwt.ExpiredSignatureError("it has expired")
        except (jwt.InvalidTokenError, KeyError) as refused:
            return 401, f"token {token} is refused: {refused}"
        return (403, f"token {token} has no scope for {path}") if path.startswith("/store/closed/") else (0, "")

    def ticket(self) -> str:
        self.tickets.append(secrets.token_urlsafe(40))
        return self.tickets[-1]


class _Door(BaseHTTPRequestHandler):
    element: StorageElement
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_PROPFIND = do_GET

    def log_message(self, format: str, *arguments: Any) -> None:
        """Writes no log: what was answered is in the element's list."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        at = urlsplit(self.path)
        if self.headers.get("Authorization") and at.path.startswith(("/webhdfs/", "/pool/")):
            self.element.astray.append(at.path)
        if at.path.startswith("/webhdfs/v1/"):
            self._hdfs(at.path.removeprefix("/webhdfs/v1"), parse_qs(at.query))
        elif at.path.startswith("/pool/"):
            self._pool(at.path, parse_qs(at.query))
        else:
            self._store(at.path)

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.element.answers.append((f"{self.command} {urlsplit(self.path).path}", status))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _store(self, path: str) -> None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            self._send(401, WWW_Authenticate="Bearer")
            return
        self.element.tokens.append(token)
        status, words = self.element.refusal(token, path)
        if status:
            self._send(status, words.encode(), WWW_Authenticate=f'Bearer error="invalid_token", error_description="{words}"')
        elif self.command == "PROPFIND":
            self._listing(path)
        elif path.startswith("/store/far"):
            self._send(307, Location=f"http://localhost:{self.element.port}/pool{path}?authz={self.element.ticket()}")
        else:
            self._file()

    def _listing(self, path: str) -> None:
        folder = '<D:resourcetype><D:collection/></D:resourcetype>'
        file = f"<D:resourcetype/><D:getcontentlength>{len(WORDS)}</D:getcontentlength>"
        is_folder = "." not in path
        entries = [_ENTRY.format(href=path, kind=folder if is_folder else file)]
        if is_folder and self.headers.get("Depth") == "1":
            entries.append(_ENTRY.format(href=f"{path.rstrip('/')}/runs.csv", kind=file))
        body = f'<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:">{"".join(entries)}</D:multistatus>'
        self._send(207, body.encode(), Content_Type="application/xml; charset=utf-8")

    def _file(self) -> None:
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        if not asked:
            self._send(200, WORDS)
            return
        first, last = (int(number) for number in asked.split("-"))
        part = WORDS[first : last + 1]
        self._send(206, part, Content_Range=f"bytes {first}-{first + len(part) - 1}/{len(WORDS)}")

    def _pool(self, path: str, query: dict[str, list[str]]) -> None:
        """Where readers are sent on to; the ticket opens one file."""
        opens = query.get("authz", query.get("delegation", [""]))[0] in self.element.tickets
        if opens and not path.endswith("-gone.csv"):
            self._file()
        elif "delegation" in query:
            words = f"token ({self.headers['Host']}{self.path}) is expired"
            self._remote_exception(403, "org.apache.hadoop.security.token.SecretManager$InvalidToken", words)
        else:
            self._send(403, f"{self.path} is refused".encode())

    def _hdfs(self, path: str, query: dict[str, list[str]]) -> None:
        operation = query["op"][0]
        status = {"type": "DIRECTORY" if "." not in path else "FILE", "length": len(WORDS) if "." in path else 0, "pathSuffix": "", "owner": "ada", "group": "cms"}
        status |= {"permission": "644", "replication": 1, "blockSize": 1 << 20, "accessTime": 0, "modificationTime": int(time.time() * 1000), "fileId": 1, "childrenNum": 0, "storagePolicy": 0}
        if path.startswith("/closed"):
            self._remote_exception(403, "org.apache.hadoop.security.AccessControlException", f"Permission denied: user=ada, access=READ, inode={path}")
        elif operation == "GETFILESTATUS":
            self._json({"FileStatus": status})
        elif operation in ("LISTSTATUS", "LISTSTATUS_BATCH"):
            listed = {"FileStatuses": {"FileStatus": [status | {"type": "FILE", "length": len(WORDS), "pathSuffix": "runs.csv"}]}}
            self._json(listed if operation == "LISTSTATUS" else {"DirectoryListing": {"partialListing": listed, "remainingEntries": 0}})
        elif operation == "OPEN":
            self._send(307, Location=f"{self.element.address}/pool{path}?op=OPEN&delegation={self.element.ticket()}&offset={query.get('offset', ['0'])[0]}")
        else:
            self._remote_exception(400, "java.lang.UnsupportedOperationException", f"{operation} is not supported")

    def _remote_exception(self, status: int, name: str, message: str) -> None:
        self._json({"RemoteException": {"exception": name.rpartition(".")[2].rpartition("$")[2], "javaClassName": name, "message": message}}, status)

    def _json(self, answer: dict[str, Any], status: int = 200) -> None:
        self._send(status, json.dumps(answer).encode(), Content_Type="application/json")
