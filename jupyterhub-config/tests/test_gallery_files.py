# SPDX-License-Identifier: Apache-2.0
"""Published notebooks as files: they stay where they belong, and are shown as whose they are."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Callable

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook, new_raw_cell

from decisionlab_hub.facility import Shared
from decisionlab_hub.gallery import apart, pages, rendering, store
from decisionlab_hub.gallery.handlers import galleries_of
from decisionlab_hub.gallery.store import COPIES, Gallery, Refused, copy_into, notebook_in, notebook_of, require_name
from decisionlab_hub.shared_folders import prepare, prepare_member
from test_gallery import Seen, of_html


@pytest.fixture
def place(tmp_path: Path) -> tuple[Gallery, Path]:
    gallery = Gallery("cms", tmp_path / "groups" / "cms")
    gallery.published.mkdir(parents=True)
    home = tmp_path / "home"
    home.mkdir()
    (home / "analysis.ipynb").write_text(nbformat.writes(of_html("<b>ok</b>")))
    return gallery, home


def published(place: tuple[Gallery, Path], user: str = "ada") -> None:
    gallery, home = place
    notebook, name = notebook_in(home, "analysis.ipynb")
    gallery.publish(notebook, user, name)


def test_who_replaces_a_notebook_is_told(place):
    gallery, _ = place
    assert [gallery.publish(of_html("x"), "ada", "a.ipynb") for _ in range(2)] == [False, True]
    told = [pages.notebook_page("/", "cms", gallery.entry("ada", "a.ipynb"), "", replaced=replaced) for replaced in (False, True)]
    assert ["has replaced" in page for page in told] == [False, True]


def test_a_notebook_is_published_shown_copied_and_withdrawn(place):
    gallery, home = place
    published(place)
    listed = gallery.entries()
    (entry,) = listed.entries
    assert (entry.user, entry.name, listed.strange, listed.cut) == ("ada", "analysis.ipynb", 0, False)
    file = gallery.published / "ada" / "analysis.ipynb"
    assert file.stat().st_mode & 0o7777 == 0o640 and file.parent.stat().st_mode & 0o7777 == 0o2750
    assert "<b>ok</b>" in rendering.page(gallery.read("ada", "analysis.ipynb"), "x")
    paths = [copy_into(home, gallery.read("ada", "analysis.ipynb"), "analysis.ipynb") for _ in range(2)]
    assert paths == [f"{COPIES}/analysis.ipynb", f"{COPIES}/analysis-1.ipynb"]
    assert nbformat.read(home / paths[1], 4).cells[0].outputs[0].data["text/html"] == "<b>ok</b>"
    gallery.withdraw("ada", "analysis.ipynb")
    assert gallery.entries() == store.Listing([])
    with pytest.raises(Refused, match="has published no analysis.ipynb"):
        gallery.read("ada", "analysis.ipynb")


def test_a_copy_is_not_trusted_whatever_it_says_of_itself(place):
    gallery, home = place
    hostile = of_html("<script>alert(1)</script>")
    hostile.cells[0].metadata["trusted"] = True
    hostile.metadata["signature"] = "sha256:0"
    folder = gallery.published / "eve"
    folder.mkdir()
    (folder / "x.ipynb").write_text(nbformat.writes(hostile))
    copy = json.loads((home / copy_into(home, gallery.read("eve", "x.ipynb"), "x.ipynb")).read_text())
    assert "trusted" not in copy["cells"][0]["metadata"] and "signature" not in copy["metadata"]


def put(gallery: Gallery, notebook: nbformat.NotebookNode) -> None:
    (gallery.published / "eve").mkdir()
    (gallery.published / "eve" / "x.ipynb").write_text(nbformat.writes(notebook))


def test_a_page_rendered_apart_is_the_same_page(place):
    gallery, _ = place
    published(place)
    assert apart.rendered(gallery, "ada", "analysis.ipynb") == rendering.page(gallery.read("ada", "analysis.ipynb"), "analysis.ipynb")
    with pytest.raises(Refused, match="has published no absent.ipynb"):
        apart.rendered(gallery, "ada", "absent.ipynb")
    (gallery.published / "ada" / "none.ipynb").write_text("{}")
    with pytest.raises(Refused, match="none.ipynb of ada is no notebook that can be read") as told:
        apart.rendered(gallery, "ada", "none.ipynb")
    assert told.value.status == 422


@pytest.mark.parametrize("limits", [{"cpu_seconds": 1}, {"wall_seconds": 3.0}])
def test_a_notebook_that_takes_too_long_ends_by_itself(place, limits: dict[str, float]):
    gallery, _ = place
    put(gallery, new_notebook(cells=[new_markdown_cell("**a" * 40_000) for _ in range(100)]))
    with pytest.raises(Refused, match="x.ipynb of eve takes more time or memory than a page may"):
        apart.rendered(gallery, "eve", "x.ipynb", replace(apart.LIMITS, **limits))


def test_a_notebook_that_takes_too_much_memory_or_makes_too_much_is_refused(place):
    gallery, _ = place
    put(gallery, new_notebook(cells=[new_raw_cell("&" * 900_000) for _ in range(12)]))
    assert len(apart.rendered(gallery, "eve", "x.ipynb")) > 1 << 20
    for limits in ({"memory_bytes": 100 << 20}, {"page_bytes": 1 << 20}):
        with pytest.raises(Refused, match="takes more time or memory than a page may"):
            apart.rendered(gallery, "eve", "x.ipynb", replace(apart.LIMITS, **limits))


def test_the_process_that_renders_has_no_token_of_the_server(place, monkeypatch):
    gallery, _ = place
    published(place)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    given: list[dict[str, str]] = []
    run = apart.subprocess.run
    monkeypatch.setattr(apart.subprocess, "run", lambda *words, **how: given.append(how["env"]) or run(*words, **how))
    apart.rendered(gallery, "ada", "analysis.ipynb")
    assert set(given[0]) == {"PATH", "LANG", "PYTHONPATH", "DECISIONLAB_RENDERING"}


@pytest.mark.parametrize("name", ["../x.ipynb", "a/b.ipynb", "/etc/x.ipynb", ".x.ipynb", ".ipynb", "x.txt", "x\n.ipynb", "x\0.ipynb", "..\\x.ipynb", "x" * 200 + ".ipynb", ""])
def test_names_that_are_no_plain_names_are_refused_everywhere(place, name: str):
    gallery, home = place
    notebook = of_html("x")
    for refused in (lambda: require_name(name), lambda: gallery.read("ada", name), lambda: gallery.publish(notebook, "ada", name), lambda: copy_into(home, notebook, name)):
        with pytest.raises(Refused):
            refused()
    assert not (home / COPIES).exists() and not list(gallery.published.iterdir())


@pytest.mark.parametrize("user", ["..", ".", "../ada", "a/b", "", "Ada", "a\0"])
def test_users_that_are_none_are_refused(place, user: str):
    published(place)
    with pytest.raises(Refused):
        place[0].read(user, "analysis.ipynb")


def test_links_out_of_the_gallery_are_not_followed(place, tmp_path: Path):
    gallery, home = place
    published(place)
    secret = tmp_path / "secret.ipynb"
    secret.write_text(nbformat.writes(of_html("secret")))
    folder = gallery.published / "ada"
    (folder / "link.ipynb").symlink_to(secret)
    (folder / "folder.ipynb").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    (gallery.published / "bob").symlink_to(home)
    for user, name in (("ada", "link.ipynb"), ("ada", "folder.ipynb"), ("ada", "pipe.ipynb"), ("bob", "analysis.ipynb")):
        with pytest.raises(Refused):
            gallery.read(user, name)
    listed = gallery.entries()
    assert [entry.name for entry in listed.entries] == ["analysis.ipynb"] and listed.strange == 3


def test_only_notebooks_of_ones_own_home_are_published(place, tmp_path: Path):
    _, home = place
    outside = tmp_path / "outside.ipynb"
    outside.write_text(nbformat.writes(of_html("x")))
    (home / "link.ipynb").symlink_to(outside)
    (home / "folder").symlink_to(tmp_path)
    (home / "notes.txt").write_text("x")
    for path in ("link.ipynb", "folder/outside.ipynb", "../outside.ipynb", str(outside), "absent.ipynb", "notes.txt", "", "a\0b"):
        with pytest.raises(Refused):
            notebook_in(home, path)
    assert pages.offered_notebooks(home) == pages.Offer(["analysis.ipynb"])


def test_older_formats_are_not_converted(place):
    cell = {"cell_type": "heading", "level": 3_000_000_000, "metadata": {}, "source": "x"}
    older = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x"}, "worksheets": [{"cells": [cell], "metadata": {}}]}
    for version in (3, 2, 5, "4", None, 4.5):
        with pytest.raises(Refused, match="open and save it in JupyterLab"):
            notebook_of(json.dumps({**older, "nbformat": version}).encode(), "x")


@pytest.mark.parametrize("moment", [2**40, -(2**40)])
def test_a_time_that_no_calendar_has_hides_nothing(place, moment: int):
    published(place)
    os.utime(place[0].published / "ada" / "analysis.ipynb", (0, moment))
    html = pages.listing("/user/ada/group-gallery/", [place[0]], "ada", pages.Offer([]), "")
    assert "analysis.ipynb" in html
    assert "on unknown" in pages.notebook_page("/", "cms", store.Entry("ada", "analysis.ipynb", 1, moment * 64), ""), "also where the file system keeps no such time"


def test_files_that_are_too_large_or_no_notebooks_are_refused(place, monkeypatch):
    gallery, home = place
    published(place)
    for text in (b"[" * 100_000, b"\xff\xfe", b"null", b"[]", b'{"nbformat": 4}', b'{"cells": 1, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'):
        with pytest.raises(Refused, match="no notebook that can be read"):
            notebook_of(text, "x")
    monkeypatch.setattr(store, "MOST_BYTES", 100)
    for refused in (lambda: notebook_in(home, "analysis.ipynb"), lambda: gallery.read("ada", "analysis.ipynb")):
        with pytest.raises(Refused, match="at most 100") as told:
            refused()
        assert told.value.status == 413


@pytest.mark.skipif(os.geteuid() != 0, reason="files of other accounts are made by root")
def test_a_file_in_the_name_of_another_account_is_neither_listed_nor_shown(place):
    gallery, _ = place
    published(place, "daemon")
    os.chown(gallery.published, 4242, -1)  # so this server's account is not the one of all
    for owner, shown in ((1, True), (2, False)):
        for path in (gallery.published / "daemon", gallery.published / "daemon" / "analysis.ipynb"):
            os.chown(path, owner, -1)
        assert len(gallery.entries().entries) == shown
    with pytest.raises(Refused, match="by the account bin"):
        gallery.read("daemon", "analysis.ipynb")
    with pytest.raises(Refused, match="belongs to the account bin"):
        published(place, "daemon")


def _as(uid: int, groups: list[int], action: Callable[[], object]) -> str:
    """Does something as another account of the machine; returns what became of it."""
    child = os.fork()
    if child == 0:
        code = 9
        try:
            os.setgroups(groups)
            os.setgid(65534)
            os.setuid(uid)
            action()
            code = 0
        except Refused:
            code = 3
        except OSError:
            code = 4
        finally:
            os._exit(code)
    return {0: "done", 3: "refused", 4: "no permission"}.get(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "broken")


@pytest.mark.skipif(os.geteuid() != 0, reason="accounts are root's to change")
def test_accounts_of_the_machine_keep_galleries_apart():
    """Members read and publish in their own names, and change nothing of each other's; others do not even see the list."""
    group = grp.getgrnam("games").gr_gid
    daemon, bin_ = pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("bin").pw_uid
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "notebooks").mkdir()
        shared = Shared(folder / "shared", ("games",))
        prepare(shared, folder / "notebooks", unix_groups=True)
        groups = folder / "shared" / "groups"
        (gallery,) = galleries_of(groups, ["/games"])
        assert _as(bin_, [group], (gallery.published / "daemon").mkdir) == "no permission", "nobody takes another's name"
        assert _as(daemon, [group], lambda: gallery.publish(of_html("x"), "daemon", "a.ipynb")) == "refused", "not before the hub has made the folder"
        for name in ("daemon", "bin"):
            assert prepare_member(shared, ["/games"], pwd.getpwnam(name)) == []
            assert prepare_member(shared, ["/other"], pwd.getpwnam("sys")) == []
        assert sorted(each.name for each in gallery.published.iterdir()) == ["bin", "daemon"]
        published, file = gallery.published, gallery.published / "daemon" / "a.ipynb"
        assert _as(daemon, [group], lambda: gallery.publish(of_html("x"), "daemon", "a.ipynb")) == "done"
        assert _as(bin_, [group], lambda: gallery.read("daemon", "a.ipynb")) == "done"
        assert _as(bin_, [], lambda: gallery.read("daemon", "a.ipynb")) == "refused"
        assert _as(bin_, [], lambda: None if not galleries_of(groups, ["games"]) else os._exit(7)) == "done"
        for harm in (lambda: file.write_text("x"), file.unlink, lambda: (published / "daemon").rename(published / "x"), lambda: (file.parent / "b.ipynb").write_text("x"), published.rmdir):
            assert _as(bin_, [group], harm) == "no permission"
        assert _as(bin_, [group], lambda: gallery.publish(of_html("x"), "daemon", "b.ipynb")) == "refused"
        assert _as(bin_, [group], lambda: gallery.publish(of_html("x"), "bin", "b.ipynb")) == "done"
        assert _as(daemon, [group], lambda: gallery.read("bin", "b.ipynb")) == "done"
        assert _as(daemon, [group], lambda: gallery.withdraw("daemon", "a.ipynb")) == "done"
        assert prepare_member(shared, ["games"], pwd.getpwnam("daemon")) == [] and prepare(shared, folder / "notebooks", unix_groups=True) == []
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="accounts are root's to change")
def test_a_file_that_others_could_have_written_is_not_shown_in_anybodys_name():
    """Whatever the umask of who publishes and the folder's access list are, and whatever stands there from before."""
    group = grp.getgrnam("games").gr_gid
    daemon, bin_ = pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("bin").pw_uid
    place = Path(tempfile.mkdtemp())
    before = os.umask(0)
    try:
        place.chmod(0o755)
        (place / "notebooks").mkdir()
        shared = Shared(place / "shared", ("games",))
        prepare(shared, place / "notebooks", unix_groups=True)
        prepare_member(shared, ["games"], pwd.getpwnam("daemon"))
        (gallery,) = galleries_of(place / "shared" / "groups", ["games"])
        folder = gallery.published / "daemon"
        assert _as(daemon, [group], lambda: gallery.publish(of_html("x"), "daemon", "a.ipynb")) == "done"
        assert _as(bin_, [group], lambda: gallery.read("daemon", "a.ipynb")) == "done"
        for wide in (folder, folder / "a.ipynb"):
            mode = wide.stat().st_mode & 0o7777
            wide.chmod(mode | 0o020)
            assert _as(bin_, [group], lambda: gallery.read("daemon", "a.ipynb")) == "refused"
            wide.chmod(mode)
        assert _as(daemon, [group], lambda: (folder / "made.ipynb").write_text(nbformat.writes(of_html("x")))) == "done"
        assert _as(bin_, [group], lambda: gallery.read("daemon", "made.ipynb")) == "refused", "made by hand, and open to the group"
        folder.chmod(0o2777)
        os.setxattr(folder, "system.posix_acl_default", os.getxattr(gallery.folder, "system.posix_acl_default"))
        assert _as(daemon, [group], lambda: gallery.publish(of_html("x"), "daemon", "b.ipynb")) == "done"
        assert folder.stat().st_mode & 0o7777 == 0o2750 and "system.posix_acl_default" not in os.listxattr(folder)
        assert _as(bin_, [group], lambda: gallery.read("daemon", "b.ipynb")) == "done"
    finally:
        os.umask(before)
        shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="accounts are root's to change")
def test_a_folder_in_a_members_name_that_is_not_his_is_told(tmp_path: Path):
    shared = Shared(tmp_path / "shared", ("games",))
    (tmp_path / "notebooks").mkdir()
    prepare(shared, tmp_path / "notebooks", unix_groups=True)
    (tmp_path / "shared" / "groups" / "games" / "published" / "daemon").symlink_to(tmp_path)
    (told,) = prepare_member(shared, ["games"], pwd.getpwnam("daemon"))
    assert "is no folder of daemon's" in told and tmp_path.stat().st_uid == 0


def test_an_entry_named_published_that_is_not_the_hubs_leaves_the_group_without_a_gallery(tmp_path: Path):
    shared = Shared(tmp_path / "shared", ("cms",))
    (tmp_path / "notebooks").mkdir()
    place = tmp_path / "shared" / "groups" / "cms"
    place.mkdir(parents=True)
    (place / "published").symlink_to(tmp_path)
    told = prepare(shared, tmp_path / "notebooks", unix_groups=False)
    assert any("has no gallery; move it away" in line for line in told)
    assert galleries_of(place.parent, ["cms"]) == [] and not (tmp_path / "published").exists()


def test_a_group_one_is_not_in_has_no_gallery(tmp_path: Path):
    for name in ("cms", "atlas", "lhcb"):
        (tmp_path / name / "published").mkdir(parents=True)
    (tmp_path / "evil").symlink_to(tmp_path / "cms")
    (tmp_path / "lhcb" / "published").rmdir()
    (tmp_path / "lhcb" / "published").symlink_to(tmp_path / "cms" / "published")
    assert [each.group for each in galleries_of(tmp_path, ["/cms", "/cms/sub", "evil", "lhcb", "..", ""])] == ["cms"]
    assert galleries_of(tmp_path, []) == []


def test_who_publishes_much_hides_nobody_elses(place, monkeypatch):
    gallery, _ = place
    monkeypatch.setattr(store, "MOST_OF_USER", 5)
    for user, many in {"aaron": 12, "zoe": 1}.items():
        (gallery.published / user).mkdir()
        for number in range(many):
            (gallery.published / user / f"{number}.ipynb").write_text("{}")
    listed = gallery.entries()
    assert [entry.user for entry in listed.entries].count("aaron") == 5 and listed.cut and "zoe" in {entry.user for entry in listed.entries}
    assert "This list was cut" in pages.listing("/", [gallery], "ada", pages.Offer([]), "")
    monkeypatch.setattr(store, "MOST_OF_USER", 50)
    assert not gallery.entries().cut and "This list was cut" not in pages.listing("/", [gallery], "ada", pages.Offer([]), "")
    monkeypatch.setattr(store, "MOST_ENTRIES", 6)
    assert len(gallery.entries().entries) == 6 and gallery.entries().cut


def test_a_large_home_is_looked_through_as_far_as_the_limit(place, monkeypatch):
    _, home = place
    copies, data = home / COPIES, home / "data"
    for folder, many in ((copies, 30), (data, 30)):
        folder.mkdir()
        for number in range(many):
            (folder / f"{number}.ipynb").touch()
    assert len(pages.offered_notebooks(home).paths) == 31 and not pages.offered_notebooks(home).cut
    monkeypatch.setattr(pages, "MOST_LOOKED_AT", 20)
    offer = pages.offered_notebooks(home)
    assert offer.cut and "analysis.ipynb" in offer.paths and len(offer.paths) <= 20 and not any(path.startswith(COPIES) for path in offer.paths)
    assert "not all of its notebooks" in pages.listing("/", [place[0]], "ada", offer, "")


def test_lists_and_pages_show_names_as_text(place):
    gallery, home = place
    folder = gallery.published / "ada"
    folder.mkdir()
    name = '"><script>alert(1)</script>.ipynb'.replace("/", "")
    (folder / name).write_text(nbformat.writes(of_html("x")))
    html = pages.listing("/user/ada/group-gallery/", [gallery], "ada", pages.Offer(['"><b>.ipynb']), '<input type="hidden" name="_xsrf" value="1">')
    tags = {tag for tag, _ in Seen(html).tags}
    assert "script" not in tags and "b" not in tags and html.count('name="_xsrf"') == 3
    one = pages.notebook_page("/user/ada/group-gallery/", "cms", gallery.entry("ada", name), "")
    frames = [attributes for tag, attributes in Seen(one).tags if tag == "iframe"]
    assert frames == [{**frames[0], "sandbox": "allow-popups allow-popups-to-escape-sandbox"}] and "script" not in {tag for tag, _ in Seen(one).tags}
