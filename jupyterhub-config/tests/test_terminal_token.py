# SPDX-License-Identifier: Apache-2.0
"""The token file in a terminal of a real server: hub, token broker and IAM simulator together. Tokens live for 20 seconds."""

from __future__ import annotations

import base64
import json
import re
import stat
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import websocket

from conftest import LabScript
from hub_visit import LIMIT_SECONDS, wait_for
from login_visitor import IamLab, server_environment
from server_kernel import Server

TOKEN_SECONDS = 20
AUDIENCE = "https://storage.example.org"
SHOW = 'stat -c "%n is %a" "$BEARER_TOKEN_FILE"; cat "$BEARER_TOKEN_FILE"; echo "the"" end"\r'
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("terminal") / "home"
    try:
        lab = IamLab.start(home, "--file-audience", AUDIENCE)
        lab.switch(accessSeconds=TOKEN_SECONDS)
        yield lab
    finally:
        LabScript(home)("down")


@pytest.fixture(scope="module")
def bob(lab: IamLab) -> Server:
    return Server.start(lab.visitor(), "bob")


def shown_in_a_terminal(server: Server) -> str:
    """What a new terminal of the user's server shows of the token file."""
    name = server.call("POST", f"/user/{server.user}/api/terminals").json()["name"]
    address = f"{server.hub.replace('http', 'ws', 1)}/user/{server.user}/terminals/websocket/{name}"
    channel = websocket.create_connection(address, header=[f"Authorization: token {server.token}"], timeout=LIMIT_SECONDS, http_no_proxy=["*"])
    shown = ""
    try:
        channel.send(json.dumps(["stdin", SHOW]))
        while "the end" not in shown:
            kind, *said = json.loads(channel.recv())
            shown += said[0] if kind == "stdout" else ""
    finally:
        channel.close()
        assert server.call("DELETE", f"/user/{server.user}/api/terminals/{name}").status_code == 204
    return shown


def token_shown(server: Server) -> str:
    """The token in the file, as a terminal shows it; the server has it soon after its start."""
    return wait_for("a token in the file", lambda: TOKEN.search(shown_in_a_terminal(server)))[0]


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def known_to_the_provider(lab: IamLab, token: str) -> dict[str, Any]:
    """What the provider says of a token."""
    secret = lab.secret("iam-sim/client-decisionlab-sidecar")
    basic = base64.b64encode(f"decisionlab-sidecar:{secret}".encode()).decode()
    request = urllib.request.Request(f"{lab.iam}/introspect", urllib.parse.urlencode({"token": token}).encode(), {"Authorization": f"Basic {basic}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
        return json.load(answer)


def test_a_terminal_has_a_token_for_storage_that_holds_and_later_a_newer_one(lab: IamLab, bob: Server):
    first = token_shown(bob)
    told = claims(first)
    assert told["aud"] in (AUDIENCE, [AUDIENCE]) and told["exp"] > time.time(), told
    assert known_to_the_provider(lab, first)["active"] is True
    wait_for("the end of the first token", lambda: time.time() > told["exp"])
    second = token_shown(bob)
    assert second != first and claims(second)["exp"] > time.time()
    assert known_to_the_provider(lab, second)["active"] is True


def test_the_file_is_its_owners_alone_and_its_token_is_in_no_log(lab: IamLab, bob: Server):
    shown = shown_in_a_terminal(bob)
    path = Path(re.search(r"(/\S+) is 600", shown)[1])
    assert path.is_relative_to(lab.script.home / "home" / "bob") and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    token = path.read_text().strip()
    assert not [log.name for log in (lab.script.home / "logs").iterdir() if token in log.read_text(errors="replace")]
    assert "BEARER_TOKEN" not in server_environment("bob", lab.script.home), "the variable names a file; no token is in an environment"


def test_kernels_have_the_file_too_and_ask_the_broker_themselves(bob: Server):
    kernel = bob.kernel()
    assert kernel.run('System.out.println(java.nio.file.Files.exists(java.nio.file.Path.of(System.getenv("BEARER_TOKEN_FILE"))))').strip() == "true"
    assert "from token broker" in kernel.run("%login")
    kernel.end()


def test_kernels_are_told_of_the_login_by_device_code_and_ask_nobody_by_themselves(lab: IamLab):
    told = server_environment("bob", lab.script.home)
    assert (told["DECISIONLAB_ISSUER"], told["DECISIONLAB_CLIENT_ID"]) == (f"{lab.iam}/", "decisionlab-cli")


def test_without_a_login_the_file_goes_when_its_token_has_ended_and_comes_back_with_it(lab: IamLab, bob: Server):
    path = Path(re.search(r"(/\S+) is 600", shown_in_a_terminal(bob))[1])
    lab.switch(suspended=["bob"])
    try:
        wait_for("the end of the file", lambda: not path.exists())
        kernel = bob.kernel()
        refused = kernel.outcome("%tfaas models").error
        assert "token broker" in refused and "eyJ" not in refused, "no login by device code is begun"
        assert "suspended" in refused and "log in" in refused and "does not know this token" not in refused, refused
        kernel.end()
    finally:
        lab.switch(suspended=[])
    assert lab.visitor().log_in("bob").status_code == 200
    wait_for("the file again", path.exists)
    assert "no fresh token for" in (lab.script.home / "logs" / "hub.log").read_text()


def test_the_file_goes_with_the_server(lab: IamLab, bob: Server):
    path = Path(re.search(r"(/\S+) is 600", shown_in_a_terminal(bob))[1])
    assert bob.call("DELETE", "/hub/api/users/bob/server").status_code in (202, 204)
    wait_for("the end of the file", lambda: not path.exists())
