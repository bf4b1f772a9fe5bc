# SPDX-License-Identifier: Apache-2.0
"""The hub's configuration loaded as JupyterHub loads it, and what of it users' servers that run stand on.

As a program it loads the one of its environment and prints these foundations as JSON: so `lab restart` learns what is wrong with
the settings of now while the hub with those of before still runs.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from decisionlab_hub.asked_python import answered
from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically

if TYPE_CHECKING:
    from traitlets.config import Config

_PROCESS = "process"
_FINDS_CONTAINERS_BY = {"docker": ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"), "kubernetes": ("KUBECONFIG", "KUBERNETES_SERVICE_HOST")}
"""Variables by which a hub chooses the daemon or cluster that has its servers; none holds a secret."""
_KINDS = {"simple": "process", "AccountSpawner": "local", "dockerspawner.DockerSpawner": "docker", "kubespawner.KubeSpawner": "kubernetes"}


def load_configuration(hub_source: Path, variables: Mapping[str, str]) -> Config:
    """Loads the hub's configuration file; it reads its settings from the environment of this process, which is replaced."""
    from traitlets.config.loader import PyFileConfigLoader  # noqa: PLC0415 - the script `lab`, which reads foundations, has no libraries

    os.environ.clear()
    os.environ.update(variables)
    try:
        loaded: Any = PyFileConfigLoader("jupyterhub_config.py", path=str(hub_source)).load_config()
    except LabError:
        raise
    except Exception as broken:  # noqa: BLE001 - whatever the configuration raises, the hub would not start with it
        raise LabError(f"the hub's configuration cannot be loaded: {type(broken).__name__}: {broken}") from broken
    return loaded


def foundations_of(config: Config) -> dict[str, str]:
    """Returns the settings without which a hub loses the servers that another one has started, by the words for them; no secret is among them."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    hub = config["JupyterHub"]
    spawner = hub["spawner_class"]
    kind = _KINDS.get(spawner if isinstance(spawner, str) else spawner.__name__, str(spawner))
    daemon = {"spawner.docker.socket": config["DockerSpawner"].get("client_kwargs", {}).get("base_url", "")} if kind == "docker" else {}
    return {
        "spawner.kind": kind,
        **daemon,
        **{name: os.environ.get(name, "") for name in _FINDS_CONTAINERS_BY.get(kind, ())},
        "the address of the data base": make_url(hub["db_url"]).render_as_string(hide_password=True),
        "subdomain_host": hub["subdomain_host"] if "subdomain_host" in hub else "",
        "the hub's address for servers": hub["hub_connect_url"] if "hub_connect_url" in hub else hub["hub_bind_url"],
    }


def note_foundations(home: Path, config: Config) -> None:
    """Writes them down as those of this process, the hub that starts."""
    write_atomically(_file(home), json.dumps({_PROCESS: os.getpid(), **foundations_of(config)}, indent=2) + "\n", mode=0o600)


def noted_foundations(home: Path, process: int) -> dict[str, str] | None:
    """Returns those of the hub that runs; None when it has written none."""
    try:
        noted: dict[str, Any] = json.loads(_file(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as wrong:
        raise LabError(f"{_file(home)} is not JSON ({wrong}); the hub writes it when it starts: run ./lab down, then ./lab up") from wrong
    return noted if noted.pop(_PROCESS, None) == process else None


def _file(home: Path) -> Path:
    return home / "hub" / "foundations.json"


if __name__ == "__main__":
    sys.exit(answered(lambda: foundations_of(load_configuration(Path(__file__).resolve().parents[1], dict(os.environ)))))
