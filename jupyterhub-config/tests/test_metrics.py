# SPDX-License-Identifier: Apache-2.0
"""Metrics of a lab: four programs' texts, read within limits, as one text and as tables."""

from __future__ import annotations

import asyncio
import json
import re
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import CHECKOUT
from decisionlab_hub.metrics.counted import Counted, Growth
from decisionlab_hub.metrics.merged import merged_text
from decisionlab_hub.metrics.page import POLICY, html
from decisionlab_hub.metrics.sources import BROKER, HUB, PROXY, SIDECAR, Reader, Reading, Source, of_json, to_json
from decisionlab_hub.metrics.tables import GROWING, tables

DASHBOARD = CHECKOUT / "jupyterhub-config" / "etc" / "grafana" / "decisionlab.json"
WORDS_OF_QUERIES = {"rate", "increase", "sum", "by", "le", "histogram_quantile"}

HUB_TEXT = """# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 1.048576e+08
# TYPE jupyterhub_total_users gauge
jupyterhub_total_users 7.0
# TYPE jupyterhub_running_servers gauge
jupyterhub_running_servers 3.0
# TYPE jupyterhub_active_users gauge
jupyterhub_active_users{period="30d"} 6.0
jupyterhub_active_users{period="7d"} 6.0
jupyterhub_active_users{period="24h"} 5.0
# TYPE jupyterhub_request_duration_seconds histogram
jupyterhub_request_duration_seconds_bucket{code="200",le="0.1"} 90.0
jupyterhub_request_duration_seconds_bucket{code="200",le="1.0"} 98.0
jupyterhub_request_duration_seconds_bucket{code="200",le="+Inf"} 98.0
jupyterhub_request_duration_seconds_count{code="200"} 98.0
jupyterhub_request_duration_seconds_sum{code="200"} 9.0
jupyterhub_request_duration_seconds_bucket{code="500",le="0.1"} 0.0
jupyterhub_request_duration_seconds_bucket{code="500",le="1.0"} 0.0
jupyterhub_request_duration_seconds_bucket{code="500",le="+Inf"} 2.0
jupyterhub_request_duration_seconds_count{code="500"} 2.0
jupyterhub_request_duration_seconds_sum{code="500"} 11.0
# TYPE jupyterhub_server_spawn_duration_seconds histogram
jupyterhub_server_spawn_duration_seconds_bucket{status="success",le="5.0"} 3.0
jupyterhub_server_spawn_duration_seconds_bucket{status="success",le="10.0"} 4.0
jupyterhub_server_spawn_duration_seconds_bucket{status="success",le="+Inf"} 4.0
jupyterhub_server_spawn_duration_seconds_count{status="success"} 4.0
jupyterhub_server_spawn_duration_seconds_sum{status="success"} 16.0
"""
PROXY_TEXT = """# TYPE requests_web counter
requests_web 120
# TYPE requests_proxy counter
requests_proxy{status="200"} 119
requests_proxy{status="503"} 1
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 52428800
"""
SIDECAR_TEXT = """# TYPE sidecar_predicted_rows_total counter
sidecar_predicted_rows_total{model="keep_<b>or</b>_not",version="2"} 4242.0
# TYPE sidecar_feature_stability_index gauge
sidecar_feature_stability_index{model="keep_<b>or</b>_not",version="2",feature="log_size"} 0.31
sidecar_feature_stability_index{model="keep_<b>or</b>_not",version="2",feature="opens"} 0.01
# TYPE process_resident_memory_bytes counter
process_resident_memory_bytes 1.0
# TYPE odd gauge
odd{source="theirs"} 1
"""
BROKER_TEXT = """# TYPE token_broker_requests_total counter
token_broker_requests_total{outcome="given"} 9.0
token_broker_requests_total{outcome="login_required"} 2.0
"""


class _Answering(BaseHTTPRequestHandler):
    """Answers with the server's text to who presents its token; a path of its own never answers."""

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        server = self.server
        if self.path == "/silent":
            server.over.wait(60)
            return
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/metrics")
            self.end_headers()
            return
        allowed = not server.wanted or self.headers.get("Authorization") == server.wanted
        body = server.text.encode() if allowed else b"no"
        self.send_response(200 if allowed else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@contextmanager
def answering(text: str, wanted: str = "") -> Iterator[str]:
    class Server(ThreadingHTTPServer, socketserver.ThreadingMixIn):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), _Answering)
    server.text, server.wanted, server.over = text, wanted, threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def read(source: Source, **limits: float) -> Reading:
    return asyncio.run(Reader([source], "hub-token", **limits).read())[0]


def reading(name: str, text: str) -> Reading:
    return Reading(name, 0.01, tuple(text_string_to_metric_families(text)))


@pytest.fixture
def four() -> list[Reading]:
    return [reading(HUB, HUB_TEXT), reading(PROXY, PROXY_TEXT), reading(SIDECAR, SIDECAR_TEXT), reading(BROKER, BROKER_TEXT)]


def shown(readings: list[Reading]) -> dict[str, list[tuple[str, ...]]]:
    return {table.title: list(table.rows) for table in tables(readings, Growth())}


def test_each_source_gets_its_own_token_and_no_other(tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text("0123456789abcdef")
    secret.chmod(0o600)
    with answering(BROKER_TEXT, "token hub-token") as broker, answering(SIDECAR_TEXT, "Bearer 0123456789abcdef") as sidecar:
        assert read(Source(BROKER, f"{broker}/metrics", hub_token=True)).samples == 2
        assert read(Source(SIDECAR, f"{sidecar}/metrics", token_file=secret)).samples == 5
        refused = read(Source(SIDECAR, f"{sidecar}/metrics"))
        assert "answers 403" in refused.problem and not refused.families
        secret.chmod(0o644)
        assert "expected 0600" in read(Source(SIDECAR, f"{sidecar}/metrics", token_file=secret)).problem


@pytest.mark.parametrize(
    ("path", "text", "limits", "said"),
    [
        ("/silent", "", {"limit_seconds": 0.3}, "no answer within 0.3 s"),
        ("/moved", "", {}, "answers 302"),
        ("/metrics", "<html>no metrics {{{</html>", {}, "not Prometheus' text"),
        ("/metrics", "a 1\n" * 1000, {"most_bytes": 1000}, "cannot be reached"),
    ],
)
def test_a_source_that_answers_amiss_is_told_in_words(path: str, text: str, limits: dict, said: str):
    with answering(text) as url:
        found = read(Source(HUB, f"{url}{path}"), **limits)
    assert said in found.problem and not found.families


def test_a_source_that_is_not_there_leaves_the_others(four: list[Reading]):
    with answering("") as url:
        pass
    gone = read(Source(SIDECAR, f"{url}/metrics"))
    assert "cannot be reached" in gone.problem
    readings = [four[0], four[1], gone]
    first = shown(readings)["Sources"]
    assert [row[1].startswith("CANNOT BE READ") for row in first] == [False, False, True]
    assert "Predictions" not in shown(readings) and "Proxy" in shown(readings)
    text = merged_text(readings).decode()
    assert 'decisionlab_source_up{source="sidecar"} 0.0' in text and 'decisionlab_source_up{source="hub"} 1.0' in text


def test_the_sources_survive_json():
    sources = [Source(HUB, "http://127.0.0.1:1/m", hub_token=True), Source(SIDECAR, "http://127.0.0.1:2/m", token_file=Path("/secret"))]
    assert of_json(to_json(sources)) == sources


def test_the_merged_text_tells_every_samples_source(four: list[Reading]):
    text = merged_text(four).decode()
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families), "a family stands twice"
    samples = [sample for family in families for sample in family.samples]
    assert len(samples) == sum(each.samples for each in four) + 8
    assert {sample.labels["source"] for sample in samples} == {HUB, PROXY, SIDECAR, BROKER}
    assert 'requests_web_total{source="proxy"} 120.0' in text
    assert 'odd{exported_source="theirs",source="sidecar"} 1.0' in text
    assert "# TYPE process_resident_memory_bytes untyped" in text
    assert 'process_resident_memory_bytes{source="hub"} 1.048576e+08' in text and 'process_resident_memory_bytes{source="proxy"} 5.24288e+07' in text


def test_the_tables_say_what_the_texts_say(four: list[Reading]):
    found = shown(four)
    assert ("users that the hub knows", "7") in found["Users and servers"] and ("users active within 24h", "5") in found["Users and servers"]
    assert [row[0].rpartition(" ")[2] for row in found["Users and servers"] if "within" in row[0]] == ["24h", "7d", "30d"]
    assert found["Starts of servers"] == [("success", "4", "4 s", "5 s", "10 s")]
    assert found["Requests"][0] == ("hub", "100", "–", "200 ms", "100 ms", "1 s")
    assert ("answered with 503", "1") in found["Proxy"] and ("web requests", "120") in found["Proxy"]
    assert found["Predictions"] == [("keep_<b>or</b>_not", "2", "4,242")]
    assert [row[2:5] for row in found["Drift"]] == [("log_size", "0.310", "SHIFTED"), ("opens", "0.010", "as in training")]
    assert ("requests for tokens", "given", "9") in found["Tokens"]
    assert found["Errors"] == [("hub", "answered with 500", "2"), ("proxy", "answered with 503", "1"), ("token-broker", "login_required", "2")]


def test_a_share_above_the_last_bound_is_not_given_a_bound():
    counted = Counted.of(reading(HUB, HUB_TEXT))
    assert counted.within("jupyterhub_request_duration_seconds", 0.99) == float("inf")
    assert counted.mean("jupyterhub_request_duration_seconds", code="200") == pytest.approx(9 / 98)
    assert counted.mean("absent") is None and counted.within("absent", 0.5) is None


def test_growth_is_of_the_window_and_of_one_run():
    growth = Growth(window_seconds=100)
    name = "requests_web_total"

    def take(moment: float, value: float | None) -> None:
        growth.take(moment, [] if value is None else [reading(PROXY, f"# TYPE requests_web counter\nrequests_web {value}\n")], GROWING)

    take(0, 1000)
    assert growth.per_second(PROXY, name) is None
    take(50, 1100)
    assert growth.per_second(PROXY, name) == pytest.approx(2.0)
    take(140, 1190)
    assert growth.per_second(PROXY, name) == pytest.approx(1.0), "the first reading is older than the window"
    take(150, 5)
    assert growth.per_second(PROXY, name) is None, "the proxy was started anew"
    take(160, None)
    take(170, 45)
    assert growth.per_second(PROXY, name) == pytest.approx(2.0)


def test_the_page_has_no_script_and_shows_names_as_text(four: list[Reading]):
    page = html(tables(four, Growth()), "12:00")
    assert "keep_&lt;b&gt;or&lt;/b&gt;_not" in page and "<b>" not in page
    assert "<script" not in page and "http://" not in page and "https://" not in page
    assert "default-src 'none'" in POLICY and "unsafe" not in POLICY


def test_every_name_in_the_dashboard_is_a_metric():
    dashboard = json.loads(DASHBOARD.read_text())
    used, declared = names_in_dashboard(), declared_names()
    assert len(used) > 20
    assert used <= declared, f"no program has {sorted(used - declared)}"
    assert {name.split("_")[0] for name in used} >= {"jupyterhub", "requests", "sidecar", "token", "decisionlab"}
    assert set(GROWING) <= declared
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)


def names_in_dashboard() -> set[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    return {name for panel in dashboard["panels"] for target in panel.get("targets", []) for name in names_of(target["expr"])}


def names_of(query: str) -> set[str]:
    """The names of metrics in a query: words that are neither functions nor labels."""
    bare = re.sub(r'\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)|"[^"]*"', " ", query)
    return set(re.findall(r"[a-z_][a-z0-9_]{3,}", bare)) - WORDS_OF_QUERIES


def declared_names() -> set[str]:
    """Names as they are in the merged text: those of the hub's own registry, and those that the other programs' sources declare."""
    import jupyterhub.metrics  # noqa: F401, PLC0415 - fills the registry
    from prometheus_client import REGISTRY  # noqa: PLC0415

    names = set()
    for family in REGISTRY.collect():
        names |= spelled(family.name, family.type)
    java = [*(CHECKOUT / "sidecar" / "src" / "main").rglob("*.java"), *(CHECKOUT / "identity" / "token-broker" / "src" / "main").rglob("*.java")]
    for source in java:
        for kind, name in re.findall(r'(Histogram|)[^;"]*"((?:sidecar|token_broker)_[a-z_]+)"', source.read_text()):
            names |= spelled(name, "histogram" if kind or name.endswith("_seconds") else "gauge")
    names |= {"requests_web_total", "requests_ws_total", "requests_proxy_total"}  # a test with a real proxy sees them
    return names | {"decisionlab_source_up", "decisionlab_source_scrape_seconds"}


def spelled(name: str, kind: str) -> set[str]:
    if kind == "histogram":
        return {f"{name}_{end}" for end in ("bucket", "count", "sum")}
    return {f"{name.removesuffix('_total')}_total"} if kind == "counter" else {name}
