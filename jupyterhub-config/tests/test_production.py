# SPDX-License-Identifier: Apache-2.0
"""Each question of `lab doctor --production` finds what it looks for, and nothing in a lab that is fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from traitlets.config import Config

from conftest import CHECKOUT, layout_with_node
from decisionlab_hub import production_checks
from decisionlab_hub.administrators import configure_administrators
from decisionlab_hub.collaborations import collaboration_role
from decisionlab_hub.credentials import ensure_secrets
from decisionlab_hub.facility import Facility
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import Layout, private_directory
from decisionlab_hub.login.choice import LoginChoice, RememberedLogin
from decisionlab_hub.processes import ProcessRecord, identity_of
from decisionlab_hub.production import examine
from decisionlab_hub.production_checks import CHECKS, HubView

FILE = """
public_url: https://hub.example.org/
login: {issuer: 'https://iam.example.org/', client_id: lab, client_secret_file: secret, allowed_groups: [/cms], callback_url: 'https://hub.example.org/hub/oauth_callback'}
database_url_file: database
spawner: {kind: local}
"""


@pytest.fixture
def fit(tmp_path: Path):
    """A lab whose settings are all fit, its sidecar a process that was told of tokens."""
    layout = Layout(CHECKOUT, tmp_path / "home", tmp_path / "tools")
    ensure_secrets(layout.secrets)
    private_directory(layout.home / "hub")
    for name in ("secret", "database"):
        (tmp_path / name).write_text("x" * 20)
        (tmp_path / name).chmod(0o600)
    path = tmp_path / "facility.yaml"
    path.write_text(FILE)
    config = Config()
    config.JupyterHub.authenticator_class = "decisionlab_hub.login.authenticator.LabAuthenticator"
    config.JupyterHub.bind_url = "http://127.0.0.1:8000"
    config.JupyterHub.public_url = "https://hub.example.org/"
    config.JupyterHub.db_url = "postgresql://hub@db/hub"
    config.JupyterHub.spawner_class = "decisionlab_hub.accounts.AccountSpawner"
    config.JupyterHub.subdomain_host = "https://hub.example.org"
    config.LabAuthenticator.enable_auth_state = True
    configure_administrators(config, ['ada'], ['/ops'])
    config.CryptKeeper.keys = ["k" * 32]
    config.Spawner.disable_user_config = True
    sidecar = subprocess.Popen([sys.executable, "-c", "input()", "--tokens", "FILE"], stdin=subprocess.PIPE, start_new_session=True)
    identity = identity_of(sidecar.pid)
    private_directory(layout.run)
    record = ProcessRecord("sidecar", sidecar.pid, identity or "", 1, "", "", "")
    (layout.run / "sidecar.json").write_text(json.dumps(asdict(record)))
    seen = Path(f"/proc/{sidecar.pid}/cmdline")
    assert Interrupt().wait_for(lambda: b"--tokens" in seen.read_bytes(), 60.0)
    yield HubView(config, Facility.read(path, {}), layout, {})
    sidecar.communicate(b"\n", timeout=60)


def findings(view: HubView) -> dict[str, bool]:
    return {finding.setting: finding.unfit for check in CHECKS for finding in check(view)}


def test_a_fit_lab_has_no_finding(fit: HubView):
    assert findings(fit) == {}


@pytest.mark.parametrize(
    ("section", "option", "value", "named"),
    [
        ("JupyterHub", "authenticator_class", "shared-password", "authenticator_class"),
        ("JupyterHub", "authenticator_class", "jupyterhub.auth.DummyAuthenticator", "authenticator_class"),
        ("Authenticator", "allow_all", True, "allow_all"),
        ("JupyterHub", "db_url", "sqlite:///x", "db_url"),
        ("CryptKeeper", "keys", [], "crypt keys"),
        ("LabAuthenticator", "enable_auth_state", False, "enable_auth_state"),
        ("JupyterHub", "spawner_class", "simple", "spawner_class"),
        ("JupyterHub", "spawner_class", "jupyterhub.spawner.SimpleLocalProcessSpawner", "spawner_class"),
        ("Spawner", "args", ["--allow-root"], "Spawner.args"),
        ("Spawner", "disable_user_config", False, "disable_user_config"),
        ("LabAuthenticator", "admin_users", {"ada"}, "LabAuthenticator.admin_users"),
        ("LabAuthenticator", "admin_groups", {"/ops"}, "LabAuthenticator.admin_groups"),
        ("JupyterHub", "admin_users", {"ada"}, "JupyterHub.admin_users"),
        ("JupyterHub", "services", [{"name": "token-broker", "admin": True}], "services"),
        ("JupyterHub", "extra_user_scopes", ["access:servers!group=/cms"], "extra_user_scopes"),
        ("JupyterHub", "load_roles", [], "load_roles"),
        ("JupyterHub", "log_level", "DEBUG", "log_level"),
        ("JupyterHub", "log_level", 10, "log_level"),
        ("ConfigurableHTTPProxy", "debug", True, "ConfigurableHTTPProxy.debug"),
    ],
)
def test_a_setting_of_the_hub_that_is_for_development_is_named(fit: HubView, section, option, value, named):
    fit.config[section][option] = value
    assert findings(fit) == {named: True}


@pytest.mark.parametrize(
    ("scope", "unfit"),
    [
        ("access:servers", True),
        ("access:servers!group=/cms", True),
        ("access:servers!user=ada", True),
        ("shares", True),
        ("tokens", True),
        ("admin:users", True),
        ("admin:auth_state", True),
        ("admin:groups", True),
        ("proxy", True),
        ("access:servers!user", False),
        ("access:servers!server", False),
        ("self", False),
        ("delete:users", False),
        ("access:services", False),
    ],
)
def test_a_role_with_which_one_enters_others_servers_is_named(fit: HubView, scope, unfit):
    fit.config.JupyterHub.load_roles += [{"name": "support", "users": ["ada"], "scopes": ["list:users", scope]}]
    assert findings(fit) == ({"load_roles": True} if unfit else {})


def test_who_has_jupyterhubs_own_role_is_named(fit: HubView):
    ours = [role for role in fit.config.JupyterHub.load_roles if role["name"] != "admin"]
    for nobody, holders in ((True, {"users": [], "services": []}), (False, {"users": []}), (False, {"users": ["ada"], "services": []}), (False, {"users": [], "services": [], "groups": ["/ops"]})):
        fit.config.JupyterHub.load_roles = [*ours, {"name": "admin", **holders}]
        assert findings(fit) == ({} if nobody else {"load_roles": True}), holders


def test_the_collaborations_of_the_file_and_the_broker_may_what_they_are_for(fit: HubView):
    fit.config.JupyterHub.load_roles += [collaboration_role("team", "/cms"), {"name": "token-broker", "services": ["token-broker"], "scopes": ["read:users", "admin:users"]}]
    assert findings(fit) == {"load_roles": True}, "no such collaboration is in the file"
    view = replace(fit, facility=replace(fit.facility, collaborations={"team": "/cms"}))
    assert findings(view) == {}
    fit.config.JupyterHub.load_roles[-1]["users"] = ["ada"]
    assert findings(view) == {"load_roles": True}


def test_what_the_facility_file_lacks_is_named(fit: HubView):
    def told(**changes):
        view = replace(fit, facility=replace(fit.facility, **changes))
        if "public_url" in changes:
            view.config.JupyterHub.public_url = changes["public_url"] or ""
        return findings(view)

    login = fit.facility.login
    assert told(given=False) == {"facility file": True}
    assert told(login=replace(login, issuer="http://127.0.0.1:9000/")) == {"login.issuer": True}
    assert told(login=replace(login, callback_url="http://127.0.0.1:8000/hub/oauth_callback")) == {"login.callback_url": True}
    assert told(culling=replace(fit.facility.culling, enabled=False)) == {"culling.enabled": True}
    assert told(public_url=None) == {"public_url": True}


def test_a_name_at_the_provider_that_is_whose_comes_first_is_named(fit: HubView):
    named = replace(fit, facility=replace(fit.facility, login=replace(fit.facility.login, allowed_users=frozenset({"ada"}))))
    assert findings(named) == {"login.allowed_users": True}
    known = replace(named, facility=replace(named.facility, accounts={"ada": "1"}))
    assert findings(known) == {}
    fit.config.LabAuthenticator.allowed_users = {"bob"}
    assert findings(known) == {"login.allowed_users": True}, "--users of lab up"


def test_a_simulated_provider_and_a_secret_in_the_environment_are_named(fit: HubView):
    plain = replace(fit, facility=replace(fit.facility, login=replace(fit.facility.login, issuer=None)))
    assert findings(replace(plain, environ={"DECISIONLAB_ISSUER": "http://127.0.0.1:9000/"})) == {"login.issuer": True}
    for name in ("IAM_CLIENT_SECRET", "JUPYTERHUB_CRYPT_KEY"):
        assert findings(replace(fit, environ={name: "x"})) == {name: True}


def test_files_that_others_can_read_or_change_are_named(fit: HubView):
    for path in (fit.layout.secrets / "cookie-secret", fit.facility.login.client_secret_file, fit.layout.home / "hub"):
        before = path.stat().st_mode
        path.chmod(0o644 if path.is_file() else 0o755)
        assert findings(fit) == {"secrets": True}, path
        path.chmod(before)
    fit.layout.tools.mkdir()
    fit.layout.tools.chmod(0o777)
    assert findings(fit) == {"programs": True}


def test_a_sidecar_without_tokens_is_named(fit: HubView):
    (fit.layout.run / "sidecar.json").unlink()
    assert findings(fit) == {"sidecar": True}


def test_a_sidecar_that_asks_for_tokens_of_the_login_is_fit(fit: HubView):
    (fit.layout.run / "sidecar.json").unlink()
    login = LoginChoice("https://iam.example.org/", "lab", groups=("/cms",), sidecar_audience="https://sidecar.example.org")
    RememberedLogin(fit.layout.home).write(login)
    assert findings(fit) == {}
    RememberedLogin(fit.layout.home).write(replace(login, sidecar_audience=""))
    assert findings(fit) == {"sidecar": True}


def test_the_callback_of_the_hub_itself_is_looked_at(fit: HubView):
    view = replace(fit, facility=replace(fit.facility, login=replace(fit.facility.login, callback_url=None)))
    assert findings(view) == {}
    view.config.LabAuthenticator.oauth_callback_url = "http://127.0.0.1:8000/hub/oauth_callback"
    assert findings(view) == {"login.callback_url": True}


def test_a_stopped_lab_is_looked_at_with_its_login_and_nothing_is_made(tmp_path: Path, monkeypatch):
    layout = layout_with_node(tmp_path)
    ensure_secrets(layout.secrets)
    RememberedLogin(layout.home).write(LoginChoice("https://iam.example.org/", "lab", groups=("/cms",)))
    monkeypatch.setattr(os, "environ", os.environ.copy())
    told = {finding.setting: finding for finding in examine(layout, dict(os.environ)).findings}
    assert "authenticator_class" not in told and "crypt keys" not in told and "login.callback_url" in told
    RememberedLogin(layout.home).write(LoginChoice("sim", "decisionlab-hub", groups=("/decisionlab",)))
    examine(layout, dict(os.environ))
    assert not layout.simulator.exists() and not layout.sidecar_issuers.exists()


DIGEST = "sha256:" + "ab" * 32


def test_images_without_a_digest_are_named(fit: HubView, tmp_path: Path):
    def told(text: str) -> dict[str, bool]:
        path = tmp_path / "facility.yaml"
        path.write_text(FILE.replace("spawner: {kind: local}", "") + f"spawner: {{kind: docker, hub_address: hub, image: '{text}'}}\nprofiles_file: profiles.yaml\n")
        return findings(replace(fit, facility=Facility.read(path, {})))

    profiles = tmp_path / "profiles.yaml"
    profiles.write_text(f"profiles: [{{name: a, title: a, memory: 1G, cpu: 1, image: 'gpu@{DIGEST}'}}]\n")
    fit.config.JupyterHub.hub_bind_url = "https://0.0.0.0:8081"
    assert told(f"registry.example.org:5000/lab@{DIGEST}") == {}
    for image in ("lab:1.0", "lab", f"lab@{DIGEST[:-1]}"):
        assert told(image) == {"spawner.image": True}
    profiles.write_text("profiles: [{name: a, title: a, memory: 1G, cpu: 1, image: 'gpu:1'}]\n")
    assert told(f"lab@{DIGEST}") == {"spawner.image": True}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://0.0.0.0:8081", {"hub_bind_url": True}),
        ("http://:8081", {"hub_bind_url": True}),
        ("http://[::]:8081", {"hub_bind_url": True}),
        ("http://172.18.0.1:8081", {"hub_bind_url": False}),
        ("http://127.0.0.1:8081", {}),
        ("https://0.0.0.0:8081", {}),
    ],
)
def test_an_inner_port_of_the_hub_in_clear_is_named_where_containers_ask_it(fit: HubView, url, found):
    fit.config.JupyterHub.hub_bind_url = url
    assert findings(fit) == {}
    spawner = replace(fit.facility.spawner, kind="kubernetes", image=f"lab@{DIGEST}", hub_address="hub")
    assert findings(replace(fit, facility=replace(fit.facility, spawner=spawner))) == found


@pytest.mark.parametrize("spelling", [["--issuers", "FILE"], ["--issuers=FILE"]])
def test_issuers_whose_tokens_need_not_be_for_the_sidecar_are_named(fit: HubView, monkeypatch, tmp_path, spelling):
    path = tmp_path / "issuers.json"
    words = [word.replace("FILE", str(path)) for word in spelling]
    monkeypatch.setattr(production_checks, "_sidecar_words", lambda view: ["sidecar", *words])
    assert findings(fit) == {}, "lab up makes the file"
    for flags, named in (({}, set()), ({"any_audience": False}, set()), ({"any_audience": True, "without_audience": True}, {"sidecar any_audience", "sidecar without_audience"})):
        path.write_text(json.dumps({"issuers": [{"issuer": "https://iam.example.org/", "audiences": ["x"], **flags}]}))
        assert findings(fit) == dict.fromkeys(named, True)
    path.write_text("[")
    assert findings(fit) == {"sidecar issuers": True}


def test_a_broker_that_exchanges_nothing_is_named(fit: HubView):
    assert findings(replace(fit, environ={"DECISIONLAB_BROKER_EXCHANGE": "never"})) == {"DECISIONLAB_BROKER_EXCHANGE": True}
    assert findings(replace(fit, environ={"DECISIONLAB_BROKER_EXCHANGE": "auto"})) == {}
    broker = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env={"DECISIONLAB_BROKER_EXCHANGE": "never"})
    try:
        seen = Path(f"/proc/{broker.pid}/cmdline")
        assert Interrupt().wait_for(lambda: b"input" in seen.read_bytes(), 60.0)
        record = ProcessRecord("token-broker", broker.pid, identity_of(broker.pid) or "", 1, "", "", "")
        (fit.layout.run / "token-broker.json").write_text(json.dumps(asdict(record)))
        assert findings(fit) == {"DECISIONLAB_BROKER_EXCHANGE": True}, "the broker that runs counts"
    finally:
        broker.communicate(b"\n", timeout=60)


def test_advice_does_not_make_a_lab_unfit(fit: HubView):
    fit.config.JupyterHub.subdomain_host = ""
    assert findings(fit) == {"subdomain_host": False}
