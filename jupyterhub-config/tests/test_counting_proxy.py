# SPDX-License-Identifier: Apache-2.0
"""The proxy that counts: what it notes is what was asked, and both sides get what the other has sent."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
from typing import Iterator

import pytest
import requests
from aiohttp import web
from multidict import CIMultiDict

from counting_proxy import CountingProxy, Passed, counting_proxy
from served import served

LIMIT_SECONDS = 60.0
BODY = bytes(range(256)) * 4096
PACKED = gzip.compress(b"packed")


@pytest.fixture
def behind() -> Iterator[tuple[CountingProxy, list]]:
    """A proxy, and what comes to the server whose requests it counts."""
    asked: list = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        asked.append((request.method, request.raw_path, dict(request.headers), hashlib.sha256(body).hexdigest()))
        if request.path == "/refused":
            return web.Response(status=403, text=f"{len(body)} bytes", headers=CIMultiDict([("X-Two", "one"), ("X-Two", "two")]))
        if request.path == "/packed":
            return web.Response(body=PACKED, headers={"Content-Encoding": "gzip"})
        if request.path == "/elsewhere":
            raise web.HTTPFound("http://127.0.0.1:1/")
        return web.Response(text=f"{len(body)} bytes")

    application = web.Application(client_max_size=0)
    application.router.add_route("*", "/{path:.*}", answer)
    with served(application) as url, counting_proxy(url) as proxy:
        yield proxy, asked


def ask(proxy: CountingProxy, method: str, path: str, **arguments) -> requests.Response:
    return requests.request(method, proxy.server + path, proxies={"http": proxy.url}, timeout=LIMIT_SECONDS, allow_redirects=False, **arguments)


def test_each_request_is_noted_and_passed_on_once(behind):
    proxy, asked = behind
    for _ in range(2):
        assert ask(proxy, "POST", "/upload?a=1&a=%2F", data=BODY, headers={"Authorization": "Bearer t", "X-Own": "kept"}).text == f"{len(BODY)} bytes"
    assert proxy.passed == [Passed("POST", "/upload", True, 200)] * 2 and proxy.statuses("POST", "/upload") == [200, 200]
    assert [(method, uri, digest) for method, uri, _, digest in asked] == [("POST", "/upload?a=1&a=%2F", hashlib.sha256(BODY).hexdigest())] * 2
    assert all(headers["Authorization"] == "Bearer t" and headers["X-Own"] == "kept" and "Content-Type" not in headers for _, _, headers, _ in asked)


def test_refusals_redirects_and_packed_answers_come_back_as_they_are(behind):
    proxy, asked = behind
    refused = ask(proxy, "DELETE", "/refused", data=b"model=m")
    assert (refused.status_code, refused.text, refused.headers["X-Two"]) == (403, "7 bytes", "one, two")
    assert ask(proxy, "GET", "/elsewhere").headers["Location"] == "http://127.0.0.1:1/"
    assert ask(proxy, "GET", "/packed").text == "packed"
    assert ask(proxy, "POST", "/packed", data=PACKED, headers={"Content-Encoding": "gzip"}).text == "packed"
    assert asked[-1][2]["Content-Encoding"] == "gzip" and asked[-1][3] == hashlib.sha256(PACKED).hexdigest()
    assert [(each.method, each.path, each.with_token, each.status) for each in proxy.passed] == [("DELETE", "/refused", False, 403), ("GET", "/elsewhere", False, 302), ("GET", "/packed", False, 200), ("POST", "/packed", False, 200)]
    assert len(asked) == 4


def test_a_request_without_an_answer_is_noted_and_not_repeated():
    came = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return  # the test is over
                with client:
                    came.append(client.recv(1 << 16).split(b"\r\n")[0])

        threading.Thread(target=hang_up, daemon=True).start()
        with counting_proxy(f"http://127.0.0.1:{listening.getsockname()[1]}") as proxy:
            assert ask(proxy, "POST", "/upload", data=b"x").status_code == 502
        listening.shutdown(socket.SHUT_RDWR)
    assert came == [b"POST /upload HTTP/1.1"] and proxy.statuses("POST", "/upload") == [502]


def test_what_is_for_other_servers_of_this_machine_goes_through_uncounted_and_no_further(behind):
    proxy, asked = behind
    with counting_proxy("http://127.0.0.1:9") as other:
        other_way = {"http": other.url}
        assert requests.get(f"{proxy.server}/x", proxies=other_way, timeout=LIMIT_SECONDS).text == "0 bytes"
        for address in ("http://192.0.2.1/", "http://localhost.example.org/", f"{other.url}/x"):
            assert requests.get(address, proxies=other_way if other.url not in address else {}, timeout=LIMIT_SECONDS).status_code == 403
    assert not other.passed and not proxy.passed and len(asked) == 1
