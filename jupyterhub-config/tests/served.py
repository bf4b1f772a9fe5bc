# SPDX-License-Identifier: Apache-2.0
"""An aiohttp application of a test, on a port of loopback, beside the test."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Iterator

from aiohttp import web

_LIMIT_SECONDS = 60.0


@contextmanager
def served(application: web.Application) -> Iterator[str]:
    """Serves the application in a thread with a loop of its own; yields its address. Bodies reach it as they were sent; what it still answers at the end is cut off."""
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = Future()

    async def serve() -> None:
        runner, end = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, auto_decompress=False), asyncio.Event()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        begun.set_result((asyncio.get_running_loop(), end, runner.addresses[0][1]))
        await end.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    loop, end, port = begun.result(_LIMIT_SECONDS)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(_LIMIT_SECONDS)
        assert not thread.is_alive(), f"the server of a test has not ended within {_LIMIT_SECONDS:.0f} s"
