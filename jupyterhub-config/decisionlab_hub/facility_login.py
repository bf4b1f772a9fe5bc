# SPDX-License-Identifier: Apache-2.0
"""The facility file's log-in beside the one that the hub was started with: they must say the same."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Iterable, Mapping

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Facility, Login
from decisionlab_hub.login.audience import NO_AUDIENCE

ISSUER = "DECISIONLAB_ISSUER"
_SECRET_FILE = "DECISIONLAB_HUB_CLIENT_SECRET_FILE"

_LISTS = {
    "allowed_groups": "DECISIONLAB_ALLOWED_GROUPS",
    "admin_groups": "DECISIONLAB_ADMIN_GROUPS",
    "allowed_users": "DECISIONLAB_ALLOWED_USERS",
}
"""The variables in which `lab up` tells the hub of the log-in, by the facility file's names."""


def require_same_login(facility: Facility, environ: Mapping[str, str]) -> None:
    """Raises LabError with what mends it when the hub's log-in is another than the facility file's.

    A file without a provider may say nothing of users and groups to a hub that has one: a name of the file is somebody of
    the shared password, and at the provider whoever calls himself so.
    """
    started = environ.get(ISSUER, "").strip()
    login = facility.login
    if not login.issuer:
        if started:
            _refuse_users_of_the_password(facility, started)
        elif facility.accounts:
            raise LabError("the facility file says accounts, which are subjects at a provider, and the hub was started without one; expected login.issuer beside it, or no accounts")
        return
    if started.rstrip("/") != login.issuer.rstrip("/"):
        present = f"at {started}" if started else "by the shared password"
        raise LabError(f"the facility file says login.issuer: {login.issuer}, and the hub was started with log-in {present}; expected:\n  {up_command(facility)}")
    for key, said, told in _differences(facility, environ):
        raise LabError(f"the facility file says {key}: {said}, and the hub was started with {told}; expected (after ./lab down):\n  {up_command(facility)}")


def _refuse_users_of_the_password(facility: Facility, started: str) -> None:
    login = facility.login
    keys = {"login.admin_users": login.admin_users, "login.allowed_users": login.allowed_users, "groups": facility.groups}
    told = [key for key, value in keys.items() if value]
    if told:
        raise LabError(
            f"the facility file says {', '.join(told)} without login.issuer, which is for the shared password, and the hub was started with log-in at {started}; "
            f"expected login.issuer: {started} beside the names in login (and no groups, which the provider tells), or a hub without a provider: "
            "./lab down, then ./lab up --iam none"
        )


def _differences(facility: Facility, environ: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Key, what the file says, what the hub was told. Of callback and audiences a file that says nothing wants nothing."""
    login = facility.login
    for name, variable in _LISTS.items():
        told = {entry.strip().removeprefix("/") for entry in environ.get(variable, "").split(",") if entry.strip()}
        wanted = {entry.removeprefix("/") for entry in (_users(login) if name == "allowed_users" else getattr(login, name))}
        if told != wanted:
            key = "login.allowed_users with login.admin_users" if name == "allowed_users" and login.admin_users else f"login.{name}"
            yield key, _listed(wanted), _listed(told)
    client = environ.get("DECISIONLAB_HUB_CLIENT_ID", "")
    if client != login.client_id:
        yield "login.client_id", login.client_id or "none", client or "none"
    secret = environ.get(_SECRET_FILE, "")
    if (Path(secret).resolve() if secret else None) != (login.client_secret_file.resolve() if login.client_secret_file else None):
        yield "login.client_secret_file", str(login.client_secret_file or "none"), secret or "none"
    for key, wanted_text, variable in (
        ("login.callback_url", login.callback_url, "DECISIONLAB_LOGIN_CALLBACK"),
        ("login.device_client_id", login.device_client_id, "DECISIONLAB_DEVICE_CLIENT_ID"),
        ("audiences.sidecar", facility.audiences.sidecar, "DECISIONLAB_SIDECAR_AUDIENCE"),
        ("audiences.files", facility.audiences.files, "DECISIONLAB_FILE_AUDIENCE"),
    ):
        told_text = environ.get(variable, "")
        if wanted_text and told_text != ("" if wanted_text == NO_AUDIENCE else wanted_text):
            yield key, wanted_text, told_text or "none"


def up_command(facility: Facility) -> str:
    """Returns the command that starts a lab with this log-in."""
    login, audiences = facility.login, facility.audiences
    words = ["./lab", "up", "--iam", login.issuer or "none", "--client-id", login.client_id or ""]
    if login.client_secret_file:
        words += ["--client-secret-file", str(login.client_secret_file)]
    for flag, names in (("--groups", login.allowed_groups), ("--admin-groups", login.admin_groups), ("--users", _users(login))):
        if names:
            words += [flag, ",".join(sorted(names))]
    for flag, text in (("--callback", login.callback_url), ("--device-client-id", login.device_client_id), ("--sidecar-audience", audiences.sidecar), ("--file-audience", audiences.files)):
        if text:
            words += [flag, text]
    return shlex.join(words)


def _users(login: Login) -> frozenset[str]:
    """Who may log in by name: administrators too."""
    return login.allowed_users | login.admin_users


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
