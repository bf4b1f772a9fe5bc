# SPDX-License-Identifier: Apache-2.0
"""The hub's settings for logins at a provider: who may come in, what the token broker may do, what servers are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from decisionlab_hub.credentials import BROKER_TOKEN, LOGIN_KEYS, keys_of, read_keys, read_secret
from decisionlab_hub.dodas import CRYPT_KEYS
from decisionlab_hub.login.audience import EXPECTED_AUDIENCE, is_audience
from decisionlab_hub.login.choice import CLIENT_SECRET, safe_address
from decisionlab_hub.login.claims import normal_group
from decisionlab_hub.login.names import SAFE_NAME

if TYPE_CHECKING:
    from traitlets.config import Config

    from decisionlab_hub.layout import Layout

BROKER = "token-broker"
_BROKER_ACCESS = f"access:services!service={BROKER}"
_MOST_CHECK_SECONDS = 3600


class Reader(Protocol):
    """Reads variables, and collects what is wrong with them."""

    def optional(self, name: str) -> str: ...

    def wrong(self, problem: str) -> None: ...


@dataclass(frozen=True)
class LoginSettings:
    """Logins at a provider. Groups begin with a slash."""

    issuer: str
    client_id: str
    client_secret_file: Path | None
    groups: frozenset[str]
    admin_groups: frozenset[str]
    users: frozenset[str]
    scopes: tuple[str, ...]
    callback: str
    broker_url: str
    check_seconds: int
    service_name: str
    told: tuple[tuple[str, str], ...]
    ledger_key: str = ""
    """Under which the names of accounts are kept; empty: the issuer."""
    keys: tuple[str, ...] = field(default=(), repr=False)
    """Keys of logins beside those in the lab's secrets: the first of them encrypts."""

    @staticmethod
    def of(reader: Reader) -> LoginSettings | None:
        """Reads the part of the environment that `login_environment` makes; None when there is no provider."""
        issuer = reader.optional("DECISIONLAB_ISSUER")
        if not issuer:
            return None
        secret = reader.optional("DECISIONLAB_HUB_CLIENT_SECRET_FILE")
        seconds = reader.optional("DECISIONLAB_LOGIN_CHECK_SECONDS") or "120"
        settings = LoginSettings(
            issuer=issuer,
            client_id=reader.optional("DECISIONLAB_HUB_CLIENT_ID"),
            client_secret_file=Path(secret) if secret else None,
            groups=_listed(reader, "DECISIONLAB_ALLOWED_GROUPS", normal_group),
            admin_groups=_listed(reader, "DECISIONLAB_ADMIN_GROUPS", normal_group),
            users=_listed(reader, "DECISIONLAB_ALLOWED_USERS", lambda name: name if SAFE_NAME.fullmatch(name) else None),
            scopes=tuple(reader.optional("DECISIONLAB_LOGIN_SCOPES").split()),
            callback=reader.optional("DECISIONLAB_LOGIN_CALLBACK"),
            broker_url=reader.optional("DECISIONLAB_TOKEN_BROKER"),
            check_seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else 0,
            service_name=reader.optional("DECISIONLAB_LOGIN_NAME") or urlsplit(issuer).netloc,
            told=(*((name, value) for name in TOLD if (value := reader.optional(name))), *_device_login(reader, issuer)),
            ledger_key=reader.optional("DECISIONLAB_LOGIN_LEDGER"),
            keys=tuple(keys_of(CRYPT_KEYS, reader.optional(CRYPT_KEYS))),
        )
        settings._check(reader)
        return settings

    def _check(self, reader: Reader) -> None:
        addresses = {"DECISIONLAB_ISSUER": self.issuer, "DECISIONLAB_LOGIN_CALLBACK": self.callback, "DECISIONLAB_TOKEN_BROKER": self.broker_url}
        for name, address in addresses.items():
            if not safe_address(address):
                reader.wrong(f"{name} is {address!r}; https://..., or http on 127.0.0.1, is expected")
        if not self.client_id:
            reader.wrong("DECISIONLAB_HUB_CLIENT_ID is not set: the hub's client at the provider")
        if "openid" not in self.scopes:
            reader.wrong(f"DECISIONLAB_LOGIN_SCOPES is {' '.join(self.scopes)!r}; openid must be among them")
        if not (self.groups or self.admin_groups or self.users):
            reader.wrong("DECISIONLAB_ALLOWED_GROUPS, DECISIONLAB_ADMIN_GROUPS and DECISIONLAB_ALLOWED_USERS are all empty: nobody could log in")
        for name, value in self.told:
            if name in _AUDIENCES and not is_audience(value):
                reader.wrong(f"{name} is {value!r}; expected {EXPECTED_AUDIENCE}, or leave it out")
        if not 1 <= self.check_seconds <= _MOST_CHECK_SECONDS:
            reader.wrong(f"DECISIONLAB_LOGIN_CHECK_SECONDS is no number of seconds from 1 to {_MOST_CHECK_SECONDS}: for so long a suspended user stays logged in")


_AUDIENCES = ("DECISIONLAB_SIDECAR_AUDIENCE", "DECISIONLAB_FILE_AUDIENCE", "DECISIONLAB_HDFS_AUDIENCE")
TOLD = (*_AUDIENCES, "DECISIONLAB_SIDECAR_SCOPES", "DECISIONLAB_HDFS_HOSTS", "DECISIONLAB_HDFS_SCOPES")
"""What servers are told when it is set: for whom their tokens are to be, with which scopes, and who is shown them."""


def _device_login(reader: Reader, issuer: str) -> tuple[tuple[str, str], ...]:
    """What kernels are told for a login by device code: it is a public client, so nothing of it is a secret."""
    client = reader.optional("DECISIONLAB_DEVICE_CLIENT_ID")
    return (("DECISIONLAB_ISSUER", issuer), ("DECISIONLAB_CLIENT_ID", client)) if client else ()


def _listed(reader: Reader, name: str, normal: Any) -> frozenset[str]:
    found = set()
    for part in reader.optional(name).split(","):
        if part.strip():
            each = normal(part.strip())
            found.add(each)
            if each is None:
                reader.wrong(f"{name} has {part.strip()!r}, which is no such name")
    return frozenset(each for each in found if each)


def configure_login(c: Config, login: LoginSettings, layout: Layout) -> None:
    """Sets the authenticator, the token broker with its rights, and what servers are told."""
    _configure_authenticator(c, login, layout)
    _configure_broker(c, login, layout)
    c.Spawner.environment = {**c.Spawner.get("environment", {}), "DECISIONLAB_TOKEN_BROKER": login.broker_url, **dict(login.told)}


def _configure_authenticator(c: Config, login: LoginSettings, layout: Layout) -> None:
    from decisionlab_hub.login.authenticator import LabAuthenticator  # noqa: PLC0415 - needs oauthenticator, which this login alone does
    from decisionlab_hub.login.claims import groups_of  # noqa: PLC0415

    c.JupyterHub.authenticator_class = LabAuthenticator
    c.JupyterHub.template_paths = [*c.JupyterHub.get("template_paths", []), str(Path(__file__).parent / "templates")]
    c.CryptKeeper.keys = [*login.keys, *read_keys(layout.secrets / LOGIN_KEYS)]
    mine = c.LabAuthenticator
    mine.issuer = login.issuer
    mine.broker_url = login.broker_url
    mine.broker_token = read_secret(layout.secrets / BROKER_TOKEN)
    mine.ledger_file = str(layout.home / "hub" / "accounts.json")
    mine.ledger_key = login.ledger_key
    mine.client_id = login.client_id
    mine.client_secret = read_secret(login.client_secret_file, CLIENT_SECRET) if login.client_secret_file else ""
    mine.oauth_callback_url = login.callback
    mine.scope = list(login.scopes)
    mine.login_service = login.service_name
    mine.enable_pkce = True
    mine.enable_auth_state = True
    mine.auth_refresh_age = login.check_seconds
    mine.auth_refresh_strict = True
    mine.refresh_pre_spawn = True
    mine.manage_groups = True
    mine.auth_state_groups_key = lambda state: groups_of(state[LabAuthenticator.user_auth_state_key])
    mine.allowed_groups = set(login.groups | login.admin_groups)
    mine.allow_all = False
    mine.allow_existing_users = False
    mine.allowed_users = set(login.users)
    mine.username_pattern = SAFE_NAME.pattern


def _configure_broker(c: Config, login: LoginSettings, layout: Layout) -> None:
    service = {"name": BROKER, "url": login.broker_url.removesuffix(f"/services/{BROKER}"), "api_token": read_secret(layout.secrets / BROKER_TOKEN)}
    c.JupyterHub.services = [*c.JupyterHub.get("services", []), {**service, "display": False}]
    c.JupyterHub.load_roles = [
        *c.JupyterHub.get("load_roles", []),
        {"name": BROKER, "services": [BROKER], "scopes": ["read:users", "admin:auth_state", "admin:users"]},
        {"name": "server", "scopes": ["users:activity!user", "access:servers!server", _BROKER_ACCESS]},
        {"name": "user", "scopes": ["self", _BROKER_ACCESS]},
    ]
