# SPDX-License-Identifier: Apache-2.0
"""The sources of metrics of a lab, and one reading of each within a time limit."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from tornado.httpclient import HTTPClientError
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import read_secret

HUB, PROXY, SIDECAR, BROKER = "hub", "proxy", "sidecar", "token-broker"

LIMIT_SECONDS = 5.0
MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class Source:
    """One program's address of metrics, with the file of the token that it asks for, if any."""

    name: str
    url: str
    token_file: Path | None = None
    hub_token: bool = False
    """Whether it is asked with the service's own token of the hub."""


@dataclass(frozen=True)
class Reading:
    """What a source said, or in words why it said nothing."""

    name: str
    seconds: float
    families: tuple[Metric, ...] = ()
    problem: str = ""

    @property
    def samples(self) -> int:
        return sum(len(family.samples) for family in self.families)


def to_json(sources: list[Source]) -> str:
    """The sources as the service is told them; no token is in it."""
    return json.dumps([{"name": each.name, "url": each.url, "token_file": str(each.token_file or ""), "hub_token": each.hub_token} for each in sources])


def of_json(text: str) -> list[Source]:
    return [Source(each["name"], each["url"], Path(each["token_file"]) if each["token_file"] else None, each["hub_token"]) for each in json.loads(text)]


@dataclass(frozen=True)
class Reader:
    """Reads all sources at once."""

    sources: list[Source]
    hub_token: str = field(repr=False)
    limit_seconds: float = LIMIT_SECONDS
    most_bytes: int = MOST_BYTES

    async def read(self) -> list[Reading]:
        """Returns one reading of each source, in their order; never raises for what a source does."""
        return list(await asyncio.gather(*(self._read(source) for source in self.sources)))

    async def _read(self, source: Source) -> Reading:
        began = time.monotonic()
        families: tuple[Metric, ...] = ()
        problem = ""
        try:
            families = _families(await self._fetch(source))
        except HTTPClientError as refused:
            problem = _words(refused.code, refused.message, self.limit_seconds)
        except OSError as away:
            problem = f"it cannot be reached: {away.strerror or type(away).__name__}"
        except (LabError, _NoMetrics) as wrong:
            problem = str(wrong)
        return Reading(source.name, time.monotonic() - began, families, problem)

    async def _fetch(self, source: Source) -> bytes:
        client = SimpleAsyncHTTPClient(force_instance=True, max_body_size=self.most_bytes)
        try:
            answer = await client.fetch(
                source.url, headers=self._headers(source), connect_timeout=self.limit_seconds, request_timeout=self.limit_seconds, follow_redirects=False
            )
            return answer.body
        finally:
            client.close()

    def _headers(self, source: Source) -> Mapping[str, str]:
        accept = {"Accept": "text/plain;version=0.0.4"}
        if source.token_file:
            return {**accept, "Authorization": f"Bearer {read_secret(source.token_file)}"}
        return {**accept, "Authorization": f"token {self.hub_token}"} if source.hub_token else accept


class _NoMetrics(Exception):
    """An answer that is not Prometheus' text."""


def _families(body: bytes) -> tuple[Metric, ...]:
    try:
        return tuple(text_string_to_metric_families(body.decode("utf-8")))
    except Exception as unreadable:  # noqa: BLE001 - the library's parser raises errors of many kinds for other texts
        raise _NoMetrics(f"its answer is not Prometheus' text ({type(unreadable).__name__})") from unreadable


def _words(code: int, message: Any, limit: float) -> str:
    if code == 599:
        return f"no answer within {limit:g} s" if "imeout" in str(message) else f"it cannot be reached: {message}"
    return f"it answers {code}: the lab's own token is not accepted there" if code in (401, 403) else f"it answers {code} {message}"
