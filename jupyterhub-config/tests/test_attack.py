# SPDX-License-Identifier: Apache-2.0
"""Two users side by side, with accounts of their own and logins at the simulator: what one tries against the other fails in every point.

The points are those of `attack.py`. Each is tried twice with the same program and the same knowledge, by bob and by ada, whose
things they are: she reaches all of them, so none is refused for a reason of the test's own. What belongs to the lab root reaches.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

import attack
from account_lab import account_lab, server_of
from conftest import CHECKOUT
from decisionlab_hub.hub_bench.visitor import LoopbackSession, shown_text
from hub_visit import LIMIT_SECONDS
from kernel_diary import claims
from login_visitor import IamLab, subject_of
from server_kernel import DECISION_MODEL, Server
from spark_calls import asks_for_a_secret, call, fetch

pytestmark = [pytest.mark.script, pytest.mark.long]

USERS = {"ada": 45011, "bob": 45012}
ADMINISTRATOR = "dora"
UIDS = {**USERS, ADMINISTRATOR: 45014}
NOT_GIVEN = {"carol": 45013}
"""An account of the machine whose person the administrators have not written down."""

FACILITY = f"""
accounts: {{{{ada: '{subject_of("ada")}', bob: '{subject_of("bob")}', dora: '{subject_of(ADMINISTRATOR)}'}}}}
shared: {{{{folder: {{root}}/shared/lab}}}}
culling: {{{{enabled: false}}}}
spawner: {{{{kind: local, accounts_group: labusers}}}}
"""
KEEPERS = "/decisionlab/keepers"
LEFT_TO_ADMINISTRATORS = {"hub: the account's entry", attack.ENDS_THE_SERVER}
"""What the hub lets its administrators do to a user: nothing that shows what is the user's."""
MODEL = "of_ada"
PRIVATE_MODEL = "for_ada_alone"
PROGRAM = """
var program = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 0);
program.createContext("/", e -> { e.sendResponseHeaders(200, 2); e.getResponseBody().write("ok".getBytes()); e.close(); });
program.start();
System.out.println("port=" + program.getAddress().getPort());
"""
PAGES = 'System.out.println("pages=" + spark.sparkContext().ui().get().boundPort())'
RUN = """
var attack = new ProcessBuilder("%s", "-m", "attack").redirectInput(new java.io.File("attack.json"))
    .redirectOutput(new java.io.File("answers.json")).redirectError(new java.io.File("attack.log"));
attack.environment().put("PYTHONPATH", "%s");
System.out.println("exit=" + attack.start().waitFor());
"""
ATTACK_PATH = os.pathsep.join([str(Path(attack.__file__).parent), str(CHECKOUT / "jupyterhub-config")])
"""Where the program and what it is made of lie; every account can read the checkout, else its servers would not start."""


class Stage:
    """The lab, ada with all that is to be attacked, and bob."""

    def __init__(self, root: Path, lab: IamLab):
        self.root, self.lab = root, lab
        lab.new_user(ADMINISTRATOR, "/decisionlab", KEEPERS)
        self.servers = {name: Server.start(lab.visitor(), name, "java-small") for name in UIDS}
        self.kernels = {name: self.servers[name].kernel() for name in USERS}
        for kernel in self.kernels.values():
            kernel.run(DECISION_MODEL)
            kernel.run(f'bundle("{MODEL}", 1f)')
            kernel.run(f'bundle("{PRIVATE_MODEL}", 2f)')
        self.pids, self.environments = {}, {}
        for name in UIDS:
            self.pids[name], self.environments[name] = server_of(lab.script, name)
        self.known = self._known()

    def _known(self) -> dict[str, Any]:
        ada, kernel = self.servers["ada"], self.kernels["ada"]
        kernel.run(f"%tfaas upload {PRIVATE_MODEL}.tar.gz --readers owner")
        kernel.run(f"%tfaas upload {MODEL}.tar.gz")
        kernel.run(f"%tfaas upload {MODEL}.tar.gz")
        features = re.search(r"features=(\d+)", kernel.run('System.out.println("features=" + FeatureMap.standard().size())'))
        token_file = re.search(r"file\s+(\S+),", kernel.run("%login export"))
        program = re.search(r"port=(\d+)", kernel.run(PROGRAM))
        kernel.run("spark.range(10).count()")
        pages = re.search(r"pages=(\d+)", kernel.run(PAGES))
        assert token_file and program and features and pages
        home = self.root / "homes" / "ada"
        runtime = Path(self.environments["ada"]["JUPYTER_RUNTIME_DIR"])
        connection = runtime / f"kernel-{kernel.id}.json"
        services = {service["name"]: service for service in self.lab.script.status()["services"]}
        ports = json.loads((self.lab.script.home / "ports.json").read_text())
        notebook = "notebooks/01-smart-cache-quickstart.ipynb"
        return {
            "user": "ada", "uid": UIDS["ada"], "subject": claims(self.login_token("ada"))["sub"], "home": str(home), "notebook": str(home / notebook), "notebook_path": notebook,
            "runtime": str(runtime), "connection_file": str(connection), "kernel": kernel.id, "kernel_pid": pid_with(str(connection)), "server_pid": self.pids["ada"],
            "server_port": int(self.environments["ada"]["JUPYTERHUB_SERVICE_URL"].rpartition(":")[2].split("/")[0]), "program_port": int(program[1]), "spark_pages_port": int(pages[1]),
            "token_file": token_file[1], "model": MODEL, "private_model": PRIVATE_MODEL, "features": int(features[1]), "jcmd": shutil.which("jcmd") or str(Path(os.environ["JAVA_HOME"]) / "bin" / "jcmd"),
            "hub": self.lab.hub, "iam": self.lab.iam, "sidecar_url": services["sidecar"]["url"], "lab_home": str(self.lab.script.home),
            "hub_inner": f"http://127.0.0.1:{ports['hub-api']}", "proxy_api": f"http://127.0.0.1:{ports['proxy-api']}",
            "hub_pid": services["hub"]["pid"], "broker_pid": services["token-broker"]["pid"],
            "gallery": str(self.root / "shared" / "lab" / "gallery"), "programs": str(Path(sys.prefix) / "lib"),
        }  # fmt: skip

    def login_token(self, name: str, **wanted: str) -> str:
        environment = self.environments[name]
        session = LoopbackSession(LIMIT_SECONDS, environment["JUPYTERHUB_API_TOKEN"])
        answer = session.post(f"{environment['DECISIONLAB_TOKEN_BROKER']}/token", json=wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def own(self, name: str) -> dict[str, Any]:
        environment = self.environments[name]
        token = self.login_token(name, audience=environment["DECISIONLAB_SIDECAR_AUDIENCE"], scope=environment["DECISIONLAB_SIDECAR_SCOPES"])
        told = claims(token)
        ada = self.servers["ada"].visitor
        assert ada.server_answers("ada")
        cookies = {cookie.name: cookie.value for cookie in ada.cookies if name == "ada" or cookie.path == "/"}
        return {
            "token": self.servers[name].token, "sidecar_token": token, "login_token": self.login_token(name), "cookies": cookies,
            "identity": f"{told['sub']}@{told['iss'].rstrip('/')}", "archive": str(self.root / "homes" / name / f"{MODEL}.tar.gz"),
        }  # fmt: skip

    def tried_by(self, name: str, points: str, *without: str) -> dict[str, dict[str, Any]]:
        """Runs the program in a kernel of the user's own, as a cell would; not in the one that is attacked."""
        server = self.servers[name]
        kernel = server.kernel()
        server.write("attack.json", json.dumps({"points": points, "known": self.known, "own": self.own(name), "without": without}))
        home = self.root / "homes" / name
        said = kernel.run(RUN % (sys.executable, ATTACK_PATH))
        kernel.end()
        assert "exit=0" in said, (home / "attack.log").read_text()
        answers = json.loads((home / "answers.json").read_text())
        assert answers["uid"] == UIDS[name]
        return answers["points"]

    def tried_by_root(self, points: str) -> dict[str, dict[str, Any]]:
        asked = json.dumps({"points": points, "known": self.known, "own": {"token": "none"}, "without": []})
        done = subprocess.run([sys.executable, "-m", "attack"], input=asked, env={**os.environ, "PYTHONPATH": ATTACK_PATH}, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=True)
        return json.loads(done.stdout)["points"]


def pid_with(word: str) -> int:
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and word.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                return int(entry.name)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
    raise AssertionError(f"no process has {word} on its command line")


def ports_of(pid: int) -> set[int]:
    """The ports on which one process listens."""
    held = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if os.path.islink(entry)}
    ports = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in held:
                ports.add(int(words[1].rpartition(":")[2], 16))
    return ports


@pytest.fixture(scope="module")
def stage():
    with account_lab({**UIDS, **NOT_GIVEN}, 45010, "", FACILITY, "--iam", "sim", "--admin-groups", KEEPERS) as (root, script):
        urls = {service["name"]: service["url"] for service in script.status()["services"]}
        yield Stage(root, IamLab(script, urls["hub"], urls["iam-sim"]))


@pytest.fixture(scope="module")
def ports(stage: Stage) -> dict[str, Any]:
    """Ada's ports, before anything is attacked or ended."""
    pid, known = stage.known["kernel_pid"], stage.known
    zeromq = {value for name, value in json.loads(Path(known["connection_file"]).read_text()).items() if name.endswith("_port")}
    kernel = ports_of(pid)
    spark = kernel - zeromq - {known["program_port"], known["spark_pages_port"]}
    return {"server": ports_of(known["server_pid"]), "kernel": kernel, "zeromq": zeromq, "spark": spark}


@pytest.fixture(scope="module")
def bare_session(stage: Stage) -> set[int]:
    """Ports of a session of ada's that she has told to talk to anybody: what the calls are like where they reach something."""
    kernel = stage.servers["ada"].kernel()
    kernel.run('System.setProperty("spark.repl.class.outputDir", System.getProperty("java.io.tmpdir"));')
    kernel.run("%spark start --conf spark.authenticate=false")
    kernel.run("spark.range(10).count()")
    connection = Path(stage.known["runtime"]) / f"kernel-{kernel.id}.json"
    zeromq = {value for name, value in json.loads(connection.read_text()).items() if name.endswith("_port")}
    pages = re.search(r"pages=(\d+)", kernel.run(PAGES))
    assert pages
    return ports_of(pid_with(str(connection))) - zeromq - {int(pages[1])}


@pytest.fixture(scope="module")
def points(stage: Stage, ports: dict[str, Any], bare_session: set[int]) -> dict[str, Any]:
    """All points: bob's attempts first, then ada's, whose last ones end what they are about."""
    found = {"bob": stage.tried_by("bob", "victim"), "bob at the lab": stage.tried_by("bob", "lab")}
    of_the_sidecar = [point for point in attack.OF_THE_VICTIM if "models: " in point]
    found["administrator"] = stage.tried_by(ADMINISTRATOR, "victim", attack.ENDS_THE_SERVER, *of_the_sidecar)
    found |= {"ada": stage.tried_by("ada", "victim", attack.ENDS_THE_SERVER), "root": stage.tried_by_root("lab")}
    last = {attack.ENDS_THE_SERVER: attack.OF_THE_VICTIM[attack.ENDS_THE_SERVER]}
    found["ada"] |= attack.tried(last, attack.Attempt(stage.known, stage.own("ada")))
    return found


def test_every_port_of_a_users_account_is_known(stage: Stage, ports: dict[str, Any]):
    assert ports["server"] == {stage.known["server_port"]}
    assert ports["zeromq"] | {stage.known["program_port"], stage.known["spark_pages_port"]} <= ports["kernel"]
    assert len(ports["spark"]) == 2, "the session's driver and its block manager, beside its pages"
    assert set(attack.listening(UIDS["ada"])) == ports["server"] | ports["kernel"]


def test_who_takes_the_name_of_an_account_at_the_provider_does_not_get_it(stage: Stage):
    stage.lab.new_user("carol", "/decisionlab")
    mallory = stage.lab.visitor()
    refused = mallory.log_in("carol")
    assert refused.status_code == 403 and f'accounts: {{carol: "{subject_of("carol")}"}}' in shown_text(refused.text), shown_text(refused.text)
    assert not mallory.home() and "carol" not in (stage.lab.script.home / "hub" / "accounts.json").read_text()


def test_without_credentials_no_port_gives_a_page_but_the_users_own_program(stage: Stage, ports: dict[str, Any]):
    session = LoopbackSession(10)
    opened = set()
    for port in sorted(ports["server"] | ports["kernel"]):
        try:
            answer = session.get(f"http://127.0.0.1:{port}/user/ada/api/contents", allow_redirects=False)
        except requests.RequestException:
            continue  # it speaks another protocol
        if answer.status_code == 200:
            opened.add(port)
    assert opened == {stage.known["program_port"]}, "what a user's own program opens is open to other accounts of the machine"


def test_a_spark_session_takes_calls_from_nobody_without_its_secret(ports: dict[str, Any], bare_session: set[int]):
    assert len(bare_session) == 2
    for port in bare_session:
        assert not asks_for_a_secret(call(port)), "the call reaches a session that lets it"
    for port in ports["spark"]:
        assert asks_for_a_secret(answer := call(port)), answer


def test_a_spark_session_gives_no_file_to_whoever_calls(stage: Stage, ports: dict[str, Any], bare_session: set[int]):
    """Spark 4.1.1 asks nobody for a secret who asks for a file, and follows `..` below the folder of classes."""
    notebook = stage.known["notebook"]
    names = [f"/classes/{'../' * steps}{notebook.lstrip('/')}" for steps in range(12)] + ["/files/x", "/jars/x", notebook]
    assert any(fetch(port, name) == "the file" for port in bare_session for name in names), "a session that serves classes serves every file of the account"
    for port in ports["spark"]:
        for name in names:
            assert fetch(port, name) != "the file", name


@pytest.mark.parametrize("point", attack.OF_THE_VICTIM)
def test_only_the_owner_reaches(points: dict[str, Any], point: str):
    assert points["ada"][point]["reached"] is True, f"ada herself: {points['ada'][point]['how']}"
    assert points["bob"][point]["reached"] is False, points["bob"][point]["how"]


def test_an_administrator_of_the_hub_reaches_nothing_that_is_the_users(points: dict[str, Any]):
    tried = points["administrator"]
    assert len(tried) > 25 and {point for point, found in tried.items() if found["reached"]} == LEFT_TO_ADMINISTRATORS & tried.keys(), tried
    assert not [found["how"] for found in tried.values() if found["reached"] is None]


@pytest.mark.parametrize("point", attack.OF_THE_LAB)
def test_no_user_reaches(points: dict[str, Any], point: str):
    assert points["root"][point]["reached"] is True, f"root: {points['root'][point]['how']}"
    assert points["bob at the lab"][point]["reached"] is False, points["bob at the lab"][point]["how"]
