# SPDX-License-Identifier: Apache-2.0
"""How a hub ends and what it leaves: the lab's JupyterHub as a process of its own, servers as processes, and a proxy that only keeps its routes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from jupyterhub import orm
from jupyterhub.crypto import CryptKeeper
from traitlets.config import Config

from decisionlab_hub.hub import LabHub
from decisionlab_hub.hub_configuration import foundations_of, noted_foundations
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.ports import free_port
from decisionlab_hub.processes import identity_of
from decisionlab_hub.services import ENDS_SERVERS_TOO

LIMIT_SECONDS = 120.0
TOKEN = "0123456789abcdef" * 4
SERVER = """
import os, urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

address = urllib.parse.urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
HTTPServer((address.hostname, address.port), Page).serve_forever()
"""
SETTINGS = """
import sys
from jupyterhub.proxy import Proxy

class RoutesOnly(Proxy):
    routes = {{}}

    async def start(self):
        self.routes.clear()

    async def stop(self):
        self.routes.clear()

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {{"routespec": routespec, "target": target, "data": data}}

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return dict(self.routes)

c.JupyterHub.proxy_class = RoutesOnly
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://{listens}:{hub}"
c.JupyterHub.db_url = "sqlite:///{home}/hub.sqlite"
c.JupyterHub.cookie_secret = bytes(32)
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.services = [{{"name": "starter", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{"name": "starter", "services": ["starter"], "scopes": ["admin:users", "list:users", "servers", "admin:server_state"]}}]
c.SimpleLocalProcessSpawner.home_dir_template = "{home}/{{username}}"
c.Spawner.cmd = [sys.executable, "{home}/server.py"]
c.Spawner.ip = "127.0.0.1"
"""


class Hub:
    """A hub that has been started, and its programming interface."""

    def __init__(self, home: Path, listens: str = "127.0.0.1"):
        self._home = home
        self._port = free_port()
        (home / "hub").mkdir(exist_ok=True)
        (home / "server.py").write_text(SERVER)
        (home / "config.py").write_text(SETTINGS.format(home=home, listens=listens, hub=self._port, public=free_port(), token=TOKEN))

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "decisionlab_hub.hub", "--config", str(self._home / "config.py")]
        source = str(Path(__file__).resolve().parents[1])
        with (self._home / "hub.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self._home, env={**os.environ, "DECISIONLAB_HOME": str(self._home), "PYTHONPATH": source}, stdout=log, stderr=log, start_new_session=True)
        assert Interrupt().wait_for(lambda: process.poll() is not None or self.servers() is not None, LIMIT_SECONDS), self.log()
        assert process.poll() is None, self.log()
        return process

    def log(self) -> str:
        return (self._home / "hub.log").read_text(errors="replace")

    def servers(self) -> dict | None:
        """Those of ada; None when the hub does not answer, an empty dict when it does not know her."""
        try:
            answer = self.call("GET", "/users/ada")
        except requests.ConnectionError:
            return None
        return answer.json().get("servers", {}) if answer.ok else {}

    def call(self, method: str, path: str, at: str = "127.0.0.1") -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, f"http://{at}:{self._port}/hub/api{path}", headers={"Authorization": f"token {TOKEN}"}, timeout=LIMIT_SECONDS)


@pytest.fixture
def hub(tmp_path: Path):
    """A hub with a server of ada that is up; what is left of both is ended afterwards."""
    hub, server = Hub(tmp_path), []
    process = hub.start()
    try:
        assert hub.call("POST", "/users/ada").ok
        assert hub.call("POST", "/users/ada/server").status_code in (201, 202)
        assert Interrupt().wait_for(lambda: (hub.servers() or {}).get("", {}).get("ready"), LIMIT_SECONDS), hub.log()
        server.append(hub.servers()[""]["state"]["pid"])
        yield hub, process, server[0]
    finally:
        for pid in (process.pid, *server):
            if identity_of(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait(LIMIT_SECONDS)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_a_hub_that_ends_leaves_users_servers_to_the_next_one(hub, signum):
    lab, process, server = hub
    started = lab.servers()[""]["started"]
    os.kill(process.pid, signum)
    process.wait(LIMIT_SECONDS)
    assert identity_of(server), "the server goes on"
    again = lab.start()
    try:
        assert Interrupt().wait_for(lambda: (lab.servers() or {}).get("", {}).get("ready"), LIMIT_SECONDS), lab.log()
        assert lab.servers()[""]["started"] == started and identity_of(server), "it is the server of before"
        assert lab.call("DELETE", "/users/ada/server").status_code in (202, 204)
        assert Interrupt().wait_for(lambda: not identity_of(server), LIMIT_SECONDS), "the next hub ends it as its own"
    finally:
        again.kill()
        again.wait(LIMIT_SECONDS)


def test_by_the_signal_of_lab_down_users_servers_end_with_it(hub):
    lab, process, server = hub
    os.kill(process.pid, ENDS_SERVERS_TOO)
    process.wait(LIMIT_SECONDS)
    assert Interrupt().wait_for(lambda: not identity_of(server), LIMIT_SECONDS), lab.log()


def test_a_hub_writes_down_what_the_servers_stand_on(hub, tmp_path):
    _, process, _ = hub
    noted = noted_foundations(tmp_path, process.pid)
    assert noted is not None and noted["spawner.kind"] == "process" and str(tmp_path) in noted["the address of the data base"]
    assert noted_foundations(tmp_path, process.pid + 1) is None, "what another hub wrote says nothing of this one"


def test_a_hub_that_listens_in_a_network_is_found_on_loopback_too(tmp_path):
    lab = Hub(tmp_path, listens="127.0.0.2")
    process = lab.start()
    try:
        assert lab.call("GET", "/users", at="127.0.0.1").ok and lab.call("GET", "/users", at="127.0.0.2").ok
        with pytest.raises(requests.ConnectionError):
            lab.call("GET", "/users", at="127.0.0.3")
    finally:
        process.kill()
        process.wait(LIMIT_SECONDS)


def test_a_hub_notes_which_daemon_has_its_containers(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/one.sock")
    monkeypatch.setenv("KUBECONFIG", "/etc/lab/kubeconfig")
    hub = {"db_url": "sqlite://", "hub_bind_url": "http://127.0.0.1:8081", "spawner_class": "dockerspawner.DockerSpawner"}
    noted = foundations_of(Config(JupyterHub=hub, DockerSpawner={"client_kwargs": {"base_url": "unix:///run/two.sock"}}))
    assert noted["spawner.docker.socket"] == "unix:///run/two.sock" and noted["DOCKER_HOST"] == "unix:///run/one.sock" and "KUBECONFIG" not in noted
    assert foundations_of(Config(JupyterHub=hub))["spawner.docker.socket"] == ""
    noted = foundations_of(Config(JupyterHub={**hub, "spawner_class": "kubespawner.KubeSpawner"}))
    assert noted["KUBECONFIG"] == "/etc/lab/kubeconfig" and "DOCKER_HOST" not in noted


def groups_after(database: str, load_groups: dict, of_a_provider: bool = False) -> dict[str, set[str]]:
    """Who is in which group when a hub with these groups has read them."""

    async def start() -> dict[str, set[str]]:
        hub = LabHub(config=Config(JupyterHub={"load_groups": load_groups, "authenticator_class": "dummy"}))
        hub.db_url = database
        hub.init_db()
        hub.authenticator = hub.authenticator_class(parent=hub, allow_all=True, manage_groups=of_a_provider)
        await hub.init_role_creation()
        await hub.init_groups()
        return {group.name: {user.name for user in group.users} for group in hub.db.query(orm.Group)}

    try:
        return asyncio.run(start())
    finally:
        CryptKeeper.clear_instance()


def test_who_is_named_in_a_group_no_more_is_in_it_no_more(tmp_path):
    database = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    assert groups_after(database, {"cms": {"users": ["ada", "bob"]}, "atlas": {"users": ["eve"]}}) == {"cms": {"ada", "bob"}, "atlas": {"eve"}}
    assert groups_after(database, {}, of_a_provider=True) == {"cms": {"ada", "bob"}, "atlas": {"eve"}}, "those of a provider are not the file's"
    assert groups_after(database, {"cms": {"users": ["bob"]}}) == {"cms": {"bob"}, "atlas": set()}
