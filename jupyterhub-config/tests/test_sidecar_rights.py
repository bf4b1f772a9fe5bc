# SPDX-License-Identifier: Apache-2.0
"""Whom the lab's sidecar asks about tokens that say nothing of rights: the provider, as the hub's client, where that has a secret."""

from __future__ import annotations

import json
import stat

import pytest

from conftest import layout_with_node
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import ensure_secrets
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.login.sidecar_rights import issuers_of, write_issuers
from decisionlab_hub.services import client_secret_file, hub_service
from test_login_rules import IAM, choice_of

SECRET = "0123456789abcdef-of-a-client"
PORTS = {"hub": 1, "hub-api": 2, "proxy-api": 3, "sidecar": 4, "token-broker": 5, "iam-sim": 6, "proxy-metrics": 7, "metrics": 8}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "client"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def login_of(*more: str):
    return choice_of("--iam", IAM, "--client-id", "hub", "--groups", "cms", *more)


def test_the_sidecar_asks_as_the_hubs_client_whose_secret_stays_where_it_is(tmp_path, secret, monkeypatch):
    monkeypatch.chdir(tmp_path)
    login = login_of("--client-secret-file", "client")
    layout = layout_with_node(tmp_path)
    file = tmp_path / "issuers.json"
    write_issuers(file, login, IAM, client_secret_file(layout, login))
    (issuer,) = json.loads(file.read_text())["issuers"]
    assert issuer["introspection"] == {"client_id": "hub", "secret_file": str(secret)}
    assert hub_service(layout, PORTS, "mark", "http://127.0.0.1:4", login).environment["DECISIONLAB_HUB_CLIENT_SECRET_FILE"] == str(secret), "one secret for both"
    assert SECRET not in file.read_text() and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert issuer["audiences"] == ["urn:decisionlab:sidecar:hub"] and not {"any_audience", "without_audience"} & set(issuer), "a token for no service in particular opens nothing"


def test_a_public_client_asks_nothing(tmp_path):
    login = login_of()
    secret = client_secret_file(layout_with_node(tmp_path), login)
    assert secret is None and "introspection" not in issuers_of(login, IAM, secret)["issuers"][0]


def test_what_up_writes_for_the_simulator_names_a_secret_that_is_there(tmp_path):
    lab = Lab(layout_with_node(tmp_path), Interrupt())
    ensure_secrets(lab.layout.secrets)
    login = choice_of("--iam", "sim")
    lab._write_login_files(PORTS, login)
    (issuer,) = json.loads(lab.layout.sidecar_issuers.read_text())["issuers"]
    secret = lab.layout.simulator / "client-decisionlab-hub"
    assert issuer["issuer"] == "http://127.0.0.1:6/" and issuer["introspection"] == {"client_id": "decisionlab-hub", "secret_file": str(secret)}
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


@pytest.mark.parametrize(("harm", "words"), [("unlink", "client is missing; the provider gives it"), ("open", "has mode 0644; expected 0600"), ("empty", "has 0 characters")])
def test_a_secret_that_is_missing_empty_or_open_to_others_is_refused_and_the_file_of_before_stays(tmp_path, secret, harm, words):
    login = login_of("--client-secret-file", str(secret))
    file = tmp_path / "issuers.json"
    write_issuers(file, login, IAM, secret)
    before = file.read_text()
    {"unlink": secret.unlink, "open": lambda: secret.chmod(0o644), "empty": lambda: secret.write_text("\n")}[harm]()
    with pytest.raises(LabError, match=words):
        write_issuers(file, login, "https://other.example.org/", secret)
    assert file.read_text() == before
