# SPDX-License-Identifier: Apache-2.0
"""After a day's work in small, no token, cookie or secret that was in use stands where it does not belong.

Two users log in, one works with Spark and the sidecar and saves a notebook, logins are renewed, an idle server is ended, requests fail and
carry tokens in their addresses. Then everything that is left is searched: logs, homes, notebooks, event logs, pages, processes, data base.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from conftest import LabScript
from decisionlab_hub.processes import MARK
from hub_visit import LIMIT_SECONDS, wait_for
from login_visitor import IamLab, server_environment
from secret_search import SHORTEST, Finding, Search, Secret, is_private
from server_kernel import DECISION_MODEL, Server

pytestmark = pytest.mark.long

FACILITY = """
spawner: {kind: process}
culling: {idle: 60s, every: 5s}
"""
TOKEN_SECONDS = 20
SECRET_FOLDERS = ("secrets", "iam-sim")
OWN_VARIABLES = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "CONFIGPROXY_AUTH_TOKEN")
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
BELONGS = ((r"/runtime/jpserver-\d+\.json", r"(JUPYTERHUB|JPY)_API_TOKEN of a process"), (r"/hub/jupyterhub\.sqlite( \(rows\))?", r"cookie jupyterhub-session-id of \w+"))
"""Which files hold what: of a server its own token, for the programs of its account; and the hub's data base which login came with which
session, whose name opens nothing alone (a point of test_attack)."""
HUB_PAGES = ("/hub/home", "/hub/admin", "/hub/token", "/hub/spawn", "/hub/metrics", "/hub/api/users", "/hub/api/services", "/user/ada/lab", "/user/ada/api/status")
SPARK_PAGES = ("jobs/", "stages/", "storage/", "environment/", "executors/", "SQL/", "api/v1/applications")
SIDECAR_PAGES = ("/", "/docs", "/openapi.json", "/metrics", "/models", "/v1/registry/models", "/v1/registry/models/leaks/status")
TEMPORARY = ("decisionlab-*", "spark-*", "blockmgr-*", "bt_u*", "cell*")


@dataclass
class Day:
    """What was in use, and what is left of it."""

    lab: IamLab
    started: float = field(default_factory=time.time)
    secrets: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    notebook: list[tuple[str, str]] = field(default_factory=list)
    token_file: Path = Path()

    @property
    def home(self) -> Path:
        return self.lab.script.home

    def used(self, name: str, value: str | None) -> None:
        if value and len(value) >= SHORTEST:
            self.secrets[f"{name} ({len(self.secrets)})"] = value

    def search(self) -> Search:
        return Search(Secret(name, value) for name, value in self.secrets.items())

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

    def note_cookies(self, server: Server) -> None:
        for cookie in server.visitor.cookies:
            if not cookie.name.startswith("_xsrf"):  # that one stands in the forms of pages
                self.used(f"cookie {cookie.name} of {server.user}", (cookie.value or "").strip('"'))

    def processes(self) -> list[int]:
        mark = (self.home / "run" / "mark").read_text().strip()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and variables(int(entry.name)).get(MARK) == mark]


def variables(pid: int) -> dict[str, str]:
    try:
        texts = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return {}
    return dict(text.split("=", 1) for text in texts if "=" in text)


def work(day: Day, server: Server) -> None:
    """All cells in one kernel, whose outputs are saved as a notebook; then the pages, with what leads to them."""
    kernel = server.kernel()
    events = day.home / "home" / "ada" / "events"
    events.mkdir()
    for cell in CELLS:
        source = cell.replace("{events}", str(events))
        outcome = kernel.outcome(source)
        day.notebook.append((source, f"{outcome.text}\n{outcome.error}"))
    shown = dict(day.notebook)
    port = re.search(r"/spark-ui/(\d+)/", shown["%spark ui"])
    token_file = re.search(r"file\s+(\S+),", shown["%login export"])
    assert port and token_file, day.notebook
    day.token_file = Path(token_file[1])
    day.used("token of the token file", day.token_file.read_text().strip())
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": n, "source": source, "outputs": [{"output_type": "stream", "name": "stdout", "text": text}]}
        for n, (source, text) in enumerate(day.notebook)
    ]
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
    right = [value for name, value in day.secrets.items() if name.startswith("token of ada for sidecar")][-1]
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
    for bearer in (f"Bearer {right}x", f"Bearer {right} x", f"token {server.token}", f"Basic {server.token}"):
        day.pages[f"sidecar refuses {bearer[:6]}"] = day.ask(f"{sidecar}/models", Authorization=bearer)
        day.pages[f"broker refuses {bearer[:6]}"] = day.ask(f"{broker}/token", "POST", Authorization=bearer)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("leaks") / "home"
    home.mkdir(mode=0o700)
    (home / "facility.yaml").write_text(FACILITY)
    try:
        lab = IamLab.start(home, DECISIONLAB_LOGIN_CHECK_SECONDS="2")
        lab.switch(accessSeconds=TOKEN_SECONDS)
        day = Day(lab)
        servers = {name: Server.start(lab.visitor(), name) for name in ("bob", "ada")}
        for name, server in servers.items():
            assert server.visitor.server_answers(name)
            day.used(f"token that {name} made", server.token)
            day.note_login(name)
            day.note_cookies(server)
        day.note_secrets_of_the_lab()
        renewed = lab.counts().get("refresh_token", 0)
        work(day, servers["ada"])
        requests_that_fail(day, servers["ada"])
        day.pages["hub, an entry of one's own"] = servers["bob"].visitor.get("/hub/api/users/bob").text  # administrators do see logins: docs/hub.md
        wait_for("renewals of the login", lambda: servers["ada"].visitor.home() and lab.counts().get("refresh_token", 0) >= renewed + 2)
        wait_for("the end of the idle server", lambda: "" not in servers["bob"].call("GET", "/hub/api/users/bob").json()["servers"])
        day.note_login("ada")
        day.note_cookies(servers["ada"])
        day.used("token of the token file", day.token_file.read_text().strip())
        day.note_secrets_of_the_lab()
        yield day
    finally:
        LabScript(home)("down")


@pytest.fixture(scope="module")
def search(day: Day) -> Search:
    return day.search()


def told(found: list[Finding]) -> str:
    return "\n".join(sorted({f"{finding.secret} [{finding.form}] in {finding.place}" for finding in found}))


def test_every_kind_of_secret_was_in_use(day: Day):
    names = " ".join(day.secrets)
    for kind in ("access_token of ada", "refresh_token of bob", "id_token of ada", "token of ada for sidecar", "token that bob made", "cookie jupyterhub-hub-login of ada",
                 "cookie jupyterhub-user-ada of ada", "cookie jupyterhub-session-id of ada", "JUPYTERHUB_API_TOKEN of a process", "CONFIGPROXY_AUTH_TOKEN of a process",
                 "client-decisionlab-hub", "login-keys", "cookie-secret", "proxy-token", "hub-password", "broker-token", "control", "password", "token of the token file"):  # fmt: skip
        assert kind in names, f"{kind} is not among {sorted(day.secrets)}"
    assert any(error for _, error in day.notebook if "IllegalStateException" in error), "cells have failed, too"


def test_the_search_sees_what_is_where_it_belongs(day: Day, search: Search):
    """Else it would find nothing anywhere."""
    for folder in SECRET_FOLDERS:
        for path in (day.home / folder).iterdir():
            assert search.file(path), path
    assert any(search.process(pid) for pid in day.processes())


def test_what_holds_secrets_is_its_owners_alone(day: Day):
    for folder in SECRET_FOLDERS:
        for path in (day.home / folder).iterdir():
            assert is_private(path), path
    assert is_private(day.token_file)
    for folder in (day.home / "hub", *(day.home / folder for folder in SECRET_FOLDERS)):
        assert folder.stat().st_mode & 0o077 == 0, folder


def test_no_file_of_the_lab_holds_one(day: Day, search: Search):
    """Logs, homes with notebooks, event logs and the kernel's history, the hub's data base, the sidecar's state, the store of models."""
    assert {"hub.log", "sidecar.log", "token-broker.log", "iam-sim.log"} <= {path.name for path in (day.home / "logs").iterdir()}
    assert list((day.home / "home" / "ada" / "events").iterdir()), "there is an event log"
    assert (day.home / "home" / "ada" / "leaks.ipynb").stat().st_size > 1000
    found = search.folder(day.home, [day.home / folder for folder in SECRET_FOLDERS])
    found = [finding for finding in found if not belongs(finding)]
    assert not found, told(found)


def belongs(finding: Finding) -> bool:
    """Tells whether a file is the place of a secret, and its owner's alone."""
    path = Path(finding.place.partition(" (")[0])
    for place, names in BELONGS:
        if re.search(f"{place}$", finding.place) and all(re.fullmatch(rf"{names} \(\d+\)", name) for name in finding.secret.split(" = ")):
            return is_private(path) or path.parent.stat().st_mode & 0o077 == 0
    return False


def test_no_file_for_the_moment_holds_one(day: Day, search: Search):
    found = []
    for pattern in TEMPORARY:
        for path in Path("/tmp").glob(pattern):
            if path.stat().st_mtime >= day.started:
                found += search.folder(path) if path.is_dir() else search.file(path)
    assert is_private(day.token_file)
    found = [finding for finding in found if finding.place != str(day.token_file)]
    assert not found, told(found)


@pytest.mark.parametrize("kind", ["hub", "Spark", "sidecar", "broker"])
def test_no_page_shows_one(day: Day, search: Search, kind: str):
    pages = {name: text for name, text in day.pages.items() if name.startswith(kind)}
    assert pages
    found = [finding for name, text in pages.items() for finding in search.text(name, text)]
    assert not found, told(found)


def test_no_process_has_one_but_its_own(day: Day, search: Search):
    pids = day.processes()
    assert len(pids) >= 7, "hub, proxy, culler, sidecar, broker, simulator, a server and its kernel"
    found: list[Finding] = []
    for pid in pids:
        others = [f"{name}={value}" for name, value in variables(pid).items() if name not in OWN_VARIABLES]
        found += search.text(f"environment of {pid}", "\0".join(others))
        found += search.text(f"command line of {pid}", Path(f"/proc/{pid}/cmdline").read_bytes())
    assert not found, told(found)
