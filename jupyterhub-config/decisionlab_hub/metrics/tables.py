# SPDX-License-Identifier: Apache-2.0
"""What matters of all readings, as tables of text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Iterable, Sequence

from decisionlab_hub.metrics.counted import Counted, Growth
from decisionlab_hub.metrics.sources import BROKER, HUB, PROXY, SIDECAR, Reading

GROWING = (
    "jupyterhub_request_duration_seconds_count",
    "requests_web_total",
    "requests_ws_total",
    "sidecar_request_seconds_count",
    "sidecar_predicted_rows_total",
    "token_broker_requests_total",
)
"""Counters of which the page tells how fast they grow."""

SHIFTED = 0.25
"""The population stability index above which a feature counts as shifted."""

_NONE = "–"


@dataclass(frozen=True)
class Table:
    """A table; `empty` is said instead of it when it has no rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "nothing yet"


def tables(readings: Sequence[Reading], growth: Growth) -> list[Table]:
    """Returns the tables; of a source that did not answer there is only its line in the first one."""
    counted = {reading.name: Counted.of(reading) for reading in readings if not reading.problem}
    found = [_sources(readings, counted)]
    if hub := counted.get(HUB):
        found += [_people(hub), _starts(hub)]
    found.append(_requests(counted, growth))
    if proxy := counted.get(PROXY):
        found.append(_proxy(proxy))
    if sidecar := counted.get(SIDECAR):
        found += [_models(sidecar), _drift(sidecar), _decisions(sidecar)]
    if broker := counted.get(BROKER):
        found.append(_tokens(broker))
    found.append(_errors(counted))
    return found


def _sources(readings: Iterable[Reading], counted: dict[str, Counted]) -> Table:
    rows = []
    for reading in readings:
        mine = counted.get(reading.name)
        since = mine.total("process_start_time_seconds") if mine else None
        memory = mine.total("process_resident_memory_bytes") if mine else None
        state = f"CANNOT BE READ: {reading.problem}" if reading.problem else "answers"
        rows.append((reading.name, state, _milliseconds(reading.seconds), _number(reading.samples), _instant(since), _mebibytes(memory)))
    return Table("Sources", ("source", "state", "took", "samples", "running since", "memory"), tuple(rows))


def _hours(period: str) -> float:
    """Returns how long a period such as 24h or 7d is; one of another form comes last."""
    number, unit = period[:-1], period[-1:]
    return int(number) * {"h": 1, "d": 24}[unit] if number.isascii() and number.isdigit() and unit in ("h", "d") else float("inf")


def _people(hub: Counted) -> Table:
    active = sorted(hub.named("jupyterhub_active_users"), key=lambda each: _hours(each.labels.get("period", "")))
    rows = [("users that the hub knows", _number(hub.total("jupyterhub_total_users"))), ("servers running", _number(hub.total("jupyterhub_running_servers")))]
    rows += [(f"users active within {each.labels.get('period', '?')}", _number(each.value)) for each in active]
    return Table("Users and servers", ("what", "how many"), tuple(rows))


def _starts(hub: Counted) -> Table:
    name = "jupyterhub_server_spawn_duration_seconds"
    rows = []
    for (status,), count in sorted(hub.by(f"{name}_count", "status").items()):
        if count:
            rows.append((status, _number(count), *_times(hub, name, status=status)))
    return Table("Starts of servers", ("outcome", "how many", "mean", "half within", "95 % within"), tuple(rows), "no server has been started since the hub was")


def _requests(counted: dict[str, Counted], growth: Growth) -> Table:
    rows = []
    for source, name, histogram in (
        (HUB, "jupyterhub_request_duration_seconds_count", "jupyterhub_request_duration_seconds"),
        (PROXY, "requests_web_total", None),
        (SIDECAR, "sidecar_request_seconds_count", "sidecar_request_seconds"),
        (BROKER, "token_broker_requests_total", "token_broker_request_seconds"),
    ):
        if mine := counted.get(source):
            times = _times(mine, histogram) if histogram else (_NONE, _NONE, _NONE)
            rows.append((source, _number(mine.total(name) or 0), _rate(growth.per_second(source, name)), *times))
    heads = ("source", "since its start", "a second, latest 5 minutes", "mean", "half within", "95 % within")
    return Table("Requests", heads, tuple(rows), "no source answers")


def _proxy(proxy: Counted) -> Table:
    rows = [("web requests", _number(proxy.total("requests_web_total") or 0)), ("web sockets opened", _number(proxy.total("requests_ws_total") or 0))]
    rows += [(f"answered with {status}", _number(count)) for (status,), count in sorted(proxy.by("requests_proxy_total", "status").items()) if count]
    rows += [(f"routes {what}", _number(proxy.total(f"api_route_{what}_total") or 0)) for what in ("add", "delete")]
    return Table("Proxy", ("what", "since its start"), tuple(rows))


def _models(sidecar: Counted) -> Table:
    rows = sorted(sidecar.by("sidecar_predicted_rows_total", "model", "version").items())
    shown = tuple((model, version, _number(count)) for (model, version), count in rows)
    return Table("Predictions", ("model", "version", "rows since the sidecar's start"), shown, "no model has been asked")


def _drift(sidecar: Counted) -> Table:
    missing = sidecar.by("sidecar_feature_missing_ratio", "model", "version", "feature")
    rows = []
    for key, index in sorted(sidecar.by("sidecar_feature_stability_index", "model", "version", "feature").items()):
        told = "SHIFTED" if index > SHIFTED else "not compared" if math.isnan(index) else "as in training"
        rows.append((*key, f"{index:.3f}", told, f"{100 * missing.get(key, 0.0):.1f} %"))
    heads = ("model", "version", "feature", "stability index", "the latest rows are", "missing in")
    return Table("Drift", heads, tuple(rows), "no model with statistics of its features has been asked")


def _decisions(sidecar: Counted) -> Table:
    names = {
        "questions of caches": "sidecar_decisions_total",
        "answered with: store": "sidecar_decisions_store_total",
        "answered without a model": "sidecar_decisions_by_default_total",
        "at which the model failed": "sidecar_decision_model_failures_total",
    }
    rows = [(what, _number(sidecar.total(name) or 0)) for what, name in names.items()]
    outcomes = sorted(sidecar.by("sidecar_decision_outcomes", "model", "version", "decided", "happened").items())
    rows += [(f"{model} {version}: {decided}, then {happened}", _number(count)) for (model, version, decided, happened), count in outcomes]
    return Table("Decisions", ("what", "since its start"), tuple(rows))


def _tokens(broker: Counted) -> Table:
    kinds = {"requests for tokens": "requests", "renewals of logins": "refreshes", "token exchanges": "exchanges"}
    rows = []
    for what, name in kinds.items():
        rows += [(what, outcome, _number(count)) for (outcome,), count in sorted(broker.by(f"token_broker_{name}_total", "outcome").items())]
    return Table("Tokens", ("what", "outcome", "since its start"), tuple(rows), "nobody has asked for a token")


def _errors(counted: dict[str, Counted]) -> Table:
    found: list[tuple[str, str, float]] = []
    hub, proxy, sidecar, broker = (counted.get(name, Counted({})) for name in (HUB, PROXY, SIDECAR, BROKER))
    found += [(HUB, f"answered with {code}", count) for (code,), count in hub.by("jupyterhub_request_duration_seconds_count", "code").items() if code >= "500"]
    spawns = hub.by("jupyterhub_server_spawn_duration_seconds_count", "status").items()
    found += [(HUB, f"start of a server: {status}", count) for (status,), count in spawns if status != "success"]
    found += [(HUB, "log-ins refused", hub.total("jupyterhub_login_duration_seconds_count", status="failure") or 0)]
    found += [(PROXY, f"answered with {status}", count) for (status,), count in proxy.by("requests_proxy_total", "status").items() if status >= "500"]
    found += [(SIDECAR, f"{route}: {status}", count) for (route, status), count in sidecar.by("sidecar_request_seconds_count", "route", "status").items() if status >= "500"]
    found += [(SIDECAR, f"turned away: {why}", count) for (why,), count in sidecar.by("sidecar_refused_total", "why").items()]
    found += [(BROKER, outcome, count) for (outcome,), count in broker.by("token_broker_requests_total", "outcome").items() if outcome != "given"]
    rows = tuple((source, what, _number(count)) for source, what, count in sorted(found) if count)
    return Table("Errors", ("source", "what", "since its start"), rows, "none of the sources that answer has counted one")


def _times(counted: Counted, histogram: str, **labels: str) -> tuple[str, str, str]:
    mean = counted.mean(histogram, **labels)
    return _seconds(mean), _seconds(counted.within(histogram, 0.5, **labels)), _seconds(counted.within(histogram, 0.95, **labels))


def _seconds(value: float | None) -> str:
    if value is None:
        return _NONE
    if math.isinf(value):
        return "more than measured"
    return f"{value:.3g} s" if value >= 1 else _milliseconds(value)


def _milliseconds(value: float) -> str:
    return f"{1000 * value:.3g} ms" if value < 1 else f"{value:.3g} s"


def _rate(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3g}"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f}"


def _mebibytes(value: float | None) -> str:
    return _NONE if value is None else f"{value / 2**20:,.0f} MiB"


def _instant(value: float | None) -> str:
    return _NONE if value is None else datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
