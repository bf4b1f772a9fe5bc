# SPDX-License-Identifier: Apache-2.0
"""`lab up` without `--iam`: the login is that of the facility file, or of DODAS's environment names, told by the program that reads them."""

from __future__ import annotations

import base64
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import CHECKOUT
from decisionlab_hub import cli
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import keys_of
from decisionlab_hub.dodas import with_aliases
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import Layout
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.login.choice import LoginChoice, RememberedLogin
from decisionlab_hub.login.settings import LoginSettings

IAM = "https://iam.example.org/"
FILE = f"login: {{issuer: '{IAM}', client_id: hub, client_secret_file: client, allowed_groups: [/cms], admin_users: [ada]}}\naccounts: {{ada: '1'}}\naudiences: {{files: 'https://files.example.org'}}\n"
KEY, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4


@pytest.fixture
def lab(tmp_path: Path, monkeypatch) -> Lab:
    """A lab that is set up so far that its Python can be asked."""
    python = tmp_path / "tools" / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("LAB_TOOLS", str(tmp_path / "tools"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "client").write_text("the-secret-of-the-client\n")
    (tmp_path / "home" / "client").chmod(0o600)
    for name in ("LAB_FACILITY", "OAUTH_ENDPOINT", "OAUTH_GROUPS", "IAM_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    return Lab(Layout(CHECKOUT, tmp_path / "home", tmp_path / "tools"), Interrupt())


def meant(lab: Lab) -> LoginChoice | None:
    return cli._login_of_the_facility(lab)


def test_the_files_login_is_taken_and_then_it_is_that_of_last_time(lab: Lab):
    assert meant(lab) is None, "without a file nothing is asked"
    (lab.layout.home / "facility.yaml").write_text(FILE)
    taken = meant(lab)
    assert taken == LoginChoice(
        IAM, "hub", str(lab.layout.home / "client"), ("/cms",), (), ("ada",), sidecar_audience="urn:decisionlab:sidecar:hub", file_audience="https://files.example.org"
    )
    RememberedLogin(lab.layout.home).write(taken)
    assert meant(lab) is None
    (lab.layout.home / "facility.yaml").write_text("named_servers: 1\n")
    assert meant(lab) is None, "a file that names no provider says nothing"


def test_a_file_that_has_changed_changes_the_login_and_keeps_what_it_cannot_say(lab: Lab):
    (lab.layout.home / "facility.yaml").write_text(FILE)
    before = replace(meant(lab), scopes=("openid", "wlcg", "model.read"), groups=("/others",), sidecar_audience="https://s.example.org")
    RememberedLogin(lab.layout.home).write(before)
    assert meant(lab) == replace(before, groups=("/cms",))
    RememberedLogin(lab.layout.home).write(replace(before, client_id="another"))
    assert meant(lab).scopes == LoginChoice(IAM, "hub").scopes, "another client's scopes are none of this one's"


def test_the_login_of_dodas_names_alone_is_taken(lab: Lab, monkeypatch):
    for name, value in {"OAUTH_ENDPOINT": IAM, "OAUTH_GROUPS": "/cms /atlas", "IAM_CLIENT_ID": "lab"}.items():
        monkeypatch.setenv(name, value)
    assert meant(lab) == LoginChoice(IAM, "lab", "", ("/atlas", "/cms"), sidecar_audience="urn:decisionlab:sidecar:lab")


def test_what_is_wrong_with_the_file_is_said_before_anything_is_started(lab: Lab, monkeypatch):
    (lab.layout.home / "facility.yaml").write_text("login: {issuer: 'http://iam.example.org'}\n")
    with pytest.raises(LabError, match="login.issuer is .*expected an address https"):
        meant(lab)
    monkeypatch.setenv("LAB_FACILITY", str(lab.layout.home / "none.yaml"))
    with pytest.raises(LabError, match="is not there"):
        meant(lab)


def test_a_lab_that_runs_with_another_login_is_not_changed(lab: Lab, monkeypatch):
    (lab.layout.home / "facility.yaml").write_text(FILE)
    monkeypatch.setattr(Lab, "anything_alive", lambda self: True)
    with pytest.raises(LabError, match="run ./lab down first"):
        lab.up(None, meant(lab))


def test_keys_of_logins_in_jupyterhubs_variable_are_read_beside_those_of_the_lab():
    in_base64 = base64.b64encode(bytes.fromhex(OTHER)).decode()
    assert keys_of("K", f"{KEY}; {in_base64}") == [KEY, OTHER] and keys_of("K", "") == []
    for wrong in (KEY[:-1], "short", KEY + ";!", in_base64[:-4]):
        with pytest.raises(LabError, match="in K is no key") as refused:
            keys_of("K", wrong)
        assert wrong not in str(refused.value)
    noted = with_aliases({"login": {"issuer": IAM}}, {"JUPYTERHUB_CRYPT_KEY": KEY}, "facility.yaml").notes
    assert any("JUPYTERHUB_CRYPT_KEY is set: its first key encrypts" in note for note in noted) and KEY not in str(noted)
    assert KEY not in repr(LoginSettings(IAM, "hub", None, *[frozenset()] * 3, (), "", "", 1, "", (), "", (KEY,)))
