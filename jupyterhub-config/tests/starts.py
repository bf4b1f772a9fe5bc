# SPDX-License-Identifier: Apache-2.0
"""Starts of servers as the hub begins them, for each kind of servers on this machine; and files that hold up whoever opens them."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from decisionlab_hub.accounts import require_open
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import ensure_secrets
from test_containers import ready, spawner_as_made
from test_facility import HUB

UID = 45001
"""Of the accounts of tests, which no machine has."""

USERS = ("ada", "bob")
KINDS = ("alone", "process", "local")
"""A lab without a facility file, one account for all, and an account for each."""

LIMIT_SECONDS = 100
"""For what takes a moment; a machine may be slow."""


class Held:
    """Who opens the file waits until `let_go`, or for as long as the system lets a lease last."""

    def __init__(self, path: Path) -> None:
        self.asked = threading.Event()
        self._file = os.open(path, os.O_RDWR)
        self._before = signal.signal(signal.SIGIO, lambda *_: self.asked.set())
        fcntl.fcntl(self._file, fcntl.F_SETLEASE, fcntl.F_WRLCK)

    def let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            signal.signal(signal.SIGIO, self._before)
        self._file = -1


@contextmanager
def held(path: Path) -> Iterator[Held]:
    holder = Held(path)
    try:
        yield holder
    finally:
        holder.let_go()


async def until(what: Callable[[], bool]) -> None:
    """Waits while the loop goes on."""
    limit = asyncio.get_running_loop().time() + LIMIT_SECONDS
    while not what():
        assert asyncio.get_running_loop().time() < limit, "it did not come"
        await asyncio.sleep(0.01)


@dataclass
class Starts:
    """A lab whose hub would start servers of one kind; what a server does here is to write down where it is."""

    kind: str
    folder: Path
    config: Config
    notebooks: Path
    spawners: dict[str, Any] = field(default_factory=dict)

    @property
    def shared(self) -> Path:
        return self.folder / "shared"

    def home(self, name: str) -> Path:
        """The user's home, which is there."""
        home = self.folder / "homes" / name if self.kind == "local" else self.folder / "home" / "home" / name
        if not home.exists():
            home.mkdir(parents=True)
            self.own(home)
        return home

    def own(self, path: Path) -> None:
        """Gives a thing to the user, where he has an account of his own."""
        if self.kind == "local":
            os.chown(path, UID, UID, follow_symlinks=False)

    async def start(self, name: str = "ada", groups: tuple[str, ...] = ("games",)) -> Any:
        """Does what the hub does for a start, but for `process` and `alone` the start itself, which touches nothing but the tools."""
        self.home(name)
        spawner = self.spawners[name] = spawner_as_made(self.config, name, groups)
        await ready(spawner)
        if self.kind == "local":
            await spawner.start()
            spawner.proc.wait(LIMIT_SECONDS)
        return spawner

    def run(self, doing: Callable[[], Any]) -> Any:
        return asyncio.run(asyncio.wait_for(doing(), LIMIT_SECONDS))


@contextmanager
def starts_of(kind: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starts]:
    """A folder that other accounts can enter, as pytest's own cannot be, and the hub's configuration for it. The fixture `configured` has set what it reads."""
    if kind == "local" and os.geteuid() != 0:
        pytest.skip("accounts are root's to give")
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        places = {name: folder / name.lower() for name in ("TOOLS", "HOME", "CHECKOUT")}
        for name, place in places.items():
            monkeypatch.setenv(f"DECISIONLAB_{name}", str(place))
        notebooks = places["CHECKOUT"] / "notebooks"
        (notebooks / "data").mkdir(parents=True)
        (notebooks / "a.ipynb").write_text("a2")
        (notebooks / "data" / "b.csv").write_text("b2")
        (places["CHECKOUT"] / HUB.name).symlink_to(HUB)
        ensure_secrets(places["HOME"] / "secrets")
        yield Starts(kind, folder, _config(kind, folder, monkeypatch), notebooks)
    finally:
        shutil.rmtree(folder)


def _config(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    if kind != "alone":
        (folder / "home" / "facility.yaml").write_text(f"spawner: {{kind: {kind}}}\nshared: {{folder: {folder}/shared, group_folders: [games]}}\n")
    try:
        if kind == "local":
            require_open([Path(sys.executable)])
        config = PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()
    except LabError as closed:
        if "users' accounts cannot enter" in str(closed):
            pytest.skip("the checkout or this Python lies where other accounts cannot enter")
        raise
    if kind == "local":
        named = pwd.getpwnam
        account = lambda name: pwd.struct_passwd((name, "x", UID, UID, "", str(folder / "homes" / name), "/bin/sh"))  # noqa: E731
        monkeypatch.setattr(pwd, "getpwnam", lambda name: account(name) if name in USERS else named(name))
        config.Spawner.cmd = [*config.Spawner.cmd[:-3], "/bin/sh", "-c", "(pwd -P; id -u; id -G) > started", "server"]
    else:
        config.JupyterHub.spawner_class = SimpleLocalProcessSpawner
    return config
