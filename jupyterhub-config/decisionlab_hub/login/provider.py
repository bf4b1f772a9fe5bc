# SPDX-License-Identifier: Apache-2.0
"""What the hub asks the provider by itself: where its pages are, and whether an account still stands."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from decisionlab_hub.login.choice import safe_address

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 20.0
CHECK_SECONDS = 5.0
"""Limit of the question whether an account stands: pages and starts of servers wait for it."""

MOST_QUESTIONS = 100
"""Questions that go on at the same time; those beyond wait for a turn, which counts for their limit. Tornado's own 10 fail the logins of a whole course."""

_KNOWN_SECONDS = 3600.0
_KNOWN_AFTER_FAILURE_SECONDS = 60.0
_AWAY_SECONDS = 30.0
MOST_BYTES = 1 << 20


def client_for_many(**defaults: float) -> AsyncHTTPClient:
    """Returns a client of its own that asks `MOST_QUESTIONS` at the same time; `defaults` are limits of its questions."""
    return AsyncHTTPClient(force_instance=True, max_clients=MOST_QUESTIONS, max_body_size=MOST_BYTES, defaults=defaults)


class ProviderProblem(Exception):
    """The provider does not answer, or not as OpenID Connect says; the message is for users."""


class ProviderSilent(ProviderProblem):
    """The provider does not answer at all."""


@dataclass(frozen=True)
class Places:
    """Addresses of a provider."""

    authorize: str
    token: str
    userinfo: str


class Standing(Enum):
    """What the provider says of an access token."""

    GOOD = "good"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Provider:
    """An OpenID Connect provider, looked up when it is first needed: the hub starts without it."""

    def __init__(self, issuer: str):
        self._issuer = issuer
        self._client: AsyncHTTPClient | None = None
        self._places: Places | None = None
        self._known_until = 0.0
        self._away_until = 0.0

    async def places(self, limit: float = ANSWER_SECONDS) -> Places:
        """Returns its addresses; those known before are used while it does not answer in `limit` seconds. Raises ProviderProblem."""
        if self._places is not None and time.monotonic() < self._known_until:
            return self._places
        try:
            self._places = await self._discover(limit)
            self._known_until = time.monotonic() + _KNOWN_SECONDS
        except ProviderProblem:
            if self._places is None:
                raise
            self._known_until = time.monotonic() + _KNOWN_AFTER_FAILURE_SECONDS
        return self._places

    async def standing(self, access_token: str) -> tuple[Standing, dict[str, Any]]:
        """Asks who the bearer of this token is; returns the claims when the provider knows.

        A provider that did not answer in `CHECK_SECONDS` is not asked again for half a minute.
        """
        if time.monotonic() < self._away_until:
            return Standing.UNKNOWN, {}
        try:
            places = await self.places(CHECK_SECONDS)
            answer = await self._get(places.userinfo, {"Authorization": f"Bearer {access_token}"}, CHECK_SECONDS)
            if answer.code == 200:
                return Standing.GOOD, _object(answer, "of the account")
        except ProviderSilent:
            self._away_until = time.monotonic() + _AWAY_SECONDS
            return Standing.UNKNOWN, {}
        except ProviderProblem:
            return Standing.UNKNOWN, {}
        return (Standing.REFUSED if _refuses(answer) else Standing.UNKNOWN), {}

    async def _discover(self, limit: float) -> Places:
        document = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = await self._get(document, {}, limit)
        if answer.code != 200:
            raise ProviderProblem(f"The login service {self._issuer} answers with status {answer.code} when asked how to log in.")
        said = _object(answer, "how to log in")
        if str(said.get("issuer", "")).removesuffix("/") != self._issuer.removesuffix("/"):
            raise ProviderProblem(f"The login service {self._issuer} calls itself {said.get('issuer')!r}: the hub's setting must be that.")
        found = {name: str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")}
        for name, address in found.items():
            if not safe_address(address):
                raise ProviderProblem(f"The login service {self._issuer} has no safe {name}: {address!r}; expected https.")
        return Places(*found.values())

    async def _get(self, url: str, headers: dict[str, str], limit: float) -> HTTPResponse:
        request = HTTPRequest(
            url,
            headers={"Accept": "application/json", **headers},
            follow_redirects=False,
            connect_timeout=min(CONNECT_SECONDS, limit),
            request_timeout=limit,
        )
        self._client = self._client or client_for_many()
        try:
            return await self._client.fetch(request, raise_error=False)
        except (HTTPClientError, OSError) as problem:
            words = f"The login service {urlsplit(url).netloc} does not answer ({type(problem).__name__}). Try again in a while."
            raise ProviderSilent(words) from problem


def _refuses(answer: HTTPResponse) -> bool:
    """Tells whether an answer is about the token (RFC 6750 section 3): what stands before a provider answers with 400 and 403 too, in words of its own."""
    if answer.code not in (400, 401, 403):
        return False
    if answer.code == 401 or answer.headers.get("WWW-Authenticate", "").lower().startswith("bearer"):
        return True
    try:
        return bool(_object(answer, "of the account").get("error"))
    except ProviderProblem:
        return False


def _object(answer: HTTPResponse, what: str) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError as wrong:
        raise ProviderProblem(f"What the login service says {what} is not JSON.") from wrong
    if not isinstance(said, dict):
        raise ProviderProblem(f"What the login service says {what} is no JSON object.")
    return said
