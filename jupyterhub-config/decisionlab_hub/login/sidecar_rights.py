# SPDX-License-Identifier: Apache-2.0
"""The sidecar's file of issuers, made from the login: what members of the login's groups may do there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from decisionlab_hub.credentials import SIDECAR_METRICS_TOKEN, read_secret
from decisionlab_hub.files import write_atomically
from decisionlab_hub.login.choice import CLIENT_SECRET, LoginChoice

_RIGHTS = ("read", "predict", "decide", "publish")


def asks_for_tokens(login: LoginChoice | None) -> bool:
    """Tells whether the lab's sidecar asks for tokens of the login: it has a name for them to be for, and groups to go by."""
    return login is not None and bool(login.sidecar_audience) and bool(login.groups or login.admin_groups)


def issuers_of(login: LoginChoice, issuer: str, secret: Path | None) -> dict[str, Any]:
    """Returns the document; groups are as in the login, tokens are for the login's sidecar audience and no other. Models are for all of these groups, unless who publishes one says otherwise.

    About tokens that say nothing of rights, as INDIGO IAM's by default, the sidecar asks as the hub's client, whose secret is
    read where it is. A public client may not ask.
    """
    members = [{"group": group, "rights": list(_RIGHTS)} for group in login.groups]
    admins = [{"group": group, "rights": [*_RIGHTS, "admin"]} for group in login.admin_groups]
    readers = list(dict.fromkeys([*login.groups, *login.admin_groups]))
    asking = {"introspection": {"client_id": login.client_id, "secret_file": str(secret.absolute())}} if secret else {}
    return {"issuers": [{"issuer": issuer, "audiences": [login.sidecar_audience], **asking, "readers": readers, "grants": [*members, *admins]}]}


def write_issuers(path: Path, login: LoginChoice, issuer: str, secret: Path | None) -> None:
    """Writes the file, which only the lab's account can read. It names the file of the client's secret, and holds no secret.

    Raises LabError where that file is missing, empty, or open to others.
    """
    if secret:
        read_secret(secret, CLIENT_SECRET)
    write_atomically(path, json.dumps(issuers_of(login, issuer, secret), indent=2) + "\n", mode=0o600)


def write_tokens(path: Path, secrets: Path) -> None:
    """Writes the file of the one token by which the lab reads the sidecar's metrics: its hash, with the rights to read and to see what is counted of all models, but none of those that are for others."""
    digest = hashlib.sha256(read_secret(secrets / SIDECAR_METRICS_TOKEN).encode("ascii")).hexdigest()
    write_atomically(path, json.dumps({"tokens": [{"sha256": digest, "name": "metrics", "rights": ["read", "observe"]}]}, indent=2) + "\n", mode=0o600)
