# SPDX-License-Identifier: Apache-2.0
"""Extensions of a user's server in a real server of Jupyter, without hub and provider: the token file of terminals, and busy kernels."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

import pytest
import requests
import websocket

from conftest import CHECKOUT
from decisionlab_hub.ports import free_port
from hub_visit import LIMIT_SECONDS, wait_for

TOKEN, HUB_TOKEN = "the-password-of-this-test", "the-hubs-token-of-this-server"
LIFE_SECONDS = 4
SILENT = "import time\ntime.sleep(1000)"


class Broker(BaseHTTPRequestHandler):
    """Gives a token of a few seconds, each time another."""

    given: list[str]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked == {"audience": "https://files.example.org"} and self.headers["Authorization"] == f"token {HUB_TOKEN}"
        self.given.append(f"token-number-{len(self.given)}")
        ends = datetime.now(timezone.utc) + timedelta(seconds=LIFE_SECONDS)
        body = json.dumps({"access_token": self.given[-1], "expires_at": ends.isoformat().replace("+00:00", "Z")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def broker() -> Iterator[tuple[str, list[str]]]:
    door = type("Door", (Broker,), {"given": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/services/token-broker", door.given
        server.shutdown()
        thread.join()


class UserServer:
    """A server that runs, its folder, and what one asks it."""

    def __init__(self, folder: Path, broker_url: str):
        self.folder, self.url = folder, f"http://127.0.0.1:{free_port()}"
        told = {
            "HOME": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "PYTHONPATH": str(CHECKOUT / "jupyterhub-config"), "DECISIONLAB_TOKEN_BROKER": broker_url, "DECISIONLAB_FILE_AUDIENCE": "https://files.example.org",
            "JUPYTERHUB_API_TOKEN": HUB_TOKEN, "JUPYTERHUB_ACTIVITY_INTERVAL": "1",
        }  # fmt: skip
        extensions = {"jpserver_extensions": {"decisionlab_hub.token_file": True, "decisionlab_hub.busy_kernels": True, "jupyter_server_terminals": True}}
        (folder / "config").mkdir()
        (folder / "config" / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": extensions}))
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", f"--port={self.url.rpartition(':')[2]}", "--allow-root", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env={**kept, **told}, stdout=log, stderr=log, cwd=folder)
        wait_for("the server", self.answers)

    def call(self, method: str, path: str, **arguments: object) -> requests.Response:
        session = requests.Session()
        session.trust_env = False
        return session.request(method, f"{self.url}{path}", headers={"Authorization": f"token {TOKEN}"}, timeout=LIMIT_SECONDS, **arguments)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.call("GET", "/api/status").status_code == 200
        except requests.ConnectionError:
            return False

    def channel(self, path: str) -> websocket.WebSocket:
        return websocket.create_connection(f"{self.url.replace('http', 'ws', 1)}{path}", header=[f"Authorization: token {TOKEN}"], timeout=LIMIT_SECONDS, http_no_proxy=["*"])

    def in_a_terminal(self, command: str) -> str:
        name = self.call("POST", "/api/terminals").json()["name"]
        channel, shown = self.channel(f"/terminals/websocket/{name}"), ""
        try:
            channel.send(json.dumps(["stdin", f'{command}; echo "the"" end"\r']))
            while "the end" not in shown:
                kind, *said = json.loads(channel.recv())
                shown += said[0] if kind == "stdout" else ""
        finally:
            channel.close()
        return shown

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(LIMIT_SECONDS)


@pytest.fixture(scope="module")
def server(tmp_path_factory, broker) -> Iterator[UserServer]:
    server = UserServer(tmp_path_factory.mktemp("server"), broker[0])
    try:
        yield server
    finally:
        server.end()


def test_both_are_extensions_of_every_users_server():
    config = json.loads((CHECKOUT / "jupyterhub-config" / "etc" / "jupyter" / "jupyter_server_config.json").read_text())
    extensions = config["ServerApp"]["jpserver_extensions"]
    assert extensions["decisionlab_hub.token_file"] is True and extensions["decisionlab_hub.busy_kernels"] is True


def test_a_terminal_shows_the_token_of_now_and_later_a_newer_one(server: UserServer, broker):
    def shown() -> str:
        found = re.search(r"(?m)^token-number-\d+", server.in_a_terminal('cat "$BEARER_TOKEN_FILE"').replace("\r", ""))
        return found[0] if found else ""

    first = wait_for("a token", shown)
    assert first in broker[1]
    newer = wait_for("a newer token", lambda: (now := shown()) != first and now)
    assert broker[1].index(newer) > broker[1].index(first)
    assert "token-number" not in server.log.read_text() and HUB_TOKEN not in server.log.read_text()


def test_a_silent_cell_of_python_is_activity_and_an_idle_kernel_is_none(server: UserServer):
    def active() -> str:
        return server.call("GET", "/api/status", params={"no_track_activity": "1"}).json()["last_activity"]

    kernel = server.call("POST", "/api/kernels", json={"name": "python3"}).json()["id"]
    channel = server.channel(f"/api/kernels/{kernel}/channels")
    header = {"msg_id": "m1", "msg_type": "execute_request", "username": "u", "session": "s1", "date": "", "version": "5.3"}
    content = {"code": SILENT, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    channel.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
    while json.loads(channel.recv())["header"]["msg_type"] != "execute_input":
        """Until the cell has begun."""
    for _ in range(3):
        before = active()
        wait_for("activity of the silent cell", lambda: active() > before)
    channel.close()
    server.call("POST", f"/api/kernels/{kernel}/interrupt")
    wait_for("an idle kernel", lambda: server.call("GET", f"/api/kernels/{kernel}").json()["execution_state"] == "idle")
    before, quiet_until = active(), time.monotonic() + 4
    wait_for("four seconds in which nothing happens", lambda: time.monotonic() > quiet_until)
    assert active() == before


def test_the_token_file_goes_with_the_server(server: UserServer):
    shown = server.in_a_terminal('echo "<$BEARER_TOKEN_FILE>"')
    found = re.search(r"<(/.+)>", shown)
    assert found, shown
    path = Path(found[1])
    assert path.parent == server.folder / "runtime" and path.stat().st_mode & 0o777 == 0o600
    server.end()
    assert not path.exists()
