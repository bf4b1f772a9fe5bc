# SPDX-License-Identifier: Apache-2.0
"""A lab of several users with a facility file: the real hub, its proxy, the users' real servers and kernels."""

from __future__ import annotations

import json
import os
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

import pytest

from conftest import FULL, LabScript, lab_up
from hub_visit import LIMIT_SECONDS, Api, HubVisit, mark_of, server_process, shown_text, wait_for
from server_kernel import Server

pytestmark = pytest.mark.script

FACILITY = """
spawner: {kind: process}
login: {allowed_users: [ada, bob, eve]}
groups: {cms: [ada]}
collaborations: {team: cms}
profiles_file: profiles.yaml
banner_file: banner.txt
named_servers: 1
shared: {folder: shared, group_folders: [cms]}
culling: {enabled: false}
"""
PROFILES = """
profiles:
  - {name: small, title: Small, memory: 1G, cpu: 1, default: true}
  - {name: large, title: Large, memory: 3G, cpu: 2, heap_percent: 40, groups: [/cms], environment: {COLLABORATION: cms}}
"""
IDLE, EVERY, AGE, SILENT = (120, 30, 600, 360) if FULL else (20, 5, 100, 60)
"""Seconds: when an idle server is ended, how often that is looked at, what age is too old, how long a cell is silent."""
CULLING = f"""
spawner: {{kind: process}}
login: {{allowed_users: [ada, bob, eve]}}
profiles_file: profiles.yaml
culling: {{idle: {IDLE}s, every: {EVERY}s, maximum_age: {AGE}s}}
"""


@pytest.fixture(scope="module")
def facility_lab(tmp_path_factory: pytest.TempPathFactory):
    with lab_up(tmp_path_factory.mktemp("facility") / "home", facility=FACILITY, profiles=PROFILES) as script:
        yield script


def visit(script: LabScript, user: str) -> HubVisit:
    password = (script.home / "secrets" / "hub-password").read_text().strip()
    return HubVisit(script.status()["url"], user, password)


@pytest.fixture(scope="module")
def ada(facility_lab: LabScript) -> HubVisit:
    return visit(facility_lab, "ada")


@pytest.fixture(scope="module")
def bob(facility_lab: LabScript) -> HubVisit:
    return visit(facility_lab, "bob")


def test_who_is_not_named_cannot_log_in(facility_lab: LabScript):
    stranger = visit(facility_lab, "mallory")
    assert stranger.entered.status_code == 403


def test_the_form_offers_what_one_may_have(ada: HubVisit, bob: HubVisit):
    assert 'value="large"' in ada.page("/hub/spawn").text
    form = bob.page("/hub/spawn").text
    assert 'value="small" required checked' in form and 'value="large"' not in form


def test_a_profile_one_may_not_have_is_refused_by_the_server_in_words(bob: HubVisit):
    answer = bob.spawn(profile="large")
    assert answer.status_code == 403
    assert "the profile large is for members of the group /cms; you are in no group. You may choose: small" in shown_text(answer.text)
    api = Api(bob)
    refused = api.start_server({"profile": "large"})
    assert refused.status_code == 403 and "for members of the group /cms" in refused.json()["message"]
    for body in ({"profile": "small", "mem_limit": "64G"}, {"profile": "huge"}):
        refused = api.start_server(body)
        assert refused.status_code == 400 and "expected" in refused.json()["message"] or "there is no profile" in refused.json()["message"]
    assert bob.page("/hub/spawn?opt-profile=large").status_code == 403
    assert bob.spawn(profile="small", image="x").status_code == 400
    assert api.servers() == {}


def test_a_server_gets_its_profile_and_the_jvm_its_heap(facility_lab: LabScript, ada: HubVisit):
    answer = ada.spawn(profile="large")
    assert answer.status_code == 200, answer.text
    api = Server(ada)
    api.wait_until_ready()
    _, environment = server_process(mark_of(facility_lab.home), "ada")
    assert environment["JDK_JAVA_OPTIONS"] == "-Xmx1228m -XX:ActiveProcessorCount=2"
    assert environment["COLLABORATION"] == "cms" and environment["MEM_LIMIT"] == str(3 * 2**30)
    told = {name: environment[name] for name in ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OPT_OUT_TRACKING", "ORT_DISABLE_TELEMETRY", "DJL_OFFLINE")}
    assert told == {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE", "OPT_OUT_TRACKING": "true", "ORT_DISABLE_TELEMETRY": "1", "DJL_OFFLINE": "true"}
    assert not [name for name in environment if "SECRET" in name or "PASSWORD" in name]
    api.kernel().run(
        'java.nio.file.Files.writeString(java.nio.file.Path.of("heap"), '
        'Runtime.getRuntime().maxMemory() / 1048576 + " " + Runtime.getRuntime().availableProcessors());'
    )
    heap = facility_lab.home / "home" / "ada" / "heap"
    wait_for("the kernel's answer", lambda: heap.exists() and heap.read_text())
    mebibytes, processors = map(int, heap.read_text().split())
    assert 1150 <= mebibytes <= 1240 and processors == 2


def test_homes_show_the_gallery_and_the_folders_of_ones_groups(facility_lab: LabScript, ada: HubVisit):
    api = Server(ada)
    api.wait_until_ready()
    listed = api.call("GET", "/user/ada/api/contents/shared").json()["content"]
    assert sorted(entry["name"] for entry in listed) == ["cms", "gallery"]
    names = [entry["name"] for entry in api.call("GET", "/user/ada/api/contents/shared/gallery").json()["content"]]
    assert "01-smart-cache-quickstart.ipynb" in names
    assert not os.access(facility_lab.home / "shared" / "gallery" / names[0], os.X_OK)
    api.write("shared/cms/plan.txt", "x")


def test_the_server_of_a_collaboration_is_its_members_and_nobody_logs_in_as_it(facility_lab: LabScript, ada: HubVisit, bob: HubVisit):
    assert visit(facility_lab, "team").entered.status_code == 403
    member, stranger = Api(ada), Api(bob)
    assert stranger.call("POST", "/hub/api/users/team/server", json={"profile": "small"}).status_code in (403, 404)
    assert member.call("POST", "/hub/api/users/team/server", json={"profile": "small"}).status_code in (201, 202)
    wait_for("the collaboration's server", lambda: member.call("GET", "/hub/api/users/team").json().get("servers", {}).get("", {}).get("ready"))
    assert member.call("GET", "/user/team/api/contents").status_code == 200
    assert stranger.call("GET", "/user/team/api/contents").status_code in (403, 404)
    assert member.call("GET", "/hub/api/users/bob").status_code == 404 and member.call("POST", "/hub/api/users/team/tokens", json={}).status_code in (403, 404)
    assert member.call("DELETE", "/hub/api/users/team/server").status_code in (202, 204)


def test_named_servers_are_counted(ada: HubVisit):
    api = Api(ada)
    assert api.start_server({"profile": "small"}, "second").status_code in (201, 202)
    refused = api.start_server({"profile": "small"}, "third")
    assert refused.status_code == 400 and "maximum of 1 named servers" in refused.json()["message"]
    api.wait_until_ready("second")  # while it starts, another start of it is answered with 202
    refused = api.start_server({"profile": "small"}, "second")
    assert refused.status_code == 400 and "already running" in refused.json()["message"]


def test_the_announcement_is_shown_and_changed_without_a_restart(facility_lab: LabScript, bob: HubVisit):
    assert "Down on Monday" not in bob.page("/hub/home").text
    (facility_lab.home / "banner.txt").write_text("Down on Monday <script>")
    page = bob.page("/hub/home").text
    assert "Down on Monday &lt;script&gt;" in page


def test_the_documentation_and_the_way_to_ports_are_for_oneself_alone(facility_lab: LabScript):
    eve = visit(facility_lab, "eve")
    api = Api(eve)
    assert api.start_server({"profile": "small"}).status_code in (201, 202)
    api.wait_until_ready()
    stranger = Api(visit(facility_lab, "bob"))
    with a_program_with_pages("<h1>of a program</h1>") as (port, heard):
        for path in (f"/user/eve/spark-ui/{port}/", "/user/eve/decisionlab-help/kernel"):
            shown = api.call("GET", path)
            assert shown.status_code == 200 and "<h1" in shown.text, path
            assert stranger.call("GET", path, allow_redirects=False).status_code in (302, 403), path
        asked = api.call("GET", f"/user/eve/spark-ui/{port}/jobs/?id=1", headers={"Cookie": "mine=secret", "X-Decisionlab-Signed": "forged"})
        assert asked.status_code == 200
        (signed,) = [value for name, value in heard[-1] if name == "x-decisionlab-signed"]
        assert re.fullmatch("[0-9]+ [0-9a-f]{64}", signed), "the port is told that the server asks"
        assert not {"cookie", "authorization", "x-xsrftoken"} & {name for name, _ in heard[-1]}, "and not how the user proves who he is"


@contextmanager
def a_program_with_pages(text: str) -> Iterator[tuple[int, list[list[tuple[str, str]]]]]:
    """Something that answers on a port of loopback, as Spark's pages do; with the headers of each request that it has heard."""
    heard: list[list[tuple[str, str]]] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append([(name.lower(), value) for name, value in self.headers.items()])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port, heard
        finally:
            server.shutdown()
            thread.join()


def test_production_names_what_is_for_development(facility_lab: LabScript):
    found = facility_lab("doctor", "--production", "--json")
    assert found.returncode == 1
    told = json.loads(found.stdout)
    assert told["fit"] is False
    unfit = {finding["setting"] for finding in told["findings"] if finding["unfit"]}
    assert unfit >= {"authenticator_class", "public_url", "db_url", "crypt keys", "spawner_class", "culling.enabled", "sidecar"}
    assert "facility file" not in unfit and "secrets" not in unfit
    assert ("Spawner.args" in unfit) == (os.geteuid() == 0)
    secret = facility_lab.home / "secrets" / "cookie-secret"
    text = facility_lab("doctor", "--production")
    assert text.returncode == 1 and "share one password" in text.stdout and secret.read_text().strip() not in text.stdout + found.stdout


def test_a_changed_group_is_in_force_after_a_restart_of_the_hub_and_kernels_go_on(facility_lab: LabScript, bob: HubVisit):
    eve, file = Server(visit(facility_lab, "eve")), facility_lab.home / "facility.yaml"
    assert eve.start_server({"profile": "small"}).status_code in (201, 202, 400)
    eve.wait_until_ready()
    process, _ = server_process(mark_of(facility_lab.home), "eve")
    kernel = eve.kernel("python3")
    kernel.run("kept = 42")
    for groups, offered in (("cms: [ada, bob]", True), ("cms: [ada]", False)):
        file.write_text(FACILITY.replace("cms: [ada]", groups, 1))
        restart = facility_lab("restart")
        assert restart.returncode == 0, restart.stderr
        assert ('value="large"' in bob.page("/hub/spawn").text) is offered, "the login goes on, and the group is that of now"
        wait_for("the server of eve", lambda: eve.call("GET", f"{eve.path}/api/status").status_code == 200)
        assert server_process(mark_of(facility_lab.home), "eve")[0] == process and "kept is 42" in kernel.run("print('kept is', kept)")
    file.write_text(FACILITY + "named_server: 1\n")
    refused = facility_lab("restart")
    file.write_text(FACILITY)
    assert refused.returncode == 1 and "named_server" in refused.stderr and facility_lab.status()["up"], refused.stderr
    kernel.end()


def test_a_long_silent_cell_is_activity_and_an_idle_server_is_ended(tmp_path: Path):
    home = tmp_path / "home"
    with lab_up(home, facility=CULLING, profiles=PROFILES) as script:
        ada, bob, eve = (Server(visit(script, user)) for user in ("ada", "bob", "eve"))
        for api in (ada, bob, eve):
            assert api.start_server({"profile": "small"}).status_code in (201, 202)
        for api in (ada, bob, eve):
            api.wait_until_ready()
        done, done_in_python = (home / "home" / name / "done" for name in ("ada", "eve"))
        ada.kernel().begin(f'Thread.sleep({SILENT}_000); java.nio.file.Files.writeString(java.nio.file.Path.of("{done}"), "1");')
        eve.kernel("python3").begin(f"import time, pathlib\ntime.sleep({SILENT})\npathlib.Path('{done_in_python}').touch()")
        wait_for("the end of the idle server", lambda: "" not in bob.servers(), IDLE + LIMIT_SECONDS)
        wait_for("the end of the silent cells", lambda: done.exists() and done_in_python.exists(), SILENT + LIMIT_SECONDS)
        wait_for("the end of the servers that were busy", lambda: not {**ada.servers(), **eve.servers()}, IDLE + LIMIT_SECONDS)
        assert bob.start_server({"profile": "small"}).status_code in (201, 202)
        bob.wait_until_ready()
        bob.kernel().begin("Thread.sleep(1_000_000);")
        wait_for("the end of a server that is too old, though busy", lambda: "" not in bob.servers(), AGE + LIMIT_SECONDS)
        log = (home / "logs" / "hub.log").read_text()
        assert "Culling server bob" in log and "(age: 0" in log
