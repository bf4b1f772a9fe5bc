# SPDX-License-Identifier: Apache-2.0
"""Administrators of the hub: they see who is there, start and stop servers and delete users, and enter nobody's server.

JupyterHub's own role `admin` lets its members enter all servers, make tokens of all users and read their logins, and no
configuration takes that from it. So nobody has it here, also not the token broker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping

from decisionlab_hub.collaborations import collaboration_role
from decisionlab_hub.login.settings import BROKER
from decisionlab_hub.metrics.settings import ACCESS as METRICS

if TYPE_CHECKING:
    from traitlets.config import Config

ROLE = "administrator"

_SCOPES = ("admin-ui", "list:users", "read:users", "servers", "delete:users", "list:groups", "read:groups", METRICS)

_OF_ALL = "admin"
"""JupyterHub's role."""

_POWERS = frozenset({"access:servers", "tokens", "admin:auth_state", "groups", "proxy"})
"""With each of these one gets into others' servers, by a token, a login, a group or the proxy too."""

_OWN = ("", "user", "server", "service")
"""Filters of a scope that stand for what belongs to who has it."""


def configure_administrators(c: Config, names: Iterable[str], groups: Iterable[str]) -> None:
    """Makes the role, and takes JupyterHub's own from everybody who had it in an earlier data base."""
    nobody: dict[str, Any] = {"name": _OF_ALL, "users": [], "services": [], "groups": []}
    ours = {"name": ROLE, "description": "sees users, starts and stops servers, deletes users", "scopes": list(_SCOPES)}
    present = c.JupyterHub["load_roles"] if "load_roles" in c.JupyterHub else []
    c.JupyterHub.load_roles = [*present, nobody, {**ours, "users": sorted(names), "groups": sorted(groups), "services": []}]


def powers_over_others(config: Config, collaborations: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Returns each setting by which somebody would get into others' servers, and what it gives.

    A collaboration's server is its group's, and the token broker reads and writes logins: that is what they are for.
    """
    hub = config["JupyterHub"] if "JupyterHub" in config else {}
    for section in config:
        for option in ("admin_users", "admin_groups"):
            if option in config[section] and config[section][option]:
                yield f"{section}.{option}", f"{_listed(config[section][option])} have JupyterHub's role admin, which enters all servers"
    for service in hub["services"] if "services" in hub else []:
        if service.get("admin"):
            yield "services", f"{service['name']} has JupyterHub's role admin, which enters all servers"
    known = {role["name"]: role for role in (hub["load_roles"] if "load_roles" in hub else [])}
    if not {"users", "services"} <= set(known.get(_OF_ALL, {})):
        yield "load_roles", "who has JupyterHub's role admin, which enters all servers, is said by the hub's data base alone"
    for name, role in known.items():
        if name == _OF_ALL:
            found = {f"all, for {_listed(holders)}"} if (holders := [*_holders(role)]) else set()
        else:
            found = _over_others(role.get("scopes", [])) - _meant(name, role, collaborations)
        if found:
            yield "load_roles", f"the role {name} has {_listed(found)}: with that one gets into others' servers"
    if "extra_user_scopes" in hub and (found := _over_others(hub["extra_user_scopes"])):
        yield "extra_user_scopes", f"all users have {_listed(found)}: with that one gets into others' servers"


def _over_others(scopes: Iterable[str]) -> set[str]:
    from jupyterhub.scopes import expand_scopes  # noqa: PLC0415 - takes long, and a lab that starts does not ask

    of_others = [scope for scope in scopes if scope not in ("self", "inherit") and not ("!" in scope and scope.partition("!")[2] in _OWN)]
    return {scope for scope in expand_scopes(of_others) if scope.partition("!")[0] in _POWERS}


def _meant(name: str, role: Mapping[str, Any], collaborations: Mapping[str, str]) -> set[str]:
    if name == BROKER and _holders(role) == [BROKER]:
        return {"admin:auth_state"}
    mine = (collaboration_role(account, group) for account, group in collaborations.items())
    return {scope for each in mine if each["name"] == name for scope in each["scopes"]}


def _holders(role: Mapping[str, Any]) -> list[str]:
    return [holder for kind in ("users", "groups", "services") for holder in role.get(kind, [])]


def _listed(found: Iterable[str]) -> str:
    return ", ".join(sorted(found))
