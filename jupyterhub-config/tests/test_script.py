# SPDX-License-Identifier: Apache-2.0
"""The script `lab` from outside: up, up again, busy port, Ctrl-C, a killed hub, down, nothing left."""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from conftest import CHECKOUT, UP_LIMIT_SECONDS, LabScript
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.ports import is_free
from decisionlab_hub.processes import identity_of
from decisionlab_hub.services import USER

pytestmark = pytest.mark.script

LIMIT_SECONDS = 180.0


def of_this_lab(lab: LabScript) -> list[int]:
    """Every living process that was told about this lab's home, by its environment; an oracle of its own."""
    wanted = str(lab.home).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if wanted in (entry / "environ").read_bytes() and identity_of(int(entry.name)):
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def ports_of(lab: LabScript) -> list[int]:
    return list(json.loads((lab.home / "ports.json").read_text()).values())


def assert_nothing_left(lab: LabScript) -> None:
    assert Interrupt().wait_for(lambda: not of_this_lab(lab), LIMIT_SECONDS), of_this_lab(lab)
    assert all(is_free(port) for port in ports_of(lab))
    assert not list((lab.home / "run").glob("*.json"))


def test_up_again_down_and_nothing_left(lab):
    first = lab("up")
    assert first.returncode == 0, first.stderr
    urls = re.findall(r"http://\S+", first.stdout)
    assert len(urls) == 1 and USER in first.stdout
    password = (lab.home / "secrets" / "hub-password").read_text().strip()
    assert password not in first.stdout + first.stderr, "the password is shown on a terminal only"
    status = lab.status()
    assert status["up"] and status["url"] == urls[0]
    pids = [service["pid"] for service in status["services"]]

    again = lab("up")
    assert again.returncode == 0 and urls[0] in again.stdout
    assert [service["pid"] for service in lab.status()["services"]] == pids
    listening = ports_of(lab)

    down = lab("down")
    assert down.returncode == 0, down.stderr
    stopped = lab("status")
    assert stopped.returncode == 3 and "./lab up" in stopped.stderr
    assert "./lab up starts it" in lab("doctor").stdout
    assert_nothing_left(lab)
    assert lab("down").returncode == 0
    restart = lab("restart")
    assert restart.returncode == 1 and "the hub is not running; ./lab up" in restart.stderr
    assert lab.home.stat().st_mode & 0o077 == 0

    assert lab("up").returncode == 0
    assert ports_of(lab) == listening


def test_the_password_is_shown_once_on_a_terminal(lab):
    shown = []
    for _ in range(2):
        reader, terminal = os.openpty()
        up = subprocess.run(lab.command("up"), env=lab.environment(), stdout=terminal, stderr=subprocess.PIPE, timeout=UP_LIMIT_SECONDS, check=False)
        os.close(terminal)
        assert up.returncode == 0, up.stderr
        shown.append(os.read(reader, 65536).decode())
        os.close(reader)
    password = (lab.home / "secrets" / "hub-password").read_text().strip()
    assert [password in text for text in shown] == [True, False]


def test_a_busy_port_is_left_and_the_new_one_remembered(lab):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        up = lab("up", "--port", str(taken))
        assert up.returncode == 0, up.stderr
        assert f"port {taken} (wanted for hub) is busy" in up.stderr
        url = lab.status()["url"]
        assert not url.endswith(f":{taken}")
        lab("down")
    assert lab("up").returncode == 0
    assert lab.status()["url"] == url


def test_a_users_server_and_kernel_end_with_the_lab(lab):
    assert lab("up").returncode == 0
    hub = lab.status()["url"]
    before = len(of_this_lab(lab))
    visitor = Visitor(hub, (lab.home / "secrets" / "hub-password").read_text().strip())
    visitor.log_in()
    assert Interrupt().wait_for(visitor.server_answers, LIMIT_SECONDS)
    visitor.start_kernel()
    assert Interrupt().wait_for(lambda: len(of_this_lab(lab)) >= before + 2, LIMIT_SECONDS)
    down = lab("down")
    assert down.returncode == 0, down.stderr
    assert_nothing_left(lab)


def test_what_a_killed_hub_left_is_cleaned_by_the_next_up(lab):
    assert lab("up").returncode == 0
    hub = next(service for service in lab.status()["services"] if service["name"] == "hub")
    os.kill(hub["pid"], signal.SIGKILL)
    assert Interrupt().wait_for(lambda: lab("status").returncode == 1, LIMIT_SECONDS)
    up = lab("up")
    assert up.returncode == 0, up.stderr
    assert lab.status()["up"]
    lab("down")
    assert_nothing_left(lab)


@pytest.mark.parametrize("moment", ["starting sidecar", "starting hub", "sidecar answers"])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_up_leaves_nothing(lab, moment, signum):
    child = subprocess.Popen(
        lab.command("up"), env=lab.environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    held = None
    for line in child.stderr:
        if "starting hub" in line and moment == "sidecar answers":
            held = _held_hub(lab)  # else it may answer first, and the command has done its work
        if moment in line:
            os.killpg(child.pid, signum)
            break
    if held is not None:
        os.kill(held, signal.SIGCONT)
    child.stderr.read()
    assert child.wait(UP_LIMIT_SECONDS) == 128 + signum
    assert lab("status").returncode == 3
    assert_nothing_left(lab)


def _held_hub(lab: LabScript) -> int:
    """Stops the hub that is being started; returns its number."""
    record = lab.home / "run" / "hub.json"
    assert Interrupt().wait_for(record.exists, LIMIT_SECONDS)
    pid = json.loads(record.read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)
    return pid


def test_an_interrupted_set_up_leaves_nothing_running_and_is_done_again(lab, tmp_path):
    environment = {**lab.environment(), "LAB_TOOLS": str(tmp_path / "tools")}
    child = subprocess.Popen(
        lab.command("up"), env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    for line in child.stderr:
        if "installing JupyterHub" in line:
            os.killpg(child.pid, signal.SIGINT)
            break
    child.stderr.read()
    assert child.wait(UP_LIMIT_SECONDS) == 130
    assert Interrupt().wait_for(lambda: not of_this_lab(lab), LIMIT_SECONDS), of_this_lab(lab)
    assert not (tmp_path / "tools" / "python.stamp").exists()


def test_two_at_once_do_not_collide(lab):
    results = []
    threads = [threading.Thread(target=lambda: results.append(lab("up"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(UP_LIMIT_SECONDS)
    assert [result.returncode for result in results] == [0, 0], [result.stderr for result in results]
    assert results[0].stdout == results[1].stdout
    lab("down")
    assert_nothing_left(lab)


def test_logs_are_printed_by_name(lab):
    assert lab("up").returncode == 0
    assert "JupyterHub is now running" in lab("logs", "hub").stdout
    unknown = lab("logs", "nothing")
    assert unknown.returncode == 2 and "hub, sidecar" in unknown.stderr
    secrets = [path.read_text().strip() for path in (lab.home / "secrets").iterdir()]
    logs = "".join(path.read_text(errors="replace") for path in (lab.home / "logs").glob("*.log"))
    assert not [secret for secret in secrets if secret in logs]


@pytest.mark.parametrize("command", ["", "up", "restart", "down", "status", "logs", "run", "test", "bench", "kernel", "sidecar", "simulate", "generate"])
def test_every_command_has_help(lab, command):
    done = lab(*([command] if command else []), "--help")
    assert done.returncode == 0, done.stderr
    assert "sage" in done.stdout or "./lab up" in done.stdout


@pytest.mark.parametrize("arguments", [["nothing"], ["up", "--port", "80"], ["up", "--bogus"], ["test", "no-such-lane"], ["restart", "sidecar"]])
def test_a_wrong_command_line_is_refused(lab, arguments):
    assert lab(*arguments).returncode == 2


def test_a_machine_that_lacks_something_and_is_no_debian_12_gets_the_list(lab, tmp_path):
    """A machine is what its PATH holds: here the shell's own tools and nothing that could install."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "readlink", "dirname", "sort", "head", "sed", "grep", "env", "id", "printf", "tr", "cat"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    bare = {"PATH": str(tools), "HOME": str(tmp_path), "LAB_HOME": str(lab.home), "JAVA_HOME": ""}
    done = subprocess.run([str(CHECKOUT / "lab"), "up"], env=bare, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Maven >= 3.8.7" in done.stderr and "maven" in done.stderr.splitlines()[-2]
    assert not lab.home.exists(), "nothing half done"
    sick = subprocess.run([str(CHECKOUT / "lab"), "doctor"], env=bare, capture_output=True, text=True, timeout=60, check=False)
    assert sick.returncode == 1 and "apt-get install maven" in sick.stdout


def test_java_is_found_where_the_jvm_announces_options_of_the_environment(lab):
    """With JAVA_TOOL_OPTIONS every JVM prints a line before its own output."""
    environment = {**lab.environment(), "JAVA_TOOL_OPTIONS": "-Duser.language=en"}
    doctor = subprocess.run(lab.command("doctor"), env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    assert re.search(r"^  ok +JDK 17 ", doctor.stdout, re.MULTILINE), doctor.stdout + doctor.stderr


class Visitor:
    """A user with a cookie jar: logs in with the form and starts a kernel over the server's own interface."""

    def __init__(self, hub: str, password: str):
        self._hub = hub
        self._password = password
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies))

    def log_in(self) -> None:
        self._opener.open(f"{self._hub}/hub/login", timeout=LIMIT_SECONDS).read()
        form = {"username": USER, "password": self._password, "_xsrf": self._xsrf("/hub/")}
        self._opener.open(f"{self._hub}/hub/login", urllib.parse.urlencode(form).encode(), timeout=LIMIT_SECONDS).read()

    def server_answers(self) -> bool:
        with self._opener.open(f"{self._hub}/user/{USER}/lab", timeout=LIMIT_SECONDS) as page:
            return page.geturl().startswith(f"{self._hub}/user/{USER}/lab")

    def start_kernel(self) -> None:
        body = json.dumps({"name": "decisionlab"}).encode()
        headers = {"Content-Type": "application/json", "X-XSRFToken": self._xsrf(f"/user/{USER}/")}
        request = urllib.request.Request(f"{self._hub}/user/{USER}/api/kernels", body, headers)
        with self._opener.open(request, timeout=LIMIT_SECONDS) as answer:
            assert answer.status == 201

    def _xsrf(self, path: str) -> str:
        return next(cookie.value for cookie in self._cookies if cookie.name == "_xsrf" and cookie.path == path)
