# SPDX-License-Identifier: Apache-2.0
"""A lab whose servers run as real accounts, which exist in a mount name space of the lab only: its hub sees other files for /etc/passwd and /etc/group."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping

import pytest

from conftest import UP_LIMIT_SECONDS, LabScript
from hub_visit import mark_of, server_process

_IN_ITS_OWN_NAME_SPACE = """
set -e
root=$1
shift
mount --bind "$root/passwd" /etc/passwd
mount --bind "$root/group" /etc/group
above=$(dirname "$LAB_TOOLS")
case $(stat -c %A "$above") in
  *[xt]) ;;
  *)
    mkdir -p "$root/tools"
    mount --bind "$LAB_TOOLS" "$root/tools"
    mount -t tmpfs -o mode=755 none "$above"
    mkdir "$LAB_TOOLS"
    mount --bind "$root/tools" "$LAB_TOOLS"
    ;;
esac
exec "$@"
"""
"""Gives the hub its accounts, and opens the folder above the tools where it is closed, as `.lab/` is."""


@contextmanager
def account_lab(uids: Mapping[str, int], gid: int, groups: str, facility: str, *up: str) -> Iterator[tuple[Path, LabScript]]:
    """Starts a lab with these accounts, which are all of the group `labusers`; yields its folder and its script.

    `groups` are further lines of /etc/group. In `facility` {root} stands for the folder.
    """
    _skip_where_impossible()
    root = Path(tempfile.mkdtemp(prefix="decisionlab-accounts-"))
    script = LabScript(root / "home")
    try:
        root.chmod(0o755)
        _write_accounts(root, uids, gid, groups)
        (root / "shared").mkdir()
        script("up")  # sets the tools up where they are, without the accounts
        script("down")
        (root / "home" / "facility.yaml").write_text(facility.format(root=root))
        command = ["unshare", "--mount", "sh", "-c", _IN_ITS_OWN_NAME_SPACE, "sh", str(root), *script.command("up", *up)]
        done = subprocess.run(command, env=script.environment(), capture_output=True, text=True, timeout=UP_LIMIT_SECONDS, check=False)
        if "users' accounts cannot enter" in done.stderr:
            pytest.skip("the checkout lies where other accounts cannot enter")
        assert done.returncode == 0, done.stderr
        yield root, script
    finally:
        script("down")
        shutil.rmtree(root, ignore_errors=True)


def server_of(script: LabScript, user: str) -> tuple[int, dict[str, str]]:
    """Process and environment of a user's server."""
    return server_process(mark_of(script.home), user)


def _skip_where_impossible() -> None:
    if os.geteuid() != 0:
        pytest.skip("real accounts need root")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets nobody make a mount name space")


def _write_accounts(root: Path, uids: Mapping[str, int], gid: int, groups: str) -> None:
    lines = Path("/etc/passwd").read_text()
    for name, uid in uids.items():
        home = root / "homes" / name
        home.mkdir(parents=True)
        os.chown(home, uid, gid)
        lines += f"{name}:x:{uid}:{gid}::{home}:/bin/bash\n"
    (root / "passwd").write_text(lines)
    (root / "group").write_text(Path("/etc/group").read_text() + f"labusers:x:{gid}:\n{groups}")
