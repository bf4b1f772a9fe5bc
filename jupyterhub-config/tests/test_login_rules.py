# SPDX-License-Identifier: Apache-2.0
"""The rules of logins without a server: groups, names, the choice and its memory, settings."""

from __future__ import annotations

import hashlib
import json
import os
import stat

import pytest
from jupyterhub.app import JupyterHub
from jupyterhub.crypto import CryptKeeper
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import SimpleLocalProcessSpawner, Spawner
from traitlets.config.loader import PyFileConfigLoader

from conftest import layout_with_node
from decisionlab_hub.cli import _open_sidecar, _parser
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import ensure_secrets, read_keys
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import Layout
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.login.authenticator import LabAuthenticator
from decisionlab_hub.login.choice import LoginChoice, RememberedLogin, asked, safe_address
from decisionlab_hub.login.claims import groups_of
from decisionlab_hub.login.renewal import BROKER
from decisionlab_hub.login.sidecar_rights import write_issuers, write_tokens
from decisionlab_hub.services import client_secret_file, hub_service, sidecar_service
from decisionlab_hub.settings import HubSettings
from test_settings import CONFIG, environment  # noqa: F401 - a fixture

IAM = "https://iam.example.org/"


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"wlcg.groups": ["/cms", "/cms/analysis"]}, ["/cms", "/cms/analysis"]),
        ({"groups": ["cms", "cms/analysis"]}, ["/cms", "/cms/analysis"]),
        ({"roles": "operator guest"}, ["/guest", "/operator"]),
        ({"wlcg.groups": ["/cms"], "groups": ["admins"], "roles": ["admins"]}, ["/cms"]),
        ({"wlcg.groups": [], "groups": ["cms"]}, ["/cms"]),
        ({"groups": ["/cms/analysis"]}, ["/cms/analysis"]),
        ({"groups": ["/cms/../admins", "//cms", "/cms/", "a b", "", "/", None, 7, {"x": 1}, "x" * 300]}, []),
        ({"groups": {"cms": True}}, []),
        ({"groups": None}, []),
        ({}, []),
    ],
)
def test_groups_come_from_the_first_claim_and_never_widen(claims, groups):
    assert groups_of(claims) == groups


def choice_of(*arguments: str):
    return asked(_parser().parse_args(["up", *arguments]))


def test_a_provider_is_taken_from_the_command_line_and_remembered(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x" * 20)
    secret.chmod(0o644)
    with pytest.raises(LabError, match="mode 0644"):
        choice_of("--iam", IAM, "--client-id", "hub", "--client-secret-file", str(secret), "--groups", "cms")
    secret.chmod(0o600)
    choice = choice_of("--iam", IAM, "--client-id", "hub", "--client-secret-file", str(secret), "--groups", "cms,/cms/a", "--admin-groups", "ops", "--users", "bob")
    assert choice == LoginChoice(IAM, "hub", str(secret), ("/cms", "/cms/a"), ("/ops",), ("bob",), sidecar_audience="urn:decisionlab:sidecar:hub")
    remembered = RememberedLogin(tmp_path)
    assert remembered.read() is None
    remembered.write(choice)
    assert RememberedLogin(tmp_path).read() == choice
    remembered.write(None)
    assert remembered.read() is None
    assert choice_of() is None and choice_of("--iam", "none") == "none"
    assert choice_of("--iam", "sim").groups == ("/decisionlab",) and choice_of("--iam", "sim").device_client_id == "decisionlab-cli"
    assert choice_of("--iam", IAM, "--client-id", "hub", "--users", "bob", "--device-client-id", "cli").device_client_id == "cli"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--iam", IAM], "--client-id"),
        (["--iam", IAM, "--client-id", "hub"], "nobody could log in"),
        (["--iam", "http://iam.example.org", "--client-id", "hub", "--groups", "cms"], "expected https"),
        (["--client-id", "hub"], "give --iam"),
        (["--iam", "none", "--groups", "cms"], "give --iam"),
        (["--iam", "sim", "--client-id", "hub"], "client of its own"),
        (["--iam", "sim", "--sidecar-audience", " "], "--sidecar-audience ' ': expected an address .* or `none`"),
        (["--iam", "sim", "--sidecar-audience", "None"], "--sidecar-audience 'None': expected an address .* or `none`"),
        (["--iam", "sim", "--file-audience", "my files"], "--file-audience 'my files': expected an address"),
        (["--iam", "sim", "--scopes", "openid offline_access storage.read:/cms scim:read"], "none that a token for the sidecar can have"),
    ],
)
def test_a_login_that_cannot_work_is_refused(arguments, words):
    with pytest.raises(LabError, match=words) as refused:
        choice_of(*arguments)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("arguments", [["--groups", "a b"], ["--groups", ","], ["--users", "Ada"], ["--admin-groups", "/a/../b"]])
def test_names_that_are_none_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        choice_of("--iam", "sim", *arguments)
    assert arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize("url", ["https://iam.example.org", "https://iam.example.org/realms/x", "http://127.0.0.1:9000/", "http://localhost:9000", "http://[::1]:9000"])
def test_secrets_may_go_to_these(url):
    assert safe_address(url)


@pytest.mark.parametrize("url", ["", "http://iam.example.org", "http://127.0.0.1.example.org", "https://u@iam.example.org", "ftp://x", "https://", "http://127.0.0.1@evil/"])
def test_secrets_may_not_go_to_these(url):
    assert not safe_address(url)


@pytest.fixture
def provider(environment, tmp_path, monkeypatch):  # noqa: F811
    secret = tmp_path / "client"
    secret.write_text("the-secret-of-the-client\n")
    secret.chmod(0o600)
    variables = {
        "DECISIONLAB_ISSUER": IAM,
        "DECISIONLAB_HUB_CLIENT_ID": "hub",
        "DECISIONLAB_HUB_CLIENT_SECRET_FILE": str(secret),
        "DECISIONLAB_ALLOWED_GROUPS": "/cms",
        "DECISIONLAB_ADMIN_GROUPS": "/ops",
        "DECISIONLAB_LOGIN_SCOPES": "openid offline_access",
        "DECISIONLAB_LOGIN_CALLBACK": "http://127.0.0.1:18000/hub/oauth_callback",
        "DECISIONLAB_TOKEN_BROKER": "http://127.0.0.1:10101/services/token-broker",
        "DECISIONLAB_SIDECAR_AUDIENCE": "https://sidecar.example.org",
        "DECISIONLAB_HDFS_HOSTS": "httpfs.example.org:14000",
        "DECISIONLAB_HDFS_SCOPES": "storage.read:/home",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return {**environment, **variables}


def test_every_option_of_the_login_exists_and_has_a_valid_value(provider, tmp_path):
    config = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()
    by_name = {cls.__name__: cls for cls in (JupyterHub, LabAuthenticator, ConfigurableHTTPProxy, Spawner, SimpleLocalProcessSpawner, CryptKeeper)}
    assert set(config) <= set(by_name)
    for section, options in config.items():
        for option, value in options.items():
            trait = by_name[section].class_traits(config=True).get(option)
            assert trait is not None, f"{section}.{option} is no option"
            if section != "CryptKeeper":
                trait._validate(by_name[section](), value)
    login = config.LabAuthenticator
    assert login.allow_all is False and login.allow_existing_users is False and login.allowed_groups == {"/cms", "/ops"}
    assert login.enable_pkce and login.enable_auth_state and login.auth_refresh_strict and login.refresh_pre_spawn
    (broker,) = [service for service in config.JupyterHub.services if service["name"] == BROKER]
    assert login.broker_token == broker["api_token"] != ""
    environment = config.Spawner.environment  # noqa: F811
    assert environment["DECISIONLAB_TOKEN_BROKER"] == provider["DECISIONLAB_TOKEN_BROKER"]
    assert environment["DECISIONLAB_SIDECAR_AUDIENCE"] == "https://sidecar.example.org"
    assert environment["DECISIONLAB_HDFS_HOSTS"] == "httpfs.example.org:14000" and environment["DECISIONLAB_HDFS_SCOPES"] == "storage.read:/home"
    assert "DECISIONLAB_HDFS_AUDIENCE" not in environment
    secrets = {path.read_text().strip() for path in [*(tmp_path / "home" / "secrets").iterdir(), tmp_path / "client"]}
    assert not secrets.intersection(value for value in environment.values() if isinstance(value, str))


def test_keys_of_logins_from_jupyterhubs_own_variable_come_first(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_CRYPT_KEY", "ab" * 32)
    config = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()
    assert config.CryptKeeper["keys"] == ["ab" * 32, *read_keys(tmp_path / "home" / "secrets" / "login-keys")]


def test_servers_are_told_of_a_login_by_device_code_where_a_client_for_it_is_named(provider, monkeypatch):
    def told() -> tuple[str | None, str | None]:
        environment = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config().Spawner.environment  # noqa: F811
        return environment.get("DECISIONLAB_ISSUER"), environment.get("DECISIONLAB_CLIENT_ID")

    assert told() == (None, None)
    monkeypatch.setenv("DECISIONLAB_DEVICE_CLIENT_ID", "cli")
    assert told() == (IAM, "cli")


def test_the_facility_files_administrators_reach_the_login(provider, tmp_path, monkeypatch):
    (tmp_path / "home" / "facility.yaml").write_text(
        "accounts: {ada: '1', bob: '2'}\n"
        f"login: {{issuer: '{IAM}', client_id: hub, client_secret_file: {tmp_path}/client, allowed_groups: [/cms], admin_groups: [/ops], admin_users: [bob], owner: f00}}\n"
        "spawner: {kind: process}\nculling: {enabled: false}\n"
    )
    monkeypatch.setenv("DECISIONLAB_ALLOWED_USERS", "bob")
    config = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()
    mine = config.LabAuthenticator
    (administrators,) = [role for role in config.JupyterHub.load_roles if role["name"] == "administrator"]
    assert administrators["users"] == ["bob"] and administrators["groups"] == ["/ops"] and mine.allowed_users == {"bob"} and mine.owner == "f00"
    assert mine.accounts == {"ada": "1", "bob": "2"} and "machine_accounts" not in mine
    monkeypatch.setenv("DECISIONLAB_ALLOWED_USERS", "")
    with pytest.raises(LabError, match="admin_users: bob"):
        PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()


def test_the_sidecars_rights_follow_the_logins_groups(tmp_path):
    layout = Layout(CONFIG.parent.parent, tmp_path / "home", tmp_path / "tools")
    login = choice_of("--iam", IAM, "--client-id", "hub", "--groups", "cms", "--admin-groups", "ops", "--sidecar-audience", "https://sidecar.example.org")
    write_issuers(tmp_path / "issuers.json", login, IAM, client_secret_file(layout, login))
    assert stat.S_IMODE((tmp_path / "issuers.json").stat().st_mode) == 0o600
    assert json.loads((tmp_path / "issuers.json").read_text()) == {
        "issuers": [
            {
                "issuer": IAM,
                "audiences": ["https://sidecar.example.org"],
                "readers": ["/cms", "/ops"],
                "grants": [{"group": "/cms", "rights": ["read", "predict", "decide", "publish"]}, {"group": "/ops", "rights": ["read", "predict", "decide", "publish", "admin"]}],
            }
        ]
    }
    assert sidecar_service(layout, 1, login).command[-4:] == ["--issuers", str(layout.sidecar_issuers), "--tokens", str(layout.sidecar_tokens)]
    for other in (
        None,
        choice_of("--iam", "sim", "--sidecar-audience", "none"),
        choice_of("--iam", IAM, "--client-id", "hub", "--users", "bob"),
        choice_of("--iam", IAM, "--client-id", "hub", "--users", "bob", "--sidecar-audience", "https://sidecar.example.org"),
    ):
        assert not {"--issuers", "--tokens"} & set(sidecar_service(layout, 1, other).command)


def test_the_labs_own_token_may_only_read_and_observe_at_the_sidecar_and_is_there_as_a_hash(tmp_path):
    ensure_secrets(tmp_path / "secrets")
    write_tokens(tmp_path / "tokens.json", tmp_path / "secrets")
    secret = (tmp_path / "secrets" / "sidecar-metrics-token").read_text().strip()
    text = (tmp_path / "tokens.json").read_text()
    assert json.loads(text) == {"tokens": [{"sha256": hashlib.sha256(secret.encode()).hexdigest(), "name": "metrics", "rights": ["read", "observe"]}]}
    assert secret not in text and stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600


def test_where_groups_are_named_the_sidecar_has_an_audience_of_this_client_and_servers_are_told(tmp_path):
    ports = {"hub": 1, "hub-api": 2, "proxy-api": 3, "sidecar": 4, "token-broker": 5, "iam-sim": 6, "proxy-metrics": 7, "metrics": 8}
    layout = layout_with_node(tmp_path)

    def told(*arguments: str) -> tuple[str, str]:
        login = choice_of(*arguments)
        environment = hub_service(layout, ports, "mark", "http://127.0.0.1:4", login).environment
        assert ("--issuers" in sidecar_service(layout, 4, login).command) == bool(environment["DECISIONLAB_SIDECAR_AUDIENCE"])
        return environment["DECISIONLAB_SIDECAR_AUDIENCE"], environment["DECISIONLAB_SIDECAR_SCOPES"]

    assert told("--iam", "sim") == ("urn:decisionlab:sidecar:decisionlab-hub", "profile wlcg wlcg.groups model.read model.write")
    real = ("--iam", IAM, "--client-id", "my hub/1", "--admin-groups", "ops", "--scopes", "openid wlcg storage.read:/ compute.read host.auth scim:read offline_access")
    assert told(*real) == ("urn:decisionlab:sidecar:my%20hub%2F1", "wlcg"), "beside capabilities the groups of a token would not count"
    assert told(*real, "--sidecar-audience", "https://s.example.org") == ("https://s.example.org", "wlcg")
    assert told(*real, "--sidecar-audience", "none") == ("", "")
    assert told("--iam", IAM, "--client-id", "hub", "--users", "bob") == ("", ""), "nothing says what a mere name may do there"


def test_a_notebook_without_a_hub_is_not_sent_to_a_sidecar_that_asks_for_tokens(tmp_path):
    lab = Lab(layout_with_node(tmp_path), Interrupt())
    assert _open_sidecar(lab) == ""
    try:
        lab._table.start("sidecar", ["sleep", "600"], dict(os.environ), tmp_path / "log", 4, "http://127.0.0.1:4")
        assert _open_sidecar(lab) == "http://127.0.0.1:4"
        RememberedLogin(lab.layout.home).write(choice_of("--iam", "sim"))
        assert _open_sidecar(lab) == ""
        RememberedLogin(lab.layout.home).write(choice_of("--iam", "sim", "--sidecar-audience", "none"))
        assert _open_sidecar(lab) == "http://127.0.0.1:4"
    finally:
        lab.down()


def test_a_simulated_account_keeps_its_name_when_the_port_changes(tmp_path):
    ports = {"hub": 1, "hub-api": 2, "proxy-api": 3, "proxy-metrics": 7, "metrics": 8, "sidecar": 4, "token-broker": 5, "iam-sim": 9000}
    layout = layout_with_node(tmp_path)
    for port in (9000, 9001):
        environment = hub_service(layout, {**ports, "iam-sim": port}, "mark", "http://127.0.0.1:4", choice_of("--iam", "sim")).environment  # noqa: F811
        mine = LabAuthenticator(issuer=environment["DECISIONLAB_ISSUER"], ledger_key=environment["DECISIONLAB_LOGIN_LEDGER"], ledger_file=str(tmp_path / "accounts.json"))
        assert mine.user_info_to_username({"sub": "1", "preferred_username": "ada"}) == "ada"
        mine._ledger.bind("ada", mine.ledger_key, "1")


def test_the_broker_has_no_more_rights_than_it_needs(provider):
    config = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()
    (broker,) = config.JupyterHub.services
    assert "admin" not in broker
    scopes = {role["name"]: set(role["scopes"]) for role in config.JupyterHub.load_roles if role["name"] not in ("admin", "administrator")}
    assert scopes == {
        "token-broker": {"read:users", "admin:auth_state", "admin:users"},
        "server": {"users:activity!user", "access:servers!server", "access:services!service=token-broker"},
        "user": {"self", "access:services!service=token-broker"},
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DECISIONLAB_ISSUER", "http://iam.example.org", "DECISIONLAB_ISSUER"),
        ("DECISIONLAB_ALLOWED_GROUPS", "/cms,/a/../b", "/a/../b"),
        ("DECISIONLAB_LOGIN_SCOPES", "profile", "openid must be"),
        ("DECISIONLAB_HUB_CLIENT_ID", "", "DECISIONLAB_HUB_CLIENT_ID"),
        ("DECISIONLAB_LOGIN_CHECK_SECONDS", "soon", "DECISIONLAB_LOGIN_CHECK_SECONDS"),
        ("DECISIONLAB_LOGIN_CHECK_SECONDS", "86400", "from 1 to 3600"),
        ("DECISIONLAB_SIDECAR_AUDIENCE", "none", "DECISIONLAB_SIDECAR_AUDIENCE is 'none'; expected an address .* or leave it out"),
        ("DECISIONLAB_FILE_AUDIENCE", "my files", "DECISIONLAB_FILE_AUDIENCE is 'my files'"),
    ],
)
def test_a_wrong_setting_of_the_login_stops_the_hub(provider, name, value, words):
    with pytest.raises(LabError, match=words):
        HubSettings.of({**provider, name: value})
    with pytest.raises(LabError, match="nobody could log in"):
        HubSettings.of({**provider, "DECISIONLAB_ALLOWED_GROUPS": "", "DECISIONLAB_ADMIN_GROUPS": ""})


def test_logins_are_read_with_the_keys_of_before(tmp_path):
    ensure_secrets(tmp_path)
    old = read_keys(tmp_path / "login-keys")
    encrypted = CryptKeeper(keys=old)._encrypt({"access_token": "x"})
    (tmp_path / "login-keys").write_text("0123456789abcdef" * 4 + "\n" + old[0] + "\n")
    both = CryptKeeper(keys=read_keys(tmp_path / "login-keys"))
    assert both._decrypt(encrypted) == {"access_token": "x"}
    (tmp_path / "login-keys").write_text(old[0] + "\nnot a key\n")
    with pytest.raises(LabError, match="line 2") as refused:
        read_keys(tmp_path / "login-keys")
    assert old[0] not in str(refused.value)
