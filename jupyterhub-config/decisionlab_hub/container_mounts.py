# SPDX-License-Identifier: Apache-2.0
"""What servers in containers see of the shared folder: the gallery, read-only, and the folders of their user's groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from decisionlab_hub.containers import HOME
from decisionlab_hub.facility import Facility, Shared
from decisionlab_hub.facility_contradictions import GALLERY
from decisionlab_hub.file_work import file_work
from decisionlab_hub.shared_folders import folders_of, prepared, require, unix_groups_of

if TYPE_CHECKING:
    from traitlets.config import Config

    from decisionlab_hub.layout import Layout

_VOLUME = "shared"


@dataclass(frozen=True)
class _Mount:
    """A folder below the shared one, and where a server has it."""

    folder: str
    place: str
    read_only: bool


def configure_mounts(c: Config, facility: Facility, layout: Layout) -> None:
    """Makes the shared folder before each start, and mounts what the user's groups may see then and no more."""
    shared, kind, claim = facility.shared, facility.spawner.kind, facility.spawner.kubernetes.shared_claim
    if shared is None or (kind == "kubernetes" and claim is None):
        return
    require(shared, unix_groups=True)

    async def mount(spawner: Any) -> None:
        groups = [group.name for group in spawner.user.groups]
        for note in await prepared(shared, layout.notebooks, unix_groups=True, galleries=False):
            spawner.log.warning("%s", note)
        held = await file_work().alone(f"the folders of {spawner.user.name}'s groups in {shared.folder}", lambda: unix_groups_of(shared, groups))
        mounts, numbers = _mounts(shared, groups), sorted(held)
        if kind == "docker":
            _mount_in_docker(c, spawner, shared, mounts, numbers)
        else:
            _mount_in_kubernetes(c, spawner, mounts, numbers, str(claim))

    c.Spawner.pre_spawn_hook = mount


def _mounts(shared: Shared, groups: list[str]) -> list[_Mount]:
    """Places are those of the links in the home of a server on this machine."""
    seen = folders_of(shared, groups).items()
    return [_Mount(path.relative_to(shared.folder).as_posix(), f"{HOME}/{_VOLUME}/{name}", name == GALLERY) for name, path in seen]


def _mount_in_docker(c: Config, spawner: Any, shared: Shared, mounts: list[_Mount], numbers: list[int]) -> None:
    """What a start before this one set is replaced, not added to: groups can be fewer now."""
    bound = {str(shared.folder / mount.folder): {"bind": mount.place, "mode": "ro" if mount.read_only else "rw"} for mount in mounts}
    spawner.volumes = {**c.DockerSpawner.volumes, **bound}
    spawner.extra_host_config = {**spawner.extra_host_config, "group_add": [str(number) for number in numbers]}


def _mount_in_kubernetes(c: Config, spawner: Any, mounts: list[_Mount], numbers: list[int], claim: str) -> None:
    """What a start before this one set is replaced, not added to: groups can be fewer now."""
    volume = {"name": _VOLUME, "persistentVolumeClaim": {"claimName": claim}}
    mounted = [{"name": _VOLUME, "mountPath": mount.place, "subPath": mount.folder, "readOnly": mount.read_only} for mount in mounts]
    spawner.volumes = {**c.KubeSpawner.volumes, _VOLUME: volume}
    spawner.volume_mounts = [*c.KubeSpawner.volume_mounts.values(), *mounted]
    spawner.supplemental_gids = numbers
