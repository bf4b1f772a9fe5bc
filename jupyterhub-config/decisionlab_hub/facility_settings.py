# SPDX-License-Identifier: Apache-2.0
"""JupyterHub's settings for a lab of many users, made from the facility file on top of those of a lab for one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from decisionlab_hub.accounts import AT_HOME, AccountSpawner, require_accounts_group, require_open
from decisionlab_hub.banner import Banner
from decisionlab_hub.collaborations import configure_collaborations
from decisionlab_hub.console import LabError, say
from decisionlab_hub.container_mounts import configure_mounts
from decisionlab_hub.containers import BROKER_ADDRESS, SIDECAR_ADDRESS, apply_to_container, broker_for_containers, configure_containers
from decisionlab_hub.credentials import ADMIN_PASSWORD, read_secret
from decisionlab_hub.culling import culler_role, culler_service, kernel_options, server_options, server_variables, step_seconds
from decisionlab_hub.facility import Facility, Shared
from decisionlab_hub.facility_login import ISSUER, require_same_login
from decisionlab_hub.file_work import file_work
from decisionlab_hub.gallery import GROUP_FOLDERS
from decisionlab_hub.gallery.same_server import gallery_of_the_same_server
from decisionlab_hub.git_links import GIT_PLACES
from decisionlab_hub.layout import Layout
from decisionlab_hub.login.password import PasswordAuthenticator
from decisionlab_hub.profiles import OPTION, ProfileBook
from decisionlab_hub.shared_folders import GROUPS, folders_of, prepared, require
from decisionlab_hub.user_home import HomePlan, lay_out

if TYPE_CHECKING:
    from traitlets.config import Config

DEFAULT_PROFILES = "profiles.yaml"

FILE_HOSTS = "DECISIONLAB_FILE_HOSTS"
HDFS_HOSTS, HDFS_AUDIENCE, HDFS_SCOPES = "DECISIONLAB_HDFS_HOSTS", "DECISIONLAB_HDFS_AUDIENCE", "DECISIONLAB_HDFS_SCOPES"
_CONTAINERS = ("docker", "kubernetes")
_SETTINGS = "JUPYTER_CONFIG_PATH"
_AS_ROOT = "--allow-root"
_WITH_NEIGHBOURS = ("-Dspark.authenticate=true", "-Ddecisionlab.neighbours=true")
"""For every JVM of a server whose ports others reach, accounts of the machine or containers of the network: Spark takes calls from who has its secret, and serves no classes, since with them it serves any file."""

_OF_ONE_ACCOUNT = ("JUPYTER_RUNTIME_DIR", "DJL_CACHE_DIR")
"""Variables that name a folder of the lab's own account; a user's account has its own in its home."""


def configure_facility(c: Config, facility: Facility, layout: Layout, hub_api_port: int) -> None:
    """Applies the facility file to a configuration that is otherwise complete; without one it changes nothing."""
    for note in facility.notes:
        say(f"facility: {note}")
    if not facility.given:
        return
    provider = os.environ.get(ISSUER, "").strip()
    require_same_login(facility, os.environ)
    book = ProfileBook.read(facility.profiles_file or layout.hub_source / DEFAULT_PROFILES)
    for note in book.notes():
        say(f"facility: {note}")
    _configure_hub(c, facility)
    _configure_users(c, facility, layout)
    configure_collaborations(c, facility, bool(provider))
    kind = kind_of(facility)
    c.Spawner.environment = {**c.Spawner.environment, GIT_PLACES: " ".join(facility.git_links)}
    if facility.shared and facility.shared.group_folders and kind not in _CONTAINERS:
        _configure_galleries(c, facility.shared, layout)
    if kind in _CONTAINERS:
        configure_containers(c, facility, hub_api_port)
        if provider:
            c.Spawner.environment = {**c.Spawner.environment, BROKER_ADDRESS: broker_for_containers(facility)}
        configure_mounts(c, facility, layout)
    elif kind == "local":
        require_accounts_group(facility, provider)
        if provider:
            c.LabAuthenticator.machine_accounts = True
        _configure_accounts(c, facility, layout)
    else:
        _configure_process(c, facility, layout)
    _tell_services(c, facility)
    _configure_culling(c, facility, layout)
    _configure_profiles(c, facility, book, kind)


def _tell_services(c: Config, facility: Facility) -> None:
    """Tells servers, wherever they run, which sidecar they have, and which storage elements and servers of HDFS may be shown tokens.

    What the file says of HDFS is all that is told of it: a variable of the hub's environment beside it would be for other servers.
    """
    told = {SIDECAR_ADDRESS: facility.sidecar_url, FILE_HOSTS: ",".join(facility.storage_hosts)}
    replaced: tuple[str, ...] = ()
    if facility.hdfs:
        replaced = (HDFS_HOSTS, HDFS_AUDIENCE, HDFS_SCOPES)
        told |= dict(zip(replaced, (",".join(facility.hdfs.hosts), facility.hdfs.audience, " ".join(facility.hdfs.scopes)), strict=True))
    kept = {name: value for name, value in c.Spawner.environment.items() if name not in replaced}
    c.Spawner.environment = {**kept, **{name: value for name, value in told.items() if value}}


def kind_of(facility: Facility) -> str:
    """Returns where users' servers run; refuses real accounts to a hub that is not root."""
    kind = facility.spawner.kind
    root = os.geteuid() == 0
    if kind == "local" and not root:
        raise LabError(
            "spawner.kind is local: servers run as the users' own accounts, for which the hub must be root; "
            "kind process needs no root, and its users can read each other's files"
        )
    if kind is None:
        kind = "local" if root else "process"
    if kind == "process":
        say("facility: all users' servers run as one account of this machine: they can read each other's files (spawner.kind: process)")
    return kind


def _configure_hub(c: Config, facility: Facility) -> None:
    c.JupyterHub.allow_named_servers = facility.named_servers > 0
    c.JupyterHub.named_server_limit_per_user = facility.named_servers
    c.JupyterHub.active_server_limit = facility.active_servers
    if facility.database_url_file:
        c.JupyterHub.db_url = read_secret(facility.database_url_file)
    if facility.public_url:
        c.JupyterHub.public_url = facility.public_url
    if facility.subdomain_host:
        c.JupyterHub.subdomain_host = facility.subdomain_host
    if facility.banner_file:
        c.JupyterHub.template_vars = {**_present(c.JupyterHub, "template_vars", {}), "announcement": Banner(facility.banner_file)}
    if facility.groups:
        c.JupyterHub.load_groups = {name: {"users": list(users)} for name, users in facility.groups.items()}


def _configure_users(c: Config, facility: Facility, layout: Layout) -> None:
    """Adds the names of the file; with a provider, who may log in is the matter of the log-in's own settings."""
    login = facility.login
    if facility.accounts:
        c.LabAuthenticator.accounts = dict(facility.accounts)
    if login.issuer:
        c.LabAuthenticator.owner = login.owner or ""
        return
    if os.environ.get(ISSUER, "").strip():
        return
    c.Authenticator.allowed_users = set(_present(c.Authenticator, "allowed_users", set())) | login.allowed_users | login.admin_users
    if login.admin_users:
        c.JupyterHub.authenticator_class = PasswordAuthenticator
        c.PasswordAuthenticator.administrators = set(login.admin_users)
        c.SharedPasswordAuthenticator.admin_password = read_secret(layout.secrets / ADMIN_PASSWORD)


def _configure_process(c: Config, facility: Facility, layout: Layout) -> None:
    shared = facility.shared
    if shared is None:
        return
    require(shared, unix_groups=False)

    async def prepare_home(spawner: Any) -> None:
        folders = {name: str(path) for name, path in folders_of(shared, _groups(spawner)).items()}
        plan = HomePlan(str(layout.users / spawner.user.name), str(layout.notebooks), str(shared.folder), folders)
        for note in await prepared(shared, layout.notebooks, unix_groups=False):
            spawner.log.warning("%s", note)
        for line in await file_work().alone(f"your home {plan.home}", lambda: lay_out(plan)):
            spawner.log.info("%s: %s", spawner.user.name, line)

    c.Spawner.pre_spawn_hook = prepare_home


def _configure_accounts(c: Config, facility: Facility, layout: Layout) -> None:
    require_open([layout.venv, layout.python, layout.jupyter, layout.hub_source, layout.notebooks, layout.distribution, *_shared_folder(facility)])
    if facility.shared:
        require(facility.shared, unix_groups=True)
    c.JupyterHub.spawner_class = AccountSpawner
    c.AccountSpawner.notebooks = str(layout.notebooks)
    c.AccountSpawner.shared = facility.shared
    c.AccountSpawner.accounts_group = facility.spawner.accounts_group or ""
    c.Spawner.cmd = [*AT_HOME, *c.Spawner.cmd]
    c.Spawner.args = [*(arg for arg in c.Spawner.args if arg != _AS_ROOT), "--KernelManager.transport_encryption=auto"]
    c.Spawner.pre_spawn_hook = None
    c.Spawner.environment = {name: value for name, value in c.Spawner.environment.items() if name not in _OF_ONE_ACCOUNT}


def _configure_galleries(c: Config, shared: Shared, layout: Layout) -> None:
    """Tells servers where the groups' folders are, and has JupyterLab's File menu lead to their galleries."""
    settings = os.pathsep.join([str(layout.hub_source / "etc" / "jupyter-groups"), c.Spawner.environment[_SETTINGS]])
    c.Spawner.environment = {**c.Spawner.environment, GROUP_FOLDERS: str(shared.folder / GROUPS), _SETTINGS: settings}
    c.JupyterHub.user_redirect_hook = gallery_of_the_same_server


def _shared_folder(facility: Facility) -> list[Path]:
    """The folder above the shared one, which users must be able to enter; the shared one itself is opened when it is made."""
    return [facility.shared.folder.parent] if facility.shared else []


def _configure_culling(c: Config, facility: Facility, layout: Layout) -> None:
    culling = facility.culling
    if not culling.enabled:
        return
    c.JupyterHub.services = [*_present(c.JupyterHub, "services", []), culler_service(culling, layout.python)]
    c.JupyterHub.load_roles = [*_present(c.JupyterHub, "load_roles", []), culler_role()]
    c.JupyterHub.activity_resolution = min(30, step_seconds(culling))
    c.JupyterHub.last_activity_interval = min(300, culling.idle // 2)


def _configure_profiles(c: Config, facility: Facility, book: ProfileBook, kind: str) -> None:
    base = dict(c.Spawner.environment)
    culling = facility.culling
    args = [*c.Spawner.args, *server_options(culling)]
    told = server_variables(culling) if culling.enabled else {}
    options = [*(kernel_options(culling) if culling.enabled else []), *(_WITH_NEIGHBOURS if kind != "process" else ())]

    def options_from_form(form: dict[str, list[Any]], spawner: Any = None) -> dict[str, str]:
        chosen = book.options_of(form)
        if spawner is not None:  # the hub leaves it out for options in an address; what starts the server checks in any case
            book.choose(_groups(spawner), chosen)
        return chosen

    def apply_user_options(spawner: Any, chosen: dict[str, Any]) -> None:
        profile = book.choose(_groups(spawner), chosen)
        spawner.log.info("%s gets the profile %s", spawner.user.name, profile.name)
        spawner.environment = profile.variables({**base, **told}, options)
        spawner.mem_limit = f"{profile.memory}M"
        spawner.cpu_limit = float(profile.cpu)
        spawner.args = [*args, f"--MappingKernelManager.default_kernel_name={profile.kernel}"]
        if kind in _CONTAINERS:
            apply_to_container(spawner, kind, profile)

    def form(spawner: Any) -> str:
        return book.form(_groups(spawner), (spawner.orm_spawner.user_options or {}).get(OPTION))

    c.Spawner.options_form = form
    c.Spawner.options_from_form = options_from_form
    c.Spawner.apply_user_options = apply_user_options


def _groups(spawner: Any) -> list[str]:
    return [group.name for group in spawner.user.groups]


def _present(section: Config, name: str, otherwise: Any) -> Any:
    """Returns what is set; asking the section itself would set a placeholder."""
    return section[name] if name in section else otherwise
