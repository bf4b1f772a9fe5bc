# SPDX-License-Identifier: Apache-2.0
"""The visitor of tests and measurements: it knows a login form, keeps cookies as a browser does, and asks no other machine."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterator

import pytest

from decisionlab_hub.console import LabError
from decisionlab_hub.hub_bench import chromium
from decisionlab_hub.hub_bench.visitor import LoginForm, LoginVisitor, LoopbackSession, shown_text

FORM = '<form action="/entered"><input type="hidden" name="_xsrf" value="x"><input name="username"><input type="password" name="password"></form>'


@pytest.mark.parametrize(
    ("page", "action", "hidden"),
    [
        (
            '<form action="/search"><input type="hidden" name="q" value="1"></form>'
            '<form method="post" action="/login"><input type="hidden" name="_csrf" value="a&amp;b"><input name="username"><input type="password" name="password"></form>',
            "/login",
            {"_csrf": "a&b"},
        ),
        (
            '<form id="kc-form-login" action="http://127.0.0.1:1/realms/lab/x?session_code=1&amp;tab=2"><input type="password" name="password"/>'
            '<input type="hidden" name="credentialId"/></form><form action="/other"><input type="hidden" name="z" value="z"></form>',
            "http://127.0.0.1:1/realms/lab/x?session_code=1&tab=2",
            {"credentialId": ""},
        ),
        ("<p>nothing to fill in</p><form action='/x'><input name='username'></form>", None, {}),
    ],
)
def test_the_form_is_the_one_that_asks_for_a_password(page: str, action: str | None, hidden: dict):
    form = LoginForm(page)
    assert form.action == action
    assert (form.hidden if action else {}) == hidden


class _Hub(BaseHTTPRequestHandler):
    """Leads to the login, whose page is one of several by the user's name, and remembers what it was sent."""

    def _answer(self, status: int, text: str = "", *headers: tuple[str, str]) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("Cookie", ""), self.headers.get("Authorization", "")))
        body = text.encode()
        self.send_response(status)
        for name, value in (*headers, ("Content-Type", "text/html"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:  # noqa: N802 - the name that the library calls
        if self.path.startswith("/hub/oauth_login"):
            self._answer(302, "", ("Location", self.server.login), ("Set-Cookie", "session=s; Path=/; Secure; HttpOnly"))
        elif self.path.startswith("/form"):
            self._answer(200, FORM, ("Set-Cookie", "_xsrf=of-the-hub; Path=/hub/"), ("Set-Cookie", "_xsrf=of-a-server; Path=/user/ada/"))
        else:
            self._answer(200, "<p>no form here: caf\u00e9</p>")

    def do_POST(self) -> None:  # noqa: N802
        self.server.sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(200, "<p>welcome</p>")

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def serving() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        server.asked, server.sent, server.login = [], "", "/form"
        server.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture
def hub():
    with serving() as server:
        yield server


def test_a_login_fills_the_form_in_and_remembers_who_it_was(hub):
    visitor = LoginVisitor(hub.url + "/", "word & pass", 60)
    assert shown_text(visitor.log_in("ada").text).strip() == "welcome"
    assert hub.sent == "_xsrf=x&username=ada&password=word+%26+pass"
    assert (visitor.user, visitor.xsrf) == ("ada", "of-the-hub")


def test_cookies_for_secure_connections_come_back_on_this_machine(hub):
    visitor = LoginVisitor(hub.url, "not-asked-for", 60)
    visitor.log_in("ada")
    visitor.get("/x")
    asked = {path.partition("?")[0]: cookie for _, path, cookie, _ in hub.asked}
    assert "session=s" in asked["/form"], "on the way of redirects"
    assert "session=s" in asked["/x"], "and afterwards"
    assert "_xsrf" not in asked["/x"], "cookies of other paths stay"


def test_a_page_without_a_form_is_told_without_its_query(hub):
    with serving() as provider:
        hub.login = f"{provider.url}/page?code=hidden"
        with pytest.raises(LabError, match="no form that asks for a password at .*caf\u00e9") as told:
            LoginVisitor(hub.url, "not-asked-for", 60).log_in("ada")
    assert "hidden" not in str(told.value)


OTHERS = (
    "http://hub.example.org", "https://192.0.2.1/", "http://10.0.0.1:8000", "http://0.0.0.0:8000", "http://127.0.0.1@192.0.2.1/", "http://127.0.0.1.example.org/",
    "http://localhost.example.org", "http://[2001:db8::1]:8000", "http://2130706433/", "127.0.0.1:8000", "", "http:///hub",
)  # fmt: skip


@pytest.mark.parametrize("address", OTHERS)
def test_a_hub_elsewhere_is_refused_before_anything_is_asked(address: str, tmp_path):
    with pytest.raises(LabError, match="no address of this machine's loopback"):
        LoginVisitor(address, "secret", 60)
    with pytest.raises(LabError, match="no address of this machine's loopback"):
        chromium.main(address, str(tmp_path / "no-such-file"), str(tmp_path / "told"), "ada")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://127.0.0.2:1/", "http://localhost:8000/", "http://[::1]:8000"])
def test_hubs_of_this_machine_are_visited(address: str):
    assert LoginVisitor(address, "secret", 60).hub == address.rstrip("/")


@pytest.mark.parametrize("address", ["http://192.0.2.1/login?code=hidden", "http://192.0.2.1:80@192.0.2.1/x?code=hidden", "http://0.0.0.0:9/?code=hidden"])
def test_a_redirect_elsewhere_is_not_followed(hub, address: str):
    hub.login = address
    with pytest.raises(LabError, match="is not asked") as told:
        LoginVisitor(hub.url, "secret", 60).log_in("ada")
    assert "hidden" not in str(told.value) and [path.partition("?")[0] for _, path, _, _ in hub.asked] == ["/hub/oauth_login"]


def test_a_form_that_leads_elsewhere_is_not_sent(hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("test_hub_visitor.FORM", FORM.replace("/entered", "http://192.0.2.1/entered"))
    with pytest.raises(LabError, match="http://192.0.2.1 is not asked"):
        LoginVisitor(hub.url, "secret", 60).log_in("ada")
    assert hub.sent == ""


def test_a_session_goes_through_no_proxy_and_shows_its_token_to_the_hub_alone(hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    session = LoopbackSession(60, "mine")
    with serving() as other:
        hub.login = f"{other.url}/x"
        assert session.get(f"{hub.url}/hub/oauth_login").status_code == 200
    assert [said for *_, said in hub.asked] == ["token mine"]
    assert [said for *_, said in other.asked] == [""], "a redirect to another server takes no token along"
