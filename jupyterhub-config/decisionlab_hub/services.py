# SPDX-License-Identifier: Apache-2.0
"""The two services of a lab, hub and sidecar: command line, environment, and how one sees that they answer."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from decisionlab_hub.java import java_environment, sidecar_command
from decisionlab_hub.layout import Layout
from decisionlab_hub.ports import LOOPBACK
from decisionlab_hub.provision import node_executable

HUB = "hub"
SIDECAR = "sidecar"
HUB_API = "hub-api"
PROXY_API = "proxy-api"

DEFAULT_PORTS = {HUB: 8000, HUB_API: 8081, PROXY_API: 8001, SIDECAR: 8083}

USER = "physicist"
"""The one user of a lab on a single machine."""


@dataclass(frozen=True)
class Service:
    """What is needed to start one service and to see that it is there."""

    name: str
    port: int
    url: str
    health_urls: tuple[str, ...]
    command: list[str]
    environment: dict[str, str]
    log: Path

    def answers(self) -> bool:
        """Tells whether every address that shows its health answers; the first that does not ends the asking."""
        return all(answers(url) for url in self.health_urls)


def answers(url: str) -> bool:
    """Tells whether a GET of this loopback address gives a 2xx within two seconds."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return 200 <= response.status < 300
    except (urllib.error.URLError, OSError, ValueError):
        return False


def sidecar_service(layout: Layout, port: int) -> Service:
    layout.models.mkdir(parents=True, exist_ok=True)
    url = f"http://{LOOPBACK}:{port}"
    environment = {**os.environ, **java_environment(layout)}
    command = [*sidecar_command(layout, port, layout.models), "--state", str(layout.sidecar_state)]
    return Service(SIDECAR, port, url, (health_url(SIDECAR, url),), command, environment, layout.logs / "sidecar.log")


def hub_service(layout: Layout, ports: dict[str, int], mark: str, sidecar_url: str) -> Service:
    port = ports[HUB]
    url = f"http://{LOOPBACK}:{port}"
    environment = {
        **os.environ,
        **java_environment(layout),
        "PATH": f"{layout.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "JAVA_HOME": os.environ.get("JAVA_HOME", ""),
        "DECISIONLAB_CHECKOUT": str(layout.checkout),
        "DECISIONLAB_HOME": str(layout.home),
        "DECISIONLAB_TOOLS": str(layout.tools),
        "DECISIONLAB_HUB_PORT": str(port),
        "DECISIONLAB_HUB_API_PORT": str(ports[HUB_API]),
        "DECISIONLAB_PROXY_API_PORT": str(ports[PROXY_API]),
        "DECISIONLAB_NODE": str(node_executable(layout)),
        "DECISIONLAB_USERS": USER,
        "DECISIONLAB_SIDECAR_URL": sidecar_url,
    }
    config = layout.hub_source / "jupyterhub_config.py"
    command = [str(layout.python), "-m", "jupyterhub", "--config", str(config)]
    inner = health_url(HUB, f"http://{LOOPBACK}:{ports[HUB_API]}")
    return Service(HUB, port, url, (inner, health_url(HUB, url)), command, environment, layout.logs / "hub.log")


def health_url(name: str, url: str) -> str:
    """Returns the address that answers when the service works."""
    return url + {HUB: "/hub/health", SIDECAR: "/health/ready"}[name]


