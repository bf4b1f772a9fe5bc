# SPDX-License-Identifier: Apache-2.0
"""Users of a lab with logins at a provider, and the provider's switches; the IAM simulator is one."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from conftest import LabScript
from decisionlab_hub.hub_bench.simulator import SimulatorControl
from decisionlab_hub.hub_bench.visitor import LoginVisitor
from decisionlab_hub.interrupt import Interrupt
from hub_visit import mark_of, server_process

LIMIT_SECONDS = 240.0


@dataclass(frozen=True)
class LoginLab:
    """A lab that is up, with logins at a provider; what the provider is differs."""

    script: LabScript
    hub: str
    iam: str

    services = ("hub", "sidecar", "token-broker")
    suspended_words = ""
    """What the provider says when it does not renew the login of a suspended user."""

    @property
    def login_words(self) -> str:
        """How the lab calls the login."""
        return self.iam

    @staticmethod
    def up(home: Path, *options: str, **variables: str) -> tuple[LabScript, dict[str, str]]:
        """Starts a lab; returns its script and the addresses of its services."""
        script = LabScript(home, variables)
        up = script("up", *options)
        assert up.returncode == 0, up.stderr
        return script, {service["name"]: service["url"] for service in script.status()["services"]}

    def secret(self, path: str) -> str:
        return (self.script.home / path).read_text().strip()

    def client_secret_file(self) -> Path:
        raise NotImplementedError

    def password(self) -> str:
        """That of all users."""
        raise NotImplementedError

    def visitor(self) -> LoginVisitor:
        return LoginVisitor(self.hub, self.password(), LIMIT_SECONDS)

    def switch(self, **terms: object) -> None:
        """Changes the provider's terms; those of the simulator by name."""
        raise NotImplementedError

    def counts(self) -> dict:
        """How often the provider renewed a login (`refresh_token`) and saw a spent refresh token (`replayed`)."""
        raise NotImplementedError

    def service(self, name: str) -> dict:
        """What `./lab status` says of a service."""
        return next(service for service in self.script.status()["services"] if service["name"] == name)


class IamLab(LoginLab):
    """With the IAM simulator."""

    services = ("hub", "sidecar", "token-broker", "iam-sim")
    suspended_words = "User bob is suspended"
    login_words = "the IAM simulator"

    @staticmethod
    def start(home: Path, *options: str, **variables: str) -> IamLab:
        script, urls = LoginLab.up(home, "--iam", "sim", *options, **variables)
        return IamLab(script, urls["hub"], urls["iam-sim"])

    def client_secret_file(self) -> Path:
        return self.script.home / "iam-sim" / "client-decisionlab-hub"

    def password(self) -> str:
        return self.secret("iam-sim/password")

    def switch(self, **terms: object) -> None:
        self._control().switch(**terms)

    def counts(self) -> dict:
        return self._control().counts()

    def new_key(self, algorithm: str) -> str:
        """Has the simulator sign with another key; returns the key's name."""
        return self._control().new_key(algorithm)

    def _control(self) -> SimulatorControl:
        return SimulatorControl(self.iam, self.secret("iam-sim/control"), LIMIT_SECONDS)

    def new_user(self, name: str, *groups: str) -> None:
        """Has the simulator know one more user, with the password of all."""
        self._control().add_user(name, *groups)


def subject_of(name: str) -> str:
    """The subject of a user of the simulator, as docs/iam-sim.md says it is made."""
    return str(uuid.UUID(bytes=hashlib.md5(f"iam-sim {name}".encode(), usedforsecurity=False).digest(), version=3))


def server_environment(name: str, home: Path) -> dict[str, str]:
    """The environment of a user's server of this lab, as its kernels inherit it."""
    return server_process(mark_of(home), name)[1]


def wait_for(condition, limit: float = LIMIT_SECONDS) -> bool:
    return Interrupt().wait_for(condition, limit)
