# SPDX-License-Identifier: Apache-2.0
"""Renewing a login whose token has ended: the token broker does that, and nobody beside it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from jupyterhub import orm
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

BROKER = "token-broker"
ACCESS_SCOPE = f"access:services!service={BROKER}"
LOGIN_REQUIRED = "login_required"
"""How the broker tells the hub, and the hub the broker, that a user must log in again; words of the reason come with it."""

_TOKEN_SECONDS = 120
_ANSWER_SECONDS = 16.0
"""The broker answers such a question after 14 s, whatever the provider does. With three questions to the provider this is less than the
33 s that the broker waits for the hub to say who asks it."""

_MARK = "Decisionlab-Check"
"""By this header the broker tells a question of the hub from those of servers, for which it has other places."""


@dataclass(frozen=True)
class Renewal:
    """What came of it: `refused` has the provider's words when the user must log in again; `away` that nobody could tell."""

    refused: str = ""
    away: str = ""


def mark(broker_token: str, token: str) -> dict[str, str]:
    """Returns the header that shows that the hub itself asks with this token; the key is the broker's own token, which only these two know."""
    return {_MARK: hmac.new(broker_token.encode(), token.encode(), hashlib.sha256).hexdigest()} if broker_token else {}


async def renew(client: AsyncHTTPClient, broker_url: str, broker_token: str, user: Any, inner: dict[str, str]) -> Renewal:
    """Has the broker renew a user's login where it needs that; the hub keeps the new one then.

    Time in which a question waits for one of the client's connections counts for its limit: it takes a client that asks many at the same time.
    While it goes on, `inner` has the token, by the user's name, with which the broker asks back who asks it; that token can ask the broker and
    do nothing else.
    """
    token = user.new_api_token(note="check of the login", expires_in=_TOKEN_SECONDS, scopes=[ACCESS_SCOPE])
    inner[user.name] = token
    try:
        request = HTTPRequest(
            f"{broker_url}/token",
            method="POST",
            headers={"Authorization": f"token {token}", "Content-Type": "application/json", **mark(broker_token, token)},
            body="{}",
            request_timeout=_ANSWER_SECONDS,
        )
        answer = await client.fetch(request, raise_error=False)
        said = {} if answer.code == 200 else json.loads(answer.body or b"{}")
    except (HTTPClientError, OSError, ValueError) as problem:
        return Renewal(away=f"the token broker does not answer ({type(problem).__name__})")
    finally:
        inner.pop(user.name, None)
        _forget(user, token)
    if answer.code == 200:
        return Renewal()
    words = str(said.get("error_description", ""))
    if answer.code == 403 and said.get("error") == LOGIN_REQUIRED:
        return Renewal(refused=words or "the login service does not renew the login")
    return Renewal(away=f"the token broker answers with status {answer.code}: {words}")


def _forget(user: Any, token: str) -> None:
    found = orm.APIToken.find(user.db, token)
    if found is not None:
        user.db.delete(found)
        user.db.commit()
