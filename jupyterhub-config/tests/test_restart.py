# SPDX-License-Identifier: Apache-2.0
"""`lab restart`: the life of a lab with its real settings, ports, files and processes; hub, sidecar and broker are small programs that answer where they are told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import layout_with_node
from decisionlab_hub import asked_python, lifecycle
from decisionlab_hub.console import LabError
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.login.choice import PASSWORD_LOGIN, LoginChoice
from decisionlab_hub.ports import choose_free_ports
from decisionlab_hub.provision import OF_THE_HUB
from decisionlab_hub.processes import MARK, environment_of, identity_of
from decisionlab_hub.services import BROKER, DEFAULT_PORTS, HUB, LOGIN_PORTS, SIDECAR

FACILITY = "spawner: {kind: process}\nlogin: {allowed_users: [ada]}\ngroups: {cms: [ada]}\nculling: {enabled: false}\n"
CHECK_SECONDS = "DECISIONLAB_LOGIN_CHECK_SECONDS"
ANSWERING = """
import os, subprocess, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

if "decisionlab_hub.hub" in sys.argv:
    from decisionlab_hub.hub_configuration import load_configuration, note_foundations
    home = Path(os.environ["DECISIONLAB_HOME"])
    if (home / "broken").exists():
        sys.exit("this hub does not start")
    ports = [os.environ["DECISIONLAB_HUB_PORT"], os.environ["DECISIONLAB_HUB_API_PORT"]]
    source = Path(os.environ["DECISIONLAB_CHECKOUT"]) / "jupyterhub-config"
    note_foundations(home, load_configuration(source, dict(os.environ)))
elif "--port" in sys.argv:
    ports = [sys.argv[sys.argv.index("--port") + 1]]
else:
    ports = [os.environ["JUPYTERHUB_SERVICE_URL"].rpartition(":")[2]]
for port in ports:
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Page)
    if (Path(os.environ.get("DECISIONLAB_HOME", "/")) / "kept").exists():
        server.socket.set_inheritable(True)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], close_fds=False, start_new_session=True)
    threading.Thread(target=server.serve_forever).start()
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch):
    """A lab of tools that are there; whatever it runs is ended afterwards."""
    layout = layout_with_node(tmp_path)
    (tmp_path / "answering.py").write_text(ANSWERING)
    choice = f'case " $* " in *" decisionlab_hub.hub "*) set -- "{tmp_path}/answering.py" "$@";; esac\n'
    _script(layout.python, f'{choice}exec "{sys.executable}" "$@"\n')
    _script(tmp_path / "jdk" / "bin" / "java", f'exec "{sys.executable}" "{tmp_path}/answering.py" "$@"\n')
    for name, value in {"JAVA_HOME": str(tmp_path / "jdk"), "LAB_TOOLS": str(layout.tools), "PYTHONPATH": str(layout.hub_source)}.items():
        monkeypatch.setenv(name, value)
    for name in ("LAB_FACILITY", "OAUTH_ENDPOINT", CHECK_SECONDS):
        monkeypatch.delenv(name, raising=False)
    layout.home.mkdir()
    choose_free_ports(layout.home / "ports.json", (*DEFAULT_PORTS, *LOGIN_PORTS))
    (layout.home / "facility.yaml").write_text(FACILITY)
    lab = Lab(layout, Interrupt())
    for part in ("lab", "logins"):
        monkeypatch.setattr(lab.provision, part, lambda: None)
    monkeypatch.setattr(lab.provision, "report", lambda: [(name, True) for name in ("Java programs", *OF_THE_HUB)])
    yield lab
    lab.down()


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


def users_server(lab: Lab) -> subprocess.Popen[bytes]:
    """A process of a user, as the lab knows it: by its mark."""
    mark = (lab.layout.run / "mark").read_text().strip()
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], env={MARK: mark}, start_new_session=True)


def pids(lab: Lab) -> dict[str, int]:
    return {state.name: state.pid for state in lab.status() if state.state == "up" and state.pid}


def refused(lab: Lab, words: str, wanted: LoginChoice | str | None = None) -> None:
    """Sees that a restart is refused with these words, and that all goes on as it was."""
    before, login = pids(lab), lab.login()
    with pytest.raises(LabError, match=words):
        lab.restart(wanted)
    assert pids(lab) == before and before and lab.login() == login


def test_the_hub_alone_is_another_and_has_the_settings_of_now(lab: Lab, monkeypatch):
    url, _ = lab.up(None)
    before, server = pids(lab), users_server(lab)
    assert set(before) == {HUB, SIDECAR}
    (lab.layout.home / "facility.yaml").write_text(FACILITY.replace("cms: [ada]", "cms: [ada, bob]"))
    monkeypatch.setenv(CHECK_SECONDS, "30")
    assert lab.restart()[0] == url
    after = pids(lab)
    assert after[SIDECAR] == before[SIDECAR] and after[HUB] != before[HUB] and not identity_of(before[HUB])
    assert environment_of(after[HUB])[CHECK_SECONDS] == "30"
    assert server.poll() is None
    assert lab.down() and server.wait(60) < 0, "./lab down ends users' servers"


def test_settings_with_which_no_hub_would_start_end_none(lab: Lab):
    with pytest.raises(LabError, match="the hub is not running; ./lab up"):
        lab.restart()
    lab.up(None)
    (lab.layout.home / "facility.yaml").write_text(FACILITY + "named_servers: many\n")
    refused(lab, "named_servers is .many.; expected a number")
    (lab.layout.home / "facility.yaml").write_text(FACILITY + "accounts: {ada: '1'}\n")
    refused(lab, "says accounts, which are subjects at a provider, and the hub was started without one")


def test_after_a_change_of_the_checkout_nothing_ends_and_a_hub_that_died_comes_back(lab: Lab, monkeypatch, capsys):
    lab.up(None)
    before = pids(lab)
    monkeypatch.setattr(lab.provision, "lab", lambda: pytest.fail("programs are not replaced under what runs"))
    monkeypatch.setattr(lab.provision, "report", lambda: [("Java programs", False), *((name, True) for name in OF_THE_HUB)])
    lab.restart()
    assert "it runs with the Java programs of an older checkout" in capsys.readouterr().err
    for stale in OF_THE_HUB:
        monkeypatch.setattr(lab.provision, "report", lambda stale=stale: [(name, name != stale) for name in OF_THE_HUB])
        refused(lab, f"the {stale} are of an older checkout, .*./lab down, then ./lab up")
    lab._table.end([HUB], Interrupt(), 60.0)
    lab.up(None)
    assert pids(lab)[SIDECAR] == before[SIDECAR] and HUB in pids(lab)


def test_what_servers_write_to_the_hubs_log_is_kept_there(lab: Lab):
    lab.up(None)
    log = lab.layout.logs / "hub.log"
    with log.open("ab") as of_a_server:
        for number in range(4):
            lab.restart()
            of_a_server.write(f"line {number}\n".encode())
            of_a_server.flush()
    assert [line for line in log.read_text().splitlines() if line.startswith("line ")] == [f"line {number}" for number in range(4)]
    lab.down()
    lab.up(None)
    assert "line 0" not in log.read_text() and "line 0" in log.with_name("hub.log.1").read_text()


def test_what_users_servers_stand_on_is_not_changed_under_them(lab: Lab):
    lab.up(None)
    other = lab.layout.home / "database"
    other.write_text("postgresql://hub:the-password@db.example.org/hub\n")
    other.chmod(0o600)
    (lab.layout.home / "facility.yaml").write_text(FACILITY + "database_url_file: database\n")
    with pytest.raises(LabError, match="the address of the data base is postgresql://hub:\\*\\*\\*@db.example.org/hub, and the hub runs with sqlite.*./lab down, then ./lab up") as told:
        lab.restart()
    assert "the-password" not in str(told.value)
    (lab.layout.home / "facility.yaml").write_text(FACILITY)
    (lab.layout.home / "hub" / "foundations.json").unlink()
    refused(lab, "was started by an older checkout, and users' servers would end with it")


def test_a_variable_that_the_hub_was_given_is_not_lost_in_silence(lab: Lab, monkeypatch):
    monkeypatch.setenv(CHECK_SECONDS, "30")
    monkeypatch.setenv("JUPYTERHUB_CRYPT_KEY", "0123456789abcdef" * 4)
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ssl/certs/grid.pem")
    lab.up(None)
    for name in (CHECK_SECONDS, "JUPYTERHUB_CRYPT_KEY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name)
    refused(lab, f"the hub runs with {CHECK_SECONDS}, JUPYTERHUB_CRYPT_KEY, SSL_CERT_FILE in its environment")
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.setenv(CHECK_SECONDS, "")
    monkeypatch.setenv("JUPYTERHUB_CRYPT_KEY", "fedcba9876543210" * 4)
    lab.restart()
    assert environment_of(pids(lab)[HUB])[CHECK_SECONDS] == ""


def test_a_hub_that_does_not_start_leaves_the_rest_to_the_next_up(lab: Lab):
    url, _ = lab.up(None)
    before, server = pids(lab), users_server(lab)
    (lab.layout.home / "broken").touch()
    with pytest.raises(LabError, match="(?s)hub ended while starting.*this hub does not start"):
        lab.restart()
    assert pids(lab) == {SIDECAR: before[SIDECAR]} and server.poll() is None
    (lab.layout.home / "broken").unlink()
    assert lab.up(None)[0] == url and pids(lab)[SIDECAR] == before[SIDECAR] and server.poll() is None


def test_a_port_that_somebody_keeps_is_not_exchanged_for_one_that_nobody_knows(lab: Lab, monkeypatch):
    monkeypatch.setattr(lifecycle, "_SWEEP_LIMIT_SECONDS", 1.0)
    (lab.layout.home / "kept").touch()
    lab.up(None)
    book = (lab.layout.home / "ports.json").read_text()
    with pytest.raises(LabError, match="where users and their servers look for it, are not both free; end the program"):
        lab.restart()
    assert (lab.layout.home / "ports.json").read_text() == book and set(pids(lab)) == {SIDECAR}


@pytest.fixture
def login(lab: Lab) -> LoginChoice:
    secret = lab.layout.home / "client-secret"
    secret.write_text("the-secret-of-the-client\n")
    secret.chmod(0o600)
    os.utime(secret, (1, 1))
    (lab.layout.home / "facility.yaml").unlink()
    return LoginChoice("https://iam.example.org/", "hub", str(secret), groups=("/cms",), sidecar_audience="urn:decisionlab:sidecar:hub")


def test_who_may_log_in_is_the_hubs_matter_and_the_sidecar_reads_it_from_its_file(lab: Lab, login: LoginChoice):
    lab.up(None, login)
    before = pids(lab)
    lab.restart(replace(login, groups=("/cms", "/atlas"), users=("ada",)))
    after = pids(lab)
    assert {name for name in before if after[name] != before[name]} == {HUB} and set(before) == {HUB, SIDECAR, BROKER}
    assert environment_of(after[HUB])["DECISIONLAB_ALLOWED_GROUPS"] == "/cms,/atlas" and lab.login().users == ("ada",)
    (issuer,) = json.loads(lab.layout.sidecar_issuers.read_text())["issuers"]
    assert issuer["readers"] == ["/cms", "/atlas"]


def test_what_another_service_was_told_is_left_to_down_and_up(lab: Lab, login: LoginChoice, monkeypatch):
    lab.up(None, login)
    refused(lab, "with the login of now the lab has the services hub, sidecar, and it runs with hub, sidecar, token-broker.*./lab down, then ./lab up", PASSWORD_LOGIN)
    refused(lab, "token-broker runs with other settings .*DECISIONLAB_HUB_CLIENT_ID in its environment", replace(login, client_id="another"))
    refused(lab, "sidecar runs with other settings .*its command line .*--issuers", replace(login, sidecar_audience=""))
    with monkeypatch.context() as changed:
        changed.setenv("OMP_NUM_THREADS", "7")
        refused(lab, "sidecar runs with other settings .*OMP_NUM_THREADS in its environment")
    with monkeypatch.context() as changed:
        changed.setenv("DECISIONLAB_BROKER_EXCHANGE", "never")
        refused(lab, "token-broker runs with other settings .*DECISIONLAB_BROKER_EXCHANGE in its environment")
    os.utime(login.client_secret_file, (time.time() + 3600,) * 2)
    refused(lab, "token-broker runs with other settings .*client-secret was written after it had read it")
    os.utime(login.client_secret_file, (1, 1))
    lab.restart()


def test_the_broker_ends_before_the_hub_which_stores_what_it_renews(lab: Lab, login: LoginChoice, monkeypatch):
    lab.up(None, login)
    ended, end = [], lab._table.end
    monkeypatch.setattr(lab._table, "end", lambda names, *rest: (ended.append((names, identity_of(hub) is not None)), end(names, *rest)))
    hub = pids(lab)[HUB]
    lab.down()
    assert ended[0] == ([BROKER], True) and HUB in ended[1][0] and not identity_of(hub)


def test_a_look_at_the_settings_that_takes_too_long_is_told(lab: Lab, monkeypatch):
    lab.up(None)
    monkeypatch.setattr(asked_python, "_LIMIT_SECONDS", 0.001)
    refused(lab, "decisionlab_hub.hub_configuration has not answered within 0.001 s; a folder that the settings name")


def test_a_service_that_has_died_is_for_up(lab: Lab, login: LoginChoice):
    lab.up(None, login)
    lab._table.end([BROKER], Interrupt(), 60.0)
    refused(lab, "token-broker is not running; ./lab up starts")
