# SPDX-License-Identifier: Apache-2.0
"""Gallery and group folders in containers: what Docker and Kubernetes are sent, and what the group's number does to a folder."""

from __future__ import annotations

import asyncio
import grp
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Shared
from decisionlab_hub.shared_folders import prepare, require
from test_containers import DOCKER, KUBERNETES, cluster, configured, create, docker_door, load, manifests, ready, spawner_of  # noqa: F401 - fixtures
from test_facility import refused

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="groups are root's to give")
USER = 1001
"""The user number of containers in these tests."""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other accounts can enter, as pytest's own cannot be."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def with_folders(text: str, place: Path, kubernetes: str = "") -> str:
    shared = f"shared: {{folder: '{place}/shared', group_folders: [games, /users]}}"
    return text.replace("shared: {folder: shared}", shared).replace("namespace: lab", f"namespace: lab{kubernetes}")


def number(group: str) -> int:
    return grp.getgrnam(group).gr_gid


def as_account(groups: list[int], action: Callable[[], Any]) -> str:
    """What a process of the containers' user says, which has these groups beside its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = "done"
        try:
            os.setgroups(groups)
            os.setgid(USER)
            os.setuid(USER)
            os.umask(0o077)
            action()
        except (OSError, LabError) as problem:
            said = f"{type(problem).__name__}: {problem}"
        finally:
            os.write(write, said.encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


def sent_to_docker(load: Any, place: Path, groups: tuple[str, ...], left: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: F811
    """The host's part of the container of a member of `groups`, who was in `left` too when the same server was started before."""
    with docker_door() as (port, sent):
        config = load(with_folders(DOCKER, place).replace("PORT", str(port)))
        spawner = spawner_of(config, "ada", "gpu", (*groups, *left))
        if left:
            asyncio.run(ready(spawner))
            spawner.user.orm_user.groups = [group for group in spawner.user.groups if group.name in groups]
        asyncio.run(asyncio.wait_for(create(spawner), 60))
        ((_, body),) = sent
        return body["HostConfig"]


@ROOT
@pytest.mark.parametrize(
    ("groups", "left", "seen"),
    [
        ((), (), []),
        (("/cms", "/games/sub", "game"), (), []),
        (("/games", "/cms"), (), ["games"]),
        (("users", "games"), (), ["games", "users"]),
        (("users",), ("/games",), ["users"]),
        ((), ("users", "games"), []),
    ],
)
def test_docker_mounts_the_folders_of_exactly_ones_groups(load, place, groups, left, seen):  # noqa: F811
    host = sent_to_docker(load, place, groups, left)
    folders = [f"{place}/shared/groups/{name}:/home/lab/shared/{name}:rw" for name in seen]
    assert sorted(host["Binds"]) == sorted(["decisionlab-home-ada:/home/lab:rw", f"{place}/shared/gallery:/home/lab/shared/gallery:ro", *folders])
    assert host.get("GroupAdd", []) == [str(each) for each in sorted(number(name) for name in seen)]
    assert host["CapDrop"] == ["ALL"] and host["PidsLimit"] == 100 and host["DeviceRequests"], "the rest is as before"


@ROOT
def test_the_numbers_that_docker_is_sent_open_the_groups_folder_and_no_other(load, place):  # noqa: F811
    numbers = [int(each) for each in sent_to_docker(load, place, ("games",))["GroupAdd"]]
    games, users = (place / "shared" / "groups" / name for name in ("games", "users"))
    assert (stat.S_IMODE(games.stat().st_mode), games.stat().st_uid, games.stat().st_gid) == (0o3770, 0, number("games"))
    assert not any(games.iterdir()), "no gallery of the group, where all users have one number"
    assert as_account(numbers, lambda: (games / "a").write_text("x")) == "done"
    made = (games / "a").stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (USER, number("games"), 0o660)
    assert as_account(numbers, (games / "folder").mkdir) == "done" and stat.S_IMODE((games / "folder").stat().st_mode) == 0o2770
    assert as_account([], lambda: (games / "b").write_text("x")).startswith("PermissionError")
    assert as_account(numbers, lambda: list(users.iterdir())).startswith("PermissionError")
    gallery = place / "shared" / "gallery"
    assert as_account(numbers, lambda: (gallery / "x").write_text("x")).startswith("PermissionError")
    assert (gallery / "01-smart-cache-quickstart.ipynb").exists()


def pod_of(load: Any, text: str, groups: tuple[str, ...], left: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: F811
    config = load(text)

    async def made() -> Any:
        spawner = spawner_of(config, "ada", "small", (*groups, *left))
        if left:
            await ready(spawner)
            spawner.user.orm_user.groups = [group for group in spawner.user.groups if group.name in groups]
        return spawner

    pod, _ = asyncio.run(asyncio.wait_for(manifests(made), 60))
    return pod["spec"]


@ROOT
@pytest.mark.parametrize(("groups", "left", "seen"), [(("/cms",), (), []), (("/games",), (), ["games"]), (("users", "games"), (), ["games", "users"]), (("users",), ("games",), ["users"])])
def test_kubernetes_mounts_of_the_claim_the_folders_of_exactly_ones_groups(load, cluster, place, groups, left, seen):  # noqa: F811
    spec = pod_of(load, with_folders(KUBERNETES, place, ", shared_claim: lab-shared"), groups, left)
    assert sorted(spec["volumes"], key=lambda each: each["name"]) == [
        {"name": "home", "persistentVolumeClaim": {"claimName": "home-ada"}},
        {"name": "shared", "persistentVolumeClaim": {"claimName": "lab-shared"}},
    ]
    assert spec["containers"][0]["volumeMounts"] == [
        {"name": "home", "mountPath": "/home/lab"},
        {"name": "shared", "mountPath": "/home/lab/shared/gallery", "subPath": "gallery", "readOnly": True},
        *({"name": "shared", "mountPath": f"/home/lab/shared/{name}", "subPath": f"groups/{name}", "readOnly": False} for name in seen),
    ]
    given = {"supplementalGroups": sorted(number(name) for name in seen)} if seen else {}
    assert {name: value for name, value in spec["securityContext"].items() if value} == {"fsGroup": USER, **given}
    assert (place / "shared" / "gallery" / "01-smart-cache-quickstart.ipynb").exists() and (place / "shared" / "groups" / "users").stat().st_gid == number("users")


def test_kubernetes_without_a_claim_mounts_nothing_of_the_shared_folder_and_makes_none(load, cluster, place):  # noqa: F811
    spec = pod_of(load, with_folders(KUBERNETES, place), ("games",))
    assert [each["name"] for each in spec["volumes"]] == ["home"] and spec["securityContext"] == {"fsGroup": USER}
    assert [each["mountPath"] for each in spec["containers"][0]["volumeMounts"]] == ["/home/lab"] and not (place / "shared").exists()


@pytest.mark.parametrize("text", [DOCKER, KUBERNETES.replace("namespace: lab", "namespace: lab, shared_claim: lab-shared")])
def test_a_group_that_the_machine_has_not_stops_the_hub(load, text):  # noqa: F811
    with pytest.raises(LabError, match="shared.group_folders names no-such-group-here, and this machine has no such group; make it: groupadd no-such-group-here"):
        load(text.replace("shared: {folder: shared}", "shared: {folder: shared, group_folders: [no-such-group-here]}"))


@ROOT
def test_a_hub_that_is_not_root_gives_folders_to_its_own_groups_only(place):
    (place / "notebooks").mkdir()
    shared = Shared(place / "of-the-hub" / "shared", ("games",))
    shared.folder.parent.mkdir()
    os.chown(shared.folder.parent, USER, USER)
    told = as_account([], lambda: require(shared, unix_groups=True))
    assert told == "LabError: shared.group_folders names games, and the hub's account is not in that group of this machine; expected it there, or a hub that is root"
    assert as_account([number("games")], lambda: require(shared, unix_groups=True)) == "done"
    assert as_account([number("games")], lambda: prepare(shared, place / "notebooks", unix_groups=True, galleries=False)) == "done"
    made = (shared.folder / "groups" / "games").stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (USER, number("games"), 0o3770)
    os.chown(shared.folder / "groups" / "games", 0, 0)
    told = as_account([number("games")], lambda: prepare(shared, place / "notebooks", unix_groups=True, galleries=False))
    assert told.startswith(f"LabError: {shared.folder}/groups/games cannot be made the folder of the group games: ") and told.endswith("expected one that belongs to the hub's account, or none")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spawner: {kind: kubernetes, image: x, hub_address: h, kubernetes: {shared_claim: lab}}", "spawner.kubernetes.shared_claim is lab; expected shared.folder beside it"),
        ("spawner: {kubernetes: {shared_claim: '{username}'}}", 'spawner.kubernetes.shared_claim is "{username}"; expected the name of a volume claim'),
        ("spawner: {kind: docker, image: x, hub_address: h}\nshared: {folder: '/a:b'}", "shared.folder is /a:b; expected a path without colons and braces"),
    ],
)
def test_what_cannot_be_mounted_is_refused(tmp_path, text, expected):
    assert expected in refused(tmp_path, text)
