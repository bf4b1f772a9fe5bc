# SPDX-License-Identifier: Apache-2.0
"""`%login` and `%tfaas` in real Java kernels of two users: hub, token broker, IAM simulator and the lab's sidecar together.

Nothing is typed or set for it: `./lab up --iam sim` alone. Tokens live for 20 seconds. What each user's kernel asks goes through a proxy
that counts: what is said here to be sent once was on the wire once, whatever the sidecar has written down of it.
"""

from __future__ import annotations

import json
import math
import re
import time
from contextlib import ExitStack
from typing import Iterator

import pytest

from conftest import LabScript
from counting_proxy import CountingProxy, counting_proxy, through
from hub_visit import wait_for
from login_visitor import IamLab
from server_kernel import DECISION_MODEL, Server, ServerKernel

TOKEN_SECONDS = 20
DELETION = "deleteByForm"
ROW = "Map<String, Float> row = new TreeMap<>(); FeatureMap.standard().names().forEach(name -> row.put(name, 1f));"
PREDICT = "float[] answer = %tfaas predict MODEL --row row\nSystem.out.println(answer[0]);"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory):
    """Nobody is an administrator: ada and bob are both mere members."""
    home = tmp_path_factory.mktemp("tfaas") / "home"
    try:
        lab = IamLab.start(home, "--admin-groups", "/decisionlab/keepers")
        lab.switch(accessSeconds=TOKEN_SECONDS)
        yield lab
    finally:
        LabScript(home)("down")


@pytest.fixture(scope="module")
def wire(lab: IamLab) -> Iterator[dict[str, CountingProxy]]:
    """What each user's kernel asks the sidecar."""
    with ExitStack() as open_until_the_end:
        yield {name: open_until_the_end.enter_context(counting_proxy(lab.service("sidecar")["url"])) for name in ("bob", "ada")}


@pytest.fixture(scope="module")
def kernels(lab: IamLab, wire: dict[str, CountingProxy]) -> dict[str, ServerKernel]:
    servers = {name: Server.start(lab.visitor(), name) for name in wire}
    kernels = {name: server.kernel() for name, server in servers.items()}
    for name, kernel in kernels.items():
        kernel.run(through(wire[name]))
        kernel.run(DECISION_MODEL)
        kernel.run(ROW)
    return kernels


UPLOAD, DELETE = ("POST", "/upload"), ("DELETE", "/delete")


def lines(lab: IamLab, kind: str) -> list[dict]:
    files = sorted((lab.script.home / "sidecar-state").glob(f"{kind}-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def changes(lab: IamLab, operation: str, model: str) -> list[dict]:
    """The changes of a model that were asked for; of an upload that is refused only the reason names it."""
    return [line for line in lines(lab, "audit") if line["operation"] == operation and (line.get("model") == model or f"'{model}'" in line.get("reason", ""))]


def version(kernel: ServerKernel, model: str) -> int:
    listed = kernel.run("%tfaas models")
    found = re.search(rf"^\W*{model}\W+(\d+)", listed, re.MULTILINE)
    return int(found[1]) if found else 0


def predicted(kernel: ServerKernel, model: str) -> float:
    return float(kernel.run(PREDICT.replace("MODEL", model)))


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_login_tells_who_it_is_and_never_the_token(kernels):
    told = kernels["bob"].run("%login")
    assert "from token broker" in told and re.search(r"groups\s+/cms, /decisionlab\n", told), told
    assert "eyJ" not in told


def test_the_first_upload_works_and_is_sent_once(lab, kernels, wire):
    bob = kernels["bob"]
    assert not wire["bob"].passed, "no kernel asks before it is told to"
    bob.run('bundle("of_bob", 0.25f)')
    assert "of_bob is published on" in bob.run("%tfaas upload of_bob.tar.gz")
    wait_for("the line of the upload", lambda: changes(lab, "upload", "of_bob"))
    (line,) = changes(lab, "upload", "of_bob")
    assert line["outcome"] == "done" and line["version"] == 1 and line["identity"].endswith(f"@{lab.iam}"), line
    assert wire["bob"].statuses(*UPLOAD) == [200]
    assert version(bob, "of_bob") == 1
    assert predicted(bob, "of_bob") == pytest.approx(sigmoid(0.25), abs=1e-6)
    assert {each.path for each in wire["bob"].passed} == {"/models", "/upload", "/json"} and all(each.with_token for each in wire["bob"].passed), "all that is asked goes over this wire"


def test_who_is_not_the_owner_changes_nothing(lab, kernels, wire):
    ada, bob = kernels["ada"], kernels["bob"]
    ada.run('bundle("of_ada", 1f); bundle("of_bob", -3f)')
    assert "of_ada is published" in ada.run("%tfaas upload of_ada.tar.gz"), "she may publish what is hers"
    for cell in ("%tfaas upload of_bob.tar.gz", "%tfaas delete of_bob"):
        refused = ada.outcome(cell)
        assert "HTTP 403" in refused.error and "belongs to somebody else" in refused.error, (cell, refused)
    assert (wire["ada"].statuses(*UPLOAD), wire["ada"].statuses(*DELETE)) == ([200, 403], [403]), "what is refused is not sent again"
    assert predicted(ada, "of_bob") == pytest.approx(sigmoid(0.25), abs=1e-6), "members may ask all models, and nothing has changed"
    assert version(bob, "of_bob") == 1
    (deletion,) = wait_for("the line of what was refused", lambda: changes(lab, DELETION, "of_bob"))
    mine = changes(lab, "upload", "of_ada")[0]["identity"]
    assert (deletion["identity"], deletion["outcome"]) == (mine, "refused")
    assert [(line["identity"] == mine, line["outcome"]) for line in changes(lab, "upload", "of_bob")] == [(False, "done"), (True, "refused")]


def test_after_the_token_has_ended_each_change_is_sent_once_with_a_new_one(lab, kernels, wire):
    bob = kernels["bob"]
    exchanged = lab.counts().get("token-exchange", 0)
    ended = time.monotonic() + TOKEN_SECONDS + 1
    wait_for("the end of every token of before", lambda: time.monotonic() > ended)
    bob.run('bundle("of_bob", -1f)')
    before = len(wire["bob"].passed)
    bob.run("%tfaas upload of_bob.tar.gz")
    sent = wire["bob"].passed[before:]
    assert (sent[-1].method, sent[-1].path, sent[-1].status) == (*UPLOAD, 200)
    assert {(each.method, each.path) for each in sent[:-1]} == {("GET", "/models")}, "a question goes before it, which may meet the token that has ended"
    assert wire["bob"].statuses(*UPLOAD) == [200, 200]
    assert version(bob, "of_bob") == 2
    assert predicted(bob, "of_bob") == pytest.approx(sigmoid(-1), abs=1e-6)
    assert lab.counts().get("token-exchange", 0) > exchanged
    identity = changes(lab, "upload", "of_ada")[0]["identity"]
    done = [line for line in changes(lab, "upload", "of_bob") if line["identity"] != identity]
    assert [(line["version"], line["outcome"]) for line in done] == [(1, "done"), (2, "done")]


def test_an_outage_of_the_provider_is_said_and_nothing_has_to_be_restarted(lab, kernels):
    bob = kernels["bob"]
    lab.switch(outage="REFUSING")
    try:
        refused = wait_for("the end of the last token", lambda: bob.outcome("%tfaas models").error)
        assert "HTTP 401" in refused and "token broker" in refused and "eyJ" not in refused, refused
        assert "suspended" not in refused and "does not know this token" not in refused, "nobody has to restart a server or to log in again"
    finally:
        lab.switch(outage="NONE")
    wait_for("tokens again", lambda: not bob.outcome("%tfaas models").error)


def test_a_suspended_user_is_out_when_the_token_has_ended_and_back_after_a_login(lab, kernels):
    bob = kernels["bob"]
    lab.switch(suspended=["bob"])
    try:
        refused = wait_for("the end of the last token", lambda: bob.outcome("%tfaas models").error)
        assert "HTTP 401" in refused and "token broker" in refused and "eyJ" not in refused, refused
        assert "suspended" in refused and "log in" in refused and "does not know this token" not in refused, refused
        assert not kernels["ada"].outcome("%tfaas models").error, "others are not concerned"
    finally:
        lab.switch(suspended=[])
    assert lab.visitor().log_in("bob").status_code == 200
    wait_for("tokens again", lambda: not bob.outcome("%tfaas models").error)


def test_the_owner_deletes_the_model(lab, kernels, wire):
    bob = kernels["bob"]
    assert "of_bob is deleted" in bob.run("%tfaas delete of_bob")
    assert (wire["bob"].statuses(*UPLOAD), wire["bob"].statuses(*DELETE)) == ([200, 200], [200])
    assert version(bob, "of_bob") == 0
    wait_for("the line of the deletion", lambda: "done" in [line["outcome"] for line in changes(lab, DELETION, "of_bob")])
