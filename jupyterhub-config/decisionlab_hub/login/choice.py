# SPDX-License-Identifier: Apache-2.0
"""Which provider users log in with: asked for on the command line of `lab up`, and remembered with the lab."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

from decisionlab_hub.console import EXIT_USAGE, LabError
from decisionlab_hub.credentials import read_secret
from decisionlab_hub.files import write_atomically
from decisionlab_hub.login.audience import EXPECTED_AUDIENCE, NO_AUDIENCE, is_audience
from decisionlab_hub.login.claims import normal_group
from decisionlab_hub.login.names import SAFE_NAME

SIMULATOR = "sim"
PASSWORD_LOGIN = "none"
CLIENT_SECRET = "the provider gives it to the hub's client"

_OF_A_SIDECAR = ("wlcg", "groups", "roles", "profile")
_OF_A_SIDECAR_BEGIN = ("wlcg.groups", "model.")

_BASE_SCOPES = ("openid", "profile", "offline_access", "wlcg", "wlcg.groups")
_SIMULATOR_SCOPES = (*_BASE_SCOPES, "model.read", "model.write", "storage.read:/", "storage.create:/", "storage.modify:/")
_SIMULATOR_CLIENT = "decisionlab-hub"
_SIMULATOR_DEVICE_CLIENT = "decisionlab-cli"
_SIMULATOR_GROUPS = ("/decisionlab",)
_SIMULATOR_ADMINS = ("/decisionlab/admins",)


@dataclass(frozen=True)
class LoginChoice:
    """A provider, the hub's client there, and whom the hub lets in; groups begin with a slash."""

    iam: str
    client_id: str
    client_secret_file: str = ""
    groups: tuple[str, ...] = ()
    admin_groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    scopes: tuple[str, ...] = _BASE_SCOPES
    callback: str = ""
    sidecar_audience: str = ""
    """Empty: the sidecar asks for no tokens."""
    file_audience: str = ""
    device_client_id: str = ""
    """A public client, by which users log in with a device code in their kernels; empty: they do not."""

    @property
    def simulated(self) -> bool:
        return self.iam == SIMULATOR

    @property
    def sidecar_scopes(self) -> tuple[str, ...]:
        """The scopes of tokens for the sidecar: those of the login that tell groups or rights at models.

        No others: beside capabilities such as those of storage a token's groups do not count, and a sidecar has no use for them.
        """
        return tuple(scope for scope in self.scopes if scope in _OF_A_SIDECAR or scope.startswith(_OF_A_SIDECAR_BEGIN))

    def __str__(self) -> str:
        return "the IAM simulator" if self.simulated else self.iam


def add_options(up: argparse.ArgumentParser) -> None:
    """Adds what `lab up` can be told about the login."""
    login = up.add_argument_group("login", "remembered; without --iam the last choice, at first a shared password")
    login.add_argument("--iam", metavar="URL", help="OpenID Connect provider; `sim` starts the IAM simulator, `none` goes back to the shared password")
    login.add_argument("--client-id", metavar="ID", help="the hub's client at the provider")
    login.add_argument("--client-secret-file", type=Path, metavar="FILE", help="its secret, mode 0600; none: a public client")
    login.add_argument("--groups", type=_groups, metavar="A,B", help="members may log in")
    login.add_argument("--admin-groups", type=_groups, metavar="A,B", help="members may log in and are admins of the hub")
    login.add_argument("--users", type=_names, metavar="A,B", help="these may log in whatever their groups are")
    login.add_argument("--scopes", metavar="'A B'", help=f"asked for at the login (default: {' '.join(_BASE_SCOPES)})")
    login.add_argument("--callback", metavar="URL", help="where logins return to, when users see the hub at another address than this machine's")
    login.add_argument(
        "--sidecar-audience", metavar="NAME", help=f"audience of tokens for the lab's sidecar (default: a name made of --client-id, where groups are named); `{NO_AUDIENCE}`: it asks for none"
    )
    login.add_argument("--file-audience", metavar="NAME", help="audience of tokens for file servers")
    login.add_argument("--device-client-id", metavar="ID", help="a public client with the device code grant, for `%%login device` in notebooks")


def asked(options: argparse.Namespace) -> LoginChoice | str | None:
    """Returns what the command line asks for: a choice, `PASSWORD_LOGIN`, or None when it says nothing.

    Raises LabError when the options do not make a login that lets anybody in.
    """
    given = [name for name in _DETAILS if getattr(options, name) is not None]
    if options.iam is None or options.iam == PASSWORD_LOGIN:
        if given:
            raise LabError(f"{_flag(given[0])} says how to log in at a provider: give --iam URL or --iam {SIMULATOR} too", EXIT_USAGE)
        return options.iam
    if options.iam == SIMULATOR:
        return _simulator(options, given)
    if not options.client_id:
        raise LabError("--iam URL needs --client-id ID: the name of the hub's client at the provider", EXIT_USAGE)
    if not (options.groups or options.admin_groups or options.users):
        raise LabError("nobody could log in: name at least one of --groups, --admin-groups, --users", EXIT_USAGE)
    secret = options.client_secret_file
    if secret:
        read_secret(secret, CLIENT_SECRET)
    return _with_audience(
        LoginChoice(
            iam=_provider(options.iam),
            client_id=options.client_id,
            client_secret_file=str(secret.absolute()) if secret else "",
            groups=options.groups or (),
            admin_groups=options.admin_groups or (),
            users=options.users or (),
            scopes=tuple((options.scopes or " ".join(_BASE_SCOPES)).split()),
            callback=options.callback or "",
            file_audience=options.file_audience or "",
            device_client_id=options.device_client_id or "",
        ),
        options.sidecar_audience,
    )


def _with_audience(choice: LoginChoice, asked_for: str | None) -> LoginChoice:
    """The choice with the sidecar's audience: the one asked for, or the usual one."""
    if asked_for is not None and asked_for != NO_AUDIENCE and not is_audience(asked_for):
        raise LabError(f"--sidecar-audience {asked_for!r}: expected {EXPECTED_AUDIENCE}, or `{NO_AUDIENCE}` for a sidecar that asks for no tokens", EXIT_USAGE)
    if choice.file_audience and not is_audience(choice.file_audience):
        raise LabError(f"--file-audience {choice.file_audience!r}: expected {EXPECTED_AUDIENCE}", EXIT_USAGE)
    audience = _usual_audience(choice) if asked_for is None else "" if asked_for == NO_AUDIENCE else asked_for
    if audience and not choice.sidecar_scopes:
        raise LabError(
            f"--scopes '{' '.join(choice.scopes)}' has none that a token for the sidecar can have; expected one that tells groups, such as wlcg.groups or groups, "
            f"or --sidecar-audience {NO_AUDIENCE}",
            EXIT_USAGE,
        )
    return replace(choice, sidecar_audience=audience)


def _usual_audience(choice: LoginChoice) -> str:
    """A name of this client alone where groups say who may do what; else empty.

    A client belongs to one hub: so a token for its sidecar is good at no other lab of the same provider.
    """
    return f"urn:decisionlab:sidecar:{quote(choice.client_id, safe='')}" if choice.groups or choice.admin_groups else ""


_DETAILS = (
    "client_id", "client_secret_file", "groups", "admin_groups", "users", "scopes", "callback", "sidecar_audience", "file_audience", "device_client_id"
)  # fmt: skip


def _simulator(options: argparse.Namespace, given: list[str]) -> LoginChoice:
    for name in ("client_id", "client_secret_file", "callback", "device_client_id"):
        if name in given:
            raise LabError(f"{_flag(name)} is for a real provider; the simulator has a client of its own", EXIT_USAGE)
    return _with_audience(
        LoginChoice(
            iam=SIMULATOR,
            client_id=_SIMULATOR_CLIENT,
            groups=_SIMULATOR_GROUPS if options.groups is None else options.groups,
            admin_groups=_SIMULATOR_ADMINS if options.admin_groups is None else options.admin_groups,
            users=options.users or (),
            scopes=tuple(options.scopes.split()) if options.scopes else _SIMULATOR_SCOPES,
            file_audience=options.file_audience or "",
            device_client_id=_SIMULATOR_DEVICE_CLIENT,
        ),
        options.sidecar_audience,
    )


class RememberedLogin:
    """The choice of one lab, in a file; it holds no secret.

    A file in which the sidecar's audience is missing or empty says nothing of it: it means the usual one. A choice without is written as `none`.
    """

    def __init__(self, home: Path):
        self._path = home / "login.json"

    def read(self) -> LoginChoice | None:
        """Returns the choice; None for the shared password."""
        try:
            fields = json.loads(self._path.read_text(encoding="utf-8"))
            choice = LoginChoice(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, AttributeError) as wrong:
            raise LabError(f"{self._path} says nothing about the login ({wrong}); remove it and give --iam again") from wrong
        if choice.sidecar_audience == NO_AUDIENCE:
            return replace(choice, sidecar_audience="")
        if choice.sidecar_audience or not choice.sidecar_scopes:  # without such a scope no token could be made for a sidecar
            return choice
        return replace(choice, sidecar_audience=_usual_audience(choice))

    def write(self, choice: LoginChoice | None) -> None:
        if choice is None:
            self._path.unlink(missing_ok=True)
            return
        said = {**asdict(choice), "sidecar_audience": choice.sidecar_audience or NO_AUDIENCE}
        write_atomically(self._path, json.dumps(said, indent=2) + "\n", mode=0o600)


def safe_address(url: str) -> bool:
    """Tells whether secrets may be sent to this address: https, or http on this machine."""
    return re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/[^\s?#]*)?", url) is not None


def _provider(url: str) -> str:
    if not safe_address(url):
        raise LabError(f"--iam {url}: expected https://..., http on 127.0.0.1, `{SIMULATOR}` or `{PASSWORD_LOGIN}`", EXIT_USAGE)
    return url


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _groups(text: str) -> tuple[str, ...]:
    found = tuple(normal_group(part) for part in text.split(",") if part.strip())
    if not found or not all(found):
        raise argparse.ArgumentTypeError(f"{text!r} names no groups; expected such as /cms,/cms/analysis")
    return tuple(group for group in found if group)


def _names(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in found:
        if not SAFE_NAME.fullmatch(name):
            raise argparse.ArgumentTypeError(f"{name!r} is no name of a user here; expected {SAFE_NAME.pattern}")
    return found
