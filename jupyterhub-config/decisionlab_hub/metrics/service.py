# SPDX-License-Identifier: Apache-2.0
"""The service of the hub that shows metrics: to administrators as a page, and as one text to who has a token for it.

JupyterHub starts it and gives it its address, its token, and the scopes that let in.
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from prometheus_client import CONTENT_TYPE_LATEST
from tornado.ioloop import PeriodicCallback
from tornado.web import Application, RedirectHandler, RequestHandler, authenticated

from decisionlab_hub.metrics.counted import Growth
from decisionlab_hub.metrics.merged import merged_text
from decisionlab_hub.metrics.page import POLICY, html
from decisionlab_hub.metrics.sources import Reader, Reading, of_json
from decisionlab_hub.metrics.tables import GROWING, tables

SOURCES = "DECISIONLAB_METRICS_SOURCES"
"""Environment variable with the sources as JSON."""

_FRESH_SECONDS = 2.0
_STEP_SECONDS = 60.0


class Desk:
    """The latest readings, taken anew when they are older than two seconds; whoever asks meanwhile shares them."""

    def __init__(self, reader: Reader):
        self.growth = Growth()
        self._reader = reader
        self._lock = asyncio.Lock()
        self._readings: list[Reading] = []
        self._taken = float("-inf")

    async def readings(self) -> list[Reading]:
        async with self._lock:
            if time.monotonic() - self._taken > _FRESH_SECONDS:
                self._readings = await self._reader.read()
                self._taken = time.monotonic()
                self.growth.take(self._taken, self._readings, GROWING)
            return self._readings


class _Door(HubOAuthenticated, RequestHandler):
    """Lets in who has one of the scopes that the hub named."""

    def initialize(self, desk: Desk) -> None:
        self.desk = desk

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")


class PageHandler(_Door):
    """The tables."""

    @authenticated
    async def get(self) -> None:
        readings = await self.desk.readings()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(html(tables(readings, self.desk.growth), datetime.now(timezone.utc).strftime("%H:%M:%S UTC")))


class TextHandler(_Door):
    """The text for Prometheus, which follows no redirection to a log-in: who has no token is answered with 403."""

    async def get(self) -> None:
        if self.get_current_user() is None:
            self.set_status(403)
            self.finish("a token of the hub with the scope access:services!service=metrics is wanted: Authorization: Bearer TOKEN\n")
            return
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(merged_text(await self.desk.readings()))


def application(prefix: str, desk: Desk, **settings: Any) -> Application:
    """Returns the service at a path such as `/services/metrics/`."""
    ours = {"desk": desk}
    return Application(
        [
            (prefix, PageHandler, ours),
            (prefix.rstrip("/"), RedirectHandler, {"url": prefix, "permanent": False}),
            (f"{prefix}metrics", TextHandler, ours),
            (f"{prefix}oauth_callback", HubOAuthCallbackHandler),
        ],
        cookie_secret=os.urandom(32),
        **settings,
    )


async def serve(environ: dict[str, str]) -> None:
    """Runs until the process ends."""
    desk = Desk(Reader(of_json(environ[SOURCES]), environ["JUPYTERHUB_API_TOKEN"]))
    address = urlsplit(environ["JUPYTERHUB_SERVICE_URL"])
    application(environ["JUPYTERHUB_SERVICE_PREFIX"], desk).listen(address.port or 0, address.hostname or "127.0.0.1")
    PeriodicCallback(desk.readings, 1000 * _STEP_SECONDS).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(dict(os.environ)))
