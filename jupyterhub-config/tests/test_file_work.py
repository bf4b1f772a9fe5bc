# SPDX-License-Identifier: Apache-2.0
"""The hub goes on while files do not answer, and says so to who waits for them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from tornado.web import HTTPError

from decisionlab_hub.console import LabError
from decisionlab_hub.file_work import FileWork, file_work, said_by
from decisionlab_hub.interrupt import Interrupt
from starts import KINDS, LIMIT_SECONDS, Starts, held, starts_of, until
from test_container_mounts import ROOT, place, with_folders  # noqa: F401 - a fixture
from test_containers import DOCKER, KUBERNETES, cluster, configured, load, ready, spawner_of  # noqa: F401 - fixtures

HANGS = "could not be made ready within"


@pytest.fixture(params=KINDS)
def lab(request, configured, monkeypatch) -> Iterator[Starts]:  # noqa: F811
    with starts_of(request.param, monkeypatch) as starts:
        yield starts


def run(doing: Callable[[], Any]) -> Any:
    return asyncio.run(asyncio.wait_for(doing(), LIMIT_SECONDS))


@contextmanager
def gate() -> Iterator[tuple[threading.Event, list[str]]]:
    """What keeps work waiting until it is set, at the latest at the end of the test; and a list in which work writes down what it does."""
    opened, done = threading.Event(), []
    try:
        yield opened, done
    finally:
        opened.set()


def words(refused: pytest.ExceptionInfo[HTTPError]) -> str:
    """What a page of the hub and its interface show."""
    assert refused.value.status_code == 503 and refused.value.reason == "Service Unavailable"
    return refused.value.jupyterhub_message  # type: ignore[attr-defined]


def workers() -> set[threading.Thread]:
    """Those at work, some of which may be of a test before."""
    return {thread for thread in threading.enumerate() if thread.name == "file-work"}


def test_work_that_hangs_keeps_neither_the_loop_nor_the_lookup_of_addresses():
    async def doing() -> None:
        work = FileWork(limit=LIMIT_SECONDS)
        before = workers()
        with gate() as (opened, _):
            tasks = [asyncio.create_task(work.alone(f"home {number}", lambda: opened.wait(LIMIT_SECONDS))) for number in range(40)]
            await until(lambda: len(workers() - before) == 40)
            assert await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80) and not any(task.done() for task in tasks)
            opened.set()
            assert await asyncio.gather(*tasks) == [True] * 40

    run(doing)


def test_who_waits_too_long_is_told_and_nothing_of_the_same_is_begun_before_the_end():
    async def doing() -> None:
        work = FileWork(limit=0.2)
        with gate() as (opened, done):
            first = lambda: (opened.wait(LIMIT_SECONDS), done.append("first"))  # noqa: E731
            for ask in (work.alone, work.joined, work.alone):
                with pytest.raises(HTTPError) as refused:
                    await ask("your home /h", first)
                assert words(refused).startswith(f"your home /h {HANGS} 0 s: files there do not answer")
            assert await work.alone("your home /other", lambda: "well") == "well"
            opened.set()
            await until(lambda: done == ["first"])
            work.limit = LIMIT_SECONDS
            assert await work.alone("your home /h", lambda: done.copy()) == ["first"], "neither refused one was begun"

    run(doing)


def test_no_more_is_done_at_once_than_may_be_and_programs_wait_for_their_turn():
    async def doing() -> None:
        work = FileWork(limit=0.2, turn=LIMIT_SECONDS, threads=1, programs=1)
        with gate() as (opened, done):
            slow = asyncio.create_task(work.program("home 1", lambda: opened.wait(LIMIT_SECONDS)))
            later = asyncio.create_task(work.program("home 2", lambda: done.append("second")))
            with pytest.raises(HTTPError) as refused:
                await work.alone("shared", lambda: opened.wait(LIMIT_SECONDS))
            assert HANGS in words(refused)
            with pytest.raises(HTTPError):
                await work.alone("other", lambda: done.append("never before the other thread ends"))
            assert not slow.done() and not later.done() and done == []
            opened.set()
            await asyncio.gather(slow, later)
            assert "second" in done

    run(doing)


def test_what_is_being_done_is_joined_and_its_failure_is_told_to_all_in_words():
    async def doing() -> None:
        work = FileWork(limit=LIMIT_SECONDS)
        with gate() as (opened, done):

            def fail() -> None:
                done.append("once")
                opened.wait(LIMIT_SECONDS)
                raise LabError("the folder cannot be made; expected one")

            tasks = [asyncio.create_task(work.joined("the shared folder", fail)) for _ in range(5)]
            await until(lambda: done == ["once"])
            opened.set()
            for each in await asyncio.gather(*tasks, return_exceptions=True):
                assert isinstance(each, HTTPError) and (each.status_code, each.jupyterhub_message) == (503, "the folder cannot be made; expected one")
        assert done == ["once"]
        with pytest.raises(HTTPError) as refused:
            await work.alone("your home /h", lambda: os.stat("/no/such/place"))
        assert words(refused) == "your home /h could not be made ready: [Errno 2] No such file or directory: '/no/such/place'; ask the facility's administrators"
        with pytest.raises(ZeroDivisionError):
            await work.alone("your home /h", lambda: 1 // 0)

    run(doing)


def test_a_program_that_hangs_is_ended_and_one_that_talks_too_much_too(tmp_path: Path):
    told = tmp_path / "pid"
    for script in (f"echo $$ > {told}; exec sleep 600", f"echo $$ > {told}; exec yes"):
        with pytest.raises(subprocess.TimeoutExpired):
            said_by(["sh", "-c", script], "", 1.0)
        assert not Path(f"/proc/{told.read_text().strip()}").exists()


def test_a_program_is_read_when_it_has_ended_whoever_keeps_its_output_open():
    code, said = said_by(["sh", "-c", 'read word; sleep 60 & echo "$word $!"; echo wrong >&2; exit 3'], "well\n", LIMIT_SECONDS)
    word, child = said.splitlines()[0].split()
    try:
        assert (code, word, said.splitlines()[1]) == (3, "well", "wrong") and Path(f"/proc/{child}").exists()
    finally:
        os.kill(int(child), 9)
    assert Interrupt().wait_for(lambda: not Path(f"/proc/{child}/exe").exists(), LIMIT_SECONDS)


@pytest.mark.parametrize("lab", ["process", "local"], indirect=True)
def test_the_hub_goes_on_while_the_shared_folder_does_not_answer_and_two_starts_read_it_once(lab: Starts):
    async def doing() -> None:
        await lab.start()
        before = workers()
        with held(lab.shared / "gallery" / "a.ipynb") as file:
            starts = [asyncio.create_task(lab.start(name)) for name in ("ada", "bob")]
            await until(file.asked.is_set)
            await until(lambda: len(lab.spawners) == 2)
            for _ in range(1000):
                await asyncio.sleep(0)
            assert not any(start.done() for start in starts) and len(workers() - before) == 1
            file.let_go()
            await asyncio.gather(*starts)
        assert all((lab.home(name) / "notebooks" / "a.ipynb").read_text() == "a2" for name in ("ada", "bob"))

    lab.run(doing)


def test_the_hub_goes_on_while_a_home_is_made_ready_and_says_when_that_takes_too_long(lab: Starts):
    async def doing() -> None:
        lab.config.AccountSpawner.shared = None  # what hangs is the program that runs as the user then
        with held(lab.notebooks / "a.ipynb") as file:
            file_work().limit = 1.0
            start = asyncio.create_task(lab.start())
            await until(file.asked.is_set)
            assert not start.done()
            with pytest.raises(HTTPError) as refused:
                await start
            assert HANGS in words(refused)
            file.let_go()
        file_work().limit = LIMIT_SECONDS
        await lab.start()

    lab.run(doing)


@pytest.mark.parametrize("lab", ["process", "local"], indirect=True)
def test_a_folder_of_a_group_that_cannot_be_made_is_told_to_who_starts_a_server(lab: Starts):
    (lab.shared / "groups").mkdir(parents=True)
    (lab.shared / "groups" / "games").write_text("x")
    with pytest.raises(HTTPError) as refused:
        lab.run(lab.start)
    assert words(refused).startswith(f"{lab.shared}/groups/games cannot be made the folder of the group games: ")


@ROOT
@pytest.mark.parametrize("text", [DOCKER.replace("PORT", "1"), KUBERNETES.replace("namespace: lab", "namespace: lab, shared_claim: lab-shared")], ids=["docker", "kubernetes"])
def test_the_hub_goes_on_while_what_containers_mount_does_not_answer(load, cluster, place, text):  # noqa: F811
    config = load(with_folders(text, place))

    async def doing() -> None:
        await ready(spawner_of(config, "ada", "small", ("games",)))
        before = workers()
        with held(place / "shared" / "gallery" / "01-smart-cache-quickstart.ipynb") as file:
            starts = [asyncio.create_task(ready(spawner_of(config, name, "small", ("games",)))) for name in ("ada", "bob")]
            await until(file.asked.is_set)
            for _ in range(1000):
                await asyncio.sleep(0)
            assert not any(start.done() for start in starts) and len(workers() - before) == 1
            file.let_go()
            assert all(spawner.volumes for spawner in await asyncio.gather(*starts))
        (place / "shared" / "groups" / "users").rmdir()
        (place / "shared" / "groups" / "users").symlink_to("/")
        with pytest.raises(HTTPError) as refused:
            await ready(spawner_of(config, "ada", "small", ("games",)))
        assert words(refused).startswith(f"{place}/shared/groups/users ")

    run(doing)
