# SPDX-License-Identifier: Apache-2.0
"""The pages of a login: its start, its return, and what is said to those who are not let in."""

from __future__ import annotations

import inspect
from typing import Any

from jupyterhub.handlers.login import LoginHandler
from oauthenticator.oauth2 import OAuthCallbackHandler, OAuthLoginHandler
from tornado import web
from tornado.httpclient import HTTPClientError

from decisionlab_hub.login.provider import ProviderProblem

_NO_ANSWER = "The login service did not finish the login (%s). Try again in a while; nothing of yours is lost."


class StartOfLogin(OAuthLoginHandler):
    """Sends the user to the provider."""

    async def get(self) -> None:
        try:
            await self.authenticator.find_provider()
        except ProviderProblem as problem:
            raise web.HTTPError(503, str(problem)) from problem
        sent = super().get()
        if inspect.isawaitable(sent):
            await sent


class Callback(OAuthCallbackHandler):
    """Takes the user back from the provider."""

    login_seen: dict[str, Any] | None = None

    async def get(self) -> None:
        self.check_arguments()
        try:
            user = await self.login_user()
        except ProviderProblem as problem:
            raise web.HTTPError(503, str(problem)) from problem
        except (HTTPClientError, OSError) as problem:
            raise web.HTTPError(503, _NO_ANSWER, getattr(problem, "code", type(problem).__name__)) from problem
        if user is not None:
            self.redirect(self.get_next_url(user))
        else:
            await self._refuse()

    async def auth_to_user(self, authenticated: dict[str, Any], user: Any = None) -> Any:
        found = await super().auth_to_user(authenticated, user)
        self.authenticator.give_owner_the_role(found, authenticated["auth_state"][self.authenticator.user_auth_state_key])
        return found

    async def _refuse(self) -> None:
        seen = self.login_seen or {}
        words = self.authenticator.not_let_in(seen.get("groups") or [])
        self.set_status(403)
        page = await self.render_template("refused.html", words=words, user_name=seen.get("name"), issuer=self.authenticator.issuer)
        self.finish(page)


class LoginPage(LoginHandler):
    """The page with the button, and why the user who had logged in here has to do it again."""

    def _render(self, login_error: str | None = None, username: str | None = None, **more: Any) -> Any:
        user = self._user_for_cookie(self.hub.cookie_name)
        words = self.authenticator.words_for(user.name) if user is not None else None
        return super()._render(login_error=login_error or words, username=username, **more)
