# SPDX-License-Identifier: Apache-2.0
"""What the hub and the token broker agree on: the mark of the hub's own questions, and who waits how long for whom."""

from __future__ import annotations

import hashlib
import hmac
import re

from conftest import CHECKOUT
from decisionlab_hub import token_file
from decisionlab_hub.login import provider, renewal
from test_login_checks import World, check, user  # noqa: F401 - a fixture

JAVA = CHECKOUT / "identity" / "token-broker" / "src" / "main" / "java" / "org" / "decisionlab" / "identity" / "broker"
KERNEL = CHECKOUT / "identity" / "tokens" / "src" / "main" / "java" / "org" / "decisionlab" / "identity" / "tokens" / "source" / "BrokerTokens.java"
PAGE = CHECKOUT / "docs" / "token-broker.md"
OWN = "the-brokers-own-token"


def seconds(java: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r"Duration (\w+) = Duration\.ofSeconds\((\d+)\)", java)}


def test_who_asks_waits_longer_than_who_is_asked():
    broker, kernel = seconds((JAVA / "Waits.java").read_text()), seconds(KERNEL.read_text())["WAIT"]
    assert {"SERVER", "HUB", "WHO", "ANSWER", "REFRESH"} <= set(broker)
    assert broker["HUB"] + 1 < renewal._ANSWER_SECONDS
    check_of_a_login = 3 * provider.CHECK_SECONDS + renewal._ANSWER_SECONDS
    assert check_of_a_login + 1 < broker["WHO"] < broker["SERVER"] < min(kernel, token_file._ANSWER_SECONDS) - 1
    table = [int(number) for number in re.findall(r"^\| .* \| (\d+) s \|", PAGE.read_text(), re.MULTILINE)]
    told = (kernel, token_file._ANSWER_SECONDS, broker["SERVER"], broker["WHO"], renewal._ANSWER_SECONDS, broker["HUB"], provider.CHECK_SECONDS, broker["ANSWER"])
    assert set(told) <= set(table), f"{PAGE.name} has {table}, and the programs {told}"


def test_the_hub_marks_its_own_question_with_what_the_broker_expects(user, monkeypatch):  # noqa: F811
    assert f'HEADER = "{renewal._MARK}"' in (JAVA / "HubMark.java").read_text()
    world, shown = World(claims={}), []
    marks = renewal.mark

    def kept(broker_token, token):
        shown.append((marks(broker_token, token), token))
        return shown[-1][0]

    monkeypatch.setattr(renewal, "mark", kept)

    async def marked(mine, who):
        mine.broker_token = OWN
        return await mine.refresh_user(who)

    check(user, world, marked)
    ((header, token),) = shown
    assert token == world.asked_with and world.marked == header[renewal._MARK] == hmac.new(OWN.encode(), token.encode(), hashlib.sha256).hexdigest()


def test_without_the_brokers_token_there_is_no_mark():
    assert renewal.mark("", "a-token") == {}
