# SPDX-License-Identifier: Apache-2.0
"""After a day's work in small, no token, cookie or secret that was in use stands where it does not belong.

Everything that is left is searched: logs, homes, notebooks, event logs, pages, processes, data base. Looked for are all tokens and codes that the
provider ever gave out, all cookies that were ever set, the lab's secrets, and whatever has the shape of a secret.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest

from conftest import LabScript
from leak_day import CELLS, FACILITY, OWN_VARIABLES, SECRET_FOLDERS, STORAGE_CELLS, TOKEN_SECONDS, Day, variables, whole_day
from login_visitor import IamLab
from secret_search import Finding, Search, SearchError, is_private
from storage_element import StorageElement

pytestmark = pytest.mark.long

BELONGS = (
    (r"/runtime/jpserver-\d+\.json", r"(JUPYTERHUB|JPY)_API_TOKEN of a process"),
    (r"/runtime/kernel-[\w-]+\.json", r"\w+ of a kernel"),
    (r"/hub/jupyterhub\.sqlite( \(rows\))?", r"cookie jupyterhub-session-id of \w+"),
)
"""Which files hold what: of a server its own token, and of a kernel its keys, for the programs of its account; and the hub's data base which
login came with which session, whose name opens nothing alone (a point of test_attack)."""
TEMPORARY = ("decisionlab-*", "spark-*", "blockmgr-*", "bt_u*", "cell*")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("leaks") / "home"
    home.mkdir(mode=0o700)
    (home / "facility.yaml").write_text(FACILITY)
    try:
        lab = IamLab.start(home, DECISIONLAB_LOGIN_CHECK_SECONDS="2")
        lab.switch(accessSeconds=TOKEN_SECONDS)
        with StorageElement.running(lab.iam) as element:
            day = Day(lab, element)
            whole_day(day)
            yield day
    finally:
        LabScript(home)("down")


@pytest.fixture(scope="module")
def search(day: Day) -> Search:
    return day.search()


def told(found: list[Finding]) -> str:
    return "\n".join(sorted({f"{finding.secret} [{finding.form}] in {finding.place}" for finding in found}))


def test_every_kind_of_secret_was_in_use(day: Day):
    names = " ".join(name for name, _ in day.secrets)
    for kind in ("access_token of ada", "refresh_token of bob", "id_token of ada", "token of ada for sidecar", "token that bob made", "cookie jupyterhub-hub-login of ada",
                 "cookie jupyterhub-user-ada of ada", "cookie jupyterhub-session-id of ada", "JUPYTERHUB_API_TOKEN of a process", "CONFIGPROXY_AUTH_TOKEN of a process",
                 "issued authorization_code of bob", "issued refresh_token of ada", "token shown to the storage element", "ticket of the storage element", "key of a kernel",
                 "client-decisionlab-hub", "login-keys", "cookie-secret", "proxy-token", "hub-password", "broker-token", "control", "password", "token of the token file"):  # fmt: skip
        assert kind in names, f"{kind} is not among {sorted({name for name, _ in day.secrets})}"
    assert any(error for _, error in day.notebook if "IllegalStateException" in error), "cells have failed, too"
    saved = (day.home / "home" / "ada" / "leaks.ipynb").read_text()
    assert '"traceback"' in saved and "Permission denied: user=ada" in saved, "with all that is saved of an error"


def test_all_tokens_that_anybody_had_are_among_those_given_out(day: Day):
    """So that none that was renewed in between is missing from the search."""
    issued = {value for name, value in day.secrets if name.startswith("issued ")}
    assert len([name for name, _ in day.secrets if name == "issued access_token of ada"]) > 5, "login, renewals, narrowed ones"
    for name, value in day.secrets:
        if re.match(r"token of (ada|bob) for|(access|refresh|id)_token of|token of the token file|token shown", name):
            assert value in issued, name


def test_the_storage_element_was_read_and_has_refused(day: Day):
    answered = [text for _, text in day.notebook[len(CELLS) :]]
    others = [f"{cell}\n{text}" for (cell, expected), text in zip(STORAGE_CELLS.items(), answered, strict=True) if expected not in text]
    assert not others, others
    statuses = {status for _, status in day.element.answers}
    assert {200, 206, 207, 307, 401, 403} <= statuses, day.element.answers
    assert day.element.tokens and not day.element.astray, "a token is shown to the store alone"


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
        if re.search(f"{place}$", finding.place) and all(re.fullmatch(names, name) for name in finding.secret.split(" = ")):
            return is_private(path) or path.parent.stat().st_mode & 0o077 == 0
    return False


def test_no_file_for_the_moment_holds_one(day: Day, search: Search):
    """Shapes do not count here: another lab of this account may be at work, whose tokens lie in the same folder."""
    found = []
    for path in (path for pattern in TEMPORARY for path in Path(tempfile.gettempdir()).glob(pattern)):
        try:
            state = path.lstat()
            if state.st_mtime >= day.started and state.st_uid == os.geteuid() and not path.is_symlink():
                found += search.folder(path) if path.is_dir() else search.file(path)
        except (FileNotFoundError, SearchError):
            assert not path.exists(), path  # it has just gone
    assert is_private(day.token_file)
    found = [finding for finding in found if finding.place != str(day.token_file) and finding.secret != "?"]
    assert not found, told(found)


@pytest.mark.parametrize("kind", ["hub", "Spark", "sidecar", "broker", "kernel"])
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
