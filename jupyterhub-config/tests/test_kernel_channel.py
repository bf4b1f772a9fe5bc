# SPDX-License-Identifier: Apache-2.0
"""What comes of a cell, and the deadline for all of it; a small server speaks as the channels of a kernel do."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import ExitStack
from typing import Any, AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from kernel_channel import KernelChannel
from served import served

LIMIT_SECONDS = 60.0
SHORT_SECONDS = 1.0
TOKEN = "of the user"

Say = Callable[..., Awaitable[None]]
Kernel = Callable[["Channels", Say, str], Awaitable[None]]


class Channels:
    """The server's side of a websocket."""

    def __init__(self, request: web.Request):
        self.request, self.socket = request, web.WebSocketResponse()

    async def serve(self, kernel: Kernel) -> web.WebSocketResponse:
        """Gives the cell that comes to the kernel that the test has made up."""
        await self.socket.prepare(self.request)
        asked = json.loads(await self.socket.receive_str())

        async def say(kind: str, parent: str = asked["header"]["msg_id"], **content: Any) -> None:
            await self.socket.send_str(json.dumps({"header": {"msg_type": kind}, "parent_header": {"msg_id": parent}, "content": content}))

        try:
            await kernel(self, say, asked["content"]["code"])
            await self.socket.receive()
        except ConnectionError:
            pass  # who asked has gone
        return self.socket

    async def again_and_again(self) -> AsyncIterator[web.WebSocketResponse]:
        """Until long after every deadline; then the server hangs up, so that a test without a deadline ends too."""
        end = time.monotonic() + LIMIT_SECONDS / 2
        while time.monotonic() < end and self.request.transport is not None:
            yield self.socket
            await asyncio.sleep(0.02)
        await self.socket.close()


@pytest.fixture
def serving():
    """Starts a server whose kernel is the given coroutine; returns the address of the user's server."""
    with ExitStack() as begun:

        def start(kernel: Kernel) -> str:
            async def channels(request: web.Request) -> web.StreamResponse:
                if request.headers["Authorization"] != f"token {TOKEN}":
                    raise web.HTTPForbidden
                return await Channels(request).serve(kernel)

            application = web.Application()
            application.router.add_get("/user/ada/api/kernels/k1/channels", channels)
            return begun.enter_context(served(application)) + "/user/ada"

        yield start


def run(url: str, limit: float = LIMIT_SECONDS):
    with KernelChannel(url, "k1", TOKEN, limit) as channel:
        return channel.run("1 + 1")


def test_all_that_a_cell_shows_comes_of_it_and_nothing_of_others(serving):
    async def kernel(_, say: Say, code: str) -> None:
        await say("status", execution_state="busy")
        await say("execute_input", code=code)
        await say("stream", parent="another", text="of another cell")
        await say("stream", text="written")
        await say("display_data", data={"text/plain": "shown"})
        await say("execute_reply", status="ok")
        await say("execute_result", data={"text/plain": "2"})  # channels are not in step
        await say("status", parent="another", execution_state="idle")
        await say("status", execution_state="idle")

    outcome = run(serving(kernel))
    assert (outcome.shown, outcome.text, outcome.error) == (["written", "shown", "2"], "written\nshown\n2", "")


def test_the_error_is_that_of_the_cell_wherever_it_is_told(serving):
    async def with_its_message(_, say: Say, code: str) -> None:
        await say("error", ename="Bad", evalue="no such thing")
        await say("execute_reply", status="error", ename="Other", evalue="later")
        await say("status", execution_state="idle")

    async def in_the_reply_alone(_, say: Say, code: str) -> None:
        await say("status", execution_state="idle")
        await say("execute_reply", status="error", ename="Bad", evalue="only here")

    assert run(serving(with_its_message)).error == "Bad: no such thing"
    assert run(serving(in_the_reply_alone)).error == "Bad: only here"


def test_a_cell_that_has_begun_is_left_alone_and_one_that_failed_before_is_told(serving):
    async def long(_, say: Say, code: str) -> None:
        await say("status", execution_state="busy")
        await say("execute_input", code=code)

    async def failing(_, say: Say, code: str) -> None:
        await say("execute_reply", status="aborted")
        await say("status", execution_state="idle")

    with KernelChannel(serving(long), "k1", TOKEN, LIMIT_SECONDS) as channel:
        assert channel.begin("forever()").error == ""
    with KernelChannel(serving(failing), "k1", TOKEN, LIMIT_SECONDS) as channel:
        assert channel.begin("forever()").error


async def talks(channels: Channels, say: Say, code: str) -> None:
    async for _ in channels.again_and_again():
        await say("stream", text="still here")


async def pings(channels: Channels, say: Say, code: str) -> None:
    async for socket in channels.again_and_again():
        await socket.ping(b"x")


async def sends_a_message_byte_by_byte(channels: Channels, say: Say, code: str) -> None:
    channels.request.transport.write(b"\x81\x7f" + (1 << 20).to_bytes(8, "big"))  # the head of a text of a megabyte
    async for _ in channels.again_and_again():
        channels.request.transport.write(b" ")


async def is_silent(channels: Channels, say: Say, code: str) -> None:
    async for _ in channels.again_and_again():
        pass


async def is_never_idle(channels: Channels, say: Say, code: str) -> None:
    await say("execute_reply", status="ok")
    await talks(channels, say, code)


@pytest.mark.parametrize("kernel", [talks, pings, sends_a_message_byte_by_byte, is_silent, is_never_idle])
def test_the_deadline_is_for_the_whole_cell_whatever_comes_meanwhile(serving, kernel):
    url = serving(kernel)
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"the cell has not ended within 1 s; it has shown .*\n1 \+ 1"):
        run(url, SHORT_SECONDS)
    assert SHORT_SECONDS <= time.monotonic() - began < LIMIT_SECONDS / 2
    with pytest.raises(AssertionError, match="has not begun within"), KernelChannel(url, "k1", TOKEN, SHORT_SECONDS) as channel:
        channel.begin("1 + 1")


def test_what_a_cell_showed_until_the_deadline_is_told(serving):
    with pytest.raises(AssertionError, match="still here"):
        run(serving(talks), SHORT_SECONDS)


def test_a_server_that_hangs_up_is_no_deadline(serving):
    async def kernel(channels: Channels, say: Say, code: str) -> None:
        await channels.socket.close()

    with pytest.raises(ConnectionError, match="closed the kernel's channels"):
        run(serving(kernel))
