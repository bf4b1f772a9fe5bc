# SPDX-License-Identifier: Apache-2.0
"""A server's address that notes every request which comes for it, and passes it on once: so a test knows what was on the wire."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Iterator

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from served import served

_LIMIT_SECONDS = 300.0
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "te", "trailer", "upgrade", "expect", "http2-settings"})
_ADDED_BY_CLIENTS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass
class Passed:
    """One request that came; the status is 0 until it is answered. Of its token only whether there was one."""

    method: str
    path: str
    with_token: bool
    status: int = 0


@dataclass
class CountingProxy:
    """Where to send what is counted, and all that came, in order of arrival."""

    url: str = ""
    passed: list[Passed] = field(default_factory=list)

    def statuses(self, method: str, path: str) -> list[int]:
        """How each request of a kind was answered."""
        return [each.status for each in self.passed if (each.method, each.path) == (method, path)]


async def _pass_on(proxy: CountingProxy, target: str, request: web.Request) -> web.Response:
    """Every method alike, over a connection of its own; a redirect, a refusal and a body that is packed come back as they are."""
    passed = Passed(request.method, request.path, "Authorization" in request.headers)
    proxy.passed.append(passed)
    url, body, headers = URL(target + request.raw_path, encoded=True), await request.read(), _end_to_end(request.headers)
    try:
        async with (
            ClientSession(connector=TCPConnector(force_close=True), auto_decompress=False, timeout=ClientTimeout(_LIMIT_SECONDS)) as session,
            session.request(request.method, url, data=body or None, headers=headers, skip_auto_headers=_ADDED_BY_CLIENTS, allow_redirects=False) as answer,
        ):
            response = web.Response(status=answer.status, reason=answer.reason, body=await answer.read(), headers=_end_to_end(answer.headers))
    except ClientError as nobody:
        response = web.Response(status=502, text=f"no answer from behind the proxy: {nobody!r}")
    passed.status = response.status
    return response


def _end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """The headers that are for who is behind a proxy."""
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION)


@contextmanager
def counting_proxy(target: str) -> Iterator[CountingProxy]:
    """Stands before a server of this machine until the end of the block."""
    proxy = CountingProxy()
    application = web.Application(client_max_size=0)  # of any size

    async def pass_on(request: web.Request) -> web.Response:
        return await _pass_on(proxy, target.rstrip("/"), request)

    application.router.add_route("*", "/{path:.*}", pass_on)
    with served(application) as url:
        proxy.url = url
        yield proxy
