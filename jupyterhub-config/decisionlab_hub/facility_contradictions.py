# SPDX-License-Identifier: Apache-2.0
"""What fits the facility file's schema piece by piece and does not fit together."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from decisionlab_hub.dodas import SECRET
from decisionlab_hub.login.audience import EXPECTED_AUDIENCE, is_audience
from decisionlab_hub.login.names import SAFE_NAME

if TYPE_CHECKING:
    from decisionlab_hub.facility import Facility

GALLERY = "gallery"
"""The folder of the lab's notebooks in the shared folder."""

_SHORTEST_IDLE = 10
_NO_PART_OF_A_LIST = re.compile(r"[^!-~]|[,{}]")
"""What ends an audience in the variables that tell servers of them, or is a template of KubeSpawner's."""
_NO_PART_OF_A_MOUNT = re.compile(r"[:{}]")
_OF_PROVIDER = ("client_id", "client_secret_file", "device_client_id", "callback_url", "owner", "allowed_groups", "admin_groups")


def contradictions(facility: Facility, secret_in_environment: bool) -> list[str]:
    """Returns all problems, each with its place and what was expected there."""
    of_login = _with_provider(facility, secret_in_environment) if facility.login.issuer else _without_provider(facility)
    return [*of_login, *_accounts(facility), *_collaborations(facility), *_addresses(facility), *_hdfs(facility), *_culling(facility), *_spawner(facility), *_shared(facility)]


def _with_provider(facility: Facility, secret_in_environment: bool) -> list[str]:
    login = facility.login
    problems = []
    if not login.client_id:
        problems.append("login.client_id is missing; expected the client's name at login.issuer")
    if not (login.allowed_groups or login.allowed_users or login.admin_groups or login.admin_users):
        also = " (login.owner alone opens the hub to nobody else)" if login.owner else ""
        problems.append(f"login.allowed_groups: expected a group here or a name in login.allowed_users; else nobody may log in{also}")
    if secret_in_environment and not login.client_secret_file:
        problems.append(
            f"login.client_secret_file is missing, and the client's secret is in {SECRET}, which what the hub starts can read; "
            f"expected it in a file of mode 0600: (umask 077; printenv {SECRET} > client-secret), and login.client_secret_file: client-secret"
        )
    if facility.groups:
        problems.append("groups: expected none beside login.issuer, whose groups hold")
    for key in ("allowed_users", "admin_users"):
        problems += [
            f"login.{key} has {name!r}, which no account of login.issuer gets; expected {SAFE_NAME.pattern}"
            for name in sorted(getattr(login, key))
            if not SAFE_NAME.fullmatch(name)
        ]
    problems += [
        f"login.admin_users has {name!r}, and whose name that is nobody has said: who comes first with it at login.issuer would administrate the hub; "
        f"expected accounts.{name} beside it with the person's subject there, or login.admin_groups"
        for name in sorted(login.admin_users)
        if SAFE_NAME.fullmatch(name) and name not in facility.accounts
    ]
    if urlsplit(login.issuer or "").username:
        problems.append("login.issuer: expected no name or password in the address")
    return problems


def _without_provider(facility: Facility) -> list[str]:
    told = [f"login.{name}" for name in _OF_PROVIDER if getattr(facility.login, name)]
    told += [f"audiences.{name}" for name in ("sidecar", "files") if getattr(facility.audiences, name)]
    return [f"{key}: expected login.issuer beside it, which is the provider's address" for key in told]


def _collaborations(facility: Facility) -> list[str]:
    login, problems = facility.login, []
    for name, group in sorted(facility.collaborations.items()):
        persons = {"accounts": facility.accounts, "login.allowed_users": login.allowed_users, "login.admin_users": login.admin_users}
        problems += [f"{key} has {name!r}, which is an account of a collaboration; expected a person's, since nobody logs in as that" for key, names in persons.items() if name in names]
        if facility.groups and not any(group.removeprefix("/") == known.removeprefix("/") for known in facility.groups):
            problems.append(f"collaborations.{name} is {group}, which groups has not; expected one of {', '.join(facility.groups)}")
    return problems


def _addresses(facility: Facility) -> list[str]:
    subdomains, public = facility.subdomain_host, facility.public_url
    if subdomains and public and urlsplit(subdomains).netloc != urlsplit(public).netloc:
        return [f"subdomain_host is {subdomains}, and public_url is {public}; expected the same host: users' names are below the hub's"]
    return []


def _hdfs(facility: Facility) -> list[str]:
    hdfs = facility.hdfs
    if hdfs is None:
        return []
    problems = []
    for at, entry in enumerate(hdfs.hosts):
        server, has_audience, audience = entry.partition("=")
        port = re.search(r":([0-9]+)$", server)
        if port and not 0 < int(port[1]) < 65536:
            problems.append(f"hdfs.hosts[{at}] is {entry}; expected a port from 1 to 65535")
        if has_audience and not _is_told_as_it_is(audience):
            problems.append(f"hdfs.hosts[{at}] is {entry}; expected behind the = {EXPECTED_AUDIENCE}; no comma and no braces")
    if hdfs.audience and not _is_told_as_it_is(hdfs.audience):
        problems.append(f"hdfs.audience is {hdfs.audience}; expected {EXPECTED_AUDIENCE}; no comma and no braces")
    return problems


def _is_told_as_it_is(audience: str) -> bool:
    return is_audience(audience) and not _NO_PART_OF_A_LIST.search(audience)


def _accounts(facility: Facility) -> list[str]:
    given = facility.accounts
    problems = [f"accounts.{name}: no account of a provider gets this name; expected {SAFE_NAME.pattern}" for name in sorted(given) if not SAFE_NAME.fullmatch(name)]
    subjects = list(given.values())
    twice = [name for name, subject in sorted(given.items()) if subjects.count(subject) > 1]
    return [*problems, *(f"accounts.{name} has a subject that another name has too; expected one name for each subject" for name in twice)]


def _culling(facility: Facility) -> list[str]:
    culling = facility.culling
    problems = []
    if culling.idle < _SHORTEST_IDLE:
        problems.append(f"culling.idle is {culling.idle}s; expected at least {_SHORTEST_IDLE}s")
    if culling.every > culling.idle:
        problems.append(f"culling.every is {culling.every}s; expected at most culling.idle, which is {culling.idle}s")
    if culling.maximum_age <= culling.idle:
        problems.append(f"culling.maximum_age is {culling.maximum_age}s; expected more than culling.idle, which is {culling.idle}s")
    return problems


def _spawner(facility: Facility) -> list[str]:
    spawner = facility.spawner
    problems = []
    if spawner.kind in ("docker", "kubernetes"):
        if not spawner.image:
            problems.append(f"spawner.image is missing; expected the image of users' servers for kind {spawner.kind}")
        if not spawner.hub_address:
            problems.append(f"spawner.hub_address is missing; expected the address under which servers of kind {spawner.kind} reach the hub")
    try:
        ipaddress.ip_address(spawner.hub_listens)
    except ValueError:
        problems.append(f"spawner.hub_listens is {spawner.hub_listens}; expected a number of this machine in a network, such as 172.18.0.1")
    if spawner.accounts_group and spawner.kind not in (None, "local"):
        problems.append(f"spawner.accounts_group: expected kind local beside it; servers of kind {spawner.kind} have no accounts of this machine")
    return problems


def _shared(facility: Facility) -> list[str]:
    shared, spawner = facility.shared, facility.spawner
    if shared is None:
        claim = spawner.kubernetes.shared_claim
        return [f"spawner.kubernetes.shared_claim is {claim}; expected shared.folder beside it: where the hub sees that claim's volume"] if claim else []
    problems = []
    if spawner.kind == "docker" and _NO_PART_OF_A_MOUNT.search(str(shared.folder)):
        problems.append(f"shared.folder is {shared.folder}; expected a path without colons and braces, which DockerSpawner reads otherwise")
    if GALLERY in shared.group_folders:
        problems.append(f"shared.group_folders has {GALLERY!r}, which is the folder of the lab's notebooks; expected another group's name")
    return problems
