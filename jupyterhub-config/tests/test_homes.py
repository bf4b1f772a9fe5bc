# SPDX-License-Identifier: Apache-2.0
"""What users may have in their homes without keeping the hub from starting servers, and without leading it elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import Callable, Iterator

import pytest

from starts import KINDS, UID, Starts, held, starts_of
from test_facility import configured  # noqa: F401 - a fixture

LEDGER = ".decisionlab-notebooks.json"
GIVEN = "{}"
"""An older version of a notebook that was given, which is also what lies elsewhere."""

OLDER = json.dumps({"a.ipynb": hashlib.sha256(GIVEN.encode()).hexdigest()})
"""A ledger that tells of it: then what lies in the notebook's place is looked into."""


@pytest.fixture(params=KINDS)
def lab(request, configured, monkeypatch) -> Iterator[Starts]:  # noqa: F811
    with starts_of(request.param, monkeypatch) as starts:
        yield starts


def fifo(place: Path, elsewhere: Path) -> None:
    os.mkfifo(place)


def socket(place: Path, elsewhere: Path) -> None:
    os.mknod(place, stat.S_IFSOCK | 0o600)


def folder(place: Path, elsewhere: Path) -> None:
    place.mkdir()


def link(place: Path, elsewhere: Path) -> None:
    place.symlink_to(elsewhere / "there")


def link_to_nothing(place: Path, elsewhere: Path) -> None:
    place.symlink_to(elsewhere / "absent")


def link_to_itself(place: Path, elsewhere: Path) -> None:
    place.symlink_to(place)


def huge(place: Path, elsewhere: Path) -> None:
    with place.open("w") as file:
        file.truncate(1 << 38)


def held_by_another(place: Path, elsewhere: Path) -> ExitStack:
    place.write_text(GIVEN)
    with ExitStack() as stack:
        stack.enter_context(held(place))
        return stack.pop_all()


STRANGE = [fifo, socket, folder, link, link_to_nothing, link_to_itself, huge, held_by_another]


@pytest.fixture
def elsewhere(tmp_path: Path, lab: Starts) -> Iterator[Path]:
    """A folder in which nothing may change; the hub's account and, with accounts of their own, the user's may write there."""
    place = lab.folder / "elsewhere"
    place.mkdir()
    (place / "there").write_text(GIVEN)
    place.chmod(0o777)
    (place / "there").chmod(0o666)
    yield place
    assert [(path.name, path.read_text()) for path in place.iterdir()] == [("there", GIVEN)]


def put(lab: Starts, strange: Callable[[Path, Path], ExitStack | None], place: Path, elsewhere: Path) -> ExitStack:
    stack = strange(place, elsewhere) or ExitStack()
    lab.own(place)
    return stack


def given(lab: Starts) -> dict[str, str]:
    """What of the lab's notebooks is in the home, read as what it is without following a link."""
    place = lab.home("ada") / "notebooks"
    found = [(folder, name) for folder, _, names in os.walk(place) for name in names] if not place.is_symlink() else []
    regular = [Path(folder, name) for folder, name in found if stat.S_ISREG(Path(folder, name).lstat().st_mode)]
    return {path.relative_to(place).as_posix(): path.read_text() for path in regular if path.stat().st_size < 1 << 20}


ALL = {"a.ipynb": "a2", "data/b.csv": "b2"}


@pytest.mark.parametrize("strange", STRANGE)
def test_a_server_starts_whatever_is_in_the_place_of_the_ledger(lab: Starts, elsewhere: Path, strange):
    place = lab.home("ada") / LEDGER
    with put(lab, strange, place, elsewhere):
        lab.run(lab.start)
    assert given(lab) == ALL
    assert place.is_dir() if strange is folder else set(json.loads(place.read_text())) == set(ALL) and not place.is_symlink()


@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_in_the_place_of_a_notebook_is_the_users(lab: Starts, elsewhere: Path, strange):
    home = lab.home("ada")
    (home / LEDGER).write_text(OLDER)
    place = home / "notebooks" / "a.ipynb"
    place.parent.mkdir()
    lab.own(place.parent)
    with put(lab, strange, place, elsewhere):
        before = place.lstat()
        lab.run(lab.start)
        after = place.lstat()
    assert (after.st_ino, after.st_mode, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_mode, before.st_size, before.st_mtime_ns)
    assert given(lab) == {"data/b.csv": "b2", **({"a.ipynb": GIVEN} if strange is held_by_another else {})}
    assert json.loads((home / LEDGER).read_text())["a.ipynb"] == json.loads(OLDER)["a.ipynb"], "what was not given is not written down as given"


@pytest.mark.parametrize("strange", [fifo, huge, folder, link, link_to_nothing, link_to_itself])
@pytest.mark.parametrize("name", ["notebooks", "notebooks/data"])
def test_what_is_in_the_place_of_a_folder_is_the_users(lab: Starts, elsewhere: Path, strange, name: str):
    home = lab.home("ada")
    place = home / name
    if place.parent != home:
        place.parent.mkdir()
        lab.own(place.parent)
    with put(lab, strange, place, elsewhere):
        lab.run(lab.start)
    expected = ALL if strange is folder else {} if name == "notebooks" else {"a.ipynb": "a2"}
    assert {name: text for name, text in given(lab).items()} == expected


def test_a_given_notebook_that_was_not_changed_is_brought_up_to_date(lab: Starts):
    home = lab.home("ada")
    (home / LEDGER).write_text(OLDER)
    (home / "notebooks").mkdir()
    lab.own(home / "notebooks")
    (home / "notebooks" / "a.ipynb").write_text(GIVEN)
    lab.run(lab.start)
    assert given(lab) == ALL


def test_a_link_to_a_folder_is_not_followed(lab: Starts, elsewhere: Path):
    (lab.home("ada") / "notebooks").symlink_to(elsewhere)
    lab.run(lab.start)
    (lab.home("ada") / "notebooks").unlink()
    lab.run(lab.start)
    assert given(lab) == ALL


@pytest.mark.parametrize("ledger", ["[" * 100_000, "9" * 100_000, " " * (1 << 20) + OLDER])
def test_a_ledger_made_to_be_hard_to_read_is_as_none(lab: Starts, ledger: str):
    (lab.home("ada") / LEDGER).write_text(ledger)
    lab.run(lab.start)
    assert given(lab) == ALL


def test_a_copy_that_is_what_the_lab_has_is_the_labs_again_when_the_ledger_is_lost(lab: Starts):
    lab.run(lab.start)
    (lab.home("ada") / LEDGER).unlink()
    lab.run(lab.start)
    (lab.notebooks / "a.ipynb").write_text("a3")
    lab.run(lab.start)
    assert given(lab) == {**ALL, "a.ipynb": "a3"}


def test_a_home_that_is_up_to_date_is_not_written_to(lab: Starts):
    lab.run(lab.start)
    files = [path for path in lab.home("ada").rglob("*") if path.name != "started"]
    before = {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in files if not path.is_dir()}
    lab.run(lab.start)
    assert {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in before} == before and len(before) >= 3


@pytest.mark.parametrize("lab", ["local"], indirect=True)
@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_the_user_has_closed_keeps_no_server_from_starting(lab: Starts, mode: int):
    home = lab.home("ada")
    lab.run(lab.start)
    (lab.notebooks / "a.ipynb").write_text("a3")
    (home / "notebooks").chmod(mode)
    lab.run(lab.start)
    (home / "notebooks").chmod(0o755)
    assert given(lab) == ALL
    lab.run(lab.start)
    assert given(lab) == {**ALL, "a.ipynb": "a3"}


@pytest.mark.parametrize("lab", ["local"], indirect=True)
def test_a_server_of_an_account_begins_in_its_home_as_the_account(lab: Starts):
    lab.run(lab.start)
    home = lab.home("ada")
    said = (home / "started").read_text().splitlines()
    assert said[:2] == [str(home), str(UID)] and str((lab.shared / "groups" / "games").stat().st_gid) in said[2].split()
    assert {path.stat().st_uid for path in (home / "notebooks").rglob("*")} == {UID}
