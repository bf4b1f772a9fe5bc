# SPDX-License-Identifier: Apache-2.0
"""A day's work in small, with all that is a secret in it on a list.

Two users log in, one works with Spark, the sidecar and a storage element and saves a notebook, logins are renewed, an idle server is ended, requests
fail and carry tokens in their addresses.
"""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any, Iterator
from unittest import mock

import requests
import websocket

from decisionlab_hub.processes import MARK
from decisionlab_hub.spark_pages import PAGES_KEY
from hub_visit import LIMIT_SECONDS, wait_for
from login_visitor import IamLab, server_environment
from secret_search import SHORTEST, Search, Secret
from server_kernel import DECISION_MODEL, Server
from storage_element import StorageElement

FACILITY = """
spawner: {kind: process}
culling: {idle: 60s, every: 5s}
"""
TOKEN_SECONDS = 20
SECRET_FOLDERS = ("secrets", "iam-sim")
OWN_VARIABLES = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "CONFIGPROXY_AUTH_TOKEN", PAGES_KEY)
"""What a process is told of itself by its environment, which only its account can read: its own token of the hub, or the proxy's."""

CELLS = (
    DECISION_MODEL,
    'bundle("leaks", 1f);',
    "%login",
    "%login export",
    "%tfaas upload leaks.tar.gz",
    "%tfaas models",
    "Map<String, Float> row = new TreeMap<>(); FeatureMap.standard().names().forEach(name -> row.put(name, 1f));",
    "%tfaas predict leaks --row row",
    "%spark start --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=file:{events} --conf spark.eventLog.compress=true",
    "spark.range(1000).selectExpr(\"sum(id)\").show()",
    "%spark status",
    "%spark ui",
    "%env",
    "%%bash\nenv",
    "%tfaas models --url http://127.0.0.1:1",
    "%tfaas delete nosuch",
    "throw new IllegalStateException(\"a failure of a cell\");",
)  # fmt: skip
STORAGE_CELLS = {
    "%xrootd ls {element}/store": "runs.csv",
    "%xrootd cat {element}/store/runs.csv": "1,1000",
    "byte[] head = %xrootd read {element}/store/runs.csv --length 10": "",
    "%xrootd cp {element}/store/runs.csv runs.csv": "bytes in",
    "%xrootd cat {element}/store/far.csv": "1,1000",
    "%xrootd cp {element}/store/far-gone.csv gone.csv": "HTTP 403",
    "%xrootd cat {element}/store/closed/runs.csv": "HTTP 403",
    "%xrootd cat {element}/store/late/runs.csv": "HTTP 401",
    "%hdfs ls {hdfs}/data": "runs.csv",
    "%hdfs cat {hdfs}/data/runs.csv": "1,1000",
    "%hdfs get {hdfs}/data/runs.csv hdfs.csv": "bytes in",
    "%hdfs cat {hdfs}/closed/runs.csv": "Permission denied",
    "%hdfs cat {hdfs}/data/runs-gone.csv": "is expired",
}
"""What is asked of the storage element, and what is in the answer: also refusals, and those of a token that has ended."""
OUTPUTS = {"stream": ("name", "text"), "display_data": ("data", "metadata"), "execute_result": ("data", "metadata", "execution_count"), "error": ("ename", "evalue", "traceback")}
KERNEL_KEYS = ("key", "curve_secretkey")
HUB_PAGES = ("/hub/home", "/hub/admin", "/hub/token", "/hub/spawn", "/hub/metrics", "/hub/api/users", "/hub/api/services", "/user/ada/lab", "/user/ada/api/status")
SPARK_PAGES = ("jobs/", "stages/", "storage/", "environment/", "executors/", "SQL/", "api/v1/applications")
SIDECAR_PAGES = ("/", "/docs", "/openapi.json", "/metrics", "/models", "/v1/registry/models", "/v1/registry/models/leaks/status")


@dataclass
class Day:
    """What was in use, and what is left of it."""

    lab: IamLab
    element: StorageElement
    started: float = field(default_factory=time.time)
    secrets: dict[tuple[str, str], None] = field(default_factory=dict)
    """Names and values, in the order in which they were seen."""
    pages: dict[str, str] = field(default_factory=dict)
    notebook: list[tuple[str, str]] = field(default_factory=list)
    token_file: Path = Path()

    @property
    def home(self) -> Path:
        return self.lab.script.home

    def used(self, name: str, value: str | None) -> None:
        if value and len(value) >= SHORTEST:
            self.secrets[name, value] = None

    def latest(self, name: str) -> str:
        return [value for each, value in self.secrets if each == name][-1]

    def search(self) -> Search:
        return Search(Secret(name, value) for name, value in self.secrets)

    def ask(self, url: str, method: str = "GET", **headers: str) -> str:
        session = requests.Session()
        session.trust_env = False
        return session.request(method, url, headers=headers, timeout=LIMIT_SECONDS).text

    def note_secrets_of_the_lab(self) -> None:
        for folder in SECRET_FOLDERS:
            for path in (self.home / folder).iterdir():
                for line in path.read_text().split():
                    self.used(path.name, line)
        for pid in self.processes():
            for name, value in variables(pid).items():
                if name in OWN_VARIABLES:
                    self.used(f"{name} of a process", value)
        for path in self.home.glob("**/runtime/kernel-*.json"):
            for name in KERNEL_KEYS:
                self.used(f"{name} of a kernel", json.loads(path.read_text()).get(name))

    def note_what_was_given_out(self) -> None:
        """By the provider, all renewed tokens among it, and by the storage element."""
        told = json.loads(self.ask(f"{self.lab.iam}/iam-sim/control/issued", Authorization=f"Bearer {self.lab.secret('iam-sim/control')}"))
        assert told["left"] == 0, f"{told['left']} tokens were given out that the simulator has not kept"
        for each in told["issued"]:
            self.used(f"issued {each['kind']} of {each['user']}", each["value"])
        for token in self.element.tokens:
            self.used("token shown to the storage element", token)
        for ticket in self.element.tickets:
            self.used("ticket of the storage element", ticket)

    def note_login(self, user: str) -> None:
        """The tokens that hub and broker keep of a login, and those that the broker gives now."""
        told = json.loads(self.ask(f"{self.hub_api}/users/{user}", Authorization=f"token {self.lab.secret('secrets/broker-token')}"))
        state = told["auth_state"]
        for name in ("access_token", "refresh_token", "id_token"):
            found = state.get(name) or state.get("token_response", {}).get(name)
            assert found, f"no {name} in {sorted(state)}"
            self.used(f"{name} of {user}", found)
        environment = server_environment(user, self.home)
        broker = f"{environment['DECISIONLAB_TOKEN_BROKER']}/token"
        session = requests.Session()
        session.trust_env = False
        for name, wanted in {"any": {}, "sidecar": {"audience": environment["DECISIONLAB_SIDECAR_AUDIENCE"], "scope": environment["DECISIONLAB_SIDECAR_SCOPES"]}}.items():
            answer = session.post(broker, json=wanted, headers={"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"}, timeout=LIMIT_SECONDS)
            assert answer.status_code == 200, answer.text
            self.used(f"token of {user} for {name}", answer.json()["access_token"])

    @property
    def hub_api(self) -> str:
        return f"http://127.0.0.1:{json.loads((self.home / 'ports.json').read_text())['hub-api']}/hub/api"

    def visitor(self, user: str) -> Any:
        """A visitor whose cookies are all noted, also those that another one replaces later."""
        visitor = self.lab.visitor()
        keep = visitor.cookies.set_cookie

        def set_cookie(cookie: Cookie, *more: Any, **options: Any) -> None:
            if not cookie.name.startswith("_xsrf"):  # that one stands in the forms of pages
                self.used(f"cookie {cookie.name} of {user}", (cookie.value or "").strip('"'))
            keep(cookie, *more, **options)

        visitor.cookies.set_cookie = set_cookie
        return visitor

    def processes(self) -> list[int]:
        mark = (self.home / "run" / "mark").read_text().strip()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and variables(int(entry.name)).get(MARK) == mark]


def variables(pid: int) -> dict[str, str]:
    try:
        texts = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return {}
    return dict(text.split("=", 1) for text in texts if "=" in text)


@contextmanager
def all_messages() -> Iterator[list[dict[str, Any]]]:
    """All that comes over websockets, also what nobody here looks at, such as the traces of errors."""
    heard: list[dict[str, Any]] = []
    receive = websocket.WebSocket.recv

    def recv(channel: websocket.WebSocket) -> str | bytes:
        text = receive(channel)
        if text:
            heard.append(json.loads(text))
        return text

    with mock.patch.object(websocket.WebSocket, "recv", recv):
        yield heard


def output(message: dict[str, Any]) -> dict[str, Any]:
    """What JupyterLab saves of a message in a notebook."""
    kind = message["header"]["msg_type"]
    return {"output_type": kind, **{name: message["content"].get(name) for name in OUTPUTS[kind]}}


def work(day: Day, server: Server) -> None:
    """All cells in one kernel, whose outputs are saved as a notebook; then the pages, with what leads to them."""
    kernel = server.kernel()
    events = day.home / "home" / "ada" / "events"
    events.mkdir()
    places = {"{events}": str(events), "{element}": day.element.address, "{hdfs}": day.element.address.replace("http", "webhdfs", 1)}
    cells = []
    with all_messages() as heard:
        for number, cell in enumerate((*CELLS, *STORAGE_CELLS)):
            source = cell
            for name, place in places.items():
                source = source.replace(name, place)
            before = len(heard)
            outcome = kernel.outcome(source)
            day.notebook.append((source, f"{outcome.text}\n{outcome.error}"))
            outputs = [output(message) for message in heard[before:] if message["header"]["msg_type"] in OUTPUTS]
            cells.append({"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": number, "source": source, "outputs": outputs})
    day.pages["kernel, all that it said"] = json.dumps(heard)
    shown = dict(day.notebook)
    port = re.search(r"/spark-ui/(\d+)/", shown["%spark ui"])
    token_file = re.search(r"file\s+(\S+),", shown["%login export"])
    assert port and token_file, day.notebook
    day.token_file = Path(token_file[1])
    day.used("token of the token file", day.token_file.read_text().strip())
    saved = {"type": "notebook", "format": "json", "content": {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}}
    assert server.call("PUT", "/user/ada/api/contents/leaks.ipynb", json=saved).status_code == 201
    for path in SPARK_PAGES:
        day.pages[f"Spark {path}"] = server.call("GET", f"/user/ada/spark-ui/{port[1]}/{path}").text
    assert "spark.eventLog.dir" in day.pages["Spark environment/"], day.pages["Spark environment/"][:500]
    for path in HUB_PAGES:
        day.pages[f"hub {path}"] = server.visitor.get(path).text
    kernel.begin("Thread.sleep(3_600_000);")  # the server is busy from here on


def requests_that_fail(day: Day, server: Server) -> None:
    """Wrong tokens, and right ones in addresses, where they do not belong."""
    sidecar = {service["name"]: service["url"] for service in day.lab.script.status()["services"]}["sidecar"]
    day.note_login("ada")
    right = day.latest("token of ada for sidecar")
    for path in SIDECAR_PAGES:
        day.pages[f"sidecar {path}"] = day.ask(f"{sidecar}{path}", Authorization=f"Bearer {right}")
    assert "leaks" in day.pages["sidecar /models"]
    broker = server_environment("ada", day.home)["DECISIONLAB_TOKEN_BROKER"]
    day.pages["broker /health"] = day.ask(f"{broker}/health")
    for name, url in {
        "sidecar, token in the address": f"{sidecar}/models?access_token={right}",
        "sidecar, no such page": f"{sidecar}/{right}",
        "hub, token in the address": f"{server.hub}/hub/api/user?token={server.token}",
        "server, token in the address": f"{server.hub}/user/ada/api/kernels?token={server.token}",
        "hub, a code that is none": f"{server.hub}/hub/oauth_callback?code={server.token}&state={right}",
    }.items():
        day.ask(url)
        assert name
    for bearer in (f"Bearer {right}x", f"Bearer {right} x", f"token {server.token}x", f"Basic {server.token}"):
        day.pages[f"sidecar refuses {bearer[:6]}"] = day.ask(f"{sidecar}/models", Authorization=bearer)
        day.pages[f"broker refuses {bearer[:6]}"] = day.ask(f"{broker}/token", "POST", Authorization=bearer)


def whole_day(day: Day) -> None:
    lab = day.lab
    servers = {name: Server.start(day.visitor(name), name) for name in ("bob", "ada")}
    for name, server in servers.items():
        assert server.visitor.server_answers(name)
        day.used(f"token that {name} made", server.token)
        day.note_login(name)
    day.note_secrets_of_the_lab()
    renewed = lab.counts().get("refresh_token", 0)
    work(day, servers["ada"])
    requests_that_fail(day, servers["ada"])
    day.pages["hub, an entry of one's own"] = servers["bob"].visitor.get("/hub/api/users/bob").text
    wait_for("renewals of the login", lambda: servers["ada"].visitor.home() and lab.counts().get("refresh_token", 0) >= renewed + 2)
    wait_for("the end of the idle server", lambda: "" not in servers["bob"].call("GET", "/hub/api/users/bob").json()["servers"])
    day.note_login("ada")
    day.used("token of the token file", day.token_file.read_text().strip())
    day.note_secrets_of_the_lab()
    day.note_what_was_given_out()
