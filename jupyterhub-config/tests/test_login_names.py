# SPDX-License-Identifier: Apache-2.0
"""Names of users at the hub: safe ones, and whose they are."""

from __future__ import annotations

import asyncio
import json
import pwd
import stat
from datetime import timedelta
from types import SimpleNamespace

import pytest
from jupyterhub import orm
from tornado.web import HTTPError

from decisionlab_hub.console import LabError
from decisionlab_hub.login import names
from decisionlab_hub.login.authenticator import LabAuthenticator
from decisionlab_hub.login.names import SAFE_NAME, AccountLedger, NameTaken, name_for
from test_login_checks import user  # noqa: F401 - a fixture

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


def entered(user, path, account: str = "1", **settings):  # noqa: F811
    """What becomes of a login of this account as bob; None when it is let in, else the words of the refusal."""
    mine = LabAuthenticator(issuer=IAM, ledger_file=str(path), **settings)
    model = {"name": "bob", "auth_state": {mine.user_auth_state_key: {"sub": account}}}
    try:
        assert asyncio.run(mine.run_post_auth_hook(SimpleNamespace(find_user=lambda name: user), model)) == model
    except HTTPError as refused:
        assert refused.status_code == 403
        return refused.log_message
    return None


def kept_login(user, account: str) -> None:  # noqa: F811
    asyncio.run(user.save_auth_state({"access_token": "x", LabAuthenticator.user_auth_state_key: {"sub": account}}))


@pytest.mark.parametrize("settings", [{"accounts": {"bob": "1"}}, {}])
def test_servers_and_tokens_of_who_had_a_name_are_not_inherited(user, tmp_path, settings):  # noqa: F811
    path = tmp_path / "accounts.json"
    if settings:  # the facility file gives the name away, or an administrator writes the new account in the place of the old one
        AccountLedger(path).bind("bob", IAM, "666")
    else:
        AccountLedger(path).bind("bob", IAM, "1")
    kept_login(user, "666")
    before = path.read_text()
    assert "deletes the user bob" in entered(user, path, **settings)
    assert path.read_text() == before, "a refused login binds nothing"
    assert entered(None, path, **settings) is None, "the user has been deleted"


def test_who_comes_back_is_let_in_with_what_he_has_and_with_his_browsers(user, tmp_path):  # noqa: F811
    kept_login(user, "1")
    user.new_api_token()
    cookie = user.cookie_id
    assert entered(user, tmp_path / "accounts.json") is None and user.cookie_id == cookie
    user.encrypted_auth_state = b"of a key that is gone"
    assert entered(user, tmp_path / "accounts.json") is None and user.cookie_id == cookie, "the file of accounts says whose it is"
    assert "deletes the user bob" in entered(user, tmp_path / "accounts.json", "2")


def test_what_is_left_of_a_time_without_a_provider_is_nobodys_to_inherit(user, tmp_path):  # noqa: F811
    path = tmp_path / "accounts.json"
    token, cookie = user.new_api_token(), user.cookie_id
    assert "deletes the user bob" in entered(user, path)
    orm.APIToken.find(user.db, token).expires_at = orm.APIToken.now() - timedelta(seconds=1)
    user.db.commit()
    user.orm_spawners[""].server = orm.Server()
    assert "deletes the user bob" in entered(user, path)
    user.orm_spawners[""].server = None
    assert entered(user, path) is None
    assert user.cookie_id != cookie, "browsers that were logged in with the shared password"


def test_a_damaged_ledger_lets_nobody_in(tmp_path):
    (tmp_path / "accounts.json").write_text("{")
    with pytest.raises(LabError, match="accounts.json is not JSON"):
        AccountLedger(tmp_path / "accounts.json").name_of("ada", IAM, "1")
