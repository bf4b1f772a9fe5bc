# SPDX-License-Identifier: Apache-2.0
"""What administrators may: JupyterHub's own start with the lab's configuration, and a data base of before."""

from __future__ import annotations

import asyncio

import pytest
from jupyterhub import orm, roles, scopes
from jupyterhub.app import JupyterHub
from jupyterhub.crypto import CryptKeeper
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from decisionlab_hub.administrators import ROLE
from decisionlab_hub.login.password import PasswordAuthenticator
from decisionlab_hub.login.settings import BROKER
from test_login_rules import CONFIG, environment, provider  # noqa: F401 - fixtures

_ENTERING = ("access:servers", "tokens", "read:tokens", "shares", "groups", "proxy", "admin:users", "admin:auth_state", "admin:groups", "admin:servers")


@pytest.fixture
def database(tmp_path):
    """Of a hub whose administrators and broker were JupyterHub's admins: bob, and carol, whom a setting named."""
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    db = orm.new_session_factory(url)()
    for role in roles.get_default_roles():
        roles.create_role(db, role)
    for each in (orm.User(name="bob", admin=True), orm.User(name="carol", admin=True), orm.Service(name=BROKER, admin=True, from_config=True)):
        db.add(each)
        db.commit()
        roles.assign_default_roles(db, each)
    db.close()
    return url


def hub_of(config: Config, url: str):
    """The hub's data base after its start, up to the point where it would serve."""

    async def start() -> JupyterHub:
        hub = JupyterHub(config=config)
        hub.db_url = url
        hub.init_db()
        hub.init_hub()
        hub.init_oauth()
        hub.authenticator = hub.authenticator_class(parent=hub, _deprecated_db_session=hub.db)
        await hub.init_role_creation()
        await hub.init_users()
        await hub.init_groups()
        hub.init_services()
        await hub.init_role_assignment()
        return hub

    return asyncio.run(start()).db


def of_others(entity, name: str) -> set[str]:
    """Scopes that reach beyond what is this one's own."""
    return {scope for scope in scopes.get_scopes_for(entity) if not scope.endswith((f"!user={name}", f"!service={name}"))}


@pytest.fixture
def loaded(provider):  # noqa: F811
    config = PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()
    for role in config.JupyterHub.load_roles:
        if role["name"] == ROLE:
            role["users"] = ["carol"]
    CryptKeeper.clear_instance()
    CryptKeeper.instance(config=config)
    yield config
    CryptKeeper.clear_instance()


def test_jupyterhubs_admins_of_before_are_none_any_more_and_enter_nobodys_server(loaded, database):
    db = hub_of(loaded, database)
    found = {name: orm.User.find(db, name) for name in ("bob", "carol")}
    assert not any(user.admin for user in found.values()) and not orm.Role.find(db, "admin").users and not orm.Role.find(db, "admin").services
    assert of_others(found["bob"], "bob") == {"access:services!service=token-broker"}
    assert {"admin-ui", "list:users", "read:users", "servers", "start:servers", "delete:servers", "delete:users"} <= of_others(found["carol"], "carol")
    assert not [scope for scope in of_others(found["carol"], "carol") if scope.startswith(_ENTERING)]


def test_members_of_the_administrators_group_have_the_role_as_long_as_they_are_in_it(loaded, database):
    db = hub_of(loaded, database)
    bob = orm.User.find(db, "bob")
    bob.groups.append(orm.Group.find(db, "/ops"))
    db.commit()
    assert "admin-ui" in of_others(bob, "bob") and not [scope for scope in of_others(bob, "bob") if scope.startswith(_ENTERING)]
    bob.groups.clear()
    db.commit()
    assert "admin-ui" not in of_others(bob, "bob")


def test_the_broker_is_no_admin_of_the_hub(loaded, database):
    db = hub_of(loaded, database)
    broker = orm.Service.find(db, BROKER)
    assert not broker.admin and [role.name for role in broker.roles] == [BROKER]
    granted = of_others(broker, BROKER)
    assert {"admin:auth_state", "admin:users"} <= granted
    assert not [scope for scope in granted if scope.startswith(("access:", "tokens", "read:tokens", "servers", "shares", "groups", "proxy", "shutdown"))]


@pytest.mark.parametrize(
    ("name", "password", "enters"),
    [
        ("carol", "the-administrators-password-of-32", True),
        ("Carol", "the-administrators-password-of-32", True),
        ("carol", "the-password-of-all", False),
        ("carol", "", False),
        ("ada", "the-password-of-all", True),
        ("ada", "the-administrators-password-of-32", False),
        ("ada", "", False),
    ],
)
def test_administrators_with_a_password_come_in_with_theirs_alone_and_are_no_admins(name, password, enters):
    mine = PasswordAuthenticator(user_password="the-password-of-all", admin_password="the-administrators-password-of-32", administrators={"carol"}, allowed_users={"ada", "carol"})
    model = asyncio.run(mine.get_authenticated_user(None, {"username": name, "password": password}))
    assert bool(model) is enters and (not enters or not model["admin"])


def test_without_a_password_of_their_own_no_administrator_comes_in():
    mine = PasswordAuthenticator(user_password="the-password-of-all", administrators={"carol"}, allowed_users={"carol"})
    for password in ("", "the-password-of-all"):
        assert asyncio.run(mine.get_authenticated_user(None, {"username": "carol", "password": password})) is None
