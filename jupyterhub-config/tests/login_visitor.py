# SPDX-License-Identifier: Apache-2.0
"""Users of a lab with logins at the IAM simulator, and the simulator's switches."""

from __future__ import annotations

import html
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from conftest import LabScript
from decisionlab_hub.interrupt import Interrupt

LIMIT_SECONDS = 240.0


@dataclass(frozen=True)
class Answer:
    """What a server answered in the end, after redirects."""

    status: int
    url: str
    text: str

    def json(self) -> dict:
        return json.loads(self.text)

    @property
    def words(self) -> str:
        """The text of a page without its marks."""
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", self.text)))


class IamVisitor:
    """A user with a cookie jar, who logs in by the provider's form."""

    def __init__(self, hub: str, password: str):
        self.hub = hub
        self._password = password
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies))

    def log_in(self, name: str) -> Answer:
        """Goes through the provider's pages; returns the page of the hub where that ends."""
        form = self.get("/hub/oauth_login?next=%2Fhub%2Fhome")
        if form.url.startswith(f"{self.hub}/"):
            return form  # the provider still knows this browser
        found = re.search(r'name="_csrf" value="([^"]+)"', form.text)
        assert found, f"no form at {form.url}: {form.status} {form.words[:500]}"
        address = urllib.parse.urljoin(form.url, "/login")
        return self.ask(address, urllib.parse.urlencode({"username": name, "password": self._password, "_csrf": found[1]}).encode())

    def get(self, path: str) -> Answer:
        return self.ask(self.hub + path)

    def home(self) -> bool:
        """Tells whether the hub still knows the user."""
        return self.get("/hub/home").url == f"{self.hub}/hub/home"

    def spawn(self, name: str) -> Answer:
        """Asks the hub's interface to start the user's server, as the page does."""
        headers = {"X-XSRFToken": self._xsrf(), "Referer": f"{self.hub}/hub/home", "Content-Type": "application/json"}
        return self.ask(f"{self.hub}/hub/api/users/{name}/server", b"", headers)

    def user(self) -> dict:
        return self.get("/hub/api/user").json()

    def server_answers(self, name: str) -> bool:
        return self.get(f"/user/{name}/lab").url.startswith(f"{self.hub}/user/{name}/lab")

    def ask(self, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        request = urllib.request.Request(url, body, {"Accept": "text/html", **(headers or {})})
        try:
            with self._opener.open(request, timeout=LIMIT_SECONDS) as answer:
                return Answer(answer.status, answer.geturl(), answer.read().decode())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.geturl(), refused.read().decode())

    def _xsrf(self) -> str:
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/")


@dataclass(frozen=True)
class IamLab:
    """A lab that is up, with the simulator."""

    script: LabScript
    hub: str
    iam: str

    @staticmethod
    def start(home: Path, *options: str, **variables: str) -> IamLab:
        script = LabScript(home, variables)
        up = script("up", "--iam", "sim", *options)
        assert up.returncode == 0, up.stderr
        urls = {service["name"]: service["url"] for service in script.status()["services"]}
        return IamLab(script, urls["hub"], urls["iam-sim"])

    def secret(self, path: str) -> str:
        return (self.script.home / path).read_text().strip()

    def visitor(self) -> IamVisitor:
        return IamVisitor(self.hub, self.secret("iam-sim/password"))

    def switch(self, **terms: object) -> dict:
        """Changes the simulator's terms; returns its whole state."""
        return self._control("PATCH", json.dumps(terms).encode())

    def counts(self) -> dict:
        return self._control("GET", None)["counts"]

    def _control(self, method: str, body: bytes | None) -> dict:
        headers = {"Authorization": f"Bearer {self.secret('iam-sim/control')}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.iam}/iam-sim/control", body, headers, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=LIMIT_SECONDS) as answer:
            return json.load(answer)


def server_environment(name: str, home: Path) -> dict[str, str]:
    """The environment of a user's server of this lab, as its kernels inherit it."""
    for entry in Path("/proc").iterdir():
        try:
            texts = (entry / "environ").read_bytes().decode(errors="replace").split("\0") if entry.name.isdigit() else []
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        found = dict(text.split("=", 1) for text in texts if "=" in text)
        if found.get("JUPYTERHUB_USER") == name and str(home) in found.get("HOME", ""):
            return found
    raise AssertionError(f"no server of {name} is running")


def wait_for(condition) -> bool:
    return Interrupt().wait_for(condition, LIMIT_SECONDS)
