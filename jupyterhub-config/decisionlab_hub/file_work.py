# SPDX-License-Identifier: Apache-2.0
"""Work on files that the hub's event loop must not wait for: a home, or a file server, may not answer.

It has threads of its own, since in those of the loop addresses are looked up. They do not keep the hub from ending.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import subprocess
import tempfile
import threading
from typing import Any, Callable, Sequence, TypeVar
from weakref import WeakKeyDictionary

from tornado.web import HTTPError

from decisionlab_hub.console import LabError
from decisionlab_hub.profiles import refusal

LIMIT_SECONDS = 20.0
"""How long a user waits for one piece of work. A thread that does not come back by then stays away, and keeps its turn; the start of a server has four pieces of work, within its own limit."""

_TURN_SECONDS = 60.0
_MOST_THREADS = 64
_MOST_PROGRAMS = 16
_MOST_SAID = 64 << 10

T = TypeVar("T")


class FileWork:
    """Does pieces of work on files. Each has words that tell the user what it is for; no two of the same words are done at once."""

    def __init__(self, limit: float = LIMIT_SECONDS, turn: float = _TURN_SECONDS, threads: int = _MOST_THREADS, programs: int = _MOST_PROGRAMS) -> None:
        self.limit, self._turn = limit, turn
        self._threads, self._programs = asyncio.Semaphore(threads), asyncio.Semaphore(programs)
        self._begun: dict[str, asyncio.Task[Any]] = {}

    async def joined(self, what: str, work: Callable[[], T]) -> T:
        """Has it done, or waits for the same that is being done already and takes its result."""
        return await self._result(what, self._begun.get(what) or self._begin(what, work, self._threads), self.limit, self.limit)

    async def alone(self, what: str, work: Callable[[], T]) -> T:
        """Has it done once what was begun before with the same words has ended."""
        return await self._after(what, work, self._threads, self.limit)

    async def program(self, what: str, work: Callable[[], T]) -> T:
        """The same for work that runs a program, and ends it by itself when it takes too long: fewer of them at once, which may wait for their turn."""
        return await self._after(what, work, self._programs, self._turn + self.limit)

    async def _after(self, what: str, work: Callable[[], T], turns: asyncio.Semaphore, limit: float) -> T:
        loop = asyncio.get_running_loop()
        ended = loop.time() + limit
        while (before := self._begun.get(what)) is not None:
            await asyncio.wait([before], timeout=max(0.0, ended - loop.time()))
            if not before.done():
                raise late(what, limit)
        return await self._result(what, self._begin(what, work, turns), limit, ended - loop.time())

    def _begin(self, what: str, work: Callable[[], T], turns: asyncio.Semaphore) -> asyncio.Task[T]:
        task = self._begun[what] = asyncio.get_running_loop().create_task(_in_turn(work, turns))
        task.add_done_callback(lambda _: self._begun.pop(what))
        return task

    async def _result(self, what: str, task: asyncio.Task[T], limit: float, left: float) -> T:
        """Leaves the work alone when its time is over: nothing ends a thread, and others may wait for the same."""
        await asyncio.wait([task], timeout=max(0.0, left))
        if not task.done():
            raise late(what, limit)
        try:
            return task.result()
        except LabError as told:
            raise refusal(503, str(told)) from told
        except OSError as failed:
            raise refusal(503, f"{what} could not be made ready: {failed}; ask the facility's administrators") from failed


_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, FileWork] = WeakKeyDictionary()


def file_work() -> FileWork:
    """Returns that of the running loop, of which a hub has one."""
    return _OF_LOOPS.setdefault(asyncio.get_running_loop(), FileWork())


def late(what: str, limit: float) -> HTTPError:
    """Returns what a user is told whose work did not end in time."""
    return refusal(503, f"{what} could not be made ready within {limit:.0f} s: files there do not answer, or too much is asked at once. Try again; if it stays so, ask the facility's administrators")


def said_by(command: Sequence[str], told: str, limit: float, **rights: Any) -> tuple[int, str]:
    """Runs a program that need not be friendly: `told` is its input, `rights` are those of Popen. Returns its exit status and what it said.

    Nothing is read before it has ended, so it can say as much as a pipe holds, and who keeps its output open holds up nobody.
    Raises subprocess.TimeoutExpired when it has been ended.
    """
    with tempfile.TemporaryFile() as read:
        read.write(told.encode("utf-8"))
        read.seek(0)
        process = subprocess.Popen(command, stdin=read, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **rights)
    assert process.stdout is not None
    with process.stdout as output:
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        os.set_blocking(output.fileno(), False)
        return process.returncode, (output.read(_MOST_SAID) or b"").decode("utf-8", "replace")


async def _in_turn(work: Callable[[], T], turns: asyncio.Semaphore) -> T:
    async with turns:
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        done.set_running_or_notify_cancel()
        threading.Thread(target=_do, args=(work, done), name="file-work", daemon=True).start()
        return await asyncio.wrap_future(done)


def _do(work: Callable[[], T], done: concurrent.futures.Future[T]) -> None:
    try:
        done.set_result(work())
    except BaseException as failed:  # whoever waits for it gets it
        done.set_exception(failed)
