# SPDX-License-Identifier: Apache-2.0
"""Accounts of collaborations: what the hub's configuration becomes, and whose login counts where they have none."""

from __future__ import annotations

import pytest
from jupyterhub import orm, roles, scopes
from jupyterhub.user import User

from decisionlab_hub.collaborations import collaboration_role
from test_facility import OIDC, configured  # noqa: F401 - a fixture
from test_facility_login import SAME
from test_login_checks import BOB, OLD, World, check, user  # noqa: F401 - a fixture
from test_login_turns import with_token

SCOPES = {"access:servers!user=team", "servers!user=team", "read:users:name!user=team"}


@pytest.mark.parametrize(("provider", "group"), [(False, "cms"), (True, "/cms")])
def test_a_collaboration_is_a_role_of_its_group_for_an_account_that_nobody_logs_in_as(configured, tmp_path, monkeypatch, provider, group):  # noqa: F811
    extra = {"DECISIONLAB_LOGIN_SCOPES": "openid", "DECISIONLAB_LOGIN_CALLBACK": "https://h.example.org/cb", "DECISIONLAB_TOKEN_BROKER": "http://127.0.0.1:1/services/token-broker"}
    for name, value in ({**SAME, **extra} if provider else {"DECISIONLAB_ISSUER": ""}).items():
        monkeypatch.setenv(name, value)
    who = OIDC if provider else "login: {allowed_users: [ada]}\ngroups: {cms: [ada]}\n"
    config = configured(who + "spawner: {kind: process}\ncollaborations: {team: cms}\n")
    (role,) = [role for role in config.JupyterHub.load_roles if role["name"].startswith("collaboration")]
    assert (role["name"], role["users"], role["groups"], set(role["scopes"])) == ("collaboration-team", ["team"], [group], SCOPES)
    assert config.Authenticator.blocked_users == {"team"} and "team" not in config.Authenticator.get("allowed_users", set())
    assert not provider or config.LabAuthenticator.collaborations == {"team": "/cms"}


def test_members_get_the_collaborations_server_and_nothing_else_of_anybody(user):  # noqa: F811
    roles.create_role(user.db, {name: value for name, value in collaboration_role("team", "/cms").items() if name in ("name", "scopes", "description")})
    group = orm.Group(name="/cms")
    user.db.add(group)
    user.db.commit()
    roles.grant_role(user.db, group, orm.Role.find(user.db, "collaboration-team"))
    of_others = lambda: {scope for scope in scopes.get_scopes_for(user.orm_user) if "!user=" in scope and not scope.endswith("!user=bob")}  # noqa: E731
    assert of_others() == set()
    user.sync_groups(["/cms"])
    assert of_others() >= SCOPES
    assert {scope.partition("!")[2] for scope in of_others()} == {"user=team"}
    assert not [scope for scope in of_others() if scope.startswith(("tokens", "users!", "admin:auth_state", "users:"))]


@pytest.mark.parametrize(("groups", "good"), [(["cms"], True), (["others"], False)])
def test_its_server_starts_with_the_login_of_the_member_who_asks(user, groups, good):  # noqa: F811
    async def started(mine, bob):
        mine.collaborations = {"team": "/cms"}
        account = orm.User(name="team")
        bob.db.add(account)
        bob.db.commit()
        team = User(account, {})
        answer = await mine.refresh_user(team, with_token(None, mine, bob))
        return answer, [group.name for group in team.groups], await mine.refresh_user(team, with_token(None, mine, team))

    world = World(claims={OLD: {**BOB, "groups": groups}})
    assert check(user, world, started)[0] == (good, ["/cms"], True)
    assert world.asked_provider == 1


def test_who_had_logged_in_under_its_name_is_out(user):  # noqa: F811
    async def still_in(mine, bob):
        mine.collaborations = {"bob": "/cms"}
        return await mine.refresh_user(bob, with_token(None, mine, bob))

    assert check(user, World(), still_in)[0] is False
