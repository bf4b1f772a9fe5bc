# SPDX-License-Identifier: Apache-2.0
"""What the user's server answers below `git-pull`: nbgitpuller's page and its pull, both behind the check of the link.

To be read after nbgitpuller knows by its first call which server's handlers its own are made from.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from nbgitpuller.handlers import SyncHandler, UIHandler
from tornado.gen import TimeoutError as StillLocked
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from decisionlab_hub.git_links import GIT_PLACES, LinkRefused, check_arguments, check_folder, folder_of, pull_environment

_LONGEST_LINE = 1 << 20


class _Checked:
    """Answers 403 to who has logged in with a link that is not followed."""

    async def prepare(self: Any) -> None:
        await super().prepare()  # type: ignore[misc]
        if self._finished or not self.current_user:
            return
        try:
            await self.check_link()
        except LinkRefused as refused:
            self.set_status(403)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"This link is not followed: {refused}.\n")

    async def check_link(self: Any) -> None:
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") not in self.from_sites:
            raise LinkRefused("it was asked for by a page of another site")
        arguments = {name: self.get_arguments(name, strip=False) for name in self.request.arguments}
        check_arguments(arguments, os.environ.get(GIT_PLACES, "").split())
        above = Path(self.settings["server_root_dir"]).expanduser().absolute() / os.environ.get("NBGITPULLER_PARENTPATH", "")
        self.folder = above / folder_of(arguments)
        await asyncio.get_running_loop().run_in_executor(None, check_folder, self.folder, self.get_argument("repo"))


class CheckedPage(_Checked, UIHandler):  # type: ignore[misc]
    """The page that starts a pull and shows what it says."""

    from_sites = ("same-origin", "same-site", "cross-site", "none")


class CheckedPull(_Checked, SyncHandler):  # type: ignore[misc]
    """The pull, in a process of its own, so that a host that does not answer holds up nothing else in this server."""

    from_sites = ("same-origin",)

    @authenticated
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        try:
            await self.git_lock.acquire(timedelta(seconds=1))
        except StillLocked:
            await self.told({"phase": "error", "message": "Another git operation is currently running, try again in a few minutes"})
            return
        try:
            await self.pull()
        finally:
            self.git_lock.release()

    async def pull(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", "-m", "nbgitpuller.pull", self.get_argument("repo"), self.get_argument("branch", ""), str(self.folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=pull_environment(os.environ, self.get_argument("depth", "")),
            cwd="/",
            limit=_LONGEST_LINE,
        )
        assert process.stdout is not None
        last = ""
        async for line in process.stdout:
            if text := line.decode("utf-8", "replace").rstrip():
                last = text
                await self.told({"output": f"{text}\n", "phase": "syncing"})
        code = await process.wait()
        await self.told({"phase": "error", "message": last, "output": f"{last}\n"} if code else {"phase": "finished"})

    async def told(self, event: dict[str, str]) -> None:
        """Says it to the page, if that is still open; the pull goes on without it."""
        try:
            await self.emit(event)
        except StreamClosedError:
            self.log.info("the page of a pull was closed before its end")
