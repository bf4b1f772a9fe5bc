# SPDX-License-Identifier: Apache-2.0
"""Servers that run as the users' own accounts of this machine: one uid each, home 0700, private folder for sockets.

The hub is root and does nothing in a home itself: what a home needs is laid out by a program that runs as the user.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

from jupyterhub.spawner import LocalProcessSpawner
from tornado.web import HTTPError
from traitlets import Instance, Unicode

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Facility, Shared
from decisionlab_hub.file_work import file_work, late, said_by
from decisionlab_hub.profiles import refusal
from decisionlab_hub.shared_folders import folders_of, prepare_member, prepared, unix_groups_of
from decisionlab_hub.user_home import RUNTIME, HomePlan

LOWEST_UID = 1000
"""Accounts below belong to the system; nobody logs in as one of them."""

_NOBODY = 65534
_UMASK = 0o027

AT_HOME = ("/bin/sh", "-c", 'cd -- "$HOME" && exec "$@"', "sh")
"""What a server's command line begins with. The hub waits until the child is another program, so the child must not touch the home before."""


class AccountSpawner(LocalProcessSpawner):
    """Starts the server of a user as the account of the same name, which must be there; refuses every other."""

    notebooks = Unicode(help="Folder whose notebooks are copied into each home.").tag(config=True)
    shared = Instance(Shared, allow_none=True, help="The facility's shared folder.").tag(config=True)
    accounts_group = Unicode(help="Group of the machine whose members' accounts alone run servers; empty: any account of a person.").tag(config=True)

    _folder_groups: tuple[int, ...] = ()
    _session: Path | None = None

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Returns what the child does before it becomes the server: give up root for good, or not start."""
        account = self._account(name)
        groups = sorted({*os.getgrouplist(name, account.pw_gid), *self._folder_groups})

        def become() -> None:
            os.setgroups(groups)
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            os.umask(_UMASK)
            os.chdir("/")

        return become

    def get_env(self) -> dict[str, str]:
        environment = super().get_env()
        account = self._account(self.user.name)
        environment["JUPYTER_RUNTIME_DIR"] = str(Path(account.pw_dir) / RUNTIME)
        environment["LOGNAME"] = account.pw_name
        environment["XDG_RUNTIME_DIR"] = str(self._session or environment["JUPYTER_RUNTIME_DIR"])
        return environment

    async def start(self) -> Any:
        """Lays the home out as the user, then starts his server."""
        account, groups = self._account(self.user.name), [group.name for group in self.user.groups]
        home = f"your home {account.pw_dir}"
        self._session = await file_work().alone(home, lambda: _session_of(account))
        if self.shared:
            await self._prepare_shared(self.shared, account, groups)
        folders = {name: str(path) for name, path in folders_of(self.shared, groups).items()} if self.shared else {}
        plan = HomePlan(account.pw_dir, self.notebooks, str(self.shared.folder) if self.shared else None, folders)
        limit = file_work().limit
        for line in await file_work().program(home, lambda: self._lay_out(account, plan, limit)):
            self.log.info("%s: %s", self.user.name, line)
        return await super().start()

    async def _prepare_shared(self, shared: Shared, account: pwd.struct_passwd, groups: list[str]) -> None:
        notes = await prepared(shared, Path(self.notebooks), unix_groups=True)
        what = f"the folders of {account.pw_name}'s groups in {shared.folder}"
        of_member, numbers = await file_work().alone(what, lambda: (prepare_member(shared, groups, account), unix_groups_of(shared, groups)))
        self._folder_groups = tuple(numbers)
        for note in [*notes, *of_member]:
            self.log.warning("%s", note)

    def _lay_out(self, account: pwd.struct_passwd, plan: HomePlan, limit: float) -> list[str]:
        try:
            code, said = said_by(
                [sys.executable, "-s", "-m", "decisionlab_hub.user_home"],
                plan.to_json(),
                limit,
                user=account.pw_uid,
                group=account.pw_gid,
                extra_groups=[],
                umask=_UMASK,
                cwd="/",
                env={"PATH": os.defpath, "HOME": account.pw_dir, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
            )
        except subprocess.TimeoutExpired:
            raise late(f"your home {account.pw_dir}", limit) from None
        lines = said.splitlines()
        if code != 0:
            self.log.error("%s: the home %s could not be laid out: %s", account.pw_name, account.pw_dir, said.strip())
            raise refusal(403, f"your home {account.pw_dir} could not be made ready: {lines[-1] if lines else 'no message'}")
        return lines

    def _account(self, name: str) -> pwd.struct_passwd:
        return account_of(name, self.accounts_group)


def account_of(name: str, group: str = "") -> pwd.struct_passwd:
    """Returns the account of this very name.

    Refuses when there is none, when it is the system's or in the group of root, and when it is not in `group`, if one is given.
    """
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        raise _no_account(name, "this machine has no such account", f"useradd --create-home {name}") from None
    if account.pw_name != name or account.pw_uid < LOWEST_UID or account.pw_uid == _NOBODY or account.pw_gid == 0:
        raise _no_account(name, "it is an account of the system", "another name at the provider")
    held = os.getgrouplist(name, account.pw_gid)
    if 0 in held:
        raise _no_account(name, "it is in the group of root", f"gpasswd --delete {name} {_group_name(0)}")
    if group and _group_id(group) not in held:
        raise _no_account(name, f"it is not in this machine's group {group}, whose members alone run servers here", f"usermod --append --groups {group} {name}")
    return account


def _group_id(group: str) -> int | None:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        return None


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def require_accounts_group(facility: Facility, provider: str) -> None:
    """Raises LabError when users of a provider could become any account of this machine, or the group is not there."""
    group = facility.spawner.accounts_group
    if group is None and provider:
        raise LabError(
            f"spawner.accounts_group is missing: with log-in at {provider}, who has the name of an account of this machine there gets that account here, with all its groups; "
            "expected a group of this machine, whose members alone run servers: groupadd decisionlab, then usermod --append --groups decisionlab NAME for each"
        )
    if group is not None and _group_id(group) in (None, 0):
        raise LabError(f"spawner.accounts_group is {group}, and this machine has no such group for users; expected one: groupadd {group}")


def _no_account(name: str, why: str, remedy: str) -> HTTPError:
    return refusal(403, f"no server can run as {name}: {why}. The administrators can help: {remedy}")


def require_open(paths: list[Path]) -> None:
    """Raises LabError when the users' accounts could not read these files and folders, naming the first that is closed.

    Who goes to a link enters the folders that the link lies in, then those of what it leads to.
    """
    for path in paths:
        for step in _steps(Path(os.path.abspath(path))) + _steps(path.resolve()):
            if step.exists() and not step.stat().st_mode & stat.S_IXOTH and step.is_dir():
                raise LabError(
                    f"users' accounts cannot enter {step}, which {path} lies in; expected a folder that all may enter: "
                    "LAB_TOOLS names another place for the tools, and the checkout can lie elsewhere"
                )


def _steps(path: Path) -> list[Path]:
    return [*reversed(path.parents), path]


def _session_of(account: pwd.struct_passwd) -> Path | None:
    """Refuses an account without a home of its own; returns the private folder of its session, where the system makes one."""
    home = Path(account.pw_dir)
    try:
        state = home.lstat()
    except FileNotFoundError:
        raise refusal(403, f"the home {home} of {account.pw_name} is not there; the administrators make it: mkhomedir_helper {account.pw_name}") from None
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != account.pw_uid:
        raise refusal(403, f"the home {home} does not belong to {account.pw_name}; ask the facility's administrators")
    session = Path("/run/user") / str(account.pw_uid)
    return session if _is_private(session, account.pw_uid) else None


def _is_private(folder: Path, uid: int) -> bool:
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == uid and not state.st_mode & 0o077
