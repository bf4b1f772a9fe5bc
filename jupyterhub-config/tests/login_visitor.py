# SPDX-License-Identifier: Apache-2.0
"""Users of a lab with logins at the IAM simulator, and the simulator's switches."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from conftest import LabScript
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.login.visitor import LoginVisitor

LIMIT_SECONDS = 240.0


@dataclass(frozen=True)
class IamLab:
    """A lab that is up, with the simulator."""

    script: LabScript
    hub: str
    iam: str

    @staticmethod
    def start(home: Path, *options: str, **variables: str) -> IamLab:
        script = LabScript(home, variables)
        up = script("up", "--iam", "sim", *options)
        assert up.returncode == 0, up.stderr
        urls = {service["name"]: service["url"] for service in script.status()["services"]}
        return IamLab(script, urls["hub"], urls["iam-sim"])

    def secret(self, path: str) -> str:
        return (self.script.home / path).read_text().strip()

    def visitor(self) -> LoginVisitor:
        return LoginVisitor(self.hub, self.secret("iam-sim/password"), LIMIT_SECONDS)

    def switch(self, **terms: object) -> dict:
        """Changes the simulator's terms; returns its whole state."""
        return self._control("PATCH", json.dumps(terms).encode())

    def counts(self) -> dict:
        return self._control("GET", None)["counts"]

    def new_key(self, algorithm: str) -> str:
        """Has the simulator sign with another key; returns the key's name."""
        return self._control("POST", json.dumps({"algorithm": algorithm, "keepOld": True}).encode(), "/keys")["kid"]

    def service(self, name: str) -> dict:
        """What `./lab status` says of a service."""
        return next(service for service in self.script.status()["services"] if service["name"] == name)

    def _control(self, method: str, body: bytes | None, path: str = "") -> dict:
        headers = {"Authorization": f"Bearer {self.secret('iam-sim/control')}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.iam}/iam-sim/control{path}", body, headers, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
            return json.load(answer)


def server_environment(name: str, home: Path) -> dict[str, str]:
    """The environment of a user's server of this lab, as its kernels inherit it."""
    for entry in Path("/proc").iterdir():
        try:
            texts = (entry / "environ").read_bytes().decode(errors="replace").split("\0") if entry.name.isdigit() else []
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        found = dict(text.split("=", 1) for text in texts if "=" in text)
        if found.get("JUPYTERHUB_USER") == name and str(home) in found.get("HOME", ""):
            return found
    raise AssertionError(f"no server of {name} is running")


def wait_for(condition, limit: float = LIMIT_SECONDS) -> bool:
    return Interrupt().wait_for(condition, limit)
