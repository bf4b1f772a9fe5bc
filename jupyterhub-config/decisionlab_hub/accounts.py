# SPDX-License-Identifier: Apache-2.0
"""Servers that run as the users' own accounts of this machine: one uid each, home 0700, private folder for sockets.

The hub is root and does nothing in a home itself: what a home needs is laid out by a program that runs as the user.
"""

from __future__ import annotations

import asyncio
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
from decisionlab_hub.profiles import refusal
from decisionlab_hub.shared_folders import folders_of, prepare, prepare_member, unix_groups_of
from decisionlab_hub.user_home import RUNTIME, HomePlan

LOWEST_UID = 1000
"""Accounts below belong to the system; nobody logs in as one of them."""

_NOBODY = 65534
_UMASK = 0o027
_LAY_OUT_LIMIT_SECONDS = 120


class AccountSpawner(LocalProcessSpawner):
    """Starts the server of a user as the account of the same name, which must be there; refuses every other."""

    notebooks = Unicode(help="Folder whose notebooks are copied into each home.").tag(config=True)
    shared = Instance(Shared, allow_none=True, help="The facility's shared folder.").tag(config=True)
    accounts_group = Unicode(help="Group of the machine whose members' accounts alone run servers; empty: any account of a person.").tag(config=True)

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Returns what the child does before it becomes the server: give up root for good, or not start."""
        account = self._account(name)
        groups = sorted({*os.getgrouplist(name, account.pw_gid), *self._folder_groups()})

        def become() -> None:
            os.setgroups(groups)
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            os.umask(_UMASK)
            os.chdir(account.pw_dir)

        return become

    def get_env(self) -> dict[str, str]:
        environment = super().get_env()
        account = self._account(self.user.name)
        environment["JUPYTER_RUNTIME_DIR"] = str(Path(account.pw_dir) / RUNTIME)
        environment["LOGNAME"] = account.pw_name
        session = Path("/run/user") / str(account.pw_uid)
        environment["XDG_RUNTIME_DIR"] = str(session) if _is_private(session, account.pw_uid) else environment["JUPYTER_RUNTIME_DIR"]
        return environment

    async def start(self) -> Any:
        """Lays the home out as the user, then starts his server."""
        account = self._account(self.user.name)
        self._check_home(account)
        if self.shared:
            notes = prepare(self.shared, Path(self.notebooks), unix_groups=True)
            for note in [*notes, *prepare_member(self.shared, self._hub_groups(), account)]:
                self.log.warning("%s", note)
        for line in await asyncio.get_running_loop().run_in_executor(None, self._lay_out, account):
            self.log.info("%s: %s", self.user.name, line)
        return await super().start()

    def _check_home(self, account: pwd.struct_passwd) -> None:
        home = Path(account.pw_dir)
        try:
            state = home.lstat()
        except FileNotFoundError:
            raise refusal(403, f"the home {home} of {account.pw_name} is not there; the administrators make it: mkhomedir_helper {account.pw_name}") from None
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != account.pw_uid:
            raise refusal(403, f"the home {home} does not belong to {account.pw_name}; ask the facility's administrators")

    def _lay_out(self, account: pwd.struct_passwd) -> list[str]:
        folders = {name: str(path) for name, path in folders_of(self.shared, self._hub_groups()).items()} if self.shared else {}
        below = str(self.shared.folder) if self.shared else None
        done = subprocess.run(
            [sys.executable, "-m", "decisionlab_hub.user_home"],
            input=HomePlan(account.pw_dir, self.notebooks, below, folders).to_json(),
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            umask=_UMASK,
            cwd="/",
            env={"PATH": os.defpath, "HOME": account.pw_dir, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
            capture_output=True,
            text=True,
            timeout=_LAY_OUT_LIMIT_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            self.log.error("%s: the home %s could not be laid out: %s", account.pw_name, account.pw_dir, done.stderr.strip())
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise refusal(403, f"your home {account.pw_dir} could not be made ready: {last}")
        return done.stdout.splitlines()

    def _account(self, name: str) -> pwd.struct_passwd:
        return account_of(name, self.accounts_group)

    def _hub_groups(self) -> list[str]:
        return [group.name for group in self.user.groups]

    def _folder_groups(self) -> list[int]:
        return unix_groups_of(self.shared, self._hub_groups()) if self.shared else []


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
    """Raises LabError when the users' accounts could not read these files and folders, naming the first that is closed."""
    for path in paths:
        for step in [*reversed(path.resolve().parents), path.resolve()]:
            if step.exists() and not step.stat().st_mode & stat.S_IXOTH and step.is_dir():
                raise LabError(
                    f"users' accounts cannot enter {step}, which {path} lies in; expected a folder that all may enter: "
                    "LAB_TOOLS names another place for the tools, and the checkout can lie elsewhere"
                )


def _is_private(folder: Path, uid: int) -> bool:
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == uid and not state.st_mode & 0o077
