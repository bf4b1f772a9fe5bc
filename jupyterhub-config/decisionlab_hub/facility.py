# SPDX-License-Identifier: Apache-2.0
"""The facility file: what a lab of many users says about itself. Without one the lab is what `lab up` gives one person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

from decisionlab_hub.dodas import SECRET, with_aliases
from decisionlab_hub.facility_contradictions import contradictions
from decisionlab_hub.layout import FACILITY_VARIABLE
from decisionlab_hub.yaml_file import load, problems_of, refuse

FILE_NAME = "facility.yaml"

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Login:
    """Who may log in. Without an issuer the hub's own log-in holds, and groups are those of the facility file."""

    issuer: str | None = None
    client_id: str | None = None
    client_secret_file: Path | None = None
    device_client_id: str | None = None
    callback_url: str | None = None
    owner: str | None = None
    """Subject at the provider of a person who is an administrator."""
    allowed_groups: frozenset[str] = frozenset()
    allowed_users: frozenset[str] = frozenset()
    admin_groups: frozenset[str] = frozenset()
    admin_users: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Audiences:
    """For whom tokens are made out: what stands in the claim `aud`."""

    sidecar: str | None = None
    """`none`: the sidecar asks for no tokens."""
    files: str | None = None


@dataclass(frozen=True)
class Hdfs:
    """Servers of WebHDFS that may be shown tokens, and what these tokens are for."""

    hosts: tuple[str, ...]
    """`HOST`, `HOST:PORT` or `*.DOMAIN`, with `=AUDIENCE` behind it where it has one of its own."""
    audience: str | None = None
    """Of servers that are listed without one; None: each is its own."""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Culling:
    """When users' servers are ended; all in seconds."""

    enabled: bool = True
    idle: int = 3600
    every: int = 300
    maximum_age: int = 7 * 86400


@dataclass(frozen=True)
class Shared:
    """A folder that all see: the notebooks of the lab, read-only, and a folder for each of some groups."""

    folder: Path
    group_folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Docker:
    network: str = "decisionlab"
    socket: str | None = None
    pids: int = 4096
    uid: int = 1000


@dataclass(frozen=True)
class Kubernetes:
    namespace: str = "decisionlab"
    storage: str = "10Gi"
    storage_class: str | None = None
    shared_claim: str | None = None
    """Claim of the volume that the hub sees as `shared.folder`; None: servers have neither its gallery nor its group folders."""
    uid: int = 1000


@dataclass(frozen=True)
class Spawning:
    """Where users' servers run. Without a kind: real accounts when the hub is root, else the hub's own account."""

    kind: str | None = None
    hub_address: str | None = None
    hub_listens: str = "0.0.0.0"
    """Address of this machine on which the hub answers containers."""
    image: str | None = None
    accounts_group: str | None = None
    """Group of the machine; only its members' accounts run servers. None: every account that is not the system's."""
    docker: Docker = Docker()
    kubernetes: Kubernetes = Kubernetes()


@dataclass(frozen=True)
class Facility:
    """All that the facility file says, and what DODAS's environment names add."""

    given: bool = False
    """Whether there is a file, or a variable of DODAS; if not, nothing of this applies."""
    source: Path | None = None
    public_url: str | None = None
    subdomain_host: str | None = None
    """Address below whose name each user has a name, and so an origin, of his own."""
    sidecar_url: str | None = None
    """Address of the sidecar that servers are told; None for the lab's own."""
    storage_hosts: tuple[str, ...] = ()
    """Storage elements that may be shown tokens."""
    hdfs: Hdfs | None = None
    login: Login = Login()
    audiences: Audiences = Audiences()
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Subjects at the provider, by the names that are theirs here and nobody else's."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Users by group, for a hub without a provider."""
    collaborations: Mapping[str, str] = field(default_factory=dict)
    """Groups by the names of accounts that nobody logs in as, and whose servers their members share."""
    profiles_file: Path | None = None
    """None for the profiles that the lab brings."""
    banner_file: Path | None = None
    database_url_file: Path | None = None
    """File with the address of the hub's data base, password and all; None for SQLite in the lab's home."""
    named_servers: int = 3
    active_servers: int = 50
    culling: Culling = Culling()
    git_links: tuple[str, ...] = ()
    """Places whose repositories links may bring into users' homes."""
    metrics: bool = True
    """Whether the hub has the page of metrics."""
    shared: Shared | None = None
    spawner: Spawning = Spawning()
    notes: tuple[str, ...] = ()
    """Lines for the log: which variables of DODAS are used, and which are not."""

    @staticmethod
    def find(home: Path, environ: Mapping[str, str]) -> Facility:
        """Reads the lab's facility file, if any; raises LabError that names all problems."""
        named = environ.get(FACILITY_VARIABLE, "")
        path = Path(named).absolute() if named else home / FILE_NAME
        return Facility.read(path if named or path.exists() else None, environ)

    @staticmethod
    def read(path: Path | None, environ: Mapping[str, str]) -> Facility:
        """Reads this facility file, or the environment alone; raises LabError that names all problems."""
        document = load(path, "facility file") if path else {}
        shown = path or Path("(environment)")
        refuse(shown, "facility file", [] if isinstance(document, dict) else ["the file: expected a mapping of settings"])
        aliases = with_aliases(document, environ, path.name if path else "the facility file")
        problems = problems_of(aliases.document, "facility")
        refuse(shown, "facility file", [_with_variable(problem, aliases.used) for problem in problems])
        facility = _Builder(aliases.document, path.parent if path else Path.cwd()).facility(path, aliases.notes, bool(path or aliases.used))
        found = contradictions(facility, bool(environ.get(SECRET, "").strip()))
        refuse(shown, "facility file", [_with_variable(problem, aliases.used) for problem in found])
        return facility


def seconds(duration: str) -> int:
    """Returns the seconds of a duration such as `90s`, `30m`, `8h` or `7d`."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def same_group(one: str, other: str) -> bool:
    """Tells whether two names mean one group: providers write it with a slash before it, or without."""
    return one.removeprefix("/") == other.removeprefix("/")


@dataclass(frozen=True)
class _Builder:
    """Turns a document that fits the schema into records."""

    document: dict[str, Any]
    base: Path

    def facility(self, source: Path | None, notes: tuple[str, ...], given: bool) -> Facility:
        plain = {name: self.document[name] for name in ("public_url", "subdomain_host", "named_servers", "active_servers", "metrics") if name in self.document}
        spawner = dict(self.document.get("spawner", {}))
        parts = {"docker": Docker(**spawner.pop("docker", {})), "kubernetes": Kubernetes(**spawner.pop("kubernetes", {}))}
        return Facility(
            given=given,
            source=source,
            sidecar_url=self.document.get("sidecar", {}).get("url"),
            storage_hosts=tuple(self.document.get("storage", {}).get("hosts", ())),
            hdfs=self._hdfs(),
            login=self._login(),
            audiences=Audiences(**self.document.get("audiences", {})),
            accounts=dict(self.document.get("accounts", {})),
            groups={name: tuple(users) for name, users in self.document.get("groups", {}).items()},
            collaborations=dict(self.document.get("collaborations", {})),
            profiles_file=self._path(self.document.get("profiles_file")),
            banner_file=self._path(self.document.get("banner_file")),
            database_url_file=self._path(self.document.get("database_url_file")),
            culling=self._culling(),
            shared=self._shared(),
            git_links=tuple(self.document.get("git_links", ())),
            spawner=Spawning(**spawner, **parts),
            notes=notes,
            **plain,
        )

    def _login(self) -> Login:
        login = dict(self.document.get("login", {}))
        for name in ("allowed_groups", "allowed_users", "admin_groups", "admin_users"):
            login[name] = frozenset(login.get(name, ()))
        login["client_secret_file"] = self._path(login.get("client_secret_file"))
        return Login(**login)

    def _hdfs(self) -> Hdfs | None:
        hdfs = self.document.get("hdfs")
        return Hdfs(tuple(hdfs["hosts"]), hdfs.get("audience"), tuple(hdfs.get("scopes", ()))) if hdfs else None

    def _culling(self) -> Culling:
        culling = dict(self.document.get("culling", {}))
        for name in ("idle", "every", "maximum_age"):
            if name in culling:
                culling[name] = seconds(culling[name])
        return Culling(**culling)

    def _shared(self) -> Shared | None:
        shared = self.document.get("shared")
        if shared is None:
            return None
        folder = self._path(shared["folder"])
        assert folder is not None
        return Shared(folder, tuple(name.removeprefix("/") for name in shared.get("group_folders", ())))

    def _path(self, text: str | None) -> Path | None:
        return (self.base / text).absolute() if text else None


def _with_variable(problem: str, used: Mapping[tuple[str, str], str]) -> str:
    """Adds the variables that the values named in a problem come from."""
    named = [variable for (section, name), variable in used.items() if re.search(rf"\b{section}\.{name}\b", problem)]
    return f"{problem} (from {', '.join(named)})" if named else problem
