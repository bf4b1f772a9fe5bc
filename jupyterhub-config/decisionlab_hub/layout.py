# SPDX-License-Identifier: Apache-2.0
"""Where things lie: the checkout (read-only to the running lab) and the home of one lab's state."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

FACILITY_VARIABLE = "LAB_FACILITY"
"""Environment variable that names the facility file; else it is `facility.yaml` in the lab's home, if that is there."""


@dataclass(frozen=True)
class Layout:
    """All paths of one lab.

    `home` holds the state of a run (`LAB_HOME`, default `.lab` in the checkout). `tools` holds what set-up prepares and any
    number of labs may share (`LAB_TOOLS`, default `home/tools`).
    """

    checkout: Path
    home: Path
    tools: Path

    @staticmethod
    def of(checkout: Path, environ: dict[str, str] | os._Environ[str] = os.environ) -> Layout:
        home = Path(environ.get("LAB_HOME") or checkout / ".lab").absolute()
        return Layout(checkout.absolute(), home, Path(environ.get("LAB_TOOLS") or home / "tools").absolute())

    @property
    def hub_source(self) -> Path:
        return self.checkout / "jupyterhub-config"

    @property
    def notebooks(self) -> Path:
        return self.checkout / "notebooks"

    @property
    def distribution(self) -> Path:
        return self.checkout / "distribution" / "target" / "decisionlab"

    @property
    def venv(self) -> Path:
        return self.tools / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def models_python(self) -> Path:
        """The Python of the environment that judges exported models."""
        return self.tools / "venv-models" / "bin" / "python"

    @property
    def keycloak(self) -> Path:
        """The second provider that logins are tested with."""
        return self.tools / "keycloak"

    def class_archive(self, program: str) -> Path:
        """Returns where the classes of a Java program are in the form in which a JVM maps them, for a quick start."""
        return self.tools / f"{program}.jsa"

    @property
    def node_modules(self) -> Path:
        return self.tools / "node" / "node_modules"

    @property
    def jupyter(self) -> Path:
        """The prefix into which the kernelspec is installed."""
        return self.tools / "jupyter"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def users(self) -> Path:
        return self.home / "home"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def simulator(self) -> Path:
        """The secrets of the IAM simulator."""
        return self.home / "iam-sim"

    @property
    def identity(self) -> Path:
        """The programs for logins."""
        return self.checkout / "identity"

    @property
    def sidecar_issuers(self) -> Path:
        """Whose tokens the lab's sidecar accepts, and what they permit."""
        return self.home / "sidecar-issuers.json"

    @property
    def sidecar_tokens(self) -> Path:
        """Tokens of the lab's own programs that the sidecar accepts beside those of issuers, by their hashes."""
        return self.home / "sidecar-tokens.json"

    @property
    def sidecar_state(self) -> Path:
        return self.home / "sidecar-state"


def new_private_directory(path: Path) -> Path:
    """Makes a directory only its owner can enter; one that is there stays as it is."""
    if not path.exists():
        private_directory(path)
    return path


def private_directory(path: Path) -> Path:
    """Makes a directory only its owner can enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
