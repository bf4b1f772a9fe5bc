# SPDX-License-Identifier: Apache-2.0
"""Logging in with an account of an OpenID Connect provider, and looking after those who have."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, AsyncIterator

from jupyterhub import orm, roles
from jupyterhub.apihandlers.users import ActivityAPIHandler, SelfAPIHandler
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User
from oauthenticator.generic import GenericOAuthenticator
from tornado import web
from tornado.httpclient import AsyncHTTPClient
from traitlets import Bool, Dict, Unicode, default

from decisionlab_hub.administrators import ROLE
from decisionlab_hub.login.claims import groups_of
from decisionlab_hub.login.names import AccountLedger, NameTaken
from decisionlab_hub.login.pages import Callback, LoginPage, StartOfLogin
from decisionlab_hub.login.provider import Provider, Standing, client_for_many
from decisionlab_hub.login.renewal import LOGIN_REQUIRED, renew

_UNCHECKED_SECONDS = 6 * 3600.0
"""So long a login stands while nobody can say whether the account does."""

_REMEMBERED_REFUSAL_SECONDS = 15.0

_TURN_SECONDS = 120.0
"""So long a request waits for the check of another one; a check itself ends sooner."""

_LOGIN_SECONDS = 60.0
"""Limit of each question to the provider in a login."""

_OF_ANOTHER = (
    "The name {name} is yours now, and it was somebody else's here, whose servers and tokens would become yours. "
    "An administrator deletes the user {name} on the hub's page Admin; then log in again. Files in the home stay."
)

# JupyterHub 6.1.1 reads this where a cookie's login cannot be refreshed, and sets it for tokens only: a spawn would answer 500.
BaseHandler._token_authenticated = False


async def _user_as_he_is(handler: ActivityAPIHandler, user: Any, force: bool = False) -> Any:
    """A server tells that it is busy also while its user's login has lapsed: telling it opens nothing."""
    return user


ActivityAPIHandler.refresh_auth = _user_as_he_is


def _has_something(user: User) -> bool:
    """Tells whether anything would come into the hands of who logs in as this user: a server, a token that still opens something, what others share."""
    tokens = any(token.expires_at is None or token.expires_at > token.now() for token in user.api_tokens)
    return tokens or any(spawner.server for spawner in user.orm_spawners.values()) or bool(user.shared_with_me)


async def _user_for_the_broker(handler: SelfAPIHandler, user: Any, force: bool = False) -> Any:
    """The broker asks who asks it, in the middle of the check of this user: that waits for nothing, and is no check."""
    mine = handler.authenticator
    if isinstance(mine, LabAuthenticator) and mine.is_the_broker_asking_back(user.name, handler.get_auth_token()):
        return user
    checked = await BaseHandler.refresh_auth(handler, user, force)
    if checked is None and isinstance(mine, LabAuthenticator):
        handler.why_refused = mine.words_for(user.name)
    return checked


SelfAPIHandler.refresh_auth = _user_for_the_broker
_say_who = SelfAPIHandler.get


async def _say_who_or_why_not(handler: SelfAPIHandler) -> None:
    """Whose login was refused is told why, in a form that cannot be taken for that of a token nobody knows."""
    words = getattr(handler, "why_refused", None)
    if handler.current_user is not None or not words:
        await _say_who(handler)
        return
    handler.set_status(403)
    handler.write({"status": 403, "error": LOGIN_REQUIRED, "message": words})


SelfAPIHandler.get = _say_who_or_why_not


class LabAuthenticator(GenericOAuthenticator):
    """OpenID Connect with discovery; groups and account are asked for again while the login lasts.

    It never writes a login that the hub already keeps: tokens are renewed by the token broker alone.
    """

    issuer = Unicode(config=True, help="The provider; a slash at the end more or less does not matter.")
    broker_url = Unicode(config=True, help="The token broker, as the hub reaches it.")
    broker_token = Unicode(config=True, help="The token broker's own token of the hub, which marks the hub's questions to it; empty: they are as those of servers.")
    ledger_file = Unicode(config=True, help="Where it is kept which account has which name.")
    ledger_key = Unicode(config=True, help="What stands for the provider where it is kept who has which name; empty: the issuer.")
    accounts = Dict(key_trait=Unicode(), value_trait=Unicode(), config=True, help="Subjects to whom administrators have given names; nobody else gets these.")
    machine_accounts = Bool(False, config=True, help="Whether servers run as accounts of this machine: their names are nobody's who is not in `accounts`.")
    collaborations = Dict(key_trait=Unicode(), value_trait=Unicode(), config=True, help="Groups by the names of accounts that nobody logs in as.")
    owner = Unicode(config=True, help="Subject of an account that is let in and is an administrator, whatever its groups; empty: none.")
    name_claim = Unicode("preferred_username", config=True, help="The claim that names of users are made of.")

    login_handler = StartOfLogin
    callback_handler = Callback

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._provider = Provider(self.issuer)
        self._ledger = AccountLedger(Path(self.ledger_file), self.accounts, self.machine_accounts)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._broker: AsyncHTTPClient | None = None
        self._inner: dict[str, str] = {}
        """By user, the token with which the broker asks back in the middle of a check."""
        self._refusals: dict[str, tuple[str, float]] = {}
        self._last_good: dict[str, float] = {}
        self._checked: dict[str, float] = {}

    @default("http_client")
    def _client_for_many(self) -> AsyncHTTPClient:
        return client_for_many(connect_timeout=_LOGIN_SECONDS, request_timeout=_LOGIN_SECONDS)

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        return [(r"/login", LoginPage), *super().get_handlers(app)]

    async def find_provider(self) -> None:
        """Sets the addresses of the provider. Raises ProviderProblem."""
        places = await self._provider.places()
        self.authorize_url, self.token_url, self.userdata_url = places.authorize, places.token, places.userinfo

    def words_for(self, name: str) -> str | None:
        """Returns why a user was logged out, if that was not long ago or the user has not come back since."""
        return self._refusals[name][0] if name in self._refusals else None

    def user_info_to_username(self, user_info: dict[str, Any]) -> str:
        """Returns the name of an account at the hub; 403 with words when there is none for it."""
        subject, claimed = user_info.get("sub"), user_info.get(self.name_claim)
        if not (isinstance(subject, str) and subject and isinstance(claimed, str) and claimed):
            raise web.HTTPError(403, f"The login service does not say who you are: the claims sub and {self.name_claim} are needed.")
        try:
            return self._ledger.name_of(claimed, self.ledger_key or self.issuer, subject)
        except NameTaken as taken:
            raise web.HTTPError(403, str(taken)) from taken

    def build_access_tokens_request_params(self, handler: Any, data: Any = None) -> dict[str, Any]:
        """A public client has no secret, and says none."""
        return {name: value for name, value in super().build_access_tokens_request_params(handler, data).items() if name != "client_secret" or value}

    async def authenticate(self, handler: Any, data: Any = None, **more: Any) -> dict[str, Any] | None:
        await self.find_provider()
        model = await super().authenticate(handler, data, **more)
        if model is not None:  # administrators have a role of the lab's, and nobody JupyterHub's own
            model["admin"] = False
        handler.login_seen = model
        return model

    async def run_post_auth_hook(self, handler: Any, auth_model: dict[str, Any]) -> dict[str, Any]:
        """Runs when the user is let in."""
        name, subject = auth_model["name"], auth_model["auth_state"][self.user_auth_state_key]["sub"]
        place = self.ledger_key or self.issuer
        try:
            found = handler.find_user(name)
            if found is not None:
                await self._require_same_account(found, place, subject)
            self._ledger.bind(name, place, subject)
        except NameTaken as taken:
            raise web.HTTPError(403, str(taken)) from taken
        self._refusals.pop(name, None)
        self._last_good[name] = time.monotonic()
        return await super().run_post_auth_hook(handler, auth_model)

    async def _require_same_account(self, found: User, place: str, subject: str) -> None:
        """Raises NameTaken when the hub's user of this name is another account's, whatever the files say of the name.

        Who has never logged in at the provider is nobody's as long as nothing runs and no token opens anything; cookies of before end.
        """
        state = await found.get_auth_state()
        kept = (state or {}).get(self.user_auth_state_key, {}).get("sub")
        nobodys = found.encrypted_auth_state is None
        if self._ledger.changes_hands(found.name, place, subject) or kept not in (None, subject) or (nobodys and _has_something(found)):
            raise NameTaken(_OF_ANOTHER.format(name=found.name))
        if nobodys:
            found.cookie_id = orm.new_token()
            found.db.commit()

    async def check_allowed(self, username: str, auth_model: dict[str, Any] | None) -> bool:
        if auth_model is not None and self._is_owner(auth_model["auth_state"][self.user_auth_state_key]):
            return True
        return bool(await super().check_allowed(username, auth_model))

    def _is_owner(self, claims: dict[str, Any]) -> bool:
        return bool(self.owner) and claims.get("sub") == self.owner

    def give_owner_the_role(self, user: User, claims: dict[str, Any]) -> None:
        """The hub's settings give the administrators' role by names and groups; of the owner they know the subject alone."""
        if self._is_owner(claims):
            roles.grant_role(user.db, user.orm_user, rolename=ROLE)

    async def refresh_user(self, user: Any, handler: Any = None, **more: Any) -> bool:
        """Tells whether a login still stands. Changed groups and rights are taken over; an outage of the provider ends nothing."""
        if user.name in self.collaborations:
            return await self._check_collaboration(user, handler)
        asked = time.monotonic()
        async with self._turn(user.name):
            if self._checked.get(user.name, 0.0) > asked:
                return True  # found good while this request waited for its turn
            refusal = self._refusals.get(user.name)
            if refusal is not None and time.monotonic() < refusal[1]:
                return self._refuse(user, *refusal)
            words = await self._why_not(user)
            if words:
                return self._refuse(user, words, time.monotonic() + _REMEMBERED_REFUSAL_SECONDS)
            self._refusals.pop(user.name, None)
            self._checked[user.name] = time.monotonic()
            return True

    async def _check_collaboration(self, user: Any, handler: Any) -> bool:
        """An account of a collaboration has no login: what counts is that of the member who asks for its server."""
        if await user.get_auth_state():
            self.log.warning("%s is a collaboration's, and somebody has logged in as it: delete the user on the page Admin", user.name)
            return False
        user.sync_groups([self.collaborations[user.name]])
        member = getattr(handler, "_jupyterhub_user", None)
        if isinstance(member, User) and member.name not in self.collaborations:
            return await self.refresh_user(member, handler)
        return True

    def is_the_broker_asking_back(self, name: str, token: str | None) -> bool:
        """Tells whether this is the broker's question who asks it, in the middle of a check of this user; nobody else passes before its end."""
        inner = self._inner.get(name)
        return bool(inner and token) and hmac.compare_digest(token.encode(), inner.encode())

    @asynccontextmanager
    async def _turn(self, name: str) -> AsyncIterator[None]:
        """One check of a user at a time; who waits for too long is told to come again, and is not let in unchecked."""
        try:
            await asyncio.wait_for(self._locks[name].acquire(), _TURN_SECONDS)
        except asyncio.TimeoutError as late:
            raise web.HTTPError(503, "Your login is being checked, and the login service takes long. Try again in a while.") from late
        try:
            yield
        finally:
            self._locks[name].release()

    def _refuse(self, user: Any, words: str, until: float) -> bool:
        if user.name not in self._refusals:
            self.log.warning("%s is logged out: %s", user.name, words)
        self._refusals[user.name] = (words, until)
        user._auth_refreshed = None  # what was good at the last check is not any more
        return False

    async def _why_not(self, user: Any) -> str:
        """Returns why a login does not stand any more; an empty text when it does."""
        state = await user.get_auth_state()
        if not state or not state.get("access_token"):
            return "The hub does not have your login any more."
        try:
            self._ledger.require(user.name, str(state.get(self.user_auth_state_key, {}).get("sub")))
        except NameTaken as taken:
            return str(taken)
        standing, claims = await self._provider.standing(state["access_token"])
        if standing is Standing.REFUSED:
            state, words = await self._renewed(user, state)
            if words:
                return words
            standing, claims = await self._provider.standing(state["access_token"]) if state else (Standing.UNKNOWN, {})
        if standing is Standing.UNKNOWN:
            return self._unchecked(user)
        if standing is Standing.REFUSED:
            return "The login service does not accept your login any more: it has ended there, or your account is suspended."
        if claims.get("sub") != state.get(self.user_auth_state_key, {}).get("sub"):
            return "The login service says that your login is somebody else's."
        return await self._take_over(user, claims, state)

    async def _renewed(self, user: Any, old: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        """Returns a login that is newer than this one, None when nobody can tell now, and words when there is none."""
        state = await user.get_auth_state()
        if state and state.get("access_token") != old["access_token"]:
            return state, ""
        if not old.get("refresh_token"):
            return None, "Your login has ended."
        self._broker = self._broker or client_for_many()
        renewal = await renew(self._broker, self.broker_url, self.broker_token, user, self._inner)
        if renewal.refused:
            return None, renewal.refused
        state = await user.get_auth_state()
        if renewal.away or not state:
            self.log.warning("The login of %s cannot be renewed now: %s", user.name, renewal.away)
            return None, ""
        return state, ""

    def _unchecked(self, user: Any) -> str:
        since = time.monotonic() - self._last_good.setdefault(user.name, time.monotonic())
        if since > _UNCHECKED_SECONDS:
            return f"Your login could not be checked for {since / 3600:.0f} hours: the login service does not answer."
        self.log.warning("The login of %s stands unchecked: the provider does not answer", user.name)
        return ""

    async def _take_over(self, user: Any, claims: dict[str, Any], state: dict[str, Any]) -> str:
        groups = groups_of(claims)
        model = {"name": user.name, "admin": False, "groups": groups, "auth_state": {**state, self.user_auth_state_key: claims}}
        user.sync_groups(groups)
        self.give_owner_the_role(user, claims)
        if not await self.check_allowed(user.name, model):
            return self.not_let_in(groups)
        self._last_good[user.name] = time.monotonic()
        return ""

    def not_let_in(self, groups: list[str]) -> str:
        """Returns why somebody with these groups may not use this hub."""
        wanted = sorted(self.allowed_groups)
        if not wanted:
            return "This hub is for users that its administrator has listed by name, and you are not among them."
        needed = f"the group {wanted[0]}" if len(wanted) == 1 else f"one of the groups {', '.join(wanted)}"
        return f"This hub is for members of {needed}. Your groups: {', '.join(groups) or 'none'}."
