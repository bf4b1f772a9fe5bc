# SPDX-License-Identifier: Apache-2.0
"""The rows of the table and their targets."""

from __future__ import annotations

from decisionlab_hub.figures import Row, at_most_absolute, at_most_more, none_of

PROVIDER = "provider"
HEALTH = "GET health"
CROWD = 50

LANE_ROWS = ("ready", "login", "broker-known", "broker-cold", "broker-first", "broker-later", "token-check", "crowd", "crowd-refused")
"""Rows that the lane `bench` fills in its short form: all that need no browser."""


def all_rows() -> dict[str, Row]:
    """Every row, empty, by key, in the order of the table."""
    rows = (
        Row("ready", "`./lab up` with logins, all prepared, until it answers", "s", (at_most_absolute(10, "s"),)),
        Row("login", "from the login page to JupyterLab with its kernels, by HTTP", "s", (at_most_absolute(8, "s"),)),
        Row("chromium", "same, in Chromium, until a notebook can be opened", "s", (at_most_absolute(8, "s"),)),
        Row("broker-known", "token broker, from memory, p99", "ms", (at_most_absolute(5, "ms"),)),
        Row("broker-later", "token broker, from memory, a user's first question for a while", "ms", ()),
        Row("broker-cold", "token broker, one exchange, login in memory", "ms", (at_most_more(20, PROVIDER, "ms"),)),
        Row("broker-first", "token broker, one exchange, nothing in memory", "ms", (at_most_more(20, PROVIDER, "ms"),)),
        Row("token-check", "sidecar, known token with its rights", "us", (at_most_absolute(5, "us"),)),
        Row("crowd", "many users logging in at once, p95", "s", ()),
        Row("crowd-refused", "logins of those that failed", "", (none_of("logins"),)),
    )
    return {row.key: row for row in rows}
