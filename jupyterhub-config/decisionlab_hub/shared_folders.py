# SPDX-License-Identifier: Apache-2.0
"""The shared folder of a facility: the lab's notebooks, read-only, and a folder for each of some groups."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shutil
import stat
import struct
import tempfile
from pathlib import Path
from typing import Iterable

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Shared, same_group
from decisionlab_hub.facility_contradictions import GALLERY
from decisionlab_hub.file_work import file_work
from decisionlab_hub.gallery.store import FOLDER_MODE, PUBLISHED, without_default_list
from decisionlab_hub.homes import notebook_files

GROUPS = "groups"

_GROUP_FOLDER = 0o3770  # new entries belong to the group; only their owners may remove them
_READ_ONLY_FILE, _READ_ONLY_FOLDER = 0o444, 0o555
_ACL = "system.posix_acl_default"
_ACL_VERSION, _NO_ID = 2, 0xFFFFFFFF
_USER, _GROUP, _OTHER = 0x01, 0x04, 0x20


def require(shared: Shared, unix_groups: bool) -> None:
    """Raises LabError when the folder could not be made as it should; makes nothing."""
    there = next(path for path in [shared.folder, *shared.folder.parents] if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise LabError(f"the shared folder {shared.folder} cannot be made in {there}; expected a folder that the hub's account may write")
    if unix_groups:
        for name in shared.group_folders:
            number = _unix_group(name)
            if os.geteuid() != 0 and number not in (os.getegid(), *os.getgroups()):
                raise LabError(f"shared.group_folders names {name}, and the hub's account is not in that group of this machine; expected it there, or a hub that is root")


def prepare(shared: Shared, notebooks: Path, unix_groups: bool, galleries: bool = True) -> list[str]:
    """Makes the folder as it should be.

    `unix_groups` tells that group folders belong to the machine's groups of the same names, and `galleries` that servers
    have accounts' names, so that groups can have galleries. Returns lines for the log. Raises LabError when a folder cannot be made as it should.
    """
    try:
        shared.folder.mkdir(parents=True, exist_ok=True)
        shared.folder.chmod(0o755)
        _renew_gallery(notebooks, shared.folder / GALLERY)
        groups = shared.folder / GROUPS
        groups.mkdir(exist_ok=True)
        groups.chmod(0o755)
    except OSError as refused:
        raise LabError(f"the shared folder {shared.folder} cannot be made: {refused}; expected a folder that the hub's account may write") from refused
    notes = []
    for name in shared.group_folders:
        try:
            notes += [*_group_folder(groups / name, name, unix_groups), *(_published_folder(groups / name / PUBLISHED, name, unix_groups) if galleries else [])]
        except OSError as refused:
            raise LabError(f"{groups / name} cannot be made the folder of the group {name}: {refused}; expected one that belongs to the hub's account, or none") from refused
    return notes


async def prepared(shared: Shared, notebooks: Path, unix_groups: bool, galleries: bool = True) -> list[str]:
    """Does the same for a start of a server: apart from the event loop, once for all starts that come while it is done, and refusing with words."""
    return await file_work().joined(f"the shared folder {shared.folder}", lambda: prepare(shared, notebooks, unix_groups, galleries))


def folders_of(shared: Shared, groups: Iterable[str]) -> dict[str, Path]:
    """Returns the shared folders that a member of these groups sees, by their names in his home."""
    held = list(groups)
    seen = {GALLERY: shared.folder / GALLERY}
    for name in shared.group_folders:
        if any(same_group(name, group) for group in held):
            seen[name] = shared.folder / GROUPS / name
    return seen


def unix_groups_of(shared: Shared, groups: Iterable[str]) -> list[int]:
    """Returns the numbers of the machine's groups that own the group folders a member of these groups sees."""
    return [path.stat().st_gid for name, path in folders_of(shared, groups).items() if name != GALLERY]


def _renew_gallery(notebooks: Path, gallery: Path) -> None:
    """Replaces the gallery as a whole when a notebook differs, so that nobody sees half of it."""
    wanted = {path.relative_to(notebooks): path.read_bytes() for path in notebook_files(notebooks)}
    there = {path.relative_to(gallery): path.read_bytes() for path in gallery.rglob("*") if path.is_file()} if gallery.is_dir() else None
    if there == wanted:
        return
    fresh = Path(tempfile.mkdtemp(prefix=".gallery-", dir=gallery.parent))
    for relative, content in wanted.items():
        target = fresh / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(_READ_ONLY_FILE)
    for folder in [fresh, *(path for path in fresh.rglob("*") if path.is_dir())]:
        folder.chmod(_READ_ONLY_FOLDER)
    old = gallery.with_name(f"{fresh.name}-old")
    if there is not None:
        gallery.rename(old)
    fresh.rename(gallery)
    if there is not None:
        _remove_read_only(old)


def _remove_read_only(folder: Path) -> None:
    for each in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        each.chmod(0o700)
    shutil.rmtree(folder)


def _group_folder(path: Path, name: str, unix_groups: bool) -> list[str]:
    path.mkdir(exist_ok=True)
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise LabError(f"{path} is no folder; expected the folder of the group {name}")
    if unix_groups:
        os.chown(path, os.geteuid(), _unix_group(name))
    path.chmod(_GROUP_FOLDER)
    try:
        os.setxattr(path, _ACL, _default_acl())
    except OSError as refused:
        if refused.errno not in (errno.ENOTSUP, errno.EPERM):
            raise
        return [f"{path} is on a file system without access lists: what members write there is for the group only as far as their umask lets it"]
    return []


def prepare_member(shared: Shared, groups: Iterable[str], account: pwd.struct_passwd) -> list[str]:
    """Makes a member's folders in the galleries of his groups, which belong to his account, whoever else is there first.

    Returns lines for the log.
    """
    notes = []
    for name, path in folders_of(shared, groups).items():
        published = path / PUBLISHED
        if name == GALLERY or not _is_the_hubs(published):
            continue
        folder = published / account.pw_name
        try:
            folder.mkdir(mode=0o700, exist_ok=False)
        except FileExistsError:
            state = folder.lstat()
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != account.pw_uid:
                notes.append(f"{folder} is no folder of {account.pw_name}'s, who cannot publish for the group {name}; move it away")
            continue
        without_default_list(folder)
        os.chown(folder, account.pw_uid, published.stat().st_gid)
        folder.chmod(FOLDER_MODE)
    return notes


def _published_folder(path: Path, name: str, unix_groups: bool) -> list[str]:
    """Makes the folder of a group's gallery. Members can make an entry of that name before: then the group has none, which is told."""
    try:
        path.mkdir()
    except FileExistsError:
        if not _is_the_hubs(path):
            return [f"{path} is no folder of the hub's, so the group {name} has no gallery; move it away"]
    if unix_groups:
        os.chown(path, os.geteuid(), _unix_group(name))
    without_default_list(path)
    path.chmod(FOLDER_MODE)
    return []


def _is_the_hubs(path: Path) -> bool:
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()


def _unix_group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as absent:
        raise LabError(f"shared.group_folders names {name}, and this machine has no such group; make it: groupadd {name}") from absent


def _default_acl() -> bytes:
    """The access list that new entries start from, whatever the umask of who makes them: owner and group all, others nothing."""
    entries = [(_USER, 7), (_GROUP, 7), (_OTHER, 0)]
    return struct.pack("<I", _ACL_VERSION) + b"".join(struct.pack("<HHI", tag, permissions, _NO_ID) for tag, permissions in entries)
