# SPDX-License-Identifier: Apache-2.0
"""What servers are told of the services that they may show tokens to: sidecar, storage elements, HDFS."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from conftest import CHECKOUT
from decisionlab_hub.accounts import AccountSpawner
from decisionlab_hub.facility import Hdfs
from test_facility import OIDC, configured, facility, refused  # noqa: F401 - a fixture
from test_facility_login import SAME
from test_production import findings, fit  # noqa: F401 - a fixture

HDFS = ("DECISIONLAB_HDFS_HOSTS", "DECISIONLAB_HDFS_AUDIENCE", "DECISIONLAB_HDFS_SCOPES")
SERVER = "expected a server of WebHDFS such as httpfs.example.org, httpfs.example.org:14000 or *.example.org, with =AUDIENCE behind it"
AN_AUDIENCE = "an address such as https://sidecar.example.org, a URN"


def test_servers_are_told_of_another_sidecar_and_of_storage(configured):  # noqa: F811
    plain = configured("spawner: {kind: process}\n").Spawner.environment
    assert plain["DECISIONLAB_SIDECAR_URL"] == "http://127.0.0.1:18083" and "DECISIONLAB_FILE_HOSTS" not in plain
    told = configured("spawner: {kind: process}\nsidecar: {url: 'https://sidecar.example.org'}\nstorage: {hosts: [a.example.org, '*.b.example.org:1094']}\n").Spawner.environment
    assert told["DECISIONLAB_SIDECAR_URL"] == "https://sidecar.example.org" and told["DECISIONLAB_FILE_HOSTS"] == "a.example.org,*.b.example.org:1094"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("storage: {hosts: ['https://x.org']}", "expected a storage element such as storage.example.org"),
        ("storage: {hosts: ['*']}", "expected a storage element such as storage.example.org"),
        ("hdfs: {}", "hdfs.hosts is missing; expected a list of servers of WebHDFS"),
        ("hdfs: {hosts: []}", "hdfs.hosts: expected a list of servers of WebHDFS, each once and at least one"),
        ("hdfs: {hosts: [a.org, a.org]}", "hdfs.hosts: expected a list of servers of WebHDFS, each once"),
        ("hdfs: {hosts: a.org}", 'hdfs.hosts is "a.org"; expected a list of servers'),
        *((f"hdfs: {{hosts: ['{entry}']}}", f'hdfs.hosts[0] is "{entry}"; {SERVER}') for entry in ("swebhdfs://a.org", "a.org:14000/home", "*", "a b", "a,b", "A.org", "a.org=", "::1")),
        ("hdfs: {hosts: [\"a.org\\n\"]}", SERVER),
        ("hdfs: {hosts: [b, 'a.org:0']}", "hdfs.hosts[1] is a.org:0; expected a port from 1 to 65535"),
        ("hdfs: {hosts: ['a.org:65536=urn:x:y']}", "hdfs.hosts[0] is a.org:65536=urn:x:y; expected a port from 1 to 65535"),
        ("hdfs: {hosts: ['a.org=u,b.org']}", f"hdfs.hosts[0] is a.org=u,b.org; expected behind the = {AN_AUDIENCE}"),
        ("hdfs: {hosts: ['a.org=urn:hdfs']}", f"hdfs.hosts[0] is a.org=urn:hdfs; expected behind the = {AN_AUDIENCE}"),
        ("hdfs: {hosts: [a.org], audience: 'h dfs'}", f'hdfs.audience is "h dfs"; expected {AN_AUDIENCE}'),
        ("hdfs: {hosts: [a.org], audience: 'https://a.org/{username}'}", "hdfs.audience is https://a.org/{username}; expected"),
        ("hdfs: {hosts: [a.org], audience: 'https://a.org/x,y'}", "hdfs.audience is https://a.org/x,y; expected"),
        ("hdfs: {hosts: [a.org], scopes: storage.read:/}", 'hdfs.scopes is "storage.read:/"; expected a list of scopes'),
        ("hdfs: {hosts: [a.org], scopes: ['storage.read:/ x']}", "hdfs.scopes[0] is \"storage.read:/ x\"; expected a scope such as storage.read:/home, without blanks"),
        ("hdfs: {hosts: [a.org], scopes: ['storage.read:/{username}']}", "hdfs.scopes[0] is"),
        ("hdfs: {hosts: [a.org], scope: [x]}", "hdfs.scope: there is no such setting (did you mean scopes?)"),
        ("hdfs: {host: a.org, hosts: [a.org]}", "hdfs.host: there is no such setting (did you mean hosts?)"),
    ],
)
def test_what_names_no_server_audience_or_scope_is_refused(tmp_path, text, expected):
    assert expected in refused(tmp_path, text)


def test_servers_of_hdfs_are_read_as_the_magic_reads_them(tmp_path):
    hosts = ["httpfs.example.org:14000", "*.grid.example.org", "b.example.org=urn:example:hdfs", "c.example.org:50470=https://c.example.org:50470/webhdfs", "[::1]:9870"]
    listed = ", ".join(f"'{each}'" for each in hosts)
    assert facility(tmp_path, f"hdfs: {{hosts: [{listed}]}}").hdfs == Hdfs(tuple(hosts))
    assert facility(tmp_path, "hdfs: {hosts: [a.org], audience: hdfs, scopes: ['storage.read:/home', wlcg.groups]}").hdfs == Hdfs(("a.org",), "hdfs", ("storage.read:/home", "wlcg.groups"))
    assert facility(tmp_path, "").hdfs is None


def test_servers_are_told_of_hdfs(configured):  # noqa: F811
    plain = configured("spawner: {kind: process}\n").Spawner.environment
    assert not [name for name in HDFS if name in plain]
    told = configured("spawner: {kind: process}\nhdfs: {hosts: [httpfs.example.org:14000, 'b.example.org=urn:a:b'], audience: hdfs, scopes: ['storage.read:/home', 'storage.stage:/']}\n")
    assert [told.Spawner.environment[name] for name in HDFS] == ["httpfs.example.org:14000,b.example.org=urn:a:b", "hdfs", "storage.read:/home storage.stage:/"]


@pytest.mark.skipif(os.geteuid() != 0, reason="real accounts are root's to use")
def test_servers_of_real_accounts_are_told_the_same(configured, monkeypatch):  # noqa: F811
    if not all(path.stat().st_mode & 0o001 for path in CHECKOUT.parents):
        pytest.skip(f"accounts cannot enter {CHECKOUT}")
    with tempfile.TemporaryDirectory() as tools:
        Path(tools).chmod(0o755)
        monkeypatch.setenv("DECISIONLAB_TOOLS", tools)
        config = configured("spawner: {kind: local}\nhdfs: {hosts: [a.example.org], audience: hdfs, scopes: [wlcg]}\nstorage: {hosts: [b.example.org]}\n")
    assert config.JupyterHub.spawner_class is AccountSpawner
    assert [config.Spawner.environment[name] for name in (*HDFS, "DECISIONLAB_FILE_HOSTS")] == ["a.example.org", "hdfs", "wlcg", "b.example.org"]


def test_of_hdfs_the_file_says_all_or_nothing(configured, tmp_path, monkeypatch):  # noqa: F811
    secret = tmp_path / "home" / "client"
    secret.write_text("the-secret-of-the-client\n")
    secret.chmod(0o600)
    of_the_hub = dict(zip(HDFS, ("old.example.org", "urn:old:hdfs", "storage.read:/old"), strict=True))
    login = {"DECISIONLAB_HUB_CLIENT_SECRET_FILE": str(secret), "DECISIONLAB_LOGIN_SCOPES": "openid", "DECISIONLAB_LOGIN_CALLBACK": "https://hub.example.org/hub/oauth_callback", "DECISIONLAB_TOKEN_BROKER": "http://127.0.0.1:10101/services/token-broker"}
    for name, value in {**SAME, **login, **of_the_hub}.items():
        monkeypatch.setenv(name, value)
    text = "spawner: {kind: process}\n" + OIDC.replace("client_id", "client_secret_file: client, client_id")
    assert {name: configured(text).Spawner.environment.get(name) for name in HDFS} == of_the_hub
    told = configured(text + "hdfs: {hosts: [new.example.org]}\n").Spawner.environment
    assert {name: told[name] for name in HDFS if name in told} == {"DECISIONLAB_HDFS_HOSTS": "new.example.org"}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"HDFS_HOSTS": "httpfs.example.org:14000,*.grid.example.org=urn:a:b", "HDFS_SCOPES": "storage.read:/home"}, {}),
        ({"HDFS_HOSTS": "httpfs.example.org", "HDFS_AUDIENCE": "hdfs", "HDFS_SCOPES": "storage.read:/home"}, {}),
        ({"HDFS_HOSTS": "httpfs.example.org"}, {"hdfs.scopes": False}),
        ({"HDFS_HOSTS": "a.example.org,localhost", "HDFS_SCOPES": "x"}, {"hdfs.hosts": True}),
        ({"HDFS_HOSTS": "127.0.0.1:9870=urn:a:b", "HDFS_SCOPES": "x"}, {"hdfs.hosts": True}),
        ({"HDFS_HOSTS": "[::1]:9870", "HDFS_SCOPES": "x"}, {"hdfs.hosts": True}),
        ({"HDFS_HOSTS": "a.example.org", "HDFS_AUDIENCE": "https://wlcg.cern.ch/jwt/v1/any", "HDFS_SCOPES": "x"}, {"hdfs.audience": True}),
        ({"HDFS_HOSTS": "a.example.org=https://wlcg.cern.ch/jwt/v1/any", "HDFS_SCOPES": "x"}, {"hdfs.audience": True}),
        ({"FILE_HOSTS": "storage.example.org:1094,*.grid.example.org"}, {}),
        ({"FILE_HOSTS": "storage.example.org,localhost:1094"}, {"storage.hosts": True}),
    ],
)
def test_who_is_shown_tokens_for_development_only_is_named(fit, told, found):  # noqa: F811
    fit.config.Spawner.environment = {f"DECISIONLAB_{name}": value for name, value in told.items()}
    assert findings(fit) == found


def test_what_doctor_looks_at_is_what_servers_are_told(configured, fit):  # noqa: F811
    config = configured("spawner: {kind: process}\nhdfs: {hosts: ['localhost:9870']}\nstorage: {hosts: ['localhost:1094']}\n")
    fit.config.Spawner.environment = config.Spawner.environment
    assert findings(fit) == {"hdfs.hosts": True, "hdfs.scopes": False, "storage.hosts": True}
