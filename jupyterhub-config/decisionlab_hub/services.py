# SPDX-License-Identifier: Apache-2.0
"""The services of a lab, hub, sidecar and those for logins: command line, environment, and how one sees that they answer."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from decisionlab_hub.credentials import BROKER_TOKEN, read_secret
from decisionlab_hub.java import identity_command, java_environment, sidecar_command
from decisionlab_hub.layout import Layout
from decisionlab_hub.login.choice import SIMULATOR as SIMULATED
from decisionlab_hub.login.choice import LoginChoice
from decisionlab_hub.login.sidecar_rights import asks_for_tokens
from decisionlab_hub.ports import LOOPBACK
from decisionlab_hub.provision import node_executable

HUB = "hub"
SIDECAR = "sidecar"
HUB_API = "hub-api"
PROXY_API = "proxy-api"
PROXY_METRICS = "proxy-metrics"
METRICS = "metrics"
BROKER = "token-broker"
SIMULATOR = "iam-sim"

INNER_PORTS = (HUB_API, PROXY_API, PROXY_METRICS, METRICS)
"""Of programs that the hub starts, or is; settled whenever the hub is started."""

DEFAULT_PORTS = {HUB: 8000, HUB_API: 8081, PROXY_API: 8001, SIDECAR: 8083, PROXY_METRICS: 8002, METRICS: 8084}
LOGIN_PORTS = {BROKER: 10101, SIMULATOR: 9000}

EVERY_SERVICE = (HUB, SIDECAR, BROKER, SIMULATOR)

ENDS_SERVERS_TOO = signal.SIGINT
"""By this signal a hub ends with all users' servers, wherever they run; by every other it leaves them for the next hub."""


def services_of(login: LoginChoice | None) -> tuple[str, ...]:
    """Returns the names of the services that a lab with this login has."""
    if login is None:
        return (HUB, SIDECAR)
    return (HUB, SIDECAR, BROKER, SIMULATOR) if login.simulated else (HUB, SIDECAR, BROKER)


USER = "physicist"
"""The one user of a lab with a shared password."""

_CALLBACK = "/hub/oauth_callback"
_BROKER_PATH = f"/services/{BROKER}"
BROKER_EXCHANGE = "DECISIONLAB_BROKER_EXCHANGE"
_BROKER_VARIABLES = (BROKER_EXCHANGE, "DECISIONLAB_BROKER_EXCHANGES_PER_MINUTE")
_HEALTH = {HUB: "/hub/health", SIDECAR: "/health/ready", BROKER: f"{_BROKER_PATH}/health", SIMULATOR: "/.well-known/openid-configuration"}


@dataclass(frozen=True)
class Service:
    """What is needed to start one service and to see that it is there."""

    name: str
    port: int
    url: str
    health_urls: tuple[str, ...]
    command: list[str]
    told: dict[str, str]
    """What the lab puts into its environment, beside that of the command that starts it."""
    log: Path
    inherits: tuple[str, ...] = ()
    """Variables that it reads from the environment of that command."""
    reads: tuple[Path, ...] = ()
    """Files that it reads once, when it starts."""

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.told}

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


def sidecar_service(layout: Layout, port: int, login: LoginChoice | None = None) -> Service:
    """The sidecar; with a login that names its audience it asks for tokens, by the files that `write_issuers` and `write_tokens` make."""
    layout.models.mkdir(parents=True, exist_ok=True)
    url = f"http://{LOOPBACK}:{port}"
    rights = ["--issuers", str(layout.sidecar_issuers), "--tokens", str(layout.sidecar_tokens)] if asks_for_tokens(login) else []
    command = [*sidecar_command(layout, port, layout.models), "--state", str(layout.sidecar_state), *rights]
    return Service(SIDECAR, port, url, (health_url(SIDECAR, url),), command, java_environment(layout), layout.logs / "sidecar.log")


def simulator_service(layout: Layout, ports: dict[str, int]) -> Service:
    url = f"http://{LOOPBACK}:{ports[SIMULATOR]}"
    arguments = ["--folder", str(layout.simulator), "--port", str(ports[SIMULATOR])]
    for host in (LOOPBACK, "localhost"):
        arguments += ["--redirect", f"http://{host}:{ports[HUB]}{_CALLBACK}"]
    command = identity_command(layout, SIMULATOR, arguments)
    return Service(SIMULATOR, ports[SIMULATOR], url, (health_url(SIMULATOR, url),), command, {}, layout.logs / "iam-sim.log")


def broker_service(layout: Layout, ports: dict[str, int], login: LoginChoice) -> Service:
    url = f"http://{LOOPBACK}:{ports[BROKER]}"
    told = {
        **_client(layout, ports, login),
        "JUPYTERHUB_API_URL": f"http://{LOOPBACK}:{ports[HUB_API]}/hub/api",
        "JUPYTERHUB_API_TOKEN": read_secret(layout.secrets / BROKER_TOKEN),
        "JUPYTERHUB_SERVICE_URL": url,
        "JUPYTERHUB_SERVICE_PREFIX": f"{_BROKER_PATH}/",
        "JUPYTERHUB_SERVICE_NAME": BROKER,
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": f'["access:services!service={BROKER}"]',
    }
    command = identity_command(layout, BROKER, [])
    secret = client_secret_file(layout, login)
    reads = (secret,) if secret else ()
    return Service(BROKER, ports[BROKER], url, (health_url(BROKER, url),), command, told, layout.logs / "token-broker.log", _BROKER_VARIABLES, reads)


def issuer_of(ports: dict[str, int], login: LoginChoice) -> str:
    """Returns the provider's address."""
    return f"http://{LOOPBACK}:{ports[SIMULATOR]}/" if login.simulated else login.iam


def client_secret_file(layout: Layout, login: LoginChoice) -> Path | None:
    """Returns where the secret of the hub's client is; None: a public client."""
    if login.simulated:
        return layout.simulator / f"client-{login.client_id}"
    return Path(login.client_secret_file) if login.client_secret_file else None


def _client(layout: Layout, ports: dict[str, int], login: LoginChoice) -> dict[str, str]:
    """The hub's client at the provider, as hub and broker are told it."""
    secret = client_secret_file(layout, login)
    return {"DECISIONLAB_ISSUER": issuer_of(ports, login), "DECISIONLAB_HUB_CLIENT_ID": login.client_id, "DECISIONLAB_HUB_CLIENT_SECRET_FILE": str(secret or "")}


def login_environment(layout: Layout, ports: dict[str, int], login: LoginChoice) -> dict[str, str]:
    """Returns how the hub is told of a login."""
    told = {
        "DECISIONLAB_SIDECAR_AUDIENCE": login.sidecar_audience,
        "DECISIONLAB_SIDECAR_SCOPES": " ".join(login.sidecar_scopes) if login.sidecar_audience else "",
        "DECISIONLAB_FILE_AUDIENCE": login.file_audience,
        "DECISIONLAB_DEVICE_CLIENT_ID": login.device_client_id,
    }
    return {
        **_client(layout, ports, login),
        "DECISIONLAB_LOGIN_NAME": "IAM simulator" if login.simulated else "",
        "DECISIONLAB_LOGIN_LEDGER": SIMULATED if login.simulated else "",
        "DECISIONLAB_ALLOWED_GROUPS": ",".join(login.groups),
        "DECISIONLAB_ADMIN_GROUPS": ",".join(login.admin_groups),
        "DECISIONLAB_ALLOWED_USERS": ",".join(login.users),
        "DECISIONLAB_LOGIN_SCOPES": " ".join(login.scopes),
        "DECISIONLAB_LOGIN_CALLBACK": login.callback or f"http://{LOOPBACK}:{ports[HUB]}{_CALLBACK}",
        "DECISIONLAB_TOKEN_BROKER": f"http://{LOOPBACK}:{ports[BROKER]}{_BROKER_PATH}",
        **told,
    }


def hub_service(layout: Layout, ports: dict[str, int], mark: str, sidecar_url: str, login: LoginChoice | None = None) -> Service:
    port = ports[HUB]
    url = f"http://{LOOPBACK}:{port}"
    told = {
        **java_environment(layout),
        "PATH": f"{layout.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "JAVA_HOME": os.environ.get("JAVA_HOME", ""),
        "DECISIONLAB_CHECKOUT": str(layout.checkout),
        "DECISIONLAB_HOME": str(layout.home),
        "DECISIONLAB_TOOLS": str(layout.tools),
        "DECISIONLAB_HUB_PORT": str(port),
        "DECISIONLAB_HUB_API_PORT": str(ports[HUB_API]),
        "DECISIONLAB_PROXY_API_PORT": str(ports[PROXY_API]),
        "DECISIONLAB_PROXY_METRICS_PORT": str(ports[PROXY_METRICS]),
        "DECISIONLAB_METRICS_PORT": str(ports[METRICS]),
        "DECISIONLAB_NODE": str(node_executable(layout)),
        "DECISIONLAB_USERS": USER,
        "DECISIONLAB_SIDECAR_URL": sidecar_url,
        **({"DECISIONLAB_ISSUER": ""} if login is None else login_environment(layout, ports, login)),
    }
    config = layout.hub_source / "jupyterhub_config.py"
    command = [str(layout.python), "-m", "decisionlab_hub.hub", "--config", str(config)]
    inner = health_url(HUB, f"http://{LOOPBACK}:{ports[HUB_API]}")
    return Service(HUB, port, url, (inner, health_url(HUB, url)), command, told, layout.logs / "hub.log")


def health_url(name: str, url: str) -> str:
    """Returns the address that answers when the service works."""
    return url + _HEALTH[name]


