# SPDX-License-Identifier: Apache-2.0
"""Names of users at the hub: safe ones, and whose they are."""

from __future__ import annotations

import asyncio
import json
import pwd
import stat
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from decisionlab_hub.console import LabError
from decisionlab_hub.login import names
from decisionlab_hub.login.authenticator import LabAuthenticator
from decisionlab_hub.login.names import SAFE_NAME, AccountLedger, NameTaken, name_for

IAM = "https://iam.example.org/"


@pytest.mark.parametrize("claimed", ["Ada", "ada.lovelace", "röntgen", "../root", "root", "daemon", "physicist", "9lives", "-", "日本", "a" * 60, "a/b", "ada\n"])
def test_an_unsafe_name_becomes_a_safe_one_of_this_account_alone(claimed):
    names = {name_for(claimed, IAM, subject) for subject in ("1", "2", "3")}
    assert len(names) == 3
    assert all(SAFE_NAME.fullmatch(name) for name in names)
    assert name_for(claimed, IAM, "1") == name_for(claimed, IAM.rstrip("/"), "1")


def test_a_safe_name_is_kept():
    assert name_for("ada-l", IAM, "1") == "ada-l"


def test_an_account_keeps_its_name_and_no_other_gets_it(tmp_path):
    ledger = AccountLedger(tmp_path / "accounts.json")
    assert ledger.name_of("ada", IAM, "1") == "ada"
    ledger.bind("ada", IAM, "1")
    assert ledger.name_of("renamed", IAM.rstrip("/"), "1") == "ada"
    for question in (lambda: ledger.name_of("ada", IAM, "2"), lambda: ledger.bind("ada", IAM, "2")):
        with pytest.raises(NameTaken, match="ada belongs to another account"):
            question()
    with pytest.raises(NameTaken):
        AccountLedger(tmp_path / "accounts.json").name_of("ada", "https://other.example.org", "1")
    assert stat.S_IMODE((tmp_path / "accounts.json").stat().st_mode) == 0o600


def test_an_account_of_this_machine_is_only_whose_the_administrators_say(tmp_path, monkeypatch):
    here = {"ada", "bob"}
    monkeypatch.setattr(names.pwd, "getpwnam", lambda name: pwd.struct_passwd((name, "x", 2000, 2000, "", f"/home/{name}", "/bin/sh")) if name in here else {}[name])
    path = tmp_path / "accounts.json"
    ledger = AccountLedger(path, {"ada": "1"}, machine_accounts=True)
    assert ledger.name_of("whatever-she-is-called", IAM, "1") == "ada"
    with pytest.raises(NameTaken, match="accounts.ada in the facility file"):
        ledger.name_of("ada", IAM, "666")
    with pytest.raises(NameTaken, match='accounts: {bob: "666"} in the facility file'):
        ledger.name_of("bob", IAM, "666")
    assert not path.exists(), "who comes first keeps nothing"
    assert ledger.name_of("eve", IAM, "3") == "eve"
    ledger.bind("eve", IAM, "3")
    here.add("eve")
    for question in (lambda: ledger.name_of("eve", IAM, "3"), lambda: ledger.bind("eve", IAM, "3"), lambda: ledger.require("eve", "3")):
        with pytest.raises(NameTaken, match="accounts: {eve:"):
            question()
    assert AccountLedger(path).name_of("bob", IAM, "666") == "bob", "without accounts of the machine the first one has a name"


def test_a_name_that_is_given_goes_from_who_had_it_to_whose_it_is(tmp_path):
    path = tmp_path / "accounts.json"
    AccountLedger(path).bind("ada", IAM, "666")
    ledger = AccountLedger(path, {"ada": "1", "anna": "2"})
    with pytest.raises(NameTaken):
        ledger.name_of("ada", IAM, "666")
    assert ledger.name_of("x", IAM, "1") == "ada" and ledger.changes_hands("ada", IAM, "1")
    ledger.bind("ada", IAM, "1")
    assert not ledger.changes_hands("ada", IAM, "1")
    assert json.loads(path.read_text()) == {f"{IAM.rstrip('/')} 1": "ada"}
    with pytest.raises(NameTaken):
        AccountLedger(path).name_of("ada", IAM, "666")


@pytest.mark.parametrize("known_to_the_hub", [True, False])
def test_servers_and_tokens_of_who_had_a_name_are_not_inherited(tmp_path, known_to_the_hub):
    AccountLedger(tmp_path / "accounts.json").bind("ada", IAM, "666")
    mine = LabAuthenticator(issuer=IAM, ledger_file=str(tmp_path / "accounts.json"), accounts={"ada": "1"})
    model = {"name": "ada", "auth_state": {mine.user_auth_state_key: {"sub": "1"}}}
    entering = mine.run_post_auth_hook(SimpleNamespace(find_user=lambda name: "ada" if known_to_the_hub else None), model)
    if not known_to_the_hub:
        assert asyncio.run(entering) == model
        return
    with pytest.raises(HTTPError) as refused:
        asyncio.run(entering)
    assert refused.value.status_code == 403 and "deletes the user ada" in refused.value.log_message


def test_a_damaged_ledger_lets_nobody_in(tmp_path):
    (tmp_path / "accounts.json").write_text("{")
    with pytest.raises(LabError, match="accounts.json is not JSON"):
        AccountLedger(tmp_path / "accounts.json").name_of("ada", IAM, "1")
