# SPDX-License-Identifier: Apache-2.0
"""The table of `lab bench hub`, and what its programs make of answers; nothing is measured. The lane `bench` runs its short form."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from decisionlab_hub import figures, lanes
from decisionlab_hub.console import LabError
from decisionlab_hub.figures import MET, MISSED, OURS, UNKNOWN, Samples
from decisionlab_hub.hub_bench import command, measurements, rows
from decisionlab_hub.hub_bench.broker import Asker, KeptConnection, percentile
from decisionlab_hub.login.visitor import LoginForm, LoginVisitor


def test_every_row_is_filled_by_exactly_one_measurement():
    filled = [key for measurement in measurements.ALL for key in measurement.rows]
    assert sorted(filled) == sorted(rows.all_rows())
    assert set(rows.LANE_ROWS) == set(rows.all_rows()) - {"chromium"}
    assert lanes._BENCHES["hub"] == rows.LANE_ROWS


def test_the_targets_are_those_of_the_issue():
    all_rows = rows.all_rows()

    def verdict(key: str, ours: float, provider: float | None = None) -> str:
        sides = {OURS: Samples([ours])} | ({} if provider is None else {rows.PROVIDER: Samples([provider])})
        return all_rows[key].targets[0].verdict(sides)

    for key, limit in (("ready", 10), ("login", 8), ("chromium", 8), ("broker-known", 5), ("token-check", 5)):
        assert (verdict(key, limit), verdict(key, limit * 1.01)) == (MET, MISSED), key
    for key in ("broker-cold", "broker-first"):
        assert (verdict(key, 27.0, 7.0), verdict(key, 27.1, 7.0), verdict(key, 1.0)) == (MET, MISSED, UNKNOWN)
    assert (verdict("crowd-refused", 0), verdict("crowd-refused", 1)) == (MET, MISSED)
    assert not all_rows["crowd"].targets and all_rows["broker-cold"].targets[0].text == "<= provider + 20 ms"


def test_a_percentile_is_one_of_the_values():
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([3.0], 0.99) == 3.0 and percentile([2.0, 1.0], 0.5) == 1.0


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


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(text)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):  # noqa: N802 - the name that the library calls
        self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["Authorization"] == "token right"
        self._answer(200 if known else 401, json.dumps({"access_token": f"t{id(self.connection)}"} if known else {"error": "invalid_token"}))

    def do_GET(self):  # noqa: N802
        if self.path.startswith("/hub/oauth_login"):
            return self._answer(302, "", ("Location", "/page"), ("Set-Cookie", "session=s; Path=/; Secure"))
        seen = self.headers.get("Cookie", "none")
        return self._answer(200, f"<p>no form here, cookies: {seen}</p>")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    serving = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_address[1]}"
    serving.shutdown()
    serving.server_close()


def test_questions_go_over_one_connection_and_a_refusal_is_no_measurement(server: str):
    with KeptConnection(server) as connection:
        answers = [Asker(connection, "right").ask(audience="a") for _ in range(3)]
        assert len({token for _, token in answers}) == 1 and all(took > 0 for took, _ in answers)
        with pytest.raises(LabError, match="status 401"):
            Asker(connection, "wrong").ask()


def test_cookies_for_secure_connections_come_back_on_this_machine(server: str):
    visitor = LoginVisitor(server, "not-asked-for", 60)
    visitor.get("/hub/oauth_login")
    assert "session=s" in visitor.get("/x").words


def test_a_page_without_a_form_is_told_without_its_query(server: str, monkeypatch):
    visitor = LoginVisitor("http://127.0.0.1:1", "not-asked-for", 60)
    monkeypatch.setattr(visitor, "get", lambda path: LoginVisitor(server, "", 60).get(path + "?code=hidden"))
    with pytest.raises(LabError, match="no form that asks for a password") as told:
        visitor.log_in("ada")
    assert "hidden" not in str(told.value)


def test_what_fails_is_told_in_its_rows_which_lose_the_part_that_was_measured(tmp_path: Path):
    table = rows.all_rows()
    table["crowd"].of(OURS).values.append(1.0)

    def fails(world, found, short):
        raise LabError("no users")

    command._one(None, measurements.Measurement(("crowd", "crowd-refused"), fails, lab=False), table, True)
    for key in ("crowd", "crowd-refused"):
        assert (table[key].of(OURS).values, table[key].of(OURS).troubles) == ([], ["no users"])
    assert "no users" in figures.columns([table["crowd-refused"]])
