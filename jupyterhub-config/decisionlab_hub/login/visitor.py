# SPDX-License-Identifier: Apache-2.0
"""A user's browser without a window: cookies, redirects, and the login form of a provider."""

from __future__ import annotations

import html
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser

from decisionlab_hub.console import LabError


@dataclass(frozen=True)
class Answer:
    """What a server answered in the end, after redirects."""

    status: int
    url: str
    text: str

    def json(self) -> dict:
        return json.loads(self.text)

    @property
    def words(self) -> str:
        """The text of a page without its marks and programs."""
        shown = re.sub(r"<(script|style)\b.*?</\1\s*>", " ", self.text, flags=re.DOTALL | re.IGNORECASE)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


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
    """A user with a cookie jar, who logs in at a hub by the provider's form.

    As in a browser, cookies that are for secure connections go to this machine's own servers too; other servers are never visited.
    """

    def __init__(self, hub: str, password: str, limit_seconds: float):
        self.hub = hub.rstrip("/")
        self._password = password
        self._limit_seconds = limit_seconds
        self.cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies))

    def log_in(self, name: str) -> Answer:
        """Goes through the provider's pages; returns the page where that ends: the hub's home when all is well."""
        page = self.get("/hub/oauth_login?next=%2Fhub%2Fhome")
        if page.url.startswith(f"{self.hub}/"):
            return page  # the provider still knows this browser
        form = LoginForm(page.text)
        if form.action is None:
            raise LabError(f"no form that asks for a password at {page.url.partition('?')[0]}: status {page.status}, {page.words[:500]}")
        fields = {**form.hidden, "username": name, "password": self._password}
        return self.ask(urllib.parse.urljoin(page.url, form.action), urllib.parse.urlencode(fields).encode())

    def get(self, path: str) -> Answer:
        return self.ask(self.hub + path)

    def home(self) -> bool:
        """Tells whether the hub still knows the user."""
        return self.get("/hub/home").url == f"{self.hub}/hub/home"

    def spawn(self, name: str, server: str = "") -> Answer:
        """Asks the hub's interface to start a server of the user, as the page does."""
        return self.api(f"users/{name}/" + (f"servers/{server}" if server else "server"), "POST", b"")

    def stop(self, name: str) -> Answer:
        """Asks the hub to end the user's server."""
        return self.api(f"users/{name}/server", "DELETE", None)

    def hub_token(self, name: str) -> str:
        """Makes a token of the hub for a program of the user."""
        answer = self.api(f"users/{name}/tokens", "POST", b"{}")
        if answer.status != 201:
            raise LabError(f"the hub gives {name} no token: status {answer.status}, {answer.words[:300]}")
        return answer.json()["token"]

    def api(self, path: str, method: str, body: bytes | None) -> Answer:
        """Asks the hub's interface as a page of the hub does."""
        headers = {"X-XSRFToken": self._xsrf(), "Referer": f"{self.hub}/hub/home", "Content-Type": "application/json"}
        return self.ask(f"{self.hub}/hub/api/{path}", body, headers, method)

    def user(self) -> dict:
        return self.get("/hub/api/user").json()

    def server_answers(self, name: str) -> bool:
        """Tells whether the page of JupyterLab comes from a server of the user; `name/server` is one that has a name."""
        page = self.get(f"/user/{name}/lab")
        return page.status == 200 and page.url.startswith(f"{self.hub}/user/{name}/lab")

    def ask(self, url: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str | None = None) -> Answer:
        request = urllib.request.Request(url, body, {"Accept": "text/html", **(headers or {})}, method=method)
        try:
            with self._opener.open(request, timeout=self._limit_seconds) as answer:
                return Answer(answer.status, answer.geturl(), answer.read().decode())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.geturl(), refused.read().decode())

    def _xsrf(self) -> str:
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/")
