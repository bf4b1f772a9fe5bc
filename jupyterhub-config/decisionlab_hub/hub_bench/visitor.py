# SPDX-License-Identifier: Apache-2.0
"""A user's browser without a window: cookies, redirects, and the login form of a provider or of the hub itself; on this machine only."""

from __future__ import annotations

import html
import http.cookiejar
import ipaddress
import re
import urllib.parse
from html.parser import HTMLParser
from typing import Any

import requests
from requests.cookies import RequestsCookieJar

from decisionlab_hub.console import LabError

SERVER_ENDS = (202, 204)
"""Statuses by which the hub says that it ends a server, or has ended it."""


class LoopbackCookies(RequestsCookieJar):
    """Cookies that are for secure connections go to this machine's own servers over plain HTTP too, as in a browser."""

    def set_cookie(self, cookie: http.cookiejar.Cookie, *args: Any, **kwargs: Any) -> None:
        cookie.secure = False
        super().set_cookie(cookie, *args, **kwargs)


class LoopbackSession(requests.Session):
    """Asks servers of this machine, through no proxy; another one is never asked, whoever names it: the caller or a redirect."""

    def __init__(self, limit_seconds: float, hub_token: str = ""):
        super().__init__()
        self.trust_env = False
        self.cookies = LoopbackCookies()
        self._limit_seconds = limit_seconds
        if hub_token:
            self.headers["Authorization"] = f"token {hub_token}"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Every request comes through here, those of redirects too."""
        refuse_other_machines(request.url or "")
        kwargs["timeout"] = kwargs.get("timeout") or self._limit_seconds
        answer = super().send(request, **kwargs)
        if "charset" not in answer.headers.get("Content-Type", ""):
            answer.encoding = "utf-8"  # as all servers of a lab write; else requests takes a guess
        return answer


def refuse_other_machines(url: str) -> None:
    """Raises LabError unless the address is one of loopback. The refusal tells neither path nor query: they may hold a code."""
    parts = urllib.parse.urlsplit(url)
    if not _is_loopback(parts.hostname or ""):
        place = f"{parts.scheme}://{parts.hostname or ''}"
        raise LabError(f"{place} is not asked: it is no address of this machine's loopback, such as http://127.0.0.1:8000, and passwords and tokens of a lab go nowhere else; name a lab that runs here")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # another name


class LoginForm(HTMLParser):
    """The form of a page that asks for a password: where it goes, and what it sends along unseen."""

    def __init__(self, page: str):
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}
        self._form: tuple[str, dict[str, str]] = ("", {})
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = (of.get("action", ""), {})
        elif tag == "input" and of.get("type") == "password" and self.action is None:
            self.action, self.hidden = self._form
        elif tag == "input" and of.get("type") == "hidden" and of.get("name"):
            self._form[1][of["name"]] = of.get("value", "")


class LoginVisitor:
    """A user with a cookie jar, who logs in at a hub of this machine by the form of its provider."""

    entry = "/hub/oauth_login?next=%2Fhub%2Fhome"
    """Where a login begins."""

    def __init__(self, hub: str, password: str, limit_seconds: float):
        """Raises LabError when the hub is not one of this machine."""
        refuse_other_machines(hub)
        self.hub = hub.rstrip("/")
        self.user = ""
        self.session = LoopbackSession(limit_seconds)
        self.session.headers["Accept"] = "text/html, */*;q=0.8"
        self._password = password

    @property
    def cookies(self) -> RequestsCookieJar:
        return self.session.cookies

    def log_in(self, name: str) -> requests.Response:
        """Goes through the pages of the login; returns the one where that ends: the hub's home when all is well."""
        self.user = name
        page = self.get(self.entry)
        form = LoginForm(page.text)
        if form.action is None:
            if page.url.startswith(f"{self.hub}/"):
                return page  # who gives logins still knows this browser
            raise LabError(f"no form that asks for a password at {page.url.partition('?')[0]}: {told(page)}")
        fields = {**form.hidden, "username": name, "password": self._password}
        return self.session.post(urllib.parse.urljoin(page.url, form.action), data=fields)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.hub + path)

    def home(self) -> bool:
        """Tells whether the hub still knows the user."""
        return self.get("/hub/home").url == f"{self.hub}/hub/home"

    def account(self) -> dict[str, Any]:
        """What the hub tells the user of their own account."""
        return self.get("/hub/api/user").json()

    def start_server(self, server: str = "") -> requests.Response:
        """Asks the hub's interface to start a server of the user, as the page does; none named: the one without a name."""
        return self.api("POST", f"users/{self.user}/" + (f"servers/{server}" if server else "server"))

    def stop_server(self) -> requests.Response:
        """Asks the hub to end the user's server."""
        return self.api("DELETE", f"users/{self.user}/server")

    def server_answers(self, name: str) -> bool:
        """Tells whether the page of JupyterLab comes from a server of the user; `name/server` is one that has a name."""
        page = self.get(f"/user/{name}/lab")
        return page.status_code == 200 and page.url.startswith(f"{self.hub}/user/{name}/lab")

    def token(self) -> str:
        """Makes a token of the hub for a program of the user."""
        answer = self.api("POST", f"users/{self.user}/tokens", b"{}")
        if answer.status_code != 201:
            raise LabError(f"the hub gives {self.user} no token: {told(answer)}")
        return answer.json()["token"]

    def api(self, method: str, path: str, body: bytes = b"") -> requests.Response:
        """Asks the hub's interface as a page of the hub does."""
        headers = {"X-XSRFToken": self.xsrf, "Referer": f"{self.hub}/hub/home", "Content-Type": "application/json"}
        return self.session.request(method, f"{self.hub}/hub/api/{path}", data=body, headers=headers)

    @property
    def xsrf(self) -> str:
        """What the hub's pages send along to show that they are the hub's; empty before the hub has given it."""
        return next((cookie.value or "" for cookie in self.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/"), "")


def shown_text(page: str) -> str:
    """The text of a page without its marks and programs."""
    shown = re.sub(r"<(script|style)\b.*?</\1\s*>", " ", page, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


def told(answer: requests.Response) -> str:
    """An answer for a message: its status and the beginning of its words."""
    return f"status {answer.status_code}, {shown_text(answer.text)[:500]}"
