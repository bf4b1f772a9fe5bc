# SPDX-License-Identifier: Apache-2.0
"""The single questions of `lab doctor --production`: one function each, which returns what it has against the settings."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping
from urllib.parse import urlsplit

from traitlets.config import Config

from decisionlab_hub.administrators import powers_over_others
from decisionlab_hub.dodas import CRYPT_KEYS, SECRET
from decisionlab_hub.facility import Facility
from decisionlab_hub.facility_settings import DEFAULT_PROFILES, FILE_HOSTS, HDFS_AUDIENCE, HDFS_HOSTS, HDFS_SCOPES
from decisionlab_hub.layout import Layout
from decisionlab_hub.login.choice import RememberedLogin
from decisionlab_hub.processes import ProcessRecord, ProcessTable, command_of, environment_of
from decisionlab_hub.profiles import ProfileBook
from decisionlab_hub.services import BROKER, BROKER_EXCHANGE, SIDECAR, sidecar_service

LEAST_HUB = (5, 5, 1)
"""The first release of JupyterHub with the fixes of XSRF and redirects that a facility needs."""

_SHARED_PASSWORD = ("shared-password", "dummy", "null", "SharedPasswordAuthenticator", "PasswordAuthenticator", "DummyAuthenticator", "NullAuthenticator")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = ("0.0.0.0", "::", "", None)
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_DEBUG = 10
_BEHIND_THE_SERVER = re.compile(r"(:[0-9]+)?(=.*)?$")
"""Port and audience in an entry of a list."""
_ANY_AUDIENCE = "https://wlcg.cern.ch/jwt/v1/any"


@dataclass(frozen=True)
class Finding:
    """A setting and what is there; `unfit` when it is for development only, else it is advice."""

    setting: str
    found: str
    remedy: str
    unfit: bool


@dataclass(frozen=True)
class HubView:
    """What the checks look at: the hub's configuration, the facility file, the lab's places, the hub's environment."""

    config: Config
    facility: Facility
    layout: Layout
    environ: Mapping[str, str]

    def get(self, section: str, name: str, otherwise: Any = None) -> Any:
        """Returns what the configuration sets, or `otherwise`."""
        part = self.config[section] if section in self.config else {}
        return part[name] if name in part else otherwise


def _facility(view: HubView) -> Iterator[Finding]:
    if not view.facility.given:
        place = view.layout.home / "facility.yaml"
        yield Finding("facility file", "there is none: the settings are those of a lab for one person", f"write {place}, or name one with LAB_FACILITY", True)


def _login(view: HubView) -> Iterator[Finding]:
    authenticator = view.get("JupyterHub", "authenticator_class", "pam")
    name = authenticator if isinstance(authenticator, str) else authenticator.__name__
    if name.rpartition(".")[2] in _SHARED_PASSWORD:
        yield Finding("authenticator_class", f"{name}: all users share one password, and each can be any other", "login.issuer: a provider of your facility", True)
    if view.get("Authenticator", "allow_all", False):
        yield Finding("allow_all", "true: everybody whom the provider knows may log in", "login.allowed_groups or login.allowed_users", True)
    let_in = view.facility.login.allowed_users if view.facility.login.issuer else frozenset()
    nobodys = sorted((let_in | set(view.get("LabAuthenticator", "allowed_users", ()))) - set(view.facility.accounts))
    if nobodys:
        found = f"{', '.join(nobodys)}: each name is whose who comes first with it at the provider, where names can be chosen"
        yield Finding("login.allowed_users", found, f"accounts: {{{nobodys[0]}: \"the person's subject\"}} in the facility file, or login.allowed_groups", True)
    issuer = view.facility.login.issuer or view.environ.get("DECISIONLAB_ISSUER", "")
    if issuer and urlsplit(issuer).hostname in _LOOPBACK:
        yield Finding("login.issuer", f"{issuer} is on this machine, as iam-sim is, whose users and passwords everybody knows", "the address of your provider", True)
    elif issuer and urlsplit(issuer).scheme != "https":
        yield Finding("login.issuer", f"{issuer} is not encrypted", "an https address", True)


def _transport(view: HubView) -> Iterator[Finding]:
    public = view.facility.public_url or view.get("JupyterHub", "public_url", "")
    bind = str(view.get("JupyterHub", "bind_url", "http://:8000"))
    own_tls = view.get("JupyterHub", "ssl_cert") and view.get("JupyterHub", "ssl_key")
    if not own_tls and not str(public).startswith("https://"):
        yield Finding("public_url", f"users reach the hub by {public or bind}, without encryption", "public_url: https://..., which a web server in front of the hub answers", True)
    callback = view.facility.login.callback_url or str(view.get("LabAuthenticator", "oauth_callback_url", ""))
    if callback and not callback.startswith("https://"):
        yield Finding("login.callback_url", f"{callback} is not encrypted: log-ins can be read on the way", "an https address", True)


def _states(view: HubView) -> Iterator[Finding]:
    url = str(view.get("JupyterHub", "db_url", "sqlite:///jupyterhub.sqlite"))
    if url.startswith("sqlite"):
        yield Finding("db_url", "SQLite: one writer at a time, and no backup of a running hub", "database_url_file: the address of a PostgreSQL data base", True)
    keys = view.get("CryptKeeper", "keys") or view.environ.get("JUPYTERHUB_CRYPT_KEY")
    if not keys:
        yield Finding("crypt keys", "there are none: logins are not kept, so tokens end with the first of them", "a provider (login.issuer), whose log-in makes and keeps keys", True)
    elif not any("enable_auth_state" in view.config[section] and view.config[section].enable_auth_state for section in view.config):
        yield Finding("enable_auth_state", "off: logins are not kept, though there are keys for them", "a provider (login.issuer)", True)
    if view.environ.get(CRYPT_KEYS):
        yield Finding(CRYPT_KEYS, "the keys of logins are in the hub's environment", "secrets/login-keys: one key in a line, the first one encrypts", True)
    if view.environ.get(SECRET):
        yield Finding(SECRET, "the client's secret is in the hub's environment", "login.client_secret_file, mode 0600", True)


def _spawner(view: HubView) -> Iterator[Finding]:
    spawner = view.get("JupyterHub", "spawner_class", "localprocess")
    name = spawner if isinstance(spawner, str) else spawner.__name__
    if name.rpartition(".")[2] in ("simple", "SimpleLocalProcessSpawner"):
        yield Finding("spawner_class", "all servers run as one account: users read each other's files and end each other's kernels", "spawner.kind: local, docker or kubernetes", True)
    if "--allow-root" in (view.get("Spawner", "args") or []):
        yield Finding("Spawner.args", "users' servers run as root", "spawner.kind: local, docker or kubernetes", True)
    if not view.get("Spawner", "disable_user_config", False):
        yield Finding("disable_user_config", "false: users' files change how their servers ask who is there", "leave it true", True)
    if view.facility.given and not view.facility.culling.enabled:
        yield Finding("culling.enabled", "false: servers that nobody uses hold their memory for ever", "culling.enabled: true", True)


def _powers(view: HubView) -> Iterator[Finding]:
    for setting, found in powers_over_others(view.config, view.facility.collaborations):
        yield Finding(setting, found, "login.admin_groups, admin_users or owner, whose role enters nobody's server; what several use together: collaborations", True)
    for section in ("JupyterHub", "Application"):
        level = view.get(section, "log_level", 30)
        if level == "DEBUG" or level == _DEBUG:
            yield Finding("log_level", "DEBUG: logs hold what belongs in no log", "leave it out", True)
    if view.get("ConfigurableHTTPProxy", "debug", False):
        yield Finding("ConfigurableHTTPProxy.debug", "true: the proxy writes tokens into its log", "leave it out", True)
    found = tuple(int(part) for part in version("jupyterhub").split(".")[:3] if part.isdigit())
    if found < LEAST_HUB:
        yield Finding("jupyterhub", f"release {version('jupyterhub')}", f"at least {'.'.join(map(str, LEAST_HUB))}", True)
    if not view.get("JupyterHub", "subdomain_host", ""):
        yield Finding("subdomain_host", "all users' pages have one origin, which a browser does not keep apart", "subdomain_host: https://..., with a wildcard name and certificate, if you can have them", False)


def _files(view: HubView) -> Iterator[Finding]:
    login = view.facility.login
    named = [path for path in (login.client_secret_file, view.facility.database_url_file) if path]
    held = sorted(view.layout.secrets.iterdir()) if view.layout.secrets.is_dir() else []
    private = [*held, *named, view.layout.secrets, view.layout.home / "hub"]
    for path in private:
        mode = _mode(path)
        if mode is not None and mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            yield Finding("secrets", f"{path} has mode {mode:04o}: others on this machine can read it", f"chmod {wanted} {path}", True)
    for path in (view.layout.checkout, view.layout.tools, view.layout.venv, view.layout.jupyter):
        mode = _mode(path)
        if mode is not None and mode & 0o002:
            yield Finding("programs", f"{path} has mode {mode:04o}: everybody on this machine can change what users run", f"chmod o-w {path}", True)


def _sidecar_words(view: HubView) -> list[str]:
    """The sidecar's command line: of the one that runs, else of the one that `lab up` would start."""
    running = _running(view, SIDECAR)
    if running is not None:
        return command_of(running.pid)
    return sidecar_service(view.layout, 0, RememberedLogin(view.layout.home).read()).command


def _sidecar(view: HubView) -> Iterator[Finding]:
    words = _sidecar_words(view)
    if not any(word.partition("=")[0] in ("--tokens", "--issuers") for word in words):
        remedy = "./lab up --iam ... with groups and without --sidecar-audience none, or a sidecar of your own with --tokens FILE: docs/sidecar.md"
        yield Finding("sidecar", "it asks for no token: every account of this machine may publish and purge models", remedy, True)


def _sidecar_issuers(view: HubView) -> Iterator[Finding]:
    words = _sidecar_words(view)
    path = next((words[at + 1] for at, word in enumerate(words[:-1]) if word == "--issuers"), None)
    path = path or next((word.partition("=")[2] for word in words if word.startswith("--issuers=")), None)
    try:
        listed = json.loads(Path(path).read_text(encoding="utf-8")).get("issuers", []) if path else []
    except FileNotFoundError:
        return  # `lab up` makes it, with neither of these
    except (OSError, ValueError, AttributeError) as wrong:
        yield Finding("sidecar issuers", f"{path} cannot be read: {wrong}", "mend it: docs/sidecar.md", True)
        return
    for each in listed:
        for flag, what in {"any_audience": "tokens for every service of WLCG", "without_audience": "tokens that are for no service in particular"}.items():
            if each.get(flag) is True:
                yield Finding(f"sidecar {flag}", f"true for {each.get('issuer')}: it takes {what}, which others are shown too", f"audiences in {path}, and no {flag}", True)


def _broker(view: HubView) -> Iterator[Finding]:
    running = _running(view, BROKER)
    environ = environment_of(running.pid) if running else view.environ
    if environ.get(BROKER_EXCHANGE, "").strip().lower() == "never":
        found = "never: servers get the login's own token, which is good wherever the login is, with all its scopes"
        yield Finding(BROKER_EXCHANGE, found, "leave it out, and let the hub's client exchange its tokens at the provider: docs/token-broker.md", True)


def _shown_tokens(view: HubView) -> Iterator[Finding]:
    """Who is shown users' tokens, as servers are told it, by the facility file or by the hub's environment."""
    environment = view.get("Spawner", "environment", {})
    told = {name: str(environment.get(name, "")) for name in (FILE_HOSTS, HDFS_HOSTS, HDFS_AUDIENCE, HDFS_SCOPES)}
    for setting, name in (("storage.hosts", FILE_HOSTS), ("hdfs.hosts", HDFS_HOSTS)):
        for entry in told[name].replace(",", " ").split():
            if _BEHIND_THE_SERVER.sub("", entry).strip("[]") in _LOOPBACK:
                found = f"{entry} is this machine, where tokens are sent without encryption, to whoever has the port"
                yield Finding(setting, found, "the name of a server that answers https", True)
    audiences = {HDFS_AUDIENCE: told[HDFS_AUDIENCE], **{entry: entry.partition("=")[2] for entry in told[HDFS_HOSTS].replace(",", " ").split()}}
    for place, audience in audiences.items():
        if audience == _ANY_AUDIENCE:
            yield Finding("hdfs.audience", f"{place} is for every service of WLCG: who is shown such a token can use it everywhere", "the audience of the server itself, as its issuers file has it", True)
    if told[HDFS_HOSTS] and not told[HDFS_SCOPES].strip():
        yield Finding("hdfs.scopes", "none are said: servers of HDFS are shown tokens with all scopes of the login", "hdfs.scopes: those that reading needs, such as storage.read:/home", False)


def _containers(view: HubView) -> Iterator[Finding]:
    spawner = view.facility.spawner
    if spawner.kind not in ("docker", "kubernetes"):
        return
    book = ProfileBook.read(view.facility.profiles_file or view.layout.hub_source / DEFAULT_PROFILES)
    for image in sorted({spawner.image or "", *(profile.image or "" for profile in book.profiles)} - {""}):
        if not _DIGEST.search(image):
            yield Finding("spawner.image", f"{image} has no digest: what runs is whatever has that name when it is fetched", f"{image.rpartition('@')[0] or image}@sha256:...", True)
    inner = urlsplit(str(view.get("JupyterHub", "hub_bind_url", "")))
    if inner.scheme == "http" and inner.hostname not in _LOOPBACK:
        found = f"{inner.geturl()} is not encrypted: servers send their tokens there"
        if inner.hostname in _EVERYWHERE:
            yield Finding("hub_bind_url", f"{found}, and every network of this machine reaches it", "spawner.hub_listens: the machine's address in a network of hub and containers alone", True)
        else:
            yield Finding("hub_bind_url", found, "let only hub and containers be in that network", False)


def _running(view: HubView, name: str) -> ProcessRecord | None:
    record = ProcessTable(view.layout.run, "none").find(name)
    return record if record is not None and record.alive() else None


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None


CHECKS: tuple[Callable[[HubView], Iterator[Finding]], ...] = (_facility, _login, _transport, _states, _spawner, _powers, _shown_tokens, _containers, _files, _sidecar, _sidecar_issuers, _broker)
