# SPDX-License-Identifier: Apache-2.0
"""A hub as a user's browser or program talks to it, by HTTP."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any, Callable

import requests
import websocket

from decisionlab_hub.processes import MARK

LIMIT_SECONDS = 300.0


def wait_for(what: str, found: Callable[[], Any], limit: float = LIMIT_SECONDS) -> Any:
    """Returns the first true answer; fails after the limit."""
    end = time.monotonic() + limit
    while not (answer := found()):
        assert time.monotonic() < end, f"{what}: not within {limit:.0f} s"
        time.sleep(0.3)
    return answer


class HubVisit:
    """A person who has logged in with the shared password."""

    def __init__(self, hub: str, user: str, password: str):
        self.hub = hub.rstrip("/")
        self.user = user
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.get(f"{self.hub}/hub/login")
        self.entered = self.session.post(f"{self.hub}/hub/login", params=self._xsrf(), data={"username": user, "password": password})

    def page(self, path: str) -> requests.Response:
        return self.session.get(f"{self.hub}{path}")

    def spawn(self, server: str = "", **fields: str) -> requests.Response:
        """Sends the form of the page on which a server is started."""
        self.session.get(f"{self.hub}/hub/spawn/{self.user}" + (f"/{server}" if server else ""))
        path = f"/hub/spawn/{self.user}" + (f"/{server}" if server else "")
        return self.session.post(f"{self.hub}{path}", params=self._xsrf(), files={name: (None, value) for name, value in fields.items()})

    def token(self) -> str:
        answer = self.session.post(f"{self.hub}/hub/api/users/{self.user}/tokens", params=self._xsrf(), json={}, headers={"Referer": f"{self.hub}/hub/token"})
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

    def _xsrf(self) -> dict[str, str]:
        values = [cookie.value for cookie in self.session.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/"]
        return {"_xsrf": values[0]} if values else {}


class Api:
    """A user's program with a token of his."""

    def __init__(self, visit: HubVisit):
        self.hub, self.user = visit.hub, visit.user
        self._token = visit.token()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"token {self._token}"

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self._session.request(method, f"{self.hub}{path}", **arguments)

    def start(self, body: dict[str, Any] | None = None, server: str = "") -> requests.Response:
        place = f"servers/{server}" if server else "server"
        return self.call("POST", f"/hub/api/users/{self.user}/{place}", json=body)

    def servers(self) -> dict[str, Any]:
        return self.call("GET", f"/hub/api/users/{self.user}").json().get("servers", {})

    def wait_until_ready(self, server: str = "") -> None:
        wait_for(f"the server {server!r} of {self.user}", lambda: self.servers().get(server, {}).get("ready"))

    def execute(self, code: str) -> str:
        """Runs a cell in a new Java kernel on the user's server to its end, and fails when the cell does; returns the kernel's id."""
        return self._run(code, "execute_reply")

    def begin(self, code: str, kernel: str = "decisionlab") -> str:
        """Hands a cell to a new kernel on the user's server, sees that it has begun, and goes; returns the kernel's id."""
        return self._run(code, "execute_input", kernel)

    def _run(self, code: str, until: str, name: str = "decisionlab") -> str:
        kernel = self.call("POST", f"/user/{self.user}/api/kernels", json={"name": name}).json()["id"]
        address = f"{self.hub.replace('http', 'ws', 1)}/user/{self.user}/api/kernels/{kernel}/channels"
        channel = websocket.create_connection(address, header=[f"Authorization: token {self._token}"], timeout=LIMIT_SECONDS, http_no_proxy=["*"])
        header = {"msg_id": "m1", "msg_type": "execute_request", "username": self.user, "session": "s1", "date": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
        channel.send(json.dumps(message))
        try:
            while (heard := json.loads(channel.recv()))["header"]["msg_type"] not in (until, "execute_reply"):
                pass
        finally:
            channel.close()
        said = heard["content"]
        assert said.get("status", "ok") == "ok", f"the cell failed with {said.get('ename')}: {said.get('evalue')}\n{code}"
        return kernel


def servers_environment(mark: str, user: str) -> dict[str, str]:
    """Returns the environment of the process that is this user's server, of the lab with this mark."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"jupyterhub.singleuser" in (entry / "cmdline").read_bytes():
                pairs = dict(pair.split("=", 1) for pair in (entry / "environ").read_text().split("\0") if "=" in pair)
                if pairs.get(MARK) == mark and pairs.get("JUPYTERHUB_USER") == user:
                    return pairs
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has just ended, or is another's
    raise AssertionError(f"no server of {user} is running")


def shown_text(page: str) -> str:
    """The text of an HTML page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
