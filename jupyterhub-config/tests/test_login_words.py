# SPDX-License-Identifier: Apache-2.0
"""What JupyterHub's own handler answers to the broker's question who shows a token, while the login of that user is refused."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import pytest
from jupyterhub import orm
from jupyterhub.apihandlers.users import SelfAPIHandler
from jupyterhub.utils import maybe_future
from tornado import web
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from decisionlab_hub.login.renewal import ACCESS_SCOPE
from test_login_checks import BOB, OLD, World, check, user  # noqa: F401 - a fixture

SUSPENDED = "The provider does not renew your login: User bob is suspended 100% %s"
REFUSED = (403, {"error": "login_required", "error_description": SUSPENDED})


async def who_asks(mine, who, token: str) -> tuple[int, dict]:
    """The hub's answer to `GET /user` with this token, over HTTP."""
    users = {who.orm_user: who}
    settings = {
        "db": who.db, "users": users, "authenticator": mine, "hub": SimpleNamespace(cookie_name="hub", base_url="/hub/"), "cookie_secret": b"0" * 32,
        "base_url": "/", "log": logging.getLogger("hub"),
    }  # fmt: skip
    sock, port = bind_unused_port()
    server = HTTPServer(web.Application([("/hub/api/user", SelfAPIHandler)], **settings))
    server.add_sockets([sock])
    try:
        answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/hub/api/user", headers={"Authorization": f"token {token}"}, raise_error=False)
        return answer.code, json.loads(answer.body)
    finally:
        server.stop()
        await maybe_future(server.close_all_connections())


@pytest.fixture
def token(user):  # noqa: F811
    who = user.db.query(orm.User).one()
    return who.new_api_token(scopes=[ACCESS_SCOPE])


def answers(user, world: World, *tokens: str) -> list[tuple[int, dict]]:  # noqa: F811
    async def question(mine, who):
        mine.auth_refresh_age, mine.auth_refresh_strict = 120, True
        return [await who_asks(mine, who, token) for token in tokens]

    return check(user, world, question)[0]


def test_the_broker_is_told_why_a_login_is_refused_and_each_time(user, token):  # noqa: F811
    for status, said in answers(user, World(claims={}, broker=REFUSED), token, token):
        assert (status, said) == (403, {"status": 403, "error": "login_required", "message": SUSPENDED})


def test_who_has_left_the_groups_is_told_which_are_let_in(user, token):  # noqa: F811
    ((status, said),) = answers(user, World(claims={OLD: {**BOB, "groups": ["others"]}}), token)
    assert (status, said["error"]) == (403, "login_required") and "/cms" in said["message"] and "/others" in said["message"]


def test_a_token_that_nobody_knows_is_no_refused_login(user, token):  # noqa: F811
    (first, (status, said)) = answers(user, World(claims={}, broker=REFUSED), token, "no-such-token")
    assert first[0] == 403 and status == 403 and "error" not in said and "suspended" not in str(said)


def test_a_good_login_is_named_with_what_its_token_may(user, token):  # noqa: F811
    ((status, said),) = answers(user, World(), token)
    assert (status, said["name"], said["kind"]) == (200, "bob", "user") and ACCESS_SCOPE in said["scopes"]


def test_an_outage_refuses_nobody(user, token):  # noqa: F811
    ((status, said),) = answers(user, World(provider_status=503), token)
    assert (status, said["name"]) == (200, "bob")
