# SPDX-License-Identifier: Apache-2.0
"""A Tornado application of a test, on a port of loopback, beside the test."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Iterator

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

_LIMIT_SECONDS = 60.0


@contextmanager
def served(application: Application) -> Iterator[str]:
    """Serves the application in a thread with a loop of its own; yields its address."""
    (socket,) = bind_sockets(0, "127.0.0.1")
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        server, end = HTTPServer(application), asyncio.Event()
        server.add_sockets([socket])
        begun.set_result((asyncio.get_running_loop(), end))
        await end.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    loop, end = begun.result(_LIMIT_SECONDS)
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(_LIMIT_SECONDS)
        assert not thread.is_alive(), f"the server of a test has not ended within {_LIMIT_SECONDS:.0f} s"
