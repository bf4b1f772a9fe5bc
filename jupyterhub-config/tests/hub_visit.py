# SPDX-License-Identifier: Apache-2.0
"""A hub as a user's browser or program talks to it, by HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import requests

from decisionlab_hub.hub_bench.visitor import LoginVisitor, LoopbackSession, shown_text
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.processes import MARK

__all__ = ["LIMIT_SECONDS", "Api", "HubVisit", "server_process", "shown_text", "wait_for"]

LIMIT_SECONDS = 300.0


def wait_for(what: str, found: Callable[[], Any], limit: float = LIMIT_SECONDS) -> Any:
    """Returns the first true answer; fails after the limit."""
    answers: list[Any] = []

    def look() -> bool:
        answers[:] = [found()]
        return bool(answers[0])

    assert Interrupt().wait_for(look, limit), f"{what}: not within {limit:.0f} s"
    return answers[0]


class HubVisit(LoginVisitor):
    """A person who has logged in with the shared password, by the form of the hub's own."""

    entry = "/hub/login"

    def __init__(self, hub: str, user: str, password: str):
        super().__init__(hub, password, LIMIT_SECONDS)
        self.entered = self.log_in(user)

    def page(self, path: str) -> requests.Response:
        return self.get(path)

    def spawn(self, server: str = "", **fields: str) -> requests.Response:
        """Sends the form of the page on which a server is started."""
        path = f"/hub/spawn/{self.user}" + (f"/{server}" if server else "")
        self.get(path)
        return self.session.post(f"{self.hub}{path}", params={"_xsrf": self.xsrf}, files={name: (None, value) for name, value in fields.items()})


class Api:
    """A user's program with a token of the hub that the user, having logged in, has made for it."""

    def __init__(self, visitor: LoginVisitor):
        self.hub, self.user = visitor.hub, visitor.user
        self.token = visitor.token()
        self._session = LoopbackSession(LIMIT_SECONDS, self.token)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self._session.request(method, f"{self.hub}{path}", **arguments)

    def start_server(self, body: dict[str, Any] | None = None, server: str = "") -> requests.Response:
        place = f"servers/{server}" if server else "server"
        return self.call("POST", f"/hub/api/users/{self.user}/{place}", json=body)

    def servers(self) -> dict[str, Any]:
        return self.call("GET", f"/hub/api/users/{self.user}").json().get("servers", {})

    def wait_until_ready(self, server: str = "") -> None:
        wait_for(f"the server {server!r} of {self.user}", lambda: self.servers().get(server, {}).get("ready"))


def server_process(mark: str, user: str) -> tuple[int, dict[str, str]]:
    """Returns number and environment of the process that is this user's server, of the lab with this mark; its kernels inherit the environment."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"jupyterhub.singleuser" in (entry / "cmdline").read_bytes():
                pairs = dict(pair.split("=", 1) for pair in (entry / "environ").read_bytes().decode(errors="replace").split("\0") if "=" in pair)
                if pairs.get(MARK) == mark and pairs.get("JUPYTERHUB_USER") == user:
                    return int(entry.name), pairs
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has just ended, or is another's
    raise AssertionError(f"no server of {user} is running")


def mark_of(home: Path) -> str:
    """By what the processes of a lab are known."""
    return (home / "run" / "mark").read_text().strip()
