# SPDX-License-Identifier: Apache-2.0
"""Keycloak as the provider of a lab: started on loopback with one realm, ended with the tests."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

from conftest import LabScript
from decisionlab_hub.console import last_lines
from decisionlab_hub.files import write_atomically
from decisionlab_hub.layout import private_directory
from decisionlab_hub.ports import LOOPBACK, free_port
from decisionlab_hub.services import answers
from login_visitor import LIMIT_SECONDS, LoginLab, wait_for

START_LIMIT_SECONDS = 600.0
END_LIMIT_SECONDS = 60.0
REALM = "lab"
CLIENT = "decisionlab-hub"
SCOPE = "model.read"
SIDECAR = f"urn:decisionlab:sidecar:{CLIENT}"
"""The lab's usual audience. Keycloak makes tokens for its clients only, and for those that the client who asks is told of."""
ADMIN = "operator"
USERS = {
    "ada": ["/cms", "/cms/analysis", "/decisionlab", "/decisionlab/admins"],
    "bob": ["/cms", "/decisionlab"],
    "eve": ["/guests"],
}
EVENTS = ["LOGIN", "REFRESH_TOKEN", "REFRESH_TOKEN_ERROR", "TOKEN_EXCHANGE", "TOKEN_EXCHANGE_ERROR"]


class Gate:
    """The way to a server: open, or shut, when whoever comes is told that nobody is there (status 503)."""

    def __init__(self, target: int):
        self._target = target
        self._shut = False
        self._pairs: set[socket.socket] = set()
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set_open(self, is_open: bool) -> None:
        """Opens or shuts it; what goes on through it is cut off when it shuts."""
        self._shut = not is_open
        if self._shut:
            for each in list(self._pairs):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.set_open(False)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return  # it is closed
            threading.Thread(target=self._refuse if self._shut else self._pass_on, args=(client,), daemon=True).start()

    @staticmethod
    def _refuse(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(LIMIT_SECONDS)
            client.recv(1 << 16)
            client.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection((LOOPBACK, self._target)) as server:
            both = {client, server}
            self._pairs |= both
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join()
            self._pairs -= both


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Keycloak:
    """A running one, with the interface for its administrators."""

    direct: str
    gate: Gate
    folder: Path

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self.gate.port}/realms/{REALM}"

    def secret(self, name: str) -> str:
        return (self.folder / name).read_text().strip()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Asks as an administrator; returns the answer, None where it has no body."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN, "password": self.secret("admin")}
        token = self._send("POST", "/realms/master/protocol/openid-connect/token", urllib.parse.urlencode(form).encode(), {})["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self._send(method, f"/admin/realms{path}", None if body is None else json.dumps(body).encode(), headers)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(self.direct + path, body, headers, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: status {refused.code}, {refused.read().decode()[:500]}") from refused
        return json.loads(text) if text else None

    def import_realm(self, callback: str) -> None:
        """Makes users, groups, the hub's client, and a scope that tokens can be asked for."""
        self.ask("POST", "", _realm(callback, self.secret("password"), self.secret(f"client-{CLIENT}")))
        self.ask("POST", f"/{REALM}/client-scopes", {"name": SCOPE, "protocol": "openid-connect", "attributes": {"include.in.token.scope": "true"}})
        (client,) = self.ask("GET", f"/{REALM}/clients?clientId={CLIENT}")
        scopes = {scope["name"]: scope["id"] for scope in self.ask("GET", f"/{REALM}/client-scopes")}
        for name in (SCOPE, "offline_access"):
            self.ask("PUT", f"/{REALM}/clients/{client['id']}/optional-client-scopes/{scopes[name]}")

    def suspend(self, names: list[str]) -> None:
        """Disables these users, and enables all others."""
        for user in self.ask("GET", f"/{REALM}/users"):
            if user["enabled"] is (user["username"] in names):
                self.ask("PUT", f"/{REALM}/users/{user['id']}", {**user, "enabled": user["username"] not in names})

    def events(self, kind: str) -> list[dict]:
        return self.ask("GET", f"/{REALM}/events?type={kind}&max=10000")


def _realm(callback: str, password: str, client_secret: str) -> dict:
    groups = {"full.path": "true", "claim.name": "groups"} | {f"{place}.token.claim": "true" for place in ("id", "access", "userinfo")}
    mapper = {"name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper", "config": groups}
    audience = {"included.client.audience": SIDECAR, "access.token.claim": "true", "introspection.token.claim": "true"}
    for_sidecar = {"name": "sidecar", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper", "config": audience}
    sidecar = {"clientId": SIDECAR, "publicClient": False, "standardFlowEnabled": False, "directAccessGrantsEnabled": False, "serviceAccountsEnabled": False}
    client = {
        "clientId": CLIENT, "secret": client_secret, "redirectUris": [callback], "standardFlowEnabled": True, "publicClient": False,
        "protocolMappers": [mapper, for_sidecar], "attributes": {"standard.token.exchange.enabled": "true", "pkce.code.challenge.method": "S256"},
    }  # fmt: skip
    return {
        "realm": REALM, "enabled": True, "sslRequired": "none", "eventsEnabled": True, "enabledEventTypes": EVENTS, "clients": [client, sidecar],
        "groups": [{"name": "cms", "subGroups": [{"name": "analysis"}]}, {"name": "decisionlab", "subGroups": [{"name": "admins"}]}, {"name": "guests"}],
        "users": [_user(name, of, password) for name, of in USERS.items()],
    }  # fmt: skip


def _user(name: str, groups: list[str], password: str) -> dict:
    who = {"username": name, "firstName": name.title(), "lastName": "Example", "email": f"{name}@example.org", "emailVerified": True}
    return {**who, "enabled": True, "groups": groups, "realmRoles": ["offline_access"], "credentials": [{"type": "password", "value": password, "temporary": False}]}


@contextmanager
def keycloak(folder: Path) -> Iterator[Keycloak]:
    """Starts one whose data are in memory; secrets and its log are in the folder."""
    installed = Path(LabScript(folder).environment()["LAB_TOOLS"]) / "keycloak"
    assert (installed / "bin" / "kc.sh").exists(), f"there is no Keycloak in {installed}: ./lab test --full hub fetches it"
    private_directory(folder)
    for name in ("admin", "password", f"client-{CLIENT}"):
        write_atomically(folder / name, secrets.token_urlsafe(24) + "\n", mode=0o600)
    port = free_port()
    log = folder.with_name("keycloak.log")
    command = [str(installed / "bin" / "kc.sh"), "start-dev", f"--http-host={LOOPBACK}", f"--http-port={port}", "--db=dev-mem"]
    admin = {"KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD": (folder / "admin").read_text().strip()}
    environment = {**os.environ, **admin, "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"}
    with log.open("wb") as output:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
    gate = Gate(port)
    direct = f"http://{LOOPBACK}:{port}"
    try:
        assert wait_for(lambda: program.poll() is not None or answers(f"{direct}/realms/master"), START_LIMIT_SECONDS), last_lines(log)
        assert program.poll() is None, last_lines(log)
        yield Keycloak(direct, gate, folder)
    finally:
        gate.close()
        _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    """Ends it and what it has started."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signum)
        with suppress(subprocess.TimeoutExpired):
            program.wait(END_LIMIT_SECONDS)


@dataclass(frozen=True)
class KeycloakLab(LoginLab):
    """With Keycloak."""

    provider: Keycloak

    suspended_words = "User disabled"

    @staticmethod
    def start(home: Path, provider: Keycloak, **variables: str) -> KeycloakLab:
        port = free_port()
        provider.import_realm(f"http://{LOOPBACK}:{port}/hub/oauth_callback")
        client = ["--client-id", CLIENT, "--client-secret-file", str(provider.folder / f"client-{CLIENT}")]
        who = ["--groups", "/decisionlab", "--admin-groups", "/decisionlab/admins", "--scopes", f"openid profile offline_access {SCOPE}"]
        script, urls = LoginLab.up(home, "--port", str(port), "--iam", provider.issuer, *client, *who, **variables)
        return KeycloakLab(script, urls["hub"], provider.issuer, provider)

    def client_secret_file(self) -> Path:
        return self.provider.folder / f"client-{CLIENT}"

    def password(self) -> str:
        return self.provider.secret("password")

    def switch(self, **terms: Any) -> None:
        realm = {"accessTokenLifespan": terms["accessSeconds"]} if "accessSeconds" in terms else {}
        if "refresh" in terms:
            realm |= {"refreshTokenMaxReuse": 0, "revokeRefreshToken": terms["refresh"] != "REUSE"}
        if realm:  # what is not named stays
            self.provider.ask("PUT", f"/{REALM}", realm)
        if "outage" in terms:
            self.provider.gate.set_open(terms["outage"] == "NONE")
        if "suspended" in terms:
            self.provider.suspend(terms["suspended"])

    def counts(self) -> dict:
        refused = [event for event in self.provider.events("REFRESH_TOKEN_ERROR") if event.get("error") != "user_disabled"]
        return {"refresh_token": len(self.provider.events("REFRESH_TOKEN")), "replayed": len(refused)}
