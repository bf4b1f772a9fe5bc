# SPDX-License-Identifier: Apache-2.0
"""Questions of one user at the same time: who waits for the check of a login, and who may pass in the middle of it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyterhub import orm, roles
from jupyterhub.apihandlers.users import SelfAPIHandler
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User
from tornado import web

from decisionlab_hub.login import authenticator as module
from decisionlab_hub.login.authenticator import LabAuthenticator
from decisionlab_hub.login.names import AccountLedger
from test_login_checks import OLD, World, check, login, renewing, user  # noqa: F401 - a fixture


def with_token(token: str | None, mine: LabAuthenticator, who: User) -> SimpleNamespace:
    """A request of this user to the hub with this token, as far as the question needs one."""
    return SimpleNamespace(get_auth_token=lambda: token, authenticator=mine, log=logging.getLogger("request"), _jupyterhub_user=who, _token_authenticated=True)


def test_many_at_once_ask_the_broker_once_and_the_broker_may_ask_back(user):  # noqa: F811
    world = renewing(user, World(claims={}))

    async def many(mine, who):
        renew = world.renew

        async def asking_back():
            assert await SelfAPIHandler.refresh_auth(with_token(world.asked_with, mine, who), who) is who, "a question of the broker itself waits for nothing"
            await renew()

        world.renew = asking_back
        return await asyncio.gather(*(mine.refresh_user(who) for _ in range(20)))

    answers, _, _ = check(user, world, many)
    assert answers == [True] * 20 and world.asked_broker == 1


@pytest.mark.parametrize("token", [None, "another-token-of-bob", ""])
def test_while_a_login_is_renewed_nobody_but_the_broker_passes(user, token):  # noqa: F811
    world = World(claims={}, broker=(403, {"error": "login_required", "error_description": "User bob is suspended"}))

    async def start_of_a_server(mine, who):
        mine.auth_refresh_strict = True
        seen = []

        async def in_the_middle():
            others = [asyncio.ensure_future(BaseHandler.refresh_auth(with_token(token, mine, who), who, force=force)) for force in (True, False)]
            assert await SelfAPIHandler.refresh_auth(with_token(world.asked_with, mine, who), who) is who
            others.append(asyncio.ensure_future(SelfAPIHandler.refresh_auth(with_token(token, mine, who), who)))
            seen.extend(others)
            await asyncio.sleep(0)  # all of them have asked now
            assert not any(each.done() for each in others), "they wait for the end of the check"

        world.renew = in_the_middle
        first = await mine.refresh_user(who)
        return [first, *await asyncio.gather(*seen)]

    answers, words, mine = check(user, world, start_of_a_server)
    assert answers == [False, None, None, None] and "suspended" in words
    assert world.asked_broker == 1 and not mine._inner


def test_who_waits_too_long_for_a_check_is_let_in_by_nobody(user, monkeypatch):  # noqa: F811
    monkeypatch.setattr(module, "_TURN_SECONDS", 0.1)
    world = World(claims={})

    async def waiting(mine, who):
        refused = []

        async def in_the_middle():
            with pytest.raises(web.HTTPError, match="503"):
                await mine.refresh_user(who, with_token("another", mine, who))
            refused.append(True)

        world.renew = in_the_middle
        await mine.refresh_user(who)
        return refused, await mine.refresh_user(who)

    assert check(user, world, waiting)[0] == ([True], False)


def test_a_name_that_was_given_to_somebody_else_meanwhile_ends_the_login(user):  # noqa: F811
    world = World()

    async def given_away(mine, who):
        first = await mine.refresh_user(who)
        mine._ledger = AccountLedger(Path("unused"), {"bob": "43"})
        return first, await mine.refresh_user(who)

    answers, words, _ = check(user, world, given_away)
    assert answers == (True, False) and "accounts.bob" in words


def test_many_users_logins_are_renewed_at_the_same_time(user):  # noqa: F811
    """A broker that answers nobody before all have asked: whoever had to wait for a connection would wait for ever."""
    world, many = World(claims={}), 40

    async def question(mine, who):
        accounts = [orm.User(name=f"user{number}") for number in range(many)]
        who.db.add_all(accounts)
        who.db.commit()
        for account in accounts:
            roles.assign_default_roles(who.db, account)
        others = [User(account, {}) for account in accounts]
        for each in others:
            await each.save_auth_state(login(mine, OLD, "a-refresh-token"))
        all_asked = asyncio.Event()

        async def answered_when_all_have_asked():
            if world.asked_broker == many:
                all_asked.set()
            await all_asked.wait()

        world.renew = answered_when_all_have_asked
        before = [await each.get_auth_state() for each in others]
        found = await asyncio.gather(*(mine._renewed(each, state) for each, state in zip(others, before, strict=True)))
        return found == [(state, "") for state in before], [each.name for each in others if each.name in mine._inner]

    answers, _, _ = check(user, world, question)
    assert world.asked_broker == many and answers == (True, [])
