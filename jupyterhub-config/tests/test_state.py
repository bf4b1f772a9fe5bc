# SPDX-License-Identifier: Apache-2.0
"""Ports, locks, secrets, stamps and the notebooks in users' homes."""

import json
import multiprocessing
import socket
import stat
from pathlib import Path

import pytest

from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import PASSWORD, ensure_secrets, read_secret
from decisionlab_hub.homes import give_notebooks
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import new_private_directory
from decisionlab_hub.locks import exclusive
from decisionlab_hub.ports import LOOPBACK, LOWEST_PORT, PortBook, free_port
from decisionlab_hub.provision import digest, java_sources, run_logged

KEPT = "a newer version of a.ipynb exists, but yours was changed and is kept"


def test_a_busy_port_is_replaced_and_the_new_one_remembered(tmp_path):
    wanted = free_port()
    with socket.socket() as busy:
        busy.bind((LOOPBACK, wanted))
        busy.listen()
        chosen = PortBook(tmp_path / "ports.json", {"hub": wanted}).settle("hub")
    assert chosen != wanted
    assert PortBook(tmp_path / "ports.json", {"hub": wanted}).settle("hub") == chosen


def test_two_services_never_get_one_port(tmp_path):
    hub, sidecar = free_port(), free_port()
    book = PortBook(tmp_path / "ports.json", {"hub": hub, "sidecar": sidecar})
    book.want("hub", sidecar)
    settled = {name: book.settle(name) for name in ("sidecar", "hub")}
    assert settled["hub"] == sidecar and settled["sidecar"] != sidecar
    again = PortBook(tmp_path / "ports.json", {"hub": hub, "sidecar": sidecar})
    assert {name: again.settle(name) for name in ("hub", "sidecar")} == settled


def test_a_service_that_runs_keeps_its_port(tmp_path):
    hub, sidecar = free_port(), free_port()
    with socket.socket() as running:
        running.bind((LOOPBACK, sidecar))
        running.listen()
        book = PortBook(tmp_path / "ports.json", {"hub": hub, "sidecar": sidecar})
        book.want("hub", sidecar)
        assert book.settle("hub") not in (hub, sidecar)
        assert book["sidecar"] == sidecar


def test_a_port_remembered_for_two_services_is_parted(tmp_path):
    port = free_port()
    (tmp_path / "ports.json").write_text(json.dumps({"hub": port, "sidecar": port}))
    book = PortBook(tmp_path / "ports.json", {"hub": 1, "sidecar": 2})
    settled = [book.settle("sidecar"), book.settle("hub")]
    assert settled[1] == port and settled[0] != port


def test_a_damaged_port_book_is_named(tmp_path):
    (tmp_path / "ports.json").write_text("{")
    with pytest.raises(LabError, match="ports.json is not JSON"):
        PortBook(tmp_path / "ports.json", {"hub": 8000})


def _hold(path, held, release):
    with exclusive(path, Interrupt(), 30.0):
        held.set()
        release.wait(60)


def test_a_lock_admits_one_and_names_its_holder(tmp_path):
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(tmp_path / "lock", held, release))
    holder.start()
    try:
        assert held.wait(60)
        with pytest.raises(LabError, match=f"process {holder.pid} still holds"):
            with exclusive(tmp_path / "lock", Interrupt(), 0.3):
                pass
    finally:
        release.set()
        holder.join(60)
    with exclusive(tmp_path / "lock", Interrupt(), 30.0):
        pass


def test_secrets_are_made_once_private_and_different(tmp_path):
    made = ensure_secrets(tmp_path / "secrets")
    assert PASSWORD in made and len(made) == 8
    values = {name: read_secret(tmp_path / "secrets" / name) for name in made}
    assert len(set(values.values())) == 8
    assert all(stat.S_IMODE((tmp_path / "secrets" / name).stat().st_mode) == 0o600 for name in made)
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert ensure_secrets(tmp_path / "secrets") == []
    assert {name: read_secret(tmp_path / "secrets" / name) for name in made} == values


@pytest.mark.parametrize(("text", "mode", "expected"), [(None, 0, "is missing"), ("x" * 20, 0o644, "mode 0644"), ("short", 0o600, "at least 16")])
def test_a_secret_that_is_none_is_refused(tmp_path, text, mode, expected):
    path = tmp_path / "secret"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    with pytest.raises(LabError, match=expected) as refused:
        read_secret(path)
    assert text is None or text not in str(refused.value)


def test_a_chosen_port_is_none_that_the_system_lends_to_connections():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        lent = probe.getsockname()[1]
    chosen = {free_port() for _ in range(50)}
    assert LOWEST_PORT <= min(chosen) and max(chosen) < int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]) <= lent


def test_notebooks_are_given_updated_and_kept_when_changed(tmp_path):
    source, home = tmp_path / "source", tmp_path / "home"
    (source / "data").mkdir(parents=True)
    (source / "a.ipynb").write_text("a1")
    (source / "data" / "b.csv").write_text("b1")
    (source / "target").mkdir()
    (source / "target" / "left-out.ipynb").write_text("no")
    (source / "bundle.tar.gz").write_text("written by a notebook that was run here")
    assert give_notebooks(source, home) == []
    assert (home / "notebooks" / "data" / "b.csv").read_text() == "b1"
    assert not (home / "notebooks" / "target").exists()
    assert not (home / "notebooks" / "bundle.tar.gz").exists()

    (home / "notebooks" / "a.ipynb").write_text("mine")
    (source / "a.ipynb").write_text("a2")
    (source / "data" / "b.csv").write_text("b2")
    assert give_notebooks(source, home) == [KEPT]
    assert (home / "notebooks" / "a.ipynb").read_text() == "mine"
    assert (home / "notebooks" / "data" / "b.csv").read_text() == "b2"

    (home / "notebooks" / "a.ipynb").rename(home / "notebooks" / "mine.ipynb")
    assert give_notebooks(source, home) == []
    assert (home / "notebooks" / "a.ipynb").read_text() == "a2"


@pytest.mark.parametrize("ledger", ["", "{", "[]", "null", "{\"a.ipynb\": 7}", "\udcff"])
def test_a_damaged_ledger_costs_no_file_and_no_server(tmp_path, ledger):
    source, home = tmp_path / "source", tmp_path / "home"
    (source / "data").mkdir(parents=True)
    (source / "a.ipynb").write_text("a1")
    (source / "data" / "b.csv").write_text("b1")
    give_notebooks(source, home)
    (home / "notebooks" / "a.ipynb").write_text("mine")
    (record,) = [path for path in home.iterdir() if path.is_file()]
    record.write_text(ledger, errors="surrogateescape")
    assert give_notebooks(source, home) == [KEPT]
    assert (home / "notebooks" / "a.ipynb").read_text() == "mine"
    assert give_notebooks(source, home) == [KEPT]
    assert give_notebooks(source, tmp_path / "another") == []


def test_the_home_of_a_lab_is_its_owners_and_one_that_was_there_stays_as_it_is(tmp_path):
    fresh = new_private_directory(tmp_path / "deep" / "home")
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o700
    fresh.chmod(0o750)
    assert stat.S_IMODE(new_private_directory(fresh).stat().st_mode) == 0o750


def test_the_digest_sees_contents_and_names_and_nothing_of_the_tests(tmp_path):
    (tmp_path / "pom.xml").write_text("<project/>")
    main = tmp_path / "core" / "src" / "main" / "java"
    test = tmp_path / "core" / "src" / "test" / "java"
    main.mkdir(parents=True)
    test.mkdir(parents=True)
    (tmp_path / "core" / "pom.xml").write_text("<project/>")
    (main / "A.java").write_text("class A {}")

    def now():
        return digest(java_sources(tmp_path), tmp_path)

    first = now()
    (test / "ATest.java").write_text("class ATest {}")
    assert now() == first
    (main / "A.java").write_text("class A { }")
    second = now()
    assert second != first
    (main / "A.java").rename(main / "B.java")
    assert now() not in (first, second)


def test_a_step_that_runs_too_long_is_ended_with_its_children(tmp_path):
    log = tmp_path / "step.log"
    with pytest.raises(LabError, match="ran longer than 1 s"):
        run_logged(["sh", "-c", "sleep 600 & echo $!; wait"], log, tmp_path, Interrupt(), 1.0)
    child = int(log.read_text())
    assert Interrupt().wait_for(lambda: not _alive(child), 30.0)


def _alive(pid):
    from decisionlab_hub.processes import identity_of

    return identity_of(pid) is not None
