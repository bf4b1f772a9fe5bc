# SPDX-License-Identifier: Apache-2.0
"""The token broker's answers, timed as a server sees them, beside the provider's own."""

from __future__ import annotations

import base64
import http.client
import json
import math
import time
import urllib.parse
from types import TracebackType
from typing import Callable, TypeVar

from decisionlab_hub.console import LabError
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.hub_bench.rows import HEALTH, PROVIDER
from decisionlab_hub.hub_bench.simulator import SimulatorControl
from decisionlab_hub.hub_bench.visitor import told
from decisionlab_hub.hub_bench.world import World
from decisionlab_hub.interrupt import Interrupt

_LIMIT_SECONDS = 60.0
_USER = "bob"
_SCOPE = "model.read"
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_CLIENT = "decisionlab-hub"
_COUNT_LIMIT_SECONDS = 10.0
_COUNT_LOOK_SECONDS = 0.005
_FIRST = {"audience": "https://first.example.org", "scope": _SCOPE}
_FORGOTTEN_SECONDS = 11.0
"""The broker remembers for less long than this who asks, and which login of theirs the hub has."""

T = TypeVar("T")


class KeptConnection:
    """One connection to a server, over which questions are asked one after the other."""

    def __init__(self, url: str):
        parts = urllib.parse.urlsplit(url)
        self._path = parts.path.rstrip("/")
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_LIMIT_SECONDS)

    def __enter__(self) -> KeptConnection:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def timed(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[float, dict]:
        """Asks and reads the whole answer; returns the milliseconds and the answer. Raises LabError unless the status is 200."""
        begun = time.perf_counter()
        try:
            self._connection.request(method, self._path + path, body, headers or {})
            answer = self._connection.getresponse()
            text = answer.read()
        except http.client.HTTPException as broken:
            raise LabError(f"{method} {path} was answered with what is not HTTP: {broken!r}") from broken
        took = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            raise LabError(f"{method} {path} was answered with status {answer.status}")
        return took, json.loads(text)


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so large a share of all is not above."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


class Asker:
    """A program with a token of the hub, which asks the broker."""

    def __init__(self, broker: KeptConnection, hub_token: str):
        self._broker = broker
        self._headers = {"Authorization": f"token {hub_token}", "Content-Type": "application/json"}

    def ask(self, **wanted: str) -> tuple[float, str]:
        """Returns the milliseconds and the access token."""
        took, said = self._broker.timed("POST", "/token", json.dumps(wanted).encode(), self._headers)
        return took, said["access_token"]


class ProviderItself:
    """The exchange that the broker makes, made without it."""

    def __init__(self, provider: KeptConnection, secret: str, login: str):
        self._provider, self._login = provider, login
        pair = base64.b64encode(f"{_CLIENT}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}

    def exchange(self, audience: str) -> float:
        """Returns the milliseconds."""
        form = {"grant_type": _EXCHANGE, "subject_token": self._login, "subject_token_type": _ACCESS_TOKEN, "audience": audience, "scope": _SCOPE}
        return self._provider.timed("POST", "/token", urllib.parse.urlencode(form).encode(), self._headers)[0]


class Exchanges:
    """Token exchanges as the provider itself counts them: what shows that a question was one, and that another was none.

    The provider counts after it has answered, so its count is waited for.
    """

    def __init__(self, provider: SimulatorControl, interrupt: Interrupt):
        self._provider, self._interrupt = provider, interrupt
        self._seen = self._count()

    def one(self, what: str, ask: Callable[[], T]) -> T:
        """Asks; raises LabError unless the provider has then made one exchange more, and no other."""
        answer = ask()
        expected = self._seen + 1
        self._interrupt.wait_for(lambda: self._count() >= expected, _COUNT_LIMIT_SECONDS, _COUNT_LOOK_SECONDS)
        self._hold(what, expected)
        return answer

    def none(self, what: str) -> None:
        """Raises LabError when the provider has made an exchange since the last look."""
        self._hold(what, self._seen)

    def _hold(self, what: str, expected: int) -> None:
        before, self._seen = self._seen, self._count()
        if self._seen != expected:
            raise LabError(
                f"{what}: the provider counted {self._seen - before} token exchanges, expected {expected - before}; "
                "what was measured is not what the row tells, so it is not judged: see the logs of token-broker and iam-sim"
            )

    def _count(self) -> int:
        return self._provider.counts().get("token-exchange", 0)


def known(world: World, rows: dict[str, Row], short: bool) -> None:
    """The same question again and again; beside it the least that the same program can answer."""
    batch, batches = (200, 2) if short else (1000, 10)
    row = rows["broker-known"]
    with KeptConnection(world.broker) as connection:
        asker = Asker(connection, _hub_token(world, _USER))
        exchanges = Exchanges(world.simulator(), world.interrupt)
        exchanges.one("the first question", lambda: asker.ask(audience="https://known.example.org", scope=_SCOPE))
        every: list[float] = []
        beside: list[float] = []
        for number in range(-2, batches):
            world.interrupt.check()
            answers = [asker.ask(audience="https://known.example.org", scope=_SCOPE)[0] for _ in range(batch)]
            least = [connection.timed("GET", "/health")[0] for _ in range(batch)]
            if number >= 0:
                every += answers
                beside += least
        exchanges.none("answers from memory")
    row.of(OURS).values.append(percentile(every, 0.99))
    row.of(HEALTH).values.append(percentile(beside, 0.99))
    row.notes.append(f"p99 of {len(every)} answers one after the other, {2 * batch} before them not counted; p50 {percentile(every, 0.5):.2f} ms, worst {max(every):.1f} ms")


def cold(world: World, rows: dict[str, Row], short: bool) -> None:
    """Each question for another audience, the same exchange without the broker beside each."""
    with KeptConnection(world.broker) as broker, KeptConnection(world.provider) as provider:
        asker = Asker(broker, _hub_token(world, _USER))
        itself = ProviderItself(provider, world.client_secret(), asker.ask()[1])
        compare(asker, itself, Exchanges(world.simulator(), world.interrupt), rows["broker-cold"], 10 if short else 100)


def compare(asker: Asker, itself: ProviderItself, exchanges: Exchanges, row: Row, count: int) -> None:
    """Fills the row with pairs of questions, half as many before them not counted; each of all these is shown to be one exchange."""
    for number in range(-count // 2, count):
        direct = exchanges.one("a question to the provider itself", lambda: itself.exchange(f"https://direct{number}.example.org"))
        through = exchanges.one("a question to the broker", lambda: asker.ask(audience=f"https://cold{number}.example.org", scope=_SCOPE)[0])
        if number >= 0:
            row.of(PROVIDER).values.append(direct)
            row.of(OURS).values.append(through)
    row.notes.append("the provider counted one exchange for each question, and no other")


def first(world: World, rows: dict[str, Row], short: bool) -> None:
    """The first question of users whom the broker has not met: it asks the hub who that is and for the login, too; and the same question later.

    Either row can be left out.
    """
    count = 5 if short else 40
    askers = []
    with KeptConnection(world.broker) as broker, KeptConnection(world.provider) as provider:
        itself = ProviderItself(provider, world.client_secret(), Asker(broker, _hub_token(world, _USER)).ask()[1])
        row = rows.get("broker-first", Row("", "", "ms", ()))
        for number in range(count):
            world.interrupt.check()
            name = f"first-{number}"
            world.add_user(name)
            asker = Asker(broker, _hub_token(world, name))
            exchanges = Exchanges(world.simulator(), world.interrupt)
            row.of(PROVIDER).values.append(exchanges.one("a question to the provider itself", lambda: itself.exchange(f"https://direct{number}.example.org")))
            row.of(OURS).values.append(exchanges.one("a user's first question", lambda: asker.ask(**_FIRST)[0]))
            askers.append(asker)
        row.notes.append("two questions to the hub and one to the provider, one after the other")
        if "broker-later" in rows:
            _later(world, rows["broker-later"], askers)


def _later(world: World, row: Row, askers: list[Asker]) -> None:
    """Each user once more, after so long that the broker looks at the hub again before it gives what it has."""
    world.interrupt.wait_for(lambda: False, _FORGOTTEN_SECONDS)
    exchanges = Exchanges(world.simulator(), world.interrupt)
    row.of(OURS).values += [asker.ask(**_FIRST)[0] for asker in askers]
    exchanges.none("answers from memory")
    row.notes.append(f"{_FORGOTTEN_SECONDS:.0f} s after the one before: who asks is remembered for 10 s, which login that is for 2 s, so two questions to the hub and none to the provider")


def _hub_token(world: World, name: str) -> str:
    visitor = world.visitor()
    page = visitor.log_in(name)
    if page.status_code != 200 or not visitor.home():
        raise LabError(f"{name} cannot log in: {told(page)}")
    return visitor.token()
