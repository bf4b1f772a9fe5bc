# SPDX-License-Identifier: Apache-2.0
"""The way to Keycloak, open and shut, and what is unpacked of it; Keycloak itself runs in the full form of the lane `hub`."""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import LabScript, layout_with_node
from decisionlab_hub import provision
from decisionlab_hub.console import LabError
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.provision import Provision
from keycloak_lab import Gate, Keycloak, KeycloakLab


class _Server(BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802 - the name that the library calls
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["Host"].encode())

    def log_message(self, *arguments):
        pass


def ask(port: int) -> tuple[int, str]:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, ""


def test_a_gate_passes_on_or_says_that_nobody_is_there():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gate = Gate(server.server_address[1])
    try:
        for is_open in (True, False, True):
            gate.set_open(is_open)
            assert ask(gate.port) == ((200, f"127.0.0.1:{gate.port}") if is_open else (503, ""))
    finally:
        gate.close()
        server.shutdown()
        server.server_close()


class _Realm(BaseHTTPRequestHandler):
    """The interface for administrators as far as terms go: a PUT changes what it names."""

    def do_POST(self):  # noqa: N802 - the name that the library calls
        self._answer(b'{"access_token": "t"}')

    def do_PUT(self):  # noqa: N802 - the name that the library calls
        self.server.terms.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(b"")

    def _answer(self, body: bytes):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def test_terms_that_are_not_named_stay(tmp_path):
    (tmp_path / "admin").write_text("secret\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Realm)
    server.terms = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gate = Gate(server.server_address[1])
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        lab = KeycloakLab(LabScript(tmp_path), address, address, Keycloak(address, gate, tmp_path))
        lab.switch(refresh="STRICT")
        lab.switch(accessSeconds=3)
        assert server.terms == {"accessTokenLifespan": 3, "refreshTokenMaxReuse": 0, "revokeRefreshToken": True}
        lab.switch(accessSeconds=3600, refresh="REUSE")
        assert server.terms == {"accessTokenLifespan": 3600, "refreshTokenMaxReuse": 0, "revokeRefreshToken": False}
    finally:
        gate.close()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("right", [True, False])
def test_an_archive_of_another_content_is_not_unpacked(tmp_path, monkeypatch, right: bool):
    layout = layout_with_node(tmp_path)
    mine = Provision(layout, Interrupt(), lambda: False)
    steps = []

    def step(what, command, log_name, folder):
        steps.append(command[0])
        if command[0] == "mvn":
            layout.keycloak.mkdir(parents=True)
            (layout.keycloak / "keycloak-quarkus-dist-1.tar.gz").write_bytes(b"what was fetched")

    monkeypatch.setattr(mine, "_step", step)
    monkeypatch.setattr(provision, "_KEYCLOAK_SHA256", hashlib.sha256(b"what was fetched" if right else b"what was tested").hexdigest())
    if right:
        mine._build_keycloak()
        assert steps == ["mvn", "tar"] and not list(layout.keycloak.iterdir()), "the archive itself is not kept"
    else:
        with pytest.raises(LabError, match="SHA-256.*copied from Maven's local repository: remove org/keycloak/keycloak-quarkus-dist/26.7.3 there"):
            mine._build_keycloak()
        assert steps == ["mvn"]
