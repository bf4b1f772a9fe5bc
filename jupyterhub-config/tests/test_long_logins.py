# SPDX-License-Identifier: Apache-2.0
"""Tokens over a long time, through everything that is real: simulator, hub, broker, sidecar, users' servers, Java kernels.

About half an hour; `./lab test --full hub` runs them.
"""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from conftest import LabScript
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.ports import choose_free_ports
from decisionlab_hub.services import DEFAULT_PORTS, LOGIN_PORTS
from kernel_diary import answers, ask_together, claims, keep_diary
from login_visitor import LIMIT_SECONDS, IamLab, wait_for
from server_kernel import Server

pytestmark = pytest.mark.long

TOKEN_SECONDS = 60
ASKING_SECONDS = 300
OUTAGE_SECONDS = 600
MOST_SECONDS = ASKING_SECONDS + OUTAGE_SECONDS + 3 * LIMIT_SECONDS
EVERY_SECONDS = 2.0
SECOND_ROUNDED = 1.0
AUDIENCE = "https://sidecar.example.org"
USUAL = {"accessSeconds": 3600, "refresh": "REUSE", "outage": "NONE"}
FACILITY = "spawner: {kind: process}\nnamed_servers: 1\nculling: {enabled: false}\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("long") / "home"
    home.mkdir()
    (home / "facility.yaml").write_text(FACILITY)
    choose_free_ports(home / "ports.json", (*DEFAULT_PORTS, *LOGIN_PORTS))  # another lab that starts while the hub is killed takes the usual ones
    try:
        yield IamLab.start(home, "--sidecar-audience", AUDIENCE, DECISIONLAB_LOGIN_CHECK_SECONDS="5")
    finally:
        LabScript(home)("down")


@pytest.fixture
def bob(lab: IamLab):
    """Logged in with short tokens, the server up; kernels are ended afterwards."""
    lab.switch(**USUAL)
    lab.switch(accessSeconds=TOKEN_SECONDS, refresh="STRICT")
    visitor = lab.visitor()
    assert visitor.log_in("bob").status_code == 200
    assert visitor.start_server().status_code in (201, 202, 400)
    assert wait_for(lambda: visitor.server_answers("bob"))
    yield visitor
    lab.switch(**USUAL)
    assert wait_for(visitor.home)
    for server in ("", "second"):
        if server in visitor.get("/hub/api/users/bob").json()["servers"]:
            for kernel in Server(visitor, server).kernels():
                kernel.end()


def sidecar_models(lab: IamLab) -> str:
    return lab.service("sidecar")["url"] + "/models"


def broker_token(lab: IamLab, hub_token: str, **wanted: str) -> str:
    url = f"{lab.service('token-broker')['url']}/services/token-broker/token"
    request = urllib.request.Request(url, json.dumps(wanted).encode(), {"Authorization": f"token {hub_token}", "Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
        return json.load(answer)["access_token"]


def test_for_minutes_no_token_is_expired_or_lives_shorter_than_promised(lab: IamLab, bob, tmp_path: Path):
    """The broker promises half of a token's life, a kernel's source a quarter of what it was given."""
    before = lab.counts()
    diary = keep_diary(Server(bob), tmp_path / "diary", MOST_SECONDS, AUDIENCE, sidecar_models(lab))
    assert wait_for(diary.lines)
    hub_token, asked, end = bob.token(), [], time.monotonic() + ASKING_SECONDS

    def ask_until_the_end() -> bool:
        for wanted in ({}, {"audience": AUDIENCE}, {"audience": AUDIENCE, "scope": "wlcg.groups"}):
            began = time.time()
            said = claims(broker_token(lab, hub_token, **wanted))
            asked.append((said["exp"] - began, said["exp"] - said["iat"]))
        return time.monotonic() > end

    assert Interrupt().wait_for(ask_until_the_end, MOST_SECONDS, EVERY_SECONDS)
    diary.stop()
    assert wait_for(diary.process)
    short = [pair for pair in asked if pair[0] < pair[1] / 2 - SECOND_ROUNDED]
    assert not short, f"the broker gave tokens with less than half of their life left: {short[:5]} of {len(asked)}"
    lines = diary.lines()
    assert not [line for line in lines if line.refusal], [line.refusal for line in lines if line.refusal][:3]
    promised = TOKEN_SECONDS / 2 / 4 - SECOND_ROUNDED
    assert min(line.expires - line.began for line in lines) >= promised > 0, sorted(line.left for line in lines)[:5]
    assert {line.status for line in lines} == {200}, "the sidecar takes each of them"
    assert len({line.digest for line in lines}) >= ASKING_SECONDS // TOKEN_SECONDS
    counts = lab.counts()
    refreshed = counts["refresh_token"] - before.get("refresh_token", 0)
    assert ASKING_SECONDS // TOKEN_SECONDS <= refreshed <= 2 * (time.monotonic() - end + ASKING_SECONDS) // TOKEN_SECONDS + 3, refreshed
    assert counts.get("replayed", 0) == before.get("replayed", 0) and bob.home()


def test_twenty_requests_of_two_servers_just_after_expiry_are_one_refresh(lab: IamLab, bob, tmp_path: Path):
    assert bob.start_server("second").status_code in (201, 202, 400)
    assert wait_for(lambda: bob.server_answers("bob/second"))
    go = tmp_path / "go"
    for server in ("", "second"):
        ask_together(Server(bob, server), tmp_path / f"kernel{server}", go, threads=10, rounds=2, limit=MOST_SECONDS)
    hub_token = bob.token()
    for number, life in ((1, 2 * TOKEN_SECONDS), (2, 3600)):
        ends = claims(broker_token(lab, hub_token))["exp"]
        assert wait_for(lambda: time.time() > ends + SECOND_ROUNDED)
        lab.switch(accessSeconds=life)
        before = lab.counts()
        Path(f"{go}-{number}").touch()
        assert wait_for(lambda: all(answers(tmp_path / f"kernel{server}-{number}") for server in ("", "second")))
        given = [line for server in ("", "second") for line in answers(tmp_path / f"kernel{server}-{number}")]
        assert len(given) == 20 and not [line.refusal for line in given if line.refusal], given
        assert min(line.left for line in given) > 0
        counts = lab.counts()
        assert counts["refresh_token"] == before["refresh_token"] + 1, "one refresh seen by the provider"
        assert counts.get("replayed", 0) == before.get("replayed", 0)
        assert bob.home(), "the login is alive"


def test_new_keys_and_an_outage_in_mid_run_need_no_restart(lab: IamLab, bob, tmp_path: Path):
    processes = [service["pid"] for service in lab.script.status()["services"]]
    diary = keep_diary(Server(bob), tmp_path / "diary", MOST_SECONDS, AUDIENCE, sidecar_models(lab))
    assert wait_for(lambda: [line for line in diary.lines() if line.status == 200])
    for algorithm in ("ES256", "RS256"):
        key = lab.new_key(algorithm)
        assert wait_for(lambda: [line for line in diary.lines() if line.key == key and line.status == 200]), "the sidecar learns of the new key"
    began = time.time()
    lab.switch(outage="REFUSING")
    last = diary.lines()[-1]
    assert wait_for(lambda: [line for line in diary.since(began) if line.refusal]), "the token ends while the provider is away"
    assert wait_for(lambda: time.time() > began + OUTAGE_SECONDS, OUTAGE_SECONDS + LIMIT_SECONDS)
    assert bob.home(), "an outage ends no login"
    assert wait_for(lambda: diary.lines()[-1].refusal), "nothing is given when no token lives"
    over = time.time()
    lab.switch(outage="NONE")
    assert wait_for(lambda: [line for line in diary.since(over) if line.status == 200])
    diary.stop()
    assert wait_for(diary.process)
    away = [line for line in diary.since(began) if line.ended < over]
    given, refused = [line for line in away if not line.refusal], [line for line in away if line.refusal]
    assert given and min(line.left for line in given) > 0, "the old token, while it lives"
    assert {line.status for line in given if line.left > SECOND_ROUNDED} <= {200}, "the sidecar needs no provider for it"
    assert max(line.began for line in given) < min(line.began for line in refused)
    assert min(line.ended for line in refused) >= last.expires - SECOND_ROUNDED, "nothing is refused before that"
    words = {line.refusal for line in refused}
    assert all(lab.iam in text and len(text) < 1000 and "eyJ" not in text for text in words), words
    assert any("cannot be asked now" in text for text in words), words
    assert [service["pid"] for service in lab.script.status()["services"]] == processes, "nothing was started anew"


def test_a_kernel_outlives_a_killed_hub_and_gets_tokens_again(lab: IamLab, bob, tmp_path: Path):
    server = Server(bob)
    diary = keep_diary(server, tmp_path / "diary", MOST_SECONDS, AUDIENCE, sidecar_models(lab))
    assert wait_for(diary.lines)
    kernels = [kernel.id for kernel in server.kernels()]
    os.kill(lab.service("hub")["pid"], signal.SIGKILL)
    assert wait_for(lambda: lab.script("status").returncode == 1)
    killed = time.time()
    assert wait_for(lambda: [line for line in diary.since(killed) if line.refusal]), "the kernel goes on, until its token ends"
    up = lab.script("up")
    assert up.returncode == 0, up.stderr
    back = time.time()
    assert bob.home(), "the login is that of before"
    assert wait_for(lambda: [line for line in diary.since(back) if line.status == 200 and line.issued > killed])
    assert [kernel.id for kernel in server.kernels()] == kernels
    diary.stop()
    assert wait_for(diary.process)
    lost = [line for line in diary.since(killed) if line.refusal]
    assert any("the hub does not answer" in line.refusal for line in lost), {line.refusal for line in lost}
    assert min(line.left for line in diary.lines() if not line.refusal) > 0
