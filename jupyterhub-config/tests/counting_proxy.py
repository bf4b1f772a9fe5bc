# SPDX-License-Identifier: Apache-2.0
"""An HTTP proxy that notes every request for one server, and passes it on once: so a test knows what was on the wire."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Iterator

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from decisionlab_hub.ports import LOOPBACK
from served import served

_LIMIT_SECONDS = 300.0
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "te", "trailer", "upgrade", "expect", "http2-settings", "proxy-connection"})
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
    """The proxy's own address, whose requests it counts, and all of these in order of arrival. Those for other servers of this machine go through uncounted."""

    url: str
    server: str
    passed: list[Passed] = field(default_factory=list)

    def statuses(self, method: str, path: str) -> list[int]:
        """How each request of a kind was answered."""
        return [each.status for each in self.passed if (each.method, each.path) == (method, path)]


async def _pass_on(proxy: CountingProxy, request: web.Request) -> web.Response:
    """Every method alike, over a connection of its own; a redirect, a refusal and a body that is packed come back as they are."""
    url = URL(request.raw_path, encoded=True)
    if url.host != LOOPBACK:
        return web.Response(status=403, text=f"a proxy to servers at {LOOPBACK} alone, asked as proxies are: with the whole address")
    passed = Passed(request.method, url.path, "Authorization" in request.headers)
    if str(url.origin()) == proxy.server:
        proxy.passed.append(passed)
    body, headers = await request.read(), _end_to_end(request.headers)
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
def counting_proxy(server: str) -> Iterator[CountingProxy]:
    """Counts what this server of this machine is asked through it, until the end of the block."""
    proxy = CountingProxy("", str(URL(server).origin()))
    application = web.Application(client_max_size=0)  # of any size

    async def pass_on(request: web.Request) -> web.Response:
        return await _pass_on(proxy, request)

    application.router.add_route("*", "/{path:.*}", pass_on)
    with served(application) as proxy.url:
        yield proxy


def through(proxy: CountingProxy) -> str:
    """A cell after which all that its kernel asks by HTTP goes through the proxy, servers of this machine too."""
    url = URL(proxy.url)
    properties = {"http.proxyHost": url.host, "http.proxyPort": url.port, "http.nonProxyHosts": ""}
    return "\n".join(f'System.setProperty("{name}", "{value}");' for name, value in properties.items())
