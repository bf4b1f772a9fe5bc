# SPDX-License-Identifier: Apache-2.0
"""The configuration file is loaded by traitlets' own loader, as JupyterHub does it."""

import re
import shutil
import subprocess

import pytest
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import SimpleLocalProcessSpawner, Spawner
from traitlets.config.loader import PyFileConfigLoader

from conftest import CHECKOUT
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import PASSWORD, ensure_secrets
from decisionlab_hub.settings import HubSettings

CONFIG = CHECKOUT / "jupyterhub-config" / "jupyterhub_config.py"
CLASSES = [JupyterHub, Authenticator, SharedPasswordAuthenticator, ConfigurableHTTPProxy, Spawner, SimpleLocalProcessSpawner]


@pytest.fixture
def environment(tmp_path, monkeypatch):
    ensure_secrets(tmp_path / "home" / "secrets")
    variables = {
        "DECISIONLAB_CHECKOUT": str(CHECKOUT),
        "DECISIONLAB_HOME": str(tmp_path / "home"),
        "DECISIONLAB_TOOLS": str(tmp_path / "tools"),
        "DECISIONLAB_HUB_PORT": "18000",
        "DECISIONLAB_HUB_API_PORT": "18081",
        "DECISIONLAB_PROXY_API_PORT": "18001",
        "DECISIONLAB_PROXY_METRICS_PORT": "18002",
        "DECISIONLAB_METRICS_PORT": "18084",
        "DECISIONLAB_NODE": "/somewhere/node",
        "DECISIONLAB_USERS": "physicist",
        "DECISIONLAB_SIDECAR_URL": "http://127.0.0.1:18083",
        "DECISIONLAB_RUN": "mark",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def config(environment):
    return PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


def test_every_option_exists_in_this_version_and_has_a_valid_value(config):
    by_name = {cls.__name__: cls for cls in CLASSES}
    assert set(config) <= set(by_name)
    for section, options in config.items():
        for option, value in options.items():
            trait = by_name[section].class_traits(config=True).get(option)
            assert trait is not None, f"{section}.{option} is no option"
            trait._validate(by_name[section](), value)


def test_everything_listens_on_loopback_only(config):
    for address in (config.JupyterHub.bind_url, config.JupyterHub.hub_bind_url, config.ConfigurableHTTPProxy.api_url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    assert config.Spawner.ip == "127.0.0.1"


def test_users_servers_outlive_the_hub_unless_it_is_told_otherwise(config):
    assert config.JupyterHub.cleanup_servers is False and config.JupyterHub.cleanup_proxy is True


def test_only_the_named_user_may_log_in_and_nobody_is_admin(config):
    assert config.Authenticator.allow_all is False
    assert config.Authenticator.allowed_users == {"physicist"}
    (administrators,) = [role for role in config.JupyterHub.load_roles if role["name"] == "administrator"]
    assert not administrators["users"] and not administrators["groups"] and "admin_users" not in config.Authenticator
    assert config.JupyterHub.authenticator_class == "shared-password"


def test_users_servers_inherit_no_secret(config, environment, tmp_path):
    secrets = {path.read_text().strip() for path in (tmp_path / "home" / "secrets").iterdir()}
    texts = [value for value in config.Spawner.environment.values() if isinstance(value, str)]
    assert not secrets.intersection(texts)
    assert not [name for name in config.Spawner.env_keep if "TOKEN" in name or "SECRET" in name]
    assert config.Spawner.environment["DECISIONLAB_SIDECAR_URL"] == "http://127.0.0.1:18083"
    assert config.Spawner.environment["OMP_WAIT_POLICY"] == "PASSIVE"


def test_all_that_is_missing_or_wrong_is_reported_together(environment):
    wrong = {**environment, "DECISIONLAB_HUB_PORT": "eighty", "DECISIONLAB_USERS": "physicist,Röntgen"}
    wrong["DECISIONLAB_SIDECAR_URL"] = "http://0.0.0.0:1"
    del wrong["DECISIONLAB_NODE"]
    with pytest.raises(LabError) as refused:
        HubSettings.of(wrong)
    for name in ("DECISIONLAB_HUB_PORT", "DECISIONLAB_USERS", "DECISIONLAB_SIDECAR_URL", "DECISIONLAB_NODE"):
        assert name in str(refused.value)


def test_a_missing_password_stops_the_hub(environment, tmp_path):
    (tmp_path / "home" / "secrets" / PASSWORD).unlink()
    with pytest.raises(LabError, match="hub-password is missing"):
        PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


def test_the_locks_pin_everything_with_hashes_and_name_no_host():
    folder = CONFIG.parent
    for lock in (folder / "requirements.lock", folder / "requirements-test.lock"):
        text = lock.read_text()
        entries = [entry for entry in text.split("\n") if entry and not entry.startswith((" ", "#"))]
        assert entries and all(re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==[^ ]+( ;.*)? \\$", entry) for entry in entries)
        assert text.count("--hash=sha256:") >= len(entries)
        assert "://" not in text
    node = (folder / "node" / "package-lock.json").read_text()
    assert '"resolved"' not in node
    assert node.count('"integrity": "sha512-') == node.count('"node_modules/')


def test_the_scripts_pass_shellcheck():
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed; ./lab test hub installs it on Debian 12")
    scripts = [CHECKOUT / "lab", CHECKOUT / ".ci" / "run", CONFIG.parent / "decisionlab_hub" / "bare_inside.sh"]
    found = subprocess.run([shellcheck, *map(str, scripts)], capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stdout


def test_the_hubs_own_services_carry_the_labs_mark(environment, tmp_path):
    """A hub that is killed leaves them behind, and `lab down` ends what has the mark."""
    (tmp_path / "home" / "facility.yaml").write_text("spawner: {kind: process}\nlogin: {allowed_users: [ada]}\n")
    services = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config().JupyterHub.services
    marks = [service["environment"].get("DECISIONLAB_RUN") for service in services if "command" in service]
    assert len(marks) == 2 and set(marks) == {"mark"}, "culler and metrics"
