# SPDX-License-Identifier: Apache-2.0
"""Accounts of collaborations, as JupyterHub advises them: nobody logs in as one, and the members of a group share its server.

So nobody has to let others into a server of his own, with his files and tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from decisionlab_hub.facility import Facility, same_group

if TYPE_CHECKING:
    from traitlets.config import Config

ROLE = "collaboration-"
"""Begins the names of their roles; a role whose collaboration is not in the file any more is deleted by the hub at its start."""


def collaboration_role(name: str, group: str) -> dict[str, Any]:
    """The role that makes the account, and lets members of the group start, stop and enter its servers."""
    scopes = [f"{scope}!user={name}" for scope in ("access:servers", "servers", "read:users:name")]
    return {"name": ROLE + name, "description": f"shares the server of {name} with {group}", "scopes": scopes, "users": [name], "groups": [group]}


def configure_collaborations(c: Config, facility: Facility, provider: bool) -> None:
    """Makes the accounts and roles. Groups of a provider have a slash before them at the hub; others are called as in the file."""
    if not facility.collaborations:
        return
    groups = {name: _group(facility, group, provider) for name, group in facility.collaborations.items()}
    present = c.JupyterHub["load_roles"] if "load_roles" in c.JupyterHub else []
    c.JupyterHub.load_roles = [*present, *(collaboration_role(name, group) for name, group in groups.items())]
    c.Authenticator.blocked_users = set(groups)
    if provider:
        c.LabAuthenticator.collaborations = groups


def _group(facility: Facility, group: str, provider: bool) -> str:
    if provider:
        return "/" + group.removeprefix("/")
    return next((known for known in facility.groups if same_group(known, group)), group)
