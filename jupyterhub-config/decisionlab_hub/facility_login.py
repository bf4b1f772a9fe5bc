# SPDX-License-Identifier: Apache-2.0
"""The facility file's log-in beside the one that the hub was started with: they must say the same."""

from __future__ import annotations

import shlex
from typing import Iterable, Mapping

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Login

ISSUER = "DECISIONLAB_ISSUER"

_LISTS = {
    "allowed_groups": "DECISIONLAB_ALLOWED_GROUPS",
    "admin_groups": "DECISIONLAB_ADMIN_GROUPS",
    "allowed_users": "DECISIONLAB_ALLOWED_USERS",
}
"""The variables in which `lab up` tells the hub of the log-in, by the facility file's names."""


def require_same_login(login: Login, environ: Mapping[str, str]) -> None:
    """Raises LabError with the command that mends it when the hub's log-in is another than the facility file's."""
    if not login.issuer:
        return
    started = environ.get(ISSUER, "")
    if started.rstrip("/") != login.issuer.rstrip("/"):
        present = f"at {started}" if started else "by the shared password"
        raise LabError(f"the facility file says login.issuer: {login.issuer}, and the hub was started with log-in {present}; expected:\n  {up_command(login)}")
    for name, variable in _LISTS.items():
        told = {entry.strip().removeprefix("/") for entry in environ.get(variable, "").split(",") if entry.strip()}
        wanted = {entry.removeprefix("/") for entry in getattr(login, name)}
        if told != wanted:
            raise LabError(f"the facility file says login.{name}: {_listed(wanted)}, and the hub was started with {_listed(told)}; expected:\n  {up_command(login)}")


def up_command(login: Login) -> str:
    """Returns the command that starts a lab with this log-in."""
    words = ["./lab", "up", "--iam", login.issuer or "none", "--client-id", login.client_id or ""]
    if login.client_secret_file:
        words += ["--client-secret-file", str(login.client_secret_file)]
    for flag, names in (("--groups", login.allowed_groups), ("--admin-groups", login.admin_groups), ("--users", login.allowed_users)):
        if names:
            words += [flag, ",".join(sorted(names))]
    if login.callback_url:
        words += ["--callback", login.callback_url]
    return shlex.join(words)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
