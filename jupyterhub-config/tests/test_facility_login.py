# SPDX-License-Identifier: Apache-2.0
"""The facility file beside the log-in that the hub was started with, and whose accounts a provider's users get."""

from __future__ import annotations

import grp
import os
import pwd
import shlex
from pathlib import Path

import pytest
from tornado.web import HTTPError
from traitlets.config import Config

from conftest import layout_with_node
from decisionlab_hub import facility_settings
from decisionlab_hub.accounts import account_of, require_accounts_group, require_open
from decisionlab_hub.cli import _parser
from decisionlab_hub.console import LabError
from decisionlab_hub.containers import broker_for_containers
from decisionlab_hub.facility_login import require_same_login, up_command
from decisionlab_hub.login.choice import asked
from decisionlab_hub.services import hub_service
from test_facility import OIDC, facility


def test_a_log_in_other_than_the_files_is_refused_with_the_command_that_mends_it(tmp_path):
    told = facility(tmp_path, OIDC)
    with pytest.raises(LabError, match="shared password.*\n.*--iam https://iam.example.org/ --client-id lab --groups /cms"):
        require_same_login(told, {})
    require_same_login(told, SAME)
    with pytest.raises(LabError, match="allowed_groups: cms, and the hub was started with cms, others"):
        require_same_login(told, {**SAME, "DECISIONLAB_ALLOWED_GROUPS": "/cms,/others"})


SAME = {"DECISIONLAB_ISSUER": "https://iam.example.org", "DECISIONLAB_ALLOWED_GROUPS": "/cms", "DECISIONLAB_HUB_CLIENT_ID": "lab"}
WHOLE = """
login: {issuer: 'https://iam.example.org/', client_id: lab, client_secret_file: s, device_client_id: lab-cli, callback_url: 'https://hub.example.org/hub/oauth_callback',
  allowed_groups: [/cms], allowed_users: [ada], admin_users: [bob], owner: f00}
audiences: {sidecar: 'https://sidecar.example.org', files: 'https://files.example.org'}
accounts: {bob: '1'}
"""


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("DECISIONLAB_HUB_CLIENT_ID", "login.client_id: lab"),
        ("DECISIONLAB_LOGIN_CALLBACK", "login.callback_url: https://hub"),
        ("DECISIONLAB_HUB_CLIENT_SECRET_FILE", "login.client_secret_file: "),
        ("DECISIONLAB_DEVICE_CLIENT_ID", "login.device_client_id: lab-cli"),
        ("DECISIONLAB_SIDECAR_AUDIENCE", "audiences.sidecar: https://sidecar"),
        ("DECISIONLAB_FILE_AUDIENCE", "audiences.files: https://files"),
        ("DECISIONLAB_ALLOWED_USERS", "login.allowed_users with login.admin_users: ada, bob"),
    ],
)
def test_every_key_of_the_log_in_is_compared_and_the_command_says_all_of_them(tmp_path, variable, key):
    told = facility(tmp_path, WHOLE)
    (tmp_path / "s").write_text("0123456789abcdef\n")
    (tmp_path / "s").chmod(0o600)
    same = {
        **SAME, "DECISIONLAB_LOGIN_CALLBACK": "https://hub.example.org/hub/oauth_callback", "DECISIONLAB_HUB_CLIENT_SECRET_FILE": str(tmp_path / "s"),
        "DECISIONLAB_SIDECAR_AUDIENCE": "https://sidecar.example.org", "DECISIONLAB_FILE_AUDIENCE": "https://files.example.org", "DECISIONLAB_ALLOWED_USERS": "ada,bob",
        "DECISIONLAB_DEVICE_CLIENT_ID": "lab-cli",
    }  # fmt: skip
    require_same_login(told, same)
    with pytest.raises(LabError) as problem:
        require_same_login(told, {**same, variable: "another"})
    assert key in str(problem.value) and "another" in str(problem.value)
    choice = asked(_parser().parse_args(shlex.split(up_command(told))[1:]))
    ports = {"hub": 1, "hub-api": 2, "proxy-api": 3, "proxy-metrics": 7, "metrics": 8, "sidecar": 4, "token-broker": 5, "iam-sim": 6}
    require_same_login(told, hub_service(layout_with_node(tmp_path), ports, "mark", "http://127.0.0.1:4", choice).environment)


@pytest.mark.parametrize(
    ("audience", "told"),
    [("none", ""), ("lab-sidecar", "lab-sidecar"), ("urn:decisionlab:sidecar:lab", "urn:decisionlab:sidecar:lab"), ("https://sidecar.example.org", "https://sidecar.example.org")],
)
def test_the_sidecars_audience_is_any_name_of_the_providers_or_none(tmp_path, audience, told):
    file = facility(tmp_path, OIDC + f"audiences: {{sidecar: '{audience}'}}\n")
    require_same_login(file, {**SAME, "DECISIONLAB_SIDECAR_AUDIENCE": told})
    for other in ("lab-sidecar-2", *([""] if told else [])):
        with pytest.raises(LabError, match=f"audiences.sidecar: {audience}, and the hub was started with {other or 'none'}"):
            require_same_login(file, {**SAME, "DECISIONLAB_SIDECAR_AUDIENCE": other})
    assert asked(_parser().parse_args(shlex.split(up_command(file))[1:])).sidecar_audience == told


@pytest.mark.parametrize("audience", ["null", "7", "''", "my sidecar", "None", "https:/sidecar.example.org"])
def test_what_is_no_audience_is_refused_with_what_is_expected(tmp_path, audience):
    for key, more in (("sidecar", "; or none, for a sidecar that asks for no tokens"), ("files", "")):
        with pytest.raises(LabError, match=rf"audiences.{key} is .*; expected an address such as .*, a URN such as .*, or a plain name such as lab-sidecar, of at most 500 characters{more}"):
            facility(tmp_path, OIDC + f"audiences: {{{key}: {audience}}}\n")


@pytest.mark.parametrize(
    ("text", "provider", "expected"),
    [
        ("login: {allowed_users: [ada], admin_users: [bob]}\ngroups: {cms: [ada]}", False, None),
        ("named_servers: 1", True, None),
        ("login: {admin_users: [bob]}", True, "says login.admin_users without login.issuer"),
        ("login: {allowed_users: [bob]}", True, "says login.allowed_users without login.issuer"),
        ("groups: {cms: [ada]}", True, "says groups without login.issuer"),
        (OIDC, False, "by the shared password"),
        (OIDC, True, None),
        ("accounts: {ada: '1'}", False, "says accounts, which are subjects at a provider"),
        ("accounts: {ada: '1'}", True, None),
    ],
)
def test_file_and_hub_agree_about_a_provider_or_the_hub_does_not_start(tmp_path, text, provider, expected):
    told = facility(tmp_path, text)
    environ = SAME if provider else {"DECISIONLAB_ISSUER": ""}
    if expected is None:
        require_same_login(told, environ)
    else:
        with pytest.raises(LabError, match=expected):
            require_same_login(told, environ)


def test_administrators_by_name_alone_are_a_log_in_that_can_be_started(tmp_path):
    told = facility(tmp_path, OIDC.replace("allowed_groups: [/cms]", "admin_users: [bob]") + "accounts: {bob: '1'}\n")
    assert asked(_parser().parse_args(shlex.split(up_command(told))[1:])).users == ("bob",)


def test_servers_in_containers_ask_the_broker_by_the_public_address(tmp_path):
    text = "spawner: {kind: docker, image: 'lab:1', hub_address: hub}\n" + OIDC
    with pytest.raises(LabError, match="public_url is missing; with a provider, servers of kind docker"):
        broker_for_containers(facility(tmp_path, text))
    assert broker_for_containers(facility(tmp_path, text + "public_url: https://hub.example.org/\n")) == "https://hub.example.org/services/token-broker"


@pytest.mark.skipif(os.geteuid() != 0, reason="real accounts need root")
@pytest.mark.parametrize("provider", [True, False])
def test_with_a_provider_accounts_of_the_machine_are_given_by_administrators(tmp_path, monkeypatch, provider):
    monkeypatch.setattr(facility_settings, "require_open", lambda paths: None)
    monkeypatch.setattr(facility_settings, "require_accounts_group", lambda told, at: None)
    for name, value in (SAME if provider else {"DECISIONLAB_ISSUER": ""}).items():
        monkeypatch.setenv(name, value)
    told = facility(tmp_path, (OIDC + "accounts: {ada: '1'}\n" if provider else "") + "spawner: {kind: local}\nculling: {enabled: false}\n")
    config = Config()
    config.Spawner.environment, config.Spawner.args, config.Spawner.cmd = {}, [], ["server"]
    facility_settings.configure_facility(config, told, layout_with_node(tmp_path), 1)
    given = {name: config.LabAuthenticator[name] for name in ("accounts", "machine_accounts") if "LabAuthenticator" in config}
    assert given == ({"accounts": {"ada": "1"}, "machine_accounts": True} if provider else {})


def test_a_link_in_a_closed_folder_leads_accounts_nowhere(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "tools").symlink_to("/usr/bin")
    require_open([Path("/usr/bin/env")])
    with pytest.raises(LabError, match="users' accounts cannot enter"):
        require_open([closed / "tools"])


def test_a_provider_opens_only_accounts_of_the_named_group(tmp_path, monkeypatch):
    with pytest.raises(LabError, match="spawner.accounts_group is missing"):
        require_accounts_group(facility(tmp_path, OIDC), "https://iam.example.org")
    require_accounts_group(facility(tmp_path, "spawner: {kind: local}"), "")
    for name in ("root", "no-such-group-here"):
        with pytest.raises(LabError, match=f"spawner.accounts_group is {name}"):
            require_accounts_group(facility(tmp_path, f"spawner: {{accounts_group: {name}}}"), "")
    groups = {"operator": [2000, 27], "ada": [2000, 3000], "rooted": [2000, 3000, 0]}
    monkeypatch.setattr(pwd, "getpwnam", lambda name: pwd.struct_passwd((name, "x", 2000, 2000, "", f"/home/{name}", "/bin/sh")))
    monkeypatch.setattr(os, "getgrouplist", lambda name, gid: groups[name])
    monkeypatch.setattr(grp, "getgrnam", lambda name: grp.struct_group((name, "x", 3000, [])))
    assert account_of("ada", "lab").pw_name == "ada" and account_of("operator").pw_name == "operator"
    for name, words in {"operator": "not in this machine's group lab", "rooted": "in the group of root"}.items():
        with pytest.raises(HTTPError) as answer:
            account_of(name, "lab")
        assert answer.value.status_code == 403 and words in answer.value.jupyterhub_message
    with pytest.raises(HTTPError):
        account_of("rooted")
