# SPDX-License-Identifier: Apache-2.0
"""Renewing a login whose token has ended: the token broker does that, and nobody beside it."""

from __future__ import annotations

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
_ANSWER_SECONDS = 18.0
"""With two questions to the provider this is less than the 30 s that the broker waits for the hub to say who asks it."""


@dataclass(frozen=True)
class Renewal:
    """What came of it: `refused` has the provider's words when the user must log in again; `away` that nobody could tell."""

    refused: str = ""
    away: str = ""


async def renew(broker_url: str, user: Any, inner: dict[str, str]) -> Renewal:
    """Has the broker renew a user's login where it needs that; the hub keeps the new one then.

    While it goes on, `inner` has the token, by the user's name, with which the broker asks back who asks it; that token can ask
    the broker and do nothing else.
    """
    token = user.new_api_token(note="check of the login", expires_in=_TOKEN_SECONDS, scopes=[ACCESS_SCOPE])
    inner[user.name] = token
    try:
        request = HTTPRequest(
            f"{broker_url}/token",
            method="POST",
            headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
            body="{}",
            request_timeout=_ANSWER_SECONDS,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
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
