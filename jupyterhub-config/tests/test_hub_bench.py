# SPDX-License-Identifier: Apache-2.0
"""The table of `lab bench hub`, and what its programs make of answers; nothing is measured. The lane `bench` runs its short form."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from conftest import CHECKOUT
from decisionlab_hub import figures, lanes
from decisionlab_hub.console import LabError
from decisionlab_hub.figures import MET, MISSED, OURS, UNKNOWN, Row, Samples
from decisionlab_hub.hub_bench import __main__ as program
from decisionlab_hub.hub_bench import broker, chromium, measurements, rows
from decisionlab_hub.hub_bench.broker import Asker, KeptConnection, percentile
from decisionlab_hub.hub_bench.simulator import SimulatorControl
from decisionlab_hub.interrupt import Interrupt


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
    assert not all_rows["crowd"].targets and not all_rows["broker-later"].targets and all_rows["broker-cold"].targets[0].text == "<= provider + 20 ms"


def test_the_script_itself_needs_no_package():
    """`lab` runs before there is a virtual environment, so nothing that it imports may want one."""
    isolated = [sys.executable, "-S", "-c", "import decisionlab_hub.cli"]  # without site-packages
    done = subprocess.run(isolated, env={"PYTHONPATH": str(CHECKOUT / "jupyterhub-config")}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_percentile_is_one_of_the_values():
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([3.0], 0.99) == 3.0 and percentile([2.0, 1.0], 0.5) == 1.0


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


class _Lab(BaseHTTPRequestHandler):
    """Provider and broker at one address. The broker exchanges as often as the test has it do for each question; the provider counts after it has answered."""

    protocol_version = "HTTP/1.1"

    def _answer(self, told: dict) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:  # noqa: N802 - the name that the library calls
        assert (self.path, self.headers["Authorization"]) == ("/iam-sim/control", "Bearer control")
        self._answer({"counts": {"authorization_code": 7, **({"token-exchange": self.server.exchanges} if self.server.exchanges else {})}})

    def do_POST(self) -> None:  # noqa: N802
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"access_token": "t"})
        self.server.exchanges += 1 if self.path == "/token" else self.server.of_broker()

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def provider():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Lab) as serving:
        serving.exchanges, serving.of_broker = 0, lambda: 1
        serving.daemon_threads = True
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


def compared(provider: ThreadingHTTPServer, count: int) -> Row:
    """The row of exchanges, taken from these servers as the command takes it."""
    url = f"http://127.0.0.1:{provider.server_port}"
    table = rows.all_rows()

    def fill(world, found, short):
        with KeptConnection(f"{url}/services/token-broker") as to_broker, KeptConnection(url) as to_provider:
            exchanges = broker.Exchanges(SimulatorControl(url, "control", 60), Interrupt())
            broker.compare(Asker(to_broker, "right"), broker.ProviderItself(to_provider, "s", "login"), exchanges, found["broker-cold"], count)

    program.take(None, measurements.Measurement(("broker-cold",), fill, lab=False), table, True)
    return table["broker-cold"]


def test_each_question_is_shown_to_be_one_exchange_at_the_provider(provider):
    row = compared(provider, 4)
    assert provider.exchanges == 12, "two before them not counted, each with one beside it"
    assert [len(row.of(side).values) for side in (OURS, rows.PROVIDER)] == [4, 4]
    assert row.targets[0].verdict(row.sides) == MET and not row.of(OURS).troubles


@pytest.mark.parametrize(("last", "told"), [(0, "counted 0 token exchanges, expected 1"), (2, "counted 2 token exchanges, expected 1")])
def test_a_question_that_was_no_exchange_or_more_than_one_takes_the_row_away(provider, monkeypatch: pytest.MonkeyPatch, last: int, told: str):
    monkeypatch.setattr(broker, "_COUNT_LIMIT_SECONDS", 3)
    asked = iter([1, 1, 1, 1, 1, last])
    provider.of_broker = lambda: next(asked)
    row = compared(provider, 4)
    assert not any(side.values for side in row.sides.values()), "what was good until then goes too"
    assert row.targets[0].verdict(row.sides) == UNKNOWN
    assert len(row.of(OURS).troubles) == 1 and f"a question to the broker: the provider {told}" in row.of(OURS).troubles[0]
    assert told in figures.columns([row])


def test_an_exchange_while_there_should_be_none_is_told(provider):
    exchanges = broker.Exchanges(SimulatorControl(f"http://127.0.0.1:{provider.server_port}", "control", 60), Interrupt())
    exchanges.none("answers from memory")
    provider.exchanges += 1
    with pytest.raises(LabError, match="answers from memory: the provider counted 1 token exchanges, expected 0"):
        exchanges.none("answers from memory")


class _Ending(BaseHTTPRequestHandler):
    """A hub that is asked to end a server."""

    def _answer(self, status: int, text: str = "") -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("X-XSRFToken")))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_DELETE(self) -> None:  # noqa: N802 - the name that the library calls
        self._answer(self.server.status, "" if self.server.status in (202, 204) else "forbidden")

    def do_GET(self) -> None:  # noqa: N802
        self._answer(200, json.dumps({"name": "ada", "servers": {} if next(self.server.gone) else {"": {"pending": "stop"}}}))

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def asking():
    """Requests as a page of Chromium's makes them, without Chromium."""
    with sync_playwright() as playwright:
        context = playwright.request.new_context()
        yield context
        context.dispose()


@pytest.fixture
def ending():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Ending) as serving:
        serving.asked, serving.status, serving.gone = [], 204, iter([True])
        serving.url = f"http://127.0.0.1:{serving.server_port}"
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


@pytest.mark.parametrize(("status", "gone"), [(204, [True]), (202, [False, False, True])])
def test_the_browsers_server_is_ended_before_the_next_user_comes(asking, ending, status: int, gone: list[bool]):
    ending.status, ending.gone = status, iter(gone)
    chromium.end_server(asking, ending.url, "ada", "of the hub")
    assert ending.asked[0] == ("DELETE", "/hub/api/users/ada/server", "of the hub")
    assert [method for method, *_ in ending.asked[1:]] == ["GET"] * len(gone)


@pytest.mark.parametrize("status", [403, 404, 500, 200])
def test_a_server_that_is_not_ended_is_no_end_of_a_measurement(asking, ending, status: int):
    ending.status = status
    with pytest.raises(LabError, match=f"does not end the server of ada: status {status}, .*forbidden"):
        chromium.end_server(asking, ending.url, "ada", "")


def test_a_server_that_stays_is_told(asking, ending, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chromium, "_END_LIMIT_SECONDS", 0.2)
    ending.status, ending.gone = 202, itertools.repeat(False)
    with pytest.raises(LabError, match="the server of ada has not ended within 0 s"):
        chromium.end_server(asking, ending.url, "ada", "")


def test_what_fails_is_told_in_its_rows_which_lose_the_part_that_was_measured(tmp_path: Path):
    table = rows.all_rows()
    table["crowd"].of(OURS).values.append(1.0)
    table["crowd"].of(rows.PROVIDER).values.append(1.0)

    def fails(world, found, short):
        raise LabError("no users")

    program.take(None, measurements.Measurement(("crowd", "crowd-refused"), fails, lab=False), table, True)
    for key in ("crowd", "crowd-refused"):
        assert (table[key].of(OURS).values, table[key].of(OURS).troubles) == ([], ["no users"])
    assert table["crowd"].of(rows.PROVIDER).values == [], "the lane `bench` would take the row for one that was measured"
    assert "no users" in figures.columns([table["crowd-refused"]])
