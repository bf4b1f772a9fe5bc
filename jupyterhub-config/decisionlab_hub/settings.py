# SPDX-License-Identifier: Apache-2.0
"""JupyterHub's settings for a lab on one machine: loopback only, logins closed unless opened, secrets from files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from decisionlab_hub.administrators import configure_administrators
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import COOKIE_SECRET, PASSWORD, PROXY_TOKEN, read_secret
from decisionlab_hub.facility import Facility
from decisionlab_hub.facility_settings import configure_facility
from decisionlab_hub.file_work import file_work
from decisionlab_hub.help_pages import HELP_PAGES, HELP_PATH
from decisionlab_hub.homes import give_notebooks
from decisionlab_hub.java import java_environment
from decisionlab_hub.layout import Layout, private_directory
from decisionlab_hub.login.secret_free_log import keep_secrets_out_of_loggers_without_handler
from decisionlab_hub.login.settings import LoginSettings, configure_login
from decisionlab_hub.metrics.settings import Places, configure_metrics
from decisionlab_hub.ports import LOOPBACK
from decisionlab_hub.processes import MARK
from decisionlab_hub.spark_pages import SPARK_PAGES, SPARK_PATH

if TYPE_CHECKING:
    from traitlets.config import Config

_USER_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_SECRET_FREE_LOG = {"formatters": {"console": {"class": "decisionlab_hub.login.secret_free_log.SecretFreeFormatter"}}}
"""Of the hub and of users' servers, whose lines are in one file."""


@dataclass(frozen=True)
class HubSettings:
    """What differs from lab to lab; read from the environment, all problems reported together."""

    layout: Layout
    hub_port: int
    hub_api_port: int
    proxy_api_port: int
    proxy_metrics_port: int
    metrics_port: int
    node: Path
    users: frozenset[str]
    sidecar_url: str
    mark: str
    login: LoginSettings | None = None

    @staticmethod
    def of(environ: Mapping[str, str]) -> HubSettings:
        reader = _Reader(environ)
        layout = Layout(
            reader.path("DECISIONLAB_CHECKOUT"),  # the checkout the lab was started from
            reader.path("DECISIONLAB_HOME"),  # the lab's state: data base, secrets, users' homes
            reader.path("DECISIONLAB_TOOLS"),  # virtual environment, proxy, kernelspec
        )
        settings = HubSettings(
            layout=layout,
            hub_port=reader.port("DECISIONLAB_HUB_PORT"),  # the one address users see
            hub_api_port=reader.port("DECISIONLAB_HUB_API_PORT"),  # hub, as the proxy and the users' servers see it
            proxy_api_port=reader.port("DECISIONLAB_PROXY_API_PORT"),  # proxy, as the hub sees it
            proxy_metrics_port=reader.port("DECISIONLAB_PROXY_METRICS_PORT"),  # what the proxy counts
            metrics_port=reader.port("DECISIONLAB_METRICS_PORT"),  # the service of metrics, as the proxy sees it
            node=reader.path("DECISIONLAB_NODE"),  # the Node the proxy runs on
            users=reader.users("DECISIONLAB_USERS"),  # who may log in with the shared password, separated by commas
            sidecar_url=reader.loopback_url("DECISIONLAB_SIDECAR_URL"),  # given to every kernel
            mark=reader.text(MARK),  # by which `lab down` knows what belongs to this lab
            login=LoginSettings.of(reader),  # logins at a provider; none: the shared password
        )
        reader.stop_on_problems()
        return settings


class _Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]):
        self._environ = environ
        self._problems: list[str] = []

    def text(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            self._problems.append(f"{name} is not set")
        return value

    def optional(self, name: str) -> str:
        return self._environ.get(name, "").strip()

    def wrong(self, problem: str) -> None:
        self._problems.append(problem)

    def path(self, name: str) -> Path:
        value = self.text(name)
        if value and not os.path.isabs(value):
            self._problems.append(f"{name} is {value!r}; an absolute path is expected")
        return Path(value)

    def port(self, name: str) -> int:
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
            self._problems.append(f"{name} is {value!r}; a port from 1 to 65535 is expected")
            return 0
        return int(value or 0)

    def users(self, name: str) -> frozenset[str]:
        users = frozenset(part.strip() for part in self.text(name).split(",") if part.strip())
        for user in sorted(users):
            if not _USER_NAME.fullmatch(user):
                self._problems.append(f"{name} has the user name {user!r}; expected {_USER_NAME.pattern}")
        return users

    def loopback_url(self, name: str) -> str:
        value = self.text(name)
        if value and not re.fullmatch(r"http://127\.0\.0\.1:[0-9]{1,5}", value):
            self._problems.append(f"{name} is {value!r}; an address http://127.0.0.1:PORT is expected")
        return value

    def stop_on_problems(self) -> None:
        if self._problems:
            raise LabError("the hub's environment is not complete (./lab up sets it):\n  " + "\n  ".join(self._problems))


def configure(c: Config, settings: HubSettings) -> None:
    """Fills traitlets' configuration object."""
    _configure_hub(c, settings)
    _configure_log(c)
    _configure_proxy(c, settings)
    _configure_servers(c, settings)
    if settings.login is None:
        _configure_password(c, settings)
    else:
        configure_login(c, settings.login, settings.layout)
    facility = Facility.find(settings.layout.home, os.environ)
    configure_facility(c, facility, settings.layout, settings.hub_api_port)
    if facility.given and facility.metrics:
        configure_metrics(c, _places(settings), settings.layout)
    configure_administrators(c, facility.login.admin_users, settings.login.admin_groups if settings.login else ())
    _mark_services(c, settings.mark)


def _mark_services(c: Config, mark: str) -> None:
    """The hub's own services get the lab's mark, by which `lab down` finds those that a killed hub left behind."""
    started = [service for service in c.JupyterHub.get("services", []) if "command" in service]
    for service in started:
        service["environment"] = {**service.get("environment", {}), MARK: mark}


def _places(settings: HubSettings) -> Places:
    broker = settings.login.broker_url if settings.login else None
    return Places(settings.hub_api_port, settings.proxy_metrics_port, settings.metrics_port, settings.sidecar_url, broker)


def _configure_hub(c: Config, settings: HubSettings) -> None:
    state = private_directory(settings.layout.home / "hub")
    c.JupyterHub.bind_url = f"http://{LOOPBACK}:{settings.hub_port}"
    c.JupyterHub.hub_bind_url = f"http://{LOOPBACK}:{settings.hub_api_port}"
    c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret = bytes.fromhex(read_secret(settings.layout.secrets / COOKIE_SECRET))
    c.JupyterHub.cookie_max_age_days = 1
    c.JupyterHub.trust_user_provided_tokens = True  # those of services are 256 random bits: thousands of rounds for each request add nothing
    c.JupyterHub.cleanup_servers = False  # but for `lab down`: decisionlab_hub.hub
    c.JupyterHub.cleanup_proxy = True
    c.JupyterHub.allow_named_servers = False
    c.JupyterHub.concurrent_spawn_limit = 10
    c.JupyterHub.active_server_limit = 10


def _configure_log(c: Config) -> None:
    c.JupyterHub.log_format = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    c.JupyterHub.logging_config = _SECRET_FREE_LOG
    keep_secrets_out_of_loggers_without_handler()


def _configure_proxy(c: Config, settings: HubSettings) -> None:
    script = settings.layout.node_modules / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    c.JupyterHub.proxy_class = "jupyterhub.proxy.ConfigurableHTTPProxy"
    c.ConfigurableHTTPProxy.command = [str(settings.node), str(script)]
    c.ConfigurableHTTPProxy.api_url = f"http://{LOOPBACK}:{settings.proxy_api_port}"
    c.ConfigurableHTTPProxy.auth_token = read_secret(settings.layout.secrets / PROXY_TOKEN)
    c.ConfigurableHTTPProxy.pid_file = str(settings.layout.home / "hub" / "proxy.pid")
    c.ConfigurableHTTPProxy.should_start = True


def _configure_password(c: Config, settings: HubSettings) -> None:
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = read_secret(settings.layout.secrets / PASSWORD)
    c.Authenticator.allow_all = False
    c.Authenticator.allowed_users = set(settings.users)
    c.Authenticator.delete_invalid_users = True


def _configure_servers(c: Config, settings: HubSettings) -> None:
    layout = settings.layout
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(layout.users / "{username}")
    c.Spawner.cmd = [str(layout.python), "-m", "jupyterhub.singleuser"]
    c.Spawner.args = [f"--ServerApp.logging_config={_SECRET_FREE_LOG}", *(["--allow-root"] if os.geteuid() == 0 else [])]
    c.Spawner.ip = LOOPBACK
    c.Spawner.default_url = "/lab"
    c.Spawner.disable_user_config = True
    c.Spawner.start_timeout = 180
    c.Spawner.http_timeout = 120
    c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "JAVA_HOME"]
    c.Spawner.environment = {
        **java_environment(layout),
        MARK: settings.mark,
        "DECISIONLAB_SIDECAR_URL": settings.sidecar_url,
        SPARK_PAGES: SPARK_PATH,
        HELP_PAGES: HELP_PATH,
        "JUPYTER_PATH": str(layout.jupyter / "share" / "jupyter"),
        "JUPYTER_CONFIG_PATH": str(layout.hub_source / "etc" / "jupyter"),
        "JUPYTER_RUNTIME_DIR": lambda spawner: str(layout.users / spawner.user.name / ".local" / "share" / "jupyter" / "runtime"),
    }

    async def prepare_home(spawner: Any) -> None:
        home = layout.users / spawner.user.name
        for line in await file_work().alone(f"your home {home}", lambda: give_notebooks(layout.notebooks, private_directory(home))):
            spawner.log.info("%s: %s", spawner.user.name, line)

    c.Spawner.pre_spawn_hook = prepare_home
