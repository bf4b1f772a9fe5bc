# SPDX-License-Identifier: Apache-2.0
"""Servers as real accounts of the machine: who runs as whom, and what one user can reach of another."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from account_lab import account_lab, server_of
from conftest import LabScript
from hub_visit import HubVisit, shown_text, wait_for
from server_kernel import Server
from test_sharing_hub import post

pytestmark = pytest.mark.script

UIDS = {"labada": 45001, "labbob": 45002}
GID, GROUP_GID = 45000, 45003
FACILITY = """
login: {{allowed_users: [labada, labbob, root, labnobody]}}
groups: {{cms: [labada]}}
shared: {{folder: {root}/shared/lab, group_folders: [cms]}}
culling: {{enabled: false}}
"""


@pytest.fixture(scope="module")
def accounts_lab():
    with account_lab(UIDS, GID, f"cms:x:{GROUP_GID}:\n", FACILITY) as (_, script):
        yield script


@pytest.fixture(scope="module")
def users(accounts_lab: LabScript) -> dict[str, Server]:
    started = {}
    for name in UIDS:
        started[name] = Server(_visit(accounts_lab, name))
        assert started[name].start_server({"profile": "java-small"}).status_code in (201, 202)
    for api in started.values():
        api.wait_until_ready()
    return started


def _visit(script: LabScript, user: str) -> HubVisit:
    password = (script.home / "secrets" / "hub-password").read_text().strip()
    return HubVisit(script.status()["url"], user, password)


def test_each_server_runs_as_its_user_with_no_more_groups_than_due(accounts_lab: LabScript, users: dict[str, Server]):
    groups = {"labada": {GID, GROUP_GID}, "labbob": {GID}}
    for name, uid in UIDS.items():
        pid, environment = server_of(accounts_lab, name)
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
        assert set(status["Uid"].split()) == {str(uid)} and set(status["Gid"].split()) == {str(GID)}
        assert set(map(int, status["Groups"].split())) == groups[name]
        home = accounts_lab.home.parent / "homes" / name
        assert environment["HOME"] == str(home) and stat.S_IMODE(home.stat().st_mode) == 0o700
        runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
        assert runtime.is_relative_to(home) and stat.S_IMODE(runtime.stat().st_mode) == 0o700
        assert (home / "notebooks" / "01-smart-cache-quickstart.ipynb").stat().st_uid == uid
    assert sorted(path.name for path in (accounts_lab.home.parent / "homes" / "labada" / "shared").iterdir()) == ["cms", "gallery"]


def test_one_user_reaches_nothing_of_another(accounts_lab: LabScript, users: dict[str, Server]):
    root = accounts_lab.home.parent
    kernel = users["labada"].kernel()
    kernel.run('System.out.println("hers");')
    pid, environment = server_of(accounts_lab, "labada")
    connection = Path(environment["JUPYTER_RUNTIME_DIR"]) / f"kernel-{kernel.id}.json"
    wait_for("the connection file", connection.exists)
    assert "curve_secretkey" in json.loads(connection.read_text()), "what kernels say on loopback can be read by other accounts"
    targets = {
        "her connection file": connection, "her home": root / "homes" / "labada" / "notebooks" / "01-smart-cache-quickstart.ipynb",
        "her environment": Path(f"/proc/{pid}/environ"), "the hub's data base": accounts_lab.home / "hub" / "jupyterhub.sqlite",
        "the hub's secrets": accounts_lab.home / "secrets" / "cookie-secret", "her group's folder": root / "shared" / "lab" / "groups" / "cms" / ".",
    }  # fmt: skip
    answers = root / "homes" / "labbob" / "answers"
    script = ["#!/bin/sh"]
    script += [f'if [ -d "{path}" ]; then ls "{path}" >/dev/null 2>&1; else head -c 1 "{path}" >/dev/null 2>&1; fi && echo "reached {name}"' for name, path in targets.items()]
    script += [f'kill -0 {pid} 2>/dev/null && echo "reached her server"', f'touch "{root}/shared/lab/gallery/x" 2>/dev/null && echo "wrote to the gallery"']
    script += ["id -u", 'echo "ended"']
    users["labbob"].write("attack.sh", "\n".join(script))
    users["labbob"].kernel().run(f'new ProcessBuilder("sh", "attack.sh").redirectOutput(new java.io.File("{answers}")).start().waitFor();')
    wait_for("the end of the attack", lambda: answers.exists() and "ended" in answers.read_text())
    assert answers.read_text().split("\n") == [str(UIDS["labbob"]), "ended", ""]


def test_a_member_shares_the_groups_folder_and_others_stay_out(accounts_lab: LabScript, users: dict[str, Server]):
    users["labada"].write("shared/cms/plan.txt", "x")
    plan = accounts_lab.home.parent / "shared" / "lab" / "groups" / "cms" / "plan.txt"
    assert (plan.stat().st_uid, plan.stat().st_gid) == (UIDS["labada"], GROUP_GID) and plan.stat().st_mode & 0o077 == 0o060
    assert users["labbob"].call("GET", "/user/labbob/api/contents/shared/cms").status_code == 404


def test_a_member_publishes_as_himself_and_others_have_no_place_there(accounts_lab: LabScript, users: dict[str, Server]):
    published = accounts_lab.home.parent / "shared" / "lab" / "groups" / "cms" / "published"
    state = published.stat()
    assert (state.st_uid, state.st_gid) == (0, GROUP_GID) and not state.st_mode & 0o022, "nobody else writes there"
    (own,) = published.iterdir()
    state = own.stat()
    assert own.name == "labada" and (state.st_uid, state.st_gid) == (UIDS["labada"], GROUP_GID) and not state.st_mode & 0o027
    people = {name: _visit(accounts_lab, name) for name in UIDS}
    for name, person in people.items():
        assert person.page(f"/user/{name}/lab").status_code == 200
    done = post(people["labada"], "publish", path="notebooks/01-smart-cache-quickstart.ipynb", group="cms")
    assert done.status_code == 303, done.text
    state = (own / "01-smart-cache-quickstart.ipynb").stat()
    assert (state.st_uid, state.st_gid) == (UIDS["labada"], GROUP_GID) and state.st_mode & 0o077 == 0o040
    assert "01-smart-cache-quickstart" in people["labada"].page("/user/labada/group-gallery/cms/labada/01-smart-cache-quickstart.ipynb").text
    assert people["labbob"].page("/user/labbob/group-gallery/cms/labada/01-smart-cache-quickstart.ipynb").status_code == 403


def test_the_system_accounts_and_unknown_ones_get_no_server(accounts_lab: LabScript, users: dict[str, Server]):
    for name, words in {"root": "it is an account of the system", "labnobody": "this machine has no such account"}.items():
        answer = _visit(accounts_lab, name).spawn(profile="java-small")
        assert answer.status_code == 403 and words in shown_text(answer.text)


def test_a_home_that_leads_elsewhere_makes_the_hub_write_nowhere(accounts_lab: LabScript, users: dict[str, Server]):
    root = accounts_lab.home.parent
    trap, home = root / "trap", root / "homes" / "labbob"
    trap.mkdir()
    api = users["labbob"]
    assert api.call("DELETE", "/hub/api/users/labbob/server").status_code in (202, 204)
    wait_for("the end of the server", lambda: "" not in api.servers())
    shutil.rmtree(home / "notebooks")
    (home / "notebooks").symlink_to(trap)
    (home / ".decisionlab-notebooks.json").unlink()
    os.mkfifo(home / ".decisionlab-notebooks.json")
    assert api.start_server({"profile": "java-small"}).status_code in (201, 202)
    api.wait_until_ready()
    assert list(trap.iterdir()) == []
