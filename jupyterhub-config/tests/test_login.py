# SPDX-License-Identifier: Apache-2.0
"""Logins with the real hub, the token broker and a real provider: the IAM simulator; in the full form all of it once more with Keycloak."""

from __future__ import annotations

import base64
import json
import os
import signal
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from conftest import FULL, LabScript
from keycloak_lab import KeycloakLab, keycloak
from decisionlab_hub.hub_bench.visitor import LoginVisitor, shown_text
from hub_visit import Api
from login_visitor import LIMIT_SECONDS, IamLab, LoginLab, server_environment, wait_for
from server_kernel import Server

USUAL = {"accessSeconds": 3600, "refresh": "REUSE", "outage": "NONE", "suspended": [], "unsigned": []}


PROVIDERS = ("iam-sim", "keycloak") if FULL else ("iam-sim",)
CHECKED_OFTEN = {"DECISIONLAB_LOGIN_CHECK_SECONDS": "1"}


@pytest.fixture(scope="module", params=PROVIDERS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp(request.param)
    home = folder / "home"
    try:
        if request.param == "iam-sim":
            yield IamLab.start(home, **CHECKED_OFTEN)
        else:
            with keycloak(folder / "keycloak") as provider:
                yield KeycloakLab.start(home, provider, **CHECKED_OFTEN)
                LabScript(home)("down")
    finally:
        LabScript(home)("down")


@pytest.fixture
def lab(running: LoginLab):
    running.switch(**USUAL)
    yield running
    running.switch(**USUAL)


def token_of(environment: dict[str, str], **asked: str) -> tuple[int, dict]:
    """What a kernel of a server gets from the broker."""
    headers = {"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{environment['DECISIONLAB_TOKEN_BROKER']}/token", json.dumps({"scope": "model.read", **asked}).encode(), headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def bob_with_a_server(lab: LoginLab) -> LoginVisitor:
    """Logged in, and the server answers, whether or not it has run before."""
    bob = lab.visitor()
    bob.log_in("bob")
    if not bob.server_answers("bob"):
        bob.start_server()
    assert wait_for(lambda: bob.server_answers("bob"))
    return bob


def test_up_again_changes_nothing_and_another_login_is_refused_while_it_runs(lab):
    before = lab.script.status()
    assert [service["name"] for service in before["services"]] == list(lab.services) and before["up"]
    assert lab.script("up").returncode == 0
    assert lab.script.status() == before
    other = lab.script("up", "--iam", "none")
    assert other.returncode == 1 and lab.login_words in other.stderr and "./lab down" in other.stderr
    assert [lab.script("logs", name).returncode for name in lab.services] == [0] * len(lab.services)
    assert lab.script.status() == before


def test_groups_rights_and_name_come_from_the_provider(lab):
    ada, bob = lab.visitor(), lab.visitor()
    assert ada.log_in("ada").status_code == 200 and bob.log_in("bob").status_code == 200
    assert ada.account()["name"] == "ada" and "admin-ui" in ada.account()["scopes"] and "admin-ui" not in bob.account()["scopes"]
    assert sorted(ada.account()["groups"]) == ["/cms", "/cms/analysis", "/decisionlab", "/decisionlab/admins"]
    assert not any(account["admin"] or account.get("auth_state") for account in (ada.account(), bob.account())), "nobody is JupyterHub's admin, nor reads logins"


def test_an_administrator_starts_and_stops_servers_and_enters_none(lab):
    ada, bob = lab.visitor(), bob_with_a_server(lab)
    ada.log_in("ada")
    assert ada.get("/hub/admin").status_code == 200 and bob.get("/hub/admin").status_code == 403
    assert ada.get("/user/bob/api/status").status_code == 403 and ada.get("/user/bob/lab").status_code == 403
    mine = Api(ada)
    assert mine.call("GET", "/user/bob/api/status").status_code == 403
    assert mine.call("POST", "/hub/api/users/bob/tokens", json={}).status_code in (403, 404)
    assert "auth_state" not in mine.call("GET", "/hub/api/users/bob").json()
    assert mine.call("PATCH", "/hub/api/users/ada", json={"admin": True}).status_code in (403, 404)
    assert mine.call("DELETE", "/hub/api/users/bob/server").status_code in (202, 204)
    assert wait_for(lambda: not mine.call("GET", "/hub/api/users/bob").json()["servers"])
    assert wait_for(lambda: mine.call("POST", "/hub/api/users/bob/server").status_code in (201, 202))
    assert wait_for(lambda: bob.server_answers("bob"))


def test_who_is_in_no_such_group_is_told_which_one(lab):
    eve = lab.visitor()
    page = eve.log_in("eve")
    assert page.status_code == 403
    assert "/decisionlab" in shown_text(page.text) and "/guests" in shown_text(page.text) and "eve" in shown_text(page.text)
    assert not eve.home()
    assert "eve" not in (lab.script.home / "hub" / "accounts.json").read_text()
    ada = lab.visitor()
    ada.log_in("ada")
    assert "eve" not in [user["name"] for user in json.loads(ada.get("/hub/api/users").text)]


def test_a_kernel_gets_a_token_and_nothing_that_lasts(lab):
    bob = bob_with_a_server(lab)
    environment = server_environment("bob", lab.script.home)
    status, given = token_of(environment)
    assert status == 200 and set(given) == {"access_token", "expires_at"}, given
    secrets = [lab.client_secret_file().read_text().strip(), lab.secret("secrets/broker-token"), lab.secret("secrets/login-keys")]
    assert not [name for name, value in environment.items() if any(secret in value for secret in secrets)]
    assert not [name for name, value in environment.items() if value.startswith("eyJ") or "SECRET" in name]
    own = urllib.request.Request(f"{lab.hub}/hub/api/users/bob", headers={"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(own, timeout=LIMIT_SECONDS) as answer:
        assert not json.load(answer).get("auth_state"), "a server reads its user's login"


def models(lab: LoginLab, token: str = "") -> int:
    """The status with which the lab's sidecar answers who asks for its models."""
    request = urllib.request.Request(f"{lab.service('sidecar')['url']}/models", headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_the_lab_as_it_is_has_tokens_for_its_sidecar_alone_and_they_open_it(lab):
    bob_with_a_server(lab)
    environment = server_environment("bob", lab.script.home)
    audience = environment["DECISIONLAB_SIDECAR_AUDIENCE"]
    assert audience == "urn:decisionlab:sidecar:decisionlab-hub"
    status, given = token_of(environment, audience=audience, scope=environment["DECISIONLAB_SIDECAR_SCOPES"])
    assert status == 200, given
    claims = json.loads(base64.urlsafe_b64decode(given["access_token"].split(".")[1] + "=="))
    assert claims["aud"] in (audience, [audience]), claims["aud"]
    assert models(lab, given["access_token"]) == 200 and models(lab) == 401
    status, refused = token_of(environment, audience="urn:decisionlab:sidecar:another-lab", scope=environment["DECISIONLAB_SIDECAR_SCOPES"])
    assert status == 403 or models(lab, refused["access_token"]) == 401, "a token for another lab opens nothing here"


def test_an_ended_token_is_renewed_by_the_broker_alone(lab):
    lab.switch(accessSeconds=3, refresh="STRICT")
    bob = lab.visitor()
    bob.log_in("bob")
    before = lab.counts()
    assert wait_for(lambda: not bob.home() or lab.counts().get("refresh_token", 0) >= before.get("refresh_token", 0) + 3)
    assert bob.home()
    assert lab.counts().get("replayed", 0) == before.get("replayed", 0)


def test_a_suspended_user_is_logged_out_with_words_and_comes_back(lab):
    lab.switch(accessSeconds=3)
    bob = lab.visitor()
    bob.log_in("bob")
    assert bob.home()
    lab.switch(suspended=["bob"])
    assert wait_for(lambda: not bob.home())
    page = bob.get("/hub/home")
    assert page.status_code == 200 and "You have been logged out" in shown_text(page.text), shown_text(page.text)
    assert bob.start_server().status_code == 403
    assert wait_for(lambda: lab.suspended_words in shown_text(bob.get("/hub/home").text)), "the provider's words, when the token has ended too"
    assert bob.get("/hub/spawn").status_code != 500
    lab.switch(**USUAL)
    assert bob.log_in("bob").status_code == 200 and bob.home()


def test_an_outage_of_the_provider_ends_no_login_and_no_spawn(lab):
    ada, bob = lab.visitor(), lab.visitor()
    ada.log_in("ada")
    lab.switch(outage="REFUSING")
    start = bob.get("/hub/oauth_login")
    assert start.status_code in (200, 503), shown_text(start.text)
    assert wait_for(ada.home)
    assert ada.start_server().status_code in (201, 202)
    assert wait_for(lambda: ada.server_answers("ada"))
    lab.switch(outage="NONE")
    assert bob.log_in("bob").status_code == 200


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_a_hub_that_has_ended_comes_back_with_the_same_address_and_all_logins(lab, signum):
    bob = bob_with_a_server(lab)
    environment = server_environment("bob", lab.script.home)
    os.kill(next(service["pid"] for service in lab.script.status()["services"] if service["name"] == "hub"), signum)
    assert wait_for(lambda: lab.script("status").returncode == 1)
    up = lab.script("up")
    assert up.returncode == 0, up.stderr
    assert lab.script.status()["url"] == lab.hub
    assert bob.home()
    assert token_of(environment)[0] == 200
    assert wait_for(lambda: bob.server_answers("bob"))
    assert server_environment("bob", lab.script.home) == environment, "the server is the one of before"


def processes(lab: LoginLab) -> dict[str, int]:
    return {service["name"]: service["pid"] for service in lab.script.status()["services"]}


def test_a_restart_of_the_hub_keeps_servers_kernels_logins_and_every_other_service(lab):
    bob = bob_with_a_server(lab)
    environment, before = server_environment("bob", lab.script.home), processes(lab)
    kernel = Server(bob).kernel()
    kernel.run("int kept = 42;")
    restart = lab.script("restart", "hub")
    assert restart.returncode == 0 and lab.hub in restart.stdout, restart.stderr
    after = processes(lab)
    assert [name for name in before if before[name] != after[name]] == ["hub"] and lab.script.status()["up"]
    assert bob.home() and token_of(environment)[0] == 200
    assert wait_for(lambda: bob.server_answers("bob"))
    assert server_environment("bob", lab.script.home) == environment, "the server is the one of before"
    assert "kept is 42" in kernel.run('System.out.println("kept is " + kept);')
    kernel.end()


def test_a_restart_that_is_not_the_hubs_alone_is_refused_and_changes_nothing(lab):
    before = processes(lab)
    for words, code, said in ((("--iam", "none"), 1, "./lab down, then ./lab up"), (("sidecar",), 2, "invalid choice")):
        refused = lab.script("restart", *words)
        assert refused.returncode == code and said in refused.stderr, refused.stderr
    forgotten = replace(lab.script, variables={})("restart")
    assert forgotten.returncode == 1 and "DECISIONLAB_LOGIN_CHECK_SECONDS" in forgotten.stderr, forgotten.stderr
    assert processes(lab) == before and lab.script.status()["up"]


def test_no_log_has_a_token_a_cookie_or_a_secret(lab):
    ada = lab.visitor()
    ada.log_in("ada")
    assert ada.start_server().status_code in (201, 202, 400)
    assert wait_for(lambda: ada.server_answers("ada"))
    environment = server_environment("ada", lab.script.home)
    secrets = {"server's token": environment["JUPYTERHUB_API_TOKEN"], "access token": token_of(environment)[1]["access_token"]}
    secrets |= {f"cookie {cookie.name}": cookie.value or "" for cookie in ada.cookies}
    kept = [*(lab.script.home / "secrets").iterdir(), *lab.client_secret_file().parent.iterdir()]
    secrets |= {path.name: path.read_text().strip() for path in kept if path.is_file()}
    logs = {path.name: path.read_text(errors="replace") for path in (lab.script.home / "logs").glob("*.log*")}
    assert {f"{name}.log" for name in lab.services} <= set(logs)
    assert "oauth_callback" in logs["hub.log"], "the log of logins is there to be looked at"
    found = [(name, log) for name, value in secrets.items() for log, text in logs.items() if len(value) >= 8 and value in text]
    assert not found
    assert not [log for log, text in logs.items() if "eyJ" in text]
    assert not [line for line in logs["hub.log"].splitlines() if "oauth_callback?" in line and "code=" in line and "[secret]" not in line]
