# SPDX-License-Identifier: Apache-2.0
"""Whether a login still stands: JupyterHub's own users and data base, a provider and a broker that answer as each row says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from jupyterhub import orm, roles, scopes
from jupyterhub.apihandlers.users import ActivityAPIHandler
from jupyterhub.crypto import CryptKeeper
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from decisionlab_hub.administrators import ROLE
from decisionlab_hub.login import authenticator as module
from decisionlab_hub.login import provider
from decisionlab_hub.login.authenticator import LabAuthenticator
from decisionlab_hub.login.pages import Callback
from decisionlab_hub.login.provider import ProviderProblem
from decisionlab_hub.login.settings import BROKER

BOB = {"sub": "42", "preferred_username": "bob", "groups": ["cms"]}
OLD, NEW = "the-old-access-token", "the-new-access-token"


@dataclass
class World:
    """A provider and a broker on one port: what they answer, and what they were asked."""

    claims: dict = field(default_factory=lambda: {OLD: BOB})
    provider_status: int = 0
    provider_page: str | None = None
    challenge: str = ""
    broker: tuple[int, dict] = (200, {"access_token": "not-looked-at"})
    asked_broker: int = 0
    asked_with: str = ""
    marked: str = ""
    asked_provider: int = 0
    url: str = ""
    renew: object = None
    hanging: bool = False


class Discovery(web.RequestHandler):
    def initialize(self, world):
        self.world = world

    def get(self):
        url = self.world.url
        self.write({"issuer": f"{url}/", "authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token", "userinfo_endpoint": f"{url}/userinfo"})


class Userinfo(Discovery):
    async def get(self):
        self.world.asked_provider += 1
        if self.world.hanging:
            await asyncio.Event().wait()
        claims = self.world.claims.get(self.request.headers["Authorization"].removeprefix("Bearer "))
        self.set_status(self.world.provider_status or (200 if claims else 401))
        if self.world.challenge:
            self.set_header("WWW-Authenticate", self.world.challenge)
        self.write(claims or ({"error": "invalid_token"} if self.world.provider_page is None else self.world.provider_page))


class Broker(Discovery):
    async def post(self):
        self.world.asked_broker += 1
        self.world.asked_with = self.request.headers["Authorization"].removeprefix("token ")
        self.world.marked = self.request.headers.get("Decisionlab-Check", "")
        if self.world.renew:
            await self.world.renew()
        status, said = self.world.broker
        self.set_status(status)
        self.write(said)


@pytest.fixture
def user():
    db = orm.new_session_factory("sqlite:///:memory:")()
    db.add(orm.OAuthClient(identifier="jupyterhub"))
    db.add(orm.Service(name=BROKER))
    for role in roles.get_default_roles():
        roles.create_role(db, role)
    roles.create_role(db, {"name": "user", "scopes": ["self", f"access:services!service={BROKER}"]})
    bob = orm.User(name="bob")
    db.add(bob)
    db.commit()
    roles.assign_default_roles(db, bob)
    CryptKeeper.clear_instance()
    CryptKeeper.instance(keys=["0123456789abcdef" * 4])
    yield User(bob, {})
    CryptKeeper.clear_instance()
    db.close()


def check(user, world: World, question=None, refresh_token="a-refresh-token", state=None, provider_there=True):
    """Runs one question (is the login good?) in a world; returns the answer and what the authenticator has to say."""

    async def run():
        sock, port = bind_unused_port()
        world.url = f"http://127.0.0.1:{port}"
        paths = [(r"/.well-known/openid-configuration", Discovery), (r"/userinfo", Userinfo), (rf"/services/{BROKER}/token", Broker)]
        server = HTTPServer(web.Application([(path, handler, {"world": world}) for path, handler in paths]))
        if provider_there:
            server.add_sockets([sock])
        else:
            sock.close()
        mine = LabAuthenticator(
            issuer=world.url, broker_url=f"{world.url}/services/{BROKER}", ledger_file="unused", allowed_groups={"/cms", "/ops"},
            manage_groups=True, enable_auth_state=True, allow_existing_users=False,
        )  # fmt: skip
        await user.save_auth_state(state if state is not None else login(mine, OLD, refresh_token))
        try:
            return await (question or LabAuthenticator.refresh_user)(mine, user), mine.words_for("bob"), mine
        finally:
            server.stop()
            await server.close_all_connections()

    return asyncio.run(asyncio.wait_for(run(), 120))


def login(mine: LabAuthenticator, access_token: str, refresh_token: str | None) -> dict:
    return {"access_token": access_token, "refresh_token": refresh_token, mine.user_auth_state_key: BOB}


def renewing(user, world: World):
    """A broker that keeps a new login at the hub before it answers."""

    async def renew():
        state = await user.get_auth_state()
        world.claims = {NEW: BOB}
        await user.save_auth_state({**state, "access_token": NEW})

    world.renew = renew
    return world


def test_groups_are_those_of_now_and_rights_go_with_them(user):
    roles.create_role(user.db, {"name": "of-operators", "scopes": ["list:users"]})
    operators = orm.Group(name="/ops")
    user.db.add(operators)
    user.db.commit()
    roles.grant_role(user.db, operators, "of-operators")
    good, words, _ = check(user, World(claims={OLD: {**BOB, "groups": ["cms", "ops"]}}))
    assert good and words is None
    assert {group.name for group in user.groups} == {"/cms", "/ops"} and "list:users" in scopes.get_scopes_for(user)
    assert check(user, World())[0]
    assert {group.name for group in user.groups} == {"/cms"} and "list:users" not in scopes.get_scopes_for(user)


def test_a_new_login_makes_nobody_jupyterhubs_admin(user, monkeypatch):
    async def rights(mine, who):
        async def from_token(token_info):
            return {"name": "bob", "admin": True, "groups": ["/cms"], "auth_state": {mine.user_auth_state_key: BOB}}

        monkeypatch.setattr(mine, "_token_to_auth_model", from_token)
        monkeypatch.setattr(mine, "build_access_tokens_request_params", lambda handler, data: {})

        async def token_info(handler, params):
            return {}

        monkeypatch.setattr(mine, "get_token_info", token_info)
        mine.owner = "42"
        return (await mine.authenticate(SimpleNamespace()))["admin"]

    assert check(user, World(), rights)[0] is False


def test_the_owner_is_let_in_whatever_his_groups_are_and_is_an_administrator(user):
    roles.create_role(user.db, {"name": ROLE, "scopes": ["admin-ui"]})
    outside = {OLD: {**BOB, "groups": []}}

    def owned(by: str):
        async def question(mine, who):
            mine.owner = by
            return await mine.refresh_user(who)

        return question

    assert not check(user, World(claims=outside), owned("43"))[0] and "admin-ui" not in scopes.get_scopes_for(user)
    assert check(user, World(claims=outside), owned("42"))[0] and "admin-ui" in scopes.get_scopes_for(user) and not user.admin


def test_the_owner_is_an_administrator_from_the_login_on(user, monkeypatch):
    roles.create_role(user.db, {"name": ROLE, "scopes": ["admin-ui"]})

    async def known(handler, authenticated, found=None):
        return user

    monkeypatch.setattr(BaseHandler, "auth_to_user", known)

    async def entered(mine, who):
        mine.owner = "42"
        monkeypatch.setattr(Callback, "authenticator", mine)
        await Callback.__new__(Callback).auth_to_user({"name": "bob", "auth_state": {mine.user_auth_state_key: BOB}})

    check(user, World(), entered)
    assert "admin-ui" in scopes.get_scopes_for(user)


def test_a_provider_that_hangs_is_asked_once_and_then_left_alone(user, monkeypatch):
    monkeypatch.setattr(provider, "CHECK_SECONDS", 0.3)
    world = World(hanging=True)

    async def many(mine, who):
        answers = await asyncio.gather(*(mine.refresh_user(who) for _ in range(20)))
        return answers + [await mine.refresh_user(who)]

    assert check(user, world, many)[0] == [True] * 21
    assert world.asked_provider == 1


def test_many_at_once_are_answered_by_one_check(user):
    world = World()

    async def many(mine, who):
        return await asyncio.gather(*(mine.refresh_user(who) for _ in range(20)))

    assert check(user, world, many)[0] == [True] * 20
    assert world.asked_provider == 1


def test_known_addresses_are_kept_for_a_while_when_the_provider_cannot_be_looked_up_again(user):
    async def twice(mine, who):
        known = await mine._provider.places()
        mine._provider._known_until = 0.0
        looked_up = []

        async def silent(url, headers, limit):
            looked_up.append(url)
            raise provider.ProviderSilent("away")

        mine._provider._get = silent
        return [await mine._provider.places() == known for _ in range(3)], looked_up

    kept, looked_up = check(user, World(), twice)[0]
    assert kept == [True] * 3 and len(looked_up) == 1


def test_a_server_may_tell_that_it_is_busy_while_the_login_has_lapsed(user):
    handler = SimpleNamespace(_auth_refreshed=None)
    assert asyncio.run(ActivityAPIHandler.refresh_auth(handler, user)) is user
    assert BaseHandler.refresh_auth is not ActivityAPIHandler.refresh_auth


def test_who_has_left_the_group_is_out(user):
    good, words, _ = check(user, World(claims={OLD: {**BOB, "groups": ["others"]}}))
    assert not good and "/cms" in words and "/others" in words
    assert {group.name for group in user.groups} == {"/others"}


def test_a_login_of_somebody_else_is_none(user):
    good, words, _ = check(user, World(claims={OLD: {**BOB, "sub": "43"}}))
    assert not good and "somebody else" in words


def test_an_ended_token_is_renewed_by_the_broker_and_the_login_is_not_written_here(user):
    world = renewing(user, World(claims={}))
    good, _, _ = check(user, world)
    assert good and world.asked_broker == 1
    assert asyncio.run(user.get_auth_state())["access_token"] == NEW
    assert not user.db.query(orm.APIToken).all(), "the token for the broker is gone"


def test_what_somebody_else_renewed_meanwhile_is_taken(user):
    world = World(claims={})

    async def question(mine, who):
        async def renewed_meanwhile(token):
            await who.save_auth_state(login(mine, NEW, "r"))
            world.claims = {NEW: BOB}
            mine._provider.standing = real
            return await real(token)

        real = mine._provider.standing
        mine._provider.standing = renewed_meanwhile
        return await mine.refresh_user(who)

    assert check(user, world, question)[0] and world.asked_broker == 0


@pytest.mark.parametrize(
    ("broker", "good", "expected"),
    [
        ((403, {"error": "login_required", "error_description": "User bob is suspended"}), False, "User bob is suspended"),
        ((200, {"access_token": "x"}), False, "does not accept your login"),
        ((503, {"error": "temporarily_unavailable", "error_description": "away"}), True, None),
        ((401, {"error": "invalid_token"}), True, None),
    ],
)
def test_what_the_broker_says_of_a_refused_token(user, broker, good, expected):
    answer, words, _ = check(user, World(claims={}, broker=broker))
    assert answer is good
    assert expected in words if expected else words is None


def test_without_a_refresh_token_an_ended_login_is_ended(user):
    world = World(claims={})
    good, words, _ = check(user, world, refresh_token=None)
    assert not good and "ended" in words and world.asked_broker == 0


def test_a_login_that_cannot_be_read_any_more_is_none(user):
    good, words, _ = check(user, World(), state={})
    assert not good and words


@pytest.mark.parametrize("status", [500, 502, 503, 429, 302])
def test_an_answer_that_says_nothing_of_the_account_ends_nothing(user, status):
    assert check(user, World(provider_status=status))[0]


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize(("page", "challenge", "ended"), [("<html>Request blocked</html>", "", False), ("{}", "", False), ("", "", False), ("<html></html>", 'Bearer error="insufficient_scope"', True), ('{"error": "access_denied"}', "", True)])
def test_a_refusal_is_the_providers_own_and_no_page_of_what_stands_before_it(user, status, page, challenge, ended):
    world = World(claims={}, provider_status=status, provider_page=page, challenge=challenge)
    assert check(user, world)[0] is not ended


def test_an_outage_ends_nothing_for_some_hours_only(user, monkeypatch):
    async def hours_apart(mine, who):
        first = await mine.refresh_user(who)
        clock = module.time.monotonic()
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock + module._UNCHECKED_SECONDS + 60))
        return first, await mine.refresh_user(who)

    answer, words, _ = check(user, World(), hours_apart, provider_there=False)
    assert answer == (True, False) and "hours" in words


def test_a_refusal_is_remembered_for_a_moment_and_then_looked_at_again(user):
    world = World(claims={OLD: {**BOB, "groups": []}})

    async def twice(mine, who):
        return [await mine.refresh_user(who) for _ in range(2)]

    assert check(user, world, twice)[0] == [False, False]
    assert world.asked_provider == 1
    assert user._auth_refreshed is None


def test_fifty_logins_ask_the_provider_at_the_same_time(user):
    world = World(hanging=True)

    async def question(mine, who):
        asking = [asyncio.ensure_future(mine.httpfetch(f"{world.url}/userinfo", headers={"Authorization": f"Bearer {OLD}"})) for _ in range(50)]

        async def all_asked():
            while world.asked_provider < 50:
                await asyncio.sleep(0.01)

        await asyncio.wait_for(all_asked(), 60)
        for each in asking:
            each.cancel()
        mine.http_client.close()
        return mine.http_client.defaults["request_timeout"]

    assert check(user, world, question)[0] >= 60


def test_an_issuer_that_calls_itself_otherwise_is_not_trusted(user):
    world = World()

    async def question(mine, who):
        world.url = "https://evil.example.org"
        with pytest.raises(ProviderProblem, match="calls itself"):
            await mine.find_provider()
        return True

    assert check(user, world, question)[0]
