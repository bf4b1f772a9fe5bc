# SPDX-License-Identifier: Apache-2.0
"""Metrics, galleries and links to repositories in a lab of several users: the real hub, its proxy, the users' real servers."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

import nbformat
import pytest
import requests
from nbformat.v4 import new_code_cell, new_notebook, new_output
from prometheus_client.parser import text_string_to_metric_families

from conftest import LabScript, lab_up
from hub_visit import Api, HubVisit, wait_for
from test_facility_hub import PROFILES
from test_metrics import names_in_dashboard

pytestmark = pytest.mark.script

FACILITY = """
spawner: {{kind: process}}
login: {{allowed_users: [ada, bob, eve], admin_users: [carol]}}
groups: {{cms: [ada, bob], atlas: [eve]}}
profiles_file: profiles.yaml
shared: {{folder: shared, group_folders: [cms, atlas]}}
culling: {{enabled: false}}
git_links: ["{place}"]
"""
PAGE = "/user/{}/group-gallery/"
METRICS = "/services/metrics/"
EVIL = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\"><b>shown</b>"


class _Git(BaseHTTPRequestHandler):
    """git's own program for HTTP, on loopback; counts who asks."""

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        self._answer(b"")

    def do_POST(self) -> None:  # noqa: N802 - the library's name
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        self.server.asked.append(self.path)
        path, _, query = self.path.partition("?")
        environment = {**os.environ, "GIT_PROJECT_ROOT": str(self.server.folder), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query}
        environment |= {"REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}
        if self.headers.get("Content-Encoding"):
            environment["HTTP_CONTENT_ENCODING"] = self.headers["Content-Encoding"]
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, timeout=60, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in {**fields, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Says nothing."""


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ThreadingHTTPServer, ThreadingHTTPServer]]:
    """A host that is listed and one that is not, with the same repository."""
    folder = tmp_path_factory.mktemp("git")
    work = folder / "work"
    work.mkdir()
    git(work, "init", "-q", "-b", "main")
    (work / "first.ipynb").write_text(nbformat.writes(new_notebook(cells=[new_code_cell("1")])))
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "first")
    git(folder, "clone", "-q", "--bare", "work", "tutorial.git")
    servers = []
    for _ in range(2):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Git)
        server.folder, server.asked = folder, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    yield servers[0], servers[1]
    for server in servers:
        server.shutdown()
        server.server_close()


def address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, repositories):
    with lab_up(tmp_path_factory.mktemp("sharing") / "home", facility=FACILITY.format(place=address(repositories[0])), profiles=PROFILES) as script:
        yield script


def visit(lab: LabScript, user: str, password: str = "hub-password") -> HubVisit:
    return HubVisit(lab.status()["url"], user, (lab.home / "secrets" / password).read_text().strip())


@pytest.fixture(scope="module")
def people(lab: LabScript) -> dict[str, HubVisit]:
    """Three people with their servers, in a browser's manner: by cookies."""
    found = {name: visit(lab, name) for name in ("ada", "bob", "eve")}
    for name, person in found.items():
        assert person.spawn(profile="small").status_code == 200
        Api(person).wait_until_ready()
        assert person.page(f"/user/{name}/lab").status_code == 200
    return found


def post(person: HubVisit, action: str, **fields: str) -> requests.Response:
    """Sends a form of the gallery as a browser does, with the hidden field that the page has."""
    page = person.page(PAGE.format(person.user)).text
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert xsrf, page
    headers = {"Origin": person.hub, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Referer": f"{person.hub}{PAGE.format(person.user)}"}
    return person.session.post(f"{person.hub}{PAGE.format(person.user)}{action}", data={"_xsrf": xsrf[1], **fields}, headers=headers, allow_redirects=False)


def test_a_notebook_is_published_for_the_group_and_for_nobody_else(lab: LabScript, people: dict[str, HubVisit]):
    cell = new_code_cell("1", outputs=[new_output("display_data", {"text/html": EVIL})], metadata={"trusted": True})
    (lab.home / "home" / "ada" / "hostile.ipynb").write_text(nbformat.writes(new_notebook(cells=[cell])))
    done = post(people["ada"], "publish", path="hostile.ipynb", group="cms")
    assert done.status_code == 303 and done.headers["Location"] == "/user/ada/group-gallery/cms/ada/hostile.ipynb", done.text
    assert "hostile.ipynb" in people["bob"].page(PAGE.format("bob")).text
    assert "hostile.ipynb" not in people["eve"].page(PAGE.format("eve")).text and "<h2>cms</h2>" not in people["eve"].page(PAGE.format("eve")).text
    shown = people["bob"].page(f"{PAGE.format('bob')}content/cms/ada/hostile.ipynb")
    assert shown.status_code == 200 and "<b>shown</b>" in shown.text and "<script" not in shown.text and "onerror" not in shown.text
    assert shown.headers["Content-Security-Policy"].startswith("sandbox allow-popups") and "default-src 'none'" in shown.headers["Content-Security-Policy"]
    outer = people["bob"].page(f"{PAGE.format('bob')}cms/ada/hostile.ipynb")
    assert outer.status_code == 200 and 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in outer.text and "default-src 'none'" in outer.headers["Content-Security-Policy"]
    for place in ("cms/ada/hostile.ipynb", "content/cms/ada/hostile.ipynb"):
        refused = people["eve"].page(PAGE.format("eve") + place)
        assert refused.status_code == 403 and "shown" not in refused.text
        assert people["bob"].page(f"/user/ada/group-gallery/{place}").status_code == 403, "another's server"


def test_the_menu_leads_to_the_gallery_of_the_server_that_it_is_in(people: dict[str, HubVisit]):
    ada = people["ada"]
    assert ada.spawn("second", profile="small").status_code == 200
    Api(ada).wait_until_ready("second")
    named = "/user/ada/second/"
    for page, gallery in {
        f"{named}lab/tree/a.ipynb": f"{named}group-gallery/",
        f"{named}lab?reset": f"{named}group-gallery/",
        "/user/ada/lab": "/user/ada/group-gallery/",
        "/user/bob/second/lab": "/user/ada/group-gallery/",
        "/hub/home": "/user/ada/group-gallery/",
    }.items():
        shown = ada.session.get(f"{ada.hub}/hub/user-redirect/group-gallery/", headers={"Referer": f"{ada.hub}{page}"})
        assert shown.status_code == 200 and shown.url == f"{ada.hub}{gallery}", (page, shown.url)
    other = ada.session.get(f"{ada.hub}/hub/user-redirect/lab", headers={"Referer": f"{ada.hub}{named}lab"}, allow_redirects=False)
    assert "second" not in other.headers["Location"], "links of others lead to the default server, wherever they stand"


def test_a_copy_is_ones_own_and_not_trusted(lab: LabScript, people: dict[str, HubVisit]):
    done = post(people["bob"], "copy", group="cms", user="ada", name="hostile.ipynb")
    assert done.status_code == 303 and done.headers["Location"] == "/user/bob/lab/tree/from-gallery/hostile.ipynb", done.text
    copy = Api(people["bob"]).call("GET", "/user/bob/api/contents/from-gallery/hostile.ipynb").json()
    assert copy["content"]["cells"][0]["metadata"]["trusted"] is False and copy["writable"]
    refused = post(people["eve"], "copy", group="cms", user="ada", name="hostile.ipynb")
    assert refused.status_code == 403 and not (lab.home / "home" / "eve" / "from-gallery").exists()


def test_forms_of_other_pages_are_refused(lab: LabScript, people: dict[str, HubVisit]):
    bob = people["bob"]
    for action, fields in {"copy": {"group": "cms", "user": "ada", "name": "hostile.ipynb"}, "publish": {"group": "cms", "path": "from-gallery/hostile.ipynb"}}.items():
        for data in (fields, {**fields, "_xsrf": "guessed"}):
            refused = bob.session.post(f"{bob.hub}{PAGE.format('bob')}{action}", data=data, allow_redirects=False)
            assert refused.status_code == 403, (action, refused.status_code)
    assert not (lab.home / "shared" / "groups" / "cms" / "published" / "bob").exists()
    assert len(list((lab.home / "home" / "bob" / "from-gallery").iterdir())) == 1


def test_only_who_published_withdraws_and_only_ones_own_is_published(lab: LabScript, people: dict[str, HubVisit]):
    assert post(people["bob"], "withdraw", group="cms", user="ada", name="hostile.ipynb").status_code == 403
    for path, status in {"../ada/hostile.ipynb": 403, "/etc/passwd": 400, "absent.ipynb": 404}.items():
        refused = post(people["bob"], "publish", path=path, group="cms")
        assert refused.status_code == status and "Not done" in refused.text, (path, refused.status_code)
    assert post(people["bob"], "publish", path="from-gallery/hostile.ipynb", group="atlas").status_code == 403
    assert post(people["ada"], "withdraw", group="cms", user="ada", name="hostile.ipynb").status_code == 303
    assert "hostile.ipynb" not in people["bob"].page(PAGE.format("bob")).text


def test_a_link_to_a_listed_place_brings_the_repository(lab: LabScript, people: dict[str, HubVisit], repositories):
    listed, _ = repositories
    query = f"repo={address(listed)}/tutorial.git&branch=main&targetpath=tutorial"
    page = people["ada"].page(f"/user/ada/git-pull?{query}&urlpath=lab/tree/tutorial/first.ipynb")
    assert page.status_code == 200 and "nbgitpuller" in page.text
    pulled = people["ada"].page(f"/user/ada/git-pull/api?{query}")
    assert '"phase": "finished"' in pulled.text, pulled.text
    assert (lab.home / "home" / "ada" / "tutorial" / "first.ipynb").exists() and listed.asked
    assert '"phase": "finished"' in people["ada"].page(f"/user/ada/git-pull/api?{query}").text, "again, into the folder that is there now"
    absent = people["ada"].page(f"/user/ada/git-pull/api?{query.replace('main', 'absent').replace('=tutorial', '=other')}")
    assert '"phase": "error"' in absent.text and '"phase": "finished"' not in absent.text


def test_a_link_does_not_touch_a_folder_that_fetches_from_elsewhere(lab: LabScript, people: dict[str, HubVisit], repositories):
    listed, other = repositories
    own = lab.home / "home" / "ada" / "own"
    git(own.parent, "clone", "-q", f"{address(other)}/tutorial.git", "own")
    (own / "first.ipynb").write_text("changed")
    del other.asked[:]
    head = (own / ".git" / "refs" / "heads" / "main").read_text()
    for path in ("git-pull", "git-pull/api"):
        for more in ("&targetpath=own", "&targetpath=tutorial&backup=true"):
            refused = people["ada"].page(f"/user/ada/{path}?repo={address(listed)}/tutorial.git&branch=main{more}")
            assert refused.status_code == 403 and "This link is not followed" in refused.text
    assert other.asked == [] and (own / "first.ipynb").read_text() == "changed" and (own / ".git" / "refs" / "heads" / "main").read_text() == head
    assert not list(own.parent.glob("*_backup_*"))


def test_a_link_elsewhere_is_refused_before_git_runs(lab: LabScript, people: dict[str, HubVisit], repositories):
    _, other = repositories
    for query in (f"repo={address(other)}/tutorial.git&branch=main", f"repo={address(repositories[0])}/tutorial.git&branch=main&targetpath=../bob/x", f"repo={address(repositories[0])}/tutorial.git&branch=main&urlpath=%3Cscript%3Ealert(1)%3C/script%3E"):
        for path in ("git-pull", "git-pull/api"):
            refused = people["ada"].page(f"/user/ada/{path}?{query}")
            assert refused.status_code == 403 and "This link is not followed" in refused.text
    assert other.asked == [] and not (lab.home / "home" / "bob" / "x").exists()
    foreign = people["ada"].session.get(f"{people['ada'].hub}/user/ada/git-pull/api?repo={address(repositories[0])}/tutorial.git", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert people["ada"].page(f"/user/ada/interact?repo=x&account=y").status_code == 404, "nbgitpuller's own extension is off"


def test_administrators_see_all_sources_on_the_page_of_metrics(lab: LabScript, people: dict[str, HubVisit]):
    carol = visit(lab, "carol", "admin-password")
    assert METRICS not in visit(lab, "carol").page("/hub/home").text, "the password of all is not an administrator's"
    page = wait_for("the page of metrics", lambda: (answer := carol.page(METRICS)).status_code == 200 and answer).text
    for source in ("hub", "proxy", "sidecar"):
        assert f"<td>{source}</td><td>answers</td>" in page, page
    servers = len(people) + 1  # ada has a second one
    assert f"<td>servers running</td><td>{servers}</td>" in page and f"<td>success</td><td>{servers}</td>" in page, page
    assert "<script" not in page and "Metrics" in page
    assert METRICS in carol.page("/hub/home").text
    for person in people.values():
        assert person.page(METRICS).status_code == 403
    assert requests.get(f"{carol.hub}{METRICS}", allow_redirects=False, timeout=30).status_code == 302


def test_prometheus_gets_all_of_it_at_one_address_with_a_token_for_that_alone(lab: LabScript, people: dict[str, HubVisit]):
    hub = lab.status()["url"].rstrip("/")
    secret = (lab.home / "secrets" / "metrics-token").read_text().strip()
    headers = {"Authorization": f"Bearer {secret}"}
    answer = requests.get(f"{hub}{METRICS}metrics", headers=headers, timeout=60)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    assert {sample.labels["source"] for sample in samples} == {"hub", "proxy", "sidecar"}
    assert all(sample.value == 1 for sample in samples if sample.name == "decisionlab_source_up")
    names = {sample.name for sample in samples}
    of_models = {"sidecar_predicted_rows_total", "sidecar_feature_stability_index", "sidecar_feature_missing_ratio", "sidecar_refused_total"}
    absent = {name for name in names_in_dashboard() - names if not name.startswith("token_broker_")}
    assert absent <= of_models, "what a lab in which no model was asked has not"
    assert secret not in answer.text
    for path in ("/hub/api/users", "/hub/api/users/ada", "/hub/metrics", "/hub/api/proxy", "/user/ada/api/status"):
        assert requests.get(f"{hub}{path}", headers=headers, timeout=30, allow_redirects=False).status_code in (302, 403, 404), path
    for token in (Api(people["ada"]).token, "wrong"):
        assert requests.get(f"{hub}{METRICS}metrics", headers={"Authorization": f"token {token}"}, timeout=30).status_code == 403
    assert requests.get(f"{hub}{METRICS}metrics", timeout=30).status_code == 403


def test_with_a_provider_broker_and_sidecar_are_read_with_tokens_of_their_own(tmp_path: Path):
    home = tmp_path / "home"
    with lab_up(home, "--iam", "sim", "--sidecar-audience", "https://sidecar.example.org", facility="spawner: {kind: process}\nculling: {enabled: false}\naudiences: {}\n") as script:
        sidecar = next(service for service in script.status()["services"] if service["name"] == "sidecar")["url"]
        assert requests.get(f"{sidecar}/metrics", timeout=30).status_code == 401, "this sidecar asks for tokens"
        secret, own = ((home / "secrets" / name).read_text().strip() for name in ("metrics-token", "sidecar-metrics-token"))

        def up_by_source() -> dict[str, float]:
            answer = requests.get(f"{script.status()['url'].rstrip('/')}{METRICS}metrics", headers={"Authorization": f"Bearer {secret}"}, timeout=60)
            assert own not in answer.text
            families = text_string_to_metric_families(answer.text) if answer.status_code == 200 else []
            return {sample.labels["source"]: sample.value for family in families for sample in family.samples if sample.name == "decisionlab_source_up"}

        wait_for("all sources", lambda: up_by_source() == {"hub": 1, "proxy": 1, "sidecar": 1, "token-broker": 1})
        hub = script.status()["url"].rstrip("/")
        refused = requests.post(f"{hub}/services/token-broker/token", json={}, headers={"Authorization": "token wrong"}, timeout=30)
        assert refused.status_code in (401, 403), refused.text
        of_broker = {name for name in names_in_dashboard() if name.startswith("token_broker_request")}

        def read_from_broker() -> set[str]:
            text = requests.get(f"{hub}{METRICS}metrics", headers={"Authorization": f"Bearer {secret}"}, timeout=60).text
            return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples if sample.labels.get("source") == "token-broker"}

        assert len(of_broker) == 2
        wait_for("the names that the broker itself has, after one request", lambda: of_broker <= read_from_broker())
        changed = requests.post(f"{sidecar}/params", json={"model": "none"}, headers={"Authorization": f"Bearer {own}"}, timeout=30)
        assert changed.status_code == 403, "the lab's token may read and no more"


def test_a_source_that_ends_is_told_and_the_others_stay(lab: LabScript):
    sidecar = next(service for service in lab.status()["services"] if service["name"] == "sidecar")
    os.kill(sidecar["pid"], 9)
    carol = visit(lab, "carol", "admin-password")
    page = wait_for("the end of the sidecar", lambda: "CANNOT BE READ" in (text := carol.page(METRICS).text) and text)
    assert re.search(r"<td>sidecar</td><td class=\"bad\">CANNOT BE READ: it cannot be reached", page) and "<td>hub</td><td>answers</td>" in page
