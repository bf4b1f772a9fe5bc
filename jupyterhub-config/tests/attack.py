# SPDX-License-Identifier: Apache-2.0
"""What one user of a hub tries against another, each attempt a point of its own: run as a program by the user's own account.

It reads from standard input what is known of the victim (JSON) and whose credentials it has, and prints for each point whether
it was reached, and how. The same program with the same knowledge is run by the victim: so each point is one that can be reached.
Nothing here is caught but what a refusal looks like; anything else is an error of the point, which counts as neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import requests
import websocket

from decisionlab_hub.hub_bench.visitor import LoopbackSession
from decisionlab_hub.spark_pages import PAGES_HEADER, PAGES_KEY, signed
from kernel_channel import open_websocket

SECONDS = 30.0
OUTSIDE_HOMES = ("/tmp", "/var/tmp", "/dev/shm", "/run")


class Refused(Exception):
    """The attempt came to nothing, in the way that is meant."""


@dataclass
class Attempt:
    """`known` is what everybody may find out about the victim; `own` are credentials of who tries."""

    known: dict[str, Any]
    own: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.known[name]

    def answer(self, method: str, url: str, want: tuple[int, ...] = (200, 201, 202, 204), **arguments: Any) -> requests.Response:
        """Asks with the own token, never through a proxy; anything but the wanted statuses is a refusal."""
        headers = {"Authorization": f"token {self.own['token']}", **arguments.pop("headers", {})}
        try:
            answer = LoopbackSession(SECONDS).request(method, url, headers={name: value for name, value in headers.items() if value}, allow_redirects=False, **arguments)
        except requests.ConnectionError as nobody:
            raise Refused(f"no answer: {type(nobody).__name__}") from nobody
        if answer.status_code not in want:
            raise Refused(f"{answer.status_code} {answer.text[:200]}")
        return answer

    def http(self, method: str, url: str, **arguments: Any) -> str:
        answer = self.answer(method, url, **arguments)
        return f"{answer.status_code} {answer.text[:80]}"

    def hub_api(self, method: str, path: str, **arguments: Any) -> str:
        return self.http(method, f"{self.hub}/hub/api{path}", **arguments)

    def server(self, method: str, path: str, **arguments: Any) -> str:
        return self.http(method, f"{self.hub}/user/{self.user}{path}", **arguments)

    def direct(self, method: str, path: str, **arguments: Any) -> str:
        return self.http(method, f"http://127.0.0.1:{self.server_port}/user/{self.user}{path}", **arguments)

    def sidecar(self, method: str, path: str, body: bytes | None = None, **arguments: Any) -> str:
        return self.http(method, f"{self.sidecar_url}{path}", data=body, headers=self.bearer(), **arguments)

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.own['sidecar_token']}"}


def read(path: str | Path) -> str:
    try:
        with open(path, "rb") as file:
            return f"{len(file.read(4096))} bytes of {path}"
    except PermissionError as closed:
        raise Refused(str(closed)) from closed


def listed(path: str | Path) -> str:
    try:
        return f"{len(os.listdir(path))} entries of {path}"
    except PermissionError as closed:
        raise Refused(str(closed)) from closed


def written(folder: str | Path) -> str:
    place = Path(folder) / f"attack-{os.getuid()}"
    try:
        place.write_text("x")
    except PermissionError as closed:
        raise Refused(str(closed)) from closed
    place.unlink()
    return f"wrote {place}"


def files_outside_homes(a: Attempt) -> str:
    """Files of the victim's account in the folders that all share."""
    found = []
    for top in OUTSIDE_HOMES:
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder) / name
                try:
                    state = path.lstat()
                except (PermissionError, FileNotFoundError):
                    continue  # a folder that may be listed and not entered, or a file that is gone
                if state.st_uid == a.uid and os.access(path, os.R_OK, follow_symlinks=False):
                    found.append(str(path))
    if not found:
        raise Refused("no file of the account can be read")
    return f"{len(found)} files, such as {found[:3]}"


def kernel_says_something(a: Attempt) -> str:
    """A request for the kernel's information over ZeroMQ, with the keys of the connection file or without any."""
    import zmq  # noqa: PLC0415 - only this point needs it

    from jupyter_client.session import Session  # noqa: PLC0415

    try:
        connection = json.loads(Path(a.connection_file).read_text())
        ports, key = [connection["shell_port"]], connection["key"].encode()
        keys: list[tuple[bytes, bytes] | None] = [(connection["curve_publickey"].encode(), b"")]
    except PermissionError:
        ports, key, keys = listening(a.uid), b"", [None, zmq.curve_keypair()]
    context, poller = zmq.Context(), zmq.Poller()
    asked = {}
    for port in ports:
        for pair in keys:
            socket = context.socket(zmq.DEALER)
            if pair:
                socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
                socket.curve_serverkey = pair[0]
            socket.connect(f"tcp://127.0.0.1:{port}")
            Session(key=key, signature_scheme="hmac-sha256").send(socket, "kernel_info_request", content={})
            poller.register(socket, zmq.POLLIN)
            asked[socket] = port
    answered = dict(poller.poll(SECONDS * 1000 if key else 5000))
    context.destroy(linger=0)
    if answered:
        return f"the kernel answered on ports {sorted(asked[socket] for socket in answered)}"
    raise Refused(f"no answer on {ports}")


def listening(uid: int) -> list[int]:
    """Ports of loopback or all addresses on which an account listens: everybody can read that."""
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and int(words[7]) == uid:
                ports.add(int(words[1].rpartition(":")[2], 16))
    return sorted(ports)


def channels(a: Attempt, base: str) -> str:
    try:
        channel = open_websocket(f"{base}/user/{a.user}", a.kernel, a.own["token"], SECONDS)
    except websocket.WebSocketBadStatusException as refused:
        raise Refused(str(refused)[:200]) from refused
    channel.close()
    return "the channel opened"


def page_with_cookies(a: Attempt) -> str:
    """The victim's JupyterLab with the cookies that are at hand."""
    cookies = "; ".join(f"{name}={value}" for name, value in a.own["cookies"].items())
    return a.server("GET", "/api/contents", headers={"Authorization": "", "Cookie": cookies})


def signal_is_taken(a: Attempt) -> str:
    try:
        os.kill(a.kernel_pid, 0)
    except PermissionError as closed:
        raise Refused(str(closed)) from closed
    return "the process took a signal"


def virtual_machine(a: Attempt) -> str:
    """The JVM's own door for tools, through which code can be loaded into it."""
    done = subprocess.run([a.jcmd, str(a.kernel_pid), "VM.uptime"], capture_output=True, text=True, timeout=SECONDS * 4, check=False)
    if done.returncode != 0:
        raise Refused((done.stdout + done.stderr)[:200])
    return done.stdout[:80]


def token_is_the_victims(a: Attempt) -> str:
    """What the token broker gives for the own credentials."""
    who = LoopbackSession(SECONDS).get(f"{a.iam}/userinfo", headers={"Authorization": f"Bearer {a.own['login_token']}"})
    if who.json().get("sub") != a.subject:
        raise Refused(f"it is of {who.json().get('preferred_username')}")
    return f"a token of {a.user}"


def proxy_routes(a: Attempt) -> str:
    try:
        token = Path(a.lab_home, "secrets", "proxy-token").read_text().strip()
    except PermissionError:
        token = a.own["token"]
    return a.http("GET", f"{a.proxy_api}/api/routes", headers={"Authorization": f"token {token}"})


def all_users(a: Attempt) -> str:
    """Everybody's names and servers, on the hub's inner door."""
    try:
        token = Path(a.lab_home, "secrets", "broker-token").read_text().strip()
    except PermissionError:
        token = a.own["token"]
    answer = a.http("GET", f"{a.hub_inner}/hub/api/users/{a.user}", headers={"Authorization": f"token {token}"})
    return answer


def of_the_private_model(method: str, path: str, body: Callable[[Attempt], Any] | None = None) -> Callable[[Attempt], str]:
    """A door of the sidecar that is asked about the model which only the victim may read."""

    def point(a: Attempt) -> str:
        said = None if body is None else json.dumps(body(a)).encode()
        try:
            return a.sidecar(method, path.replace("MODEL", a.private_model), said)
        except Refused as refused:
            if not str(refused).startswith("404 "):
                raise AssertionError(f"the answer is not that of a name that does not exist: {refused}") from refused
            raise

    return point


def named_in(path: str) -> Callable[[Attempt], str]:
    """Whether an answer that is about all models names the one that only the victim may read."""

    def point(a: Attempt) -> str:
        text = a.answer("GET", f"{a.sidecar_url}{path}", headers=a.bearer()).text
        if a.model not in text:
            raise AssertionError(f"the answer does not even name {a.model}: {text[:200]}")
        if a.private_model not in text:
            raise Refused("it is not named")
        return "it is named"

    return point


def row(a: Attempt) -> list[float]:
    return [1.0] * a.features


def spark_pages(a: Attempt) -> str:
    """The pages of the victim's Spark session, at the port where they listen: signed with the key of the victim's server where it can be read, else with another."""
    try:
        lines = Path(f"/proc/{a.kernel_pid}/environ").read_bytes().split(b"\0")
        key = next(line.partition(b"=")[2].decode() for line in lines if line.startswith(f"{PAGES_KEY}=".encode()))
    except PermissionError:
        key = "00" * 32
    told = []
    for header in ("", "0", signed(bytes.fromhex(key), a.spark_pages_port, int(time.time()))):
        try:
            return a.http("GET", f"http://127.0.0.1:{a.spark_pages_port}/api/v1/applications", headers={PAGES_HEADER: header})
        except Refused as refused:
            told.append(str(refused))
    raise Refused(" | ".join(told))


def archive(a: Attempt) -> bytes:
    return Path(a.own["archive"]).read_bytes()


OF_THE_VICTIM: dict[str, Callable[[Attempt], str]] = {
    "files: list the home": lambda a: listed(a.home),
    "files: read a notebook": lambda a: read(a.notebook),
    "files: write into the home": lambda a: written(a.home),
    "files: read what lies in folders of all": files_outside_homes,
    "files: read by the server's interface": lambda a: a.server("GET", f"/api/contents/{a.notebook_path}"),
    "files: read by the server's own port": lambda a: a.direct("GET", f"/api/contents/{a.notebook_path}"),
    "kernels: list the runtime folder": lambda a: listed(a.runtime),
    "kernels: read the connection file": lambda a: read(a.connection_file),
    "kernels: ask over ZeroMQ": kernel_says_something,
    "kernels: list by the interface": lambda a: a.server("GET", "/api/kernels"),
    "kernels: list by the server's own port": lambda a: a.direct("GET", "/api/kernels"),
    "kernels: open the websocket": lambda a: channels(a, a.hub),
    "kernels: open the websocket at the server's own port": lambda a: channels(a, f"http://127.0.0.1:{a.server_port}"),
    "kernels: interrupt": lambda a: a.server("POST", f"/api/kernels/{a.kernel}/interrupt"),
    "kernels: send a signal": signal_is_taken,
    "kernels: attach to the virtual machine": virtual_machine,
    "kernels: list terminals": lambda a: a.server("GET", "/api/terminals"),
    "ports: a program's page under the user's address": lambda a: a.server("GET", f"/spark-ui/{a.program_port}/"),
    "ports: a program's page by the server's own port": lambda a: a.direct("GET", f"/spark-ui/{a.program_port}/"),
    "ports: Spark's pages under the user's address": lambda a: a.server("GET", f"/spark-ui/{a.spark_pages_port}/api/v1/applications"),
    "ports: Spark's pages by the server's own port": lambda a: a.direct("GET", f"/spark-ui/{a.spark_pages_port}/api/v1/applications"),
    "ports: Spark's pages at their own port": spark_pages,
    "models: upload over one": lambda a: a.sidecar("POST", "/upload", archive(a), want=(200,)),
    "models: switch an alias": lambda a: a.sidecar("PUT", f"/v1/registry/models/{a.model}/aliases/shadow", b'{"version":1}'),
    "models: take the alias away": lambda a: a.sidecar("DELETE", f"/v1/registry/models/{a.model}/aliases/shadow"),
    "models: answer a share of questions": lambda a: a.sidecar("PUT", f"/v1/registry/models/{a.model}/canary", b'{"version":1,"weight":0.5}'),
    "models: roll back": lambda a: a.sidecar("POST", f"/v1/registry/models/{a.model}/rollback"),
    "private models: list": named_in("/models"),
    "private models: list in the registry": named_in("/v1/registry/models"),
    "private models: list for DEEPaaS": named_in("/v2/models"),
    "private models: parameters": of_the_private_model("GET", "/params/MODEL"),
    "private models: choose": of_the_private_model("POST", "/params", lambda a: {"name": a.private_model}),
    "private models: download": of_the_private_model("GET", "/download/MODEL/params.json"),
    "private models: file": of_the_private_model("GET", "/data?model=MODEL/params.json"),
    "private models: entry": of_the_private_model("GET", "/v1/registry/models/MODEL"),
    "private models: drift": of_the_private_model("GET", "/v1/registry/models/MODEL/drift"),
    "private models: graph": of_the_private_model("GET", "/v1/registry/models/MODEL/graph"),
    "private models: status": of_the_private_model("GET", "/v1/models/MODEL"),
    "private models: metadata": of_the_private_model("GET", "/v1/models/MODEL/metadata"),
    "private models: ready": of_the_private_model("GET", "/v2/models/MODEL/ready"),
    "private models: tensors": of_the_private_model("GET", "/v2/models/MODEL"),
    "private models: ask as TFaaS": of_the_private_model("POST", "/json", lambda a: {"model": a.private_model, "values": row(a)}),
    "private models: ask as TensorFlow Serving": of_the_private_model("POST", "/v1/models/MODEL:predict", lambda a: {"instances": [row(a)]}),
    "private models: ask as DEEPaaS": of_the_private_model("POST", "/v2/models/MODEL/predict", lambda a: {"data": [row(a)]}),
    "private models: give it to all": of_the_private_model("PUT", "/v1/registry/models/MODEL/readers", lambda a: {"readers": "owner"}),
    "tokens: read the token file": lambda a: read(a.token_file),
    "tokens: environment of the server": lambda a: read(f"/proc/{a.server_pid}/environ"),
    "tokens: environment of the kernel": lambda a: read(f"/proc/{a.kernel_pid}/environ"),
    "tokens: memory of the kernel": lambda a: read(f"/proc/{a.kernel_pid}/auxv") and readable(f"/proc/{a.kernel_pid}/mem"),
    "tokens: open files of the kernel": lambda a: listed(f"/proc/{a.kernel_pid}/fd"),
    "tokens: one of the broker that is the victim's": token_is_the_victims,
    "tokens: cookies that another server is sent": page_with_cookies,
    "tokens: list those of the account": lambda a: a.hub_api("GET", f"/users/{a.user}/tokens"),
    "tokens: make one for the account": lambda a: a.hub_api("POST", f"/users/{a.user}/tokens", json={"expires_in": 60}),
    "hub: the account's entry": lambda a: a.hub_api("GET", f"/users/{a.user}"),
    "models: give to oneself": lambda a: a.sidecar("PUT", f"/v1/registry/models/{a.model}/owner", json.dumps({"owner": a.own["identity"]}).encode()),
    "models: delete": lambda a: a.sidecar("DELETE", f"/delete/{a.model}"),
    "hub: stop the server": lambda a: a.hub_api("DELETE", f"/users/{a.user}/server"),
}
"""In the order in which they are tried: what would end the others comes last."""

ENDS_THE_SERVER = "hub: stop the server"
"""Who does that with success from a cell of that server ends himself: for the victim it is tried from elsewhere."""

OF_THE_LAB: dict[str, Callable[[Attempt], str]] = {
    "the hub's data base": lambda a: read(Path(a.lab_home, "hub", "jupyterhub.sqlite")),
    "the key of logins": lambda a: read(Path(a.lab_home, "secrets", "login-keys")),
    "the key of cookies": lambda a: read(Path(a.lab_home, "secrets", "cookie-secret")),
    "the broker's token": lambda a: read(Path(a.lab_home, "secrets", "broker-token")),
    "the secret of the hub's client": lambda a: read(Path(a.lab_home, "iam-sim", "client-decisionlab-hub")),
    "the password of all at the simulator": lambda a: read(Path(a.lab_home, "iam-sim", "password")),
    "the hub's log": lambda a: read(Path(a.lab_home, "logs", "hub.log")),
    "the environment of the hub": lambda a: read(f"/proc/{a.hub_pid}/environ"),
    "the environment of the broker": lambda a: read(f"/proc/{a.broker_pid}/environ"),
    "what was written down of changes": lambda a: listed(Path(a.lab_home, "sidecar-state")),
    "the store of models": lambda a: written(Path(a.lab_home, "models")),
    "the sidecar's rights": lambda a: read(Path(a.lab_home, "sidecar-issuers.json")),
    "the gallery": lambda a: written(a.gallery),
    "the programs that all run": lambda a: written(a.programs),
    "the proxy's table": proxy_routes,
    "another's entry by the hub's inner door": all_users,
}
"""What no user may reach; root can."""


def readable(path: str) -> str:
    try:
        with open(path, "rb"):
            return f"{path} opened"
    except PermissionError as closed:
        raise Refused(str(closed)) from closed


def tried(points: dict[str, Callable[[Attempt], str]], attempt: Attempt) -> dict[str, dict[str, Any]]:
    """Returns for each point whether it was reached (None: the point itself failed) and how, or why not."""
    found: dict[str, dict[str, Any]] = {}
    for name, point in points.items():
        try:
            found[name] = {"reached": True, "how": point(attempt)}
        except Refused as refused:
            found[name] = {"reached": False, "how": str(refused)}
        except Exception:  # noqa: BLE001 - one point's failure is told and ends no other
            found[name] = {"reached": None, "how": traceback.format_exc(limit=3)}
    return found


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    table = {name: point for name, point in {"victim": OF_THE_VICTIM, "lab": OF_THE_LAB}[asked["points"]].items() if name not in asked["without"]}
    print(json.dumps({"uid": os.getuid(), "points": tried(table, Attempt(asked["known"], asked["own"]))}))
