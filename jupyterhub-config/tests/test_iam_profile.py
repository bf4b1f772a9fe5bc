# SPDX-License-Identifier: Apache-2.0
"""`%tfaas` at an IAM whose client names no profile, as IAM's own default is: tokens say neither groups nor scopes, and the lab's sidecar asks the issuer.

The provider is the simulator, started beside the lab as a real one would be: `./lab up --iam URL` is told its client and the file with that client's secret.
"""

from __future__ import annotations

import base64
import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest

from conftest import CHECKOUT, LabScript
from decisionlab_hub.console import last_lines
from decisionlab_hub.hub_bench.visitor import LoopbackSession
from decisionlab_hub.java import identity_command, identity_library
from decisionlab_hub.layout import Layout, private_directory
from decisionlab_hub.ports import LOOPBACK, free_port
from decisionlab_hub.services import answers
from hub_visit import LIMIT_SECONDS, Api, wait_for
from login_visitor import IamLab, LoginLab
from server_kernel import DECISION_MODEL, Server

CLIENT = "decisionlab-hub-plain"
AUDIENCE = f"urn:decisionlab:sidecar:{CLIENT}"
SCOPES = "openid profile offline_access model.read model.write"
END_LIMIT_SECONDS = 60.0


@contextmanager
def simulator(home: Path, callback: str) -> Iterator[str]:
    """Starts the simulator, with its secrets where a lab's own has them; yields its address."""
    layout = Layout.of(CHECKOUT, LabScript(home).environment())
    assert identity_library(layout, "iam-sim").is_dir(), "the Java programs are not built: ./lab up --iam sim builds them"
    port = free_port()
    private_directory(home)
    log = home.with_name("iam-sim.log")
    command = identity_command(layout, "iam-sim", ["--folder", str(layout.simulator), "--port", str(port), "--redirect", callback])
    with log.open("wb") as output:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    address = f"http://{LOOPBACK}:{port}"
    try:
        wait_for("the simulator", lambda: program.poll() is not None or answers(f"{address}/.well-known/openid-configuration"))
        assert program.poll() is None, last_lines(log)
        yield address
    finally:
        program.terminate()
        try:
            program.wait(END_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IamLab]:
    """Eve is let in by her name; she is in none of the lab's groups."""
    home = tmp_path_factory.mktemp("profile") / "home"
    port = free_port()
    with simulator(home, f"http://{LOOPBACK}:{port}/hub/oauth_callback") as iam:
        client = ["--client-id", CLIENT, "--client-secret-file", str(home / "iam-sim" / f"client-{CLIENT}")]
        try:
            script, urls = LoginLab.up(home, "--port", str(port), "--iam", f"{iam}/", *client, "--groups", "/decisionlab", "--users", "eve", "--scopes", SCOPES)
            yield IamLab(script, urls["hub"], iam)
        finally:
            LabScript(home)("down")


def token_of(lab: IamLab, asking: Api) -> str:
    """A token for the sidecar, as the broker gives it to the user's programs."""
    broker = f"{lab.service('token-broker')['url']}/services/token-broker/token"
    wanted = {"audience": AUDIENCE, "scope": "profile model.read model.write"}
    answer = LoopbackSession(LIMIT_SECONDS, asking.token).post(broker, json=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def api_of(lab: IamLab, user: str) -> Api:
    visitor = lab.visitor()
    assert visitor.log_in(user).status_code == 200
    return Api(visitor)


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def models(lab: IamLab, token: str) -> tuple[int, str]:
    """What the sidecar answers a holder of this token who wants its list of models."""
    answer = LoopbackSession(LIMIT_SECONDS).get(f"{lab.service('sidecar')['url']}/models", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.text


def test_a_member_is_let_in_and_who_has_not_the_group_is_refused(lab: IamLab):
    tokens = {user: token_of(lab, api_of(lab, user)) for user in ("bob", "eve")}
    for token in tokens.values():
        said = claims(token)
        assert not {"scope", "groups", "wlcg.groups"} & set(said), "a token of the profile iam says nothing of rights"
        assert said["aud"] in (AUDIENCE, [AUDIENCE]), "it is for the sidecar, since the broker has asked for that"
    assert models(lab, tokens["bob"])[0] == 200
    status, words = models(lab, tokens["eve"])
    assert status == 403, words


def test_tfaas_works_for_a_member_in_a_notebook(lab: IamLab):
    kernel = Server.start(lab.visitor(), "bob").kernel()
    kernel.run(DECISION_MODEL)
    kernel.run('bundle("of_bob", 0.25f)')
    assert "of_bob is published on" in kernel.run("%tfaas upload of_bob.tar.gz")
    assert "of_bob" in kernel.run("%tfaas models")


def test_a_suspended_user_is_refused_with_a_token_that_the_sidecar_has_not_seen(lab: IamLab):
    token = token_of(lab, api_of(lab, "ada"))
    lab.switch(suspended=["ada"])
    try:
        status, words = models(lab, token)
    finally:
        lab.switch(suspended=[])
    assert status == 401 and "not active" in words


def test_the_clients_secret_is_in_no_file_of_the_sidecar(lab: IamLab):
    secret = lab.secret(f"iam-sim/client-{CLIENT}")
    home = lab.script.home
    written = [home / "sidecar-issuers.json", *(path for folder in ("sidecar-state", "logs", "models") for path in (home / folder).rglob("*") if path.is_file())]
    assert len(written) > 1 and not [path for path in written if secret.encode() in path.read_bytes()]
