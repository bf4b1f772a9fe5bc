# SPDX-License-Identifier: Apache-2.0
"""The hub's settings for the service of metrics: its sources, its rights, and who may ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from decisionlab_hub.credentials import METRICS_TOKEN, SIDECAR_METRICS_TOKEN, read_secret
from decisionlab_hub.metrics.sources import BROKER, HUB, PROXY, SIDECAR, Source, to_json
from decisionlab_hub.ports import LOOPBACK

if TYPE_CHECKING:
    from traitlets.config import Config

    from decisionlab_hub.layout import Layout

SERVICE = "metrics"
PROMETHEUS = "prometheus"
"""The hub's service that has no program: only a token, with which Prometheus asks for the text."""

ACCESS = f"access:services!service={SERVICE}"
READ = "read:metrics"


@dataclass(frozen=True)
class Places:
    """Where the programs of a lab are."""

    hub_api_port: int
    proxy_port: int
    """Of the proxy's metrics."""
    service_port: int
    sidecar_url: str
    broker_url: str | None = None


def sources_of(places: Places, layout: Layout) -> list[Source]:
    """Returns the sources; the sidecar's token is presented whether or not it asks for one."""
    sources = [
        Source(HUB, f"http://{LOOPBACK}:{places.hub_api_port}/hub/metrics", hub_token=True),
        Source(PROXY, f"http://{LOOPBACK}:{places.proxy_port}/metrics"),
        Source(SIDECAR, f"{places.sidecar_url}/metrics", token_file=layout.secrets / SIDECAR_METRICS_TOKEN),
    ]
    return [*sources, Source(BROKER, f"{places.broker_url}/metrics", hub_token=True)] if places.broker_url else sources


def configure_metrics(c: Config, places: Places, layout: Layout) -> None:
    """Adds the service, which may read metrics and nothing else, and the token of Prometheus, which may ask the service and nothing else."""
    c.ConfigurableHTTPProxy.command = [*c.ConfigurableHTTPProxy.command, f"--metrics-ip={LOOPBACK}", f"--metrics-port={places.proxy_port}"]
    service: dict[str, Any] = {
        "name": SERVICE,
        "url": f"http://{LOOPBACK}:{places.service_port}",
        "command": [str(layout.python), "-m", "decisionlab_hub.metrics.service"],
        "environment": {"DECISIONLAB_METRICS_SOURCES": to_json(sources_of(places, layout))},
        "oauth_no_confirm": True,
    }
    prometheus = {"name": PROMETHEUS, "api_token": read_secret(layout.secrets / METRICS_TOKEN), "display": False}
    c.JupyterHub.services = [*c.JupyterHub.get("services", []), service, prometheus]
    c.JupyterHub.load_roles = [
        *c.JupyterHub.get("load_roles", []),
        {"name": SERVICE, "description": "reads metrics", "scopes": [READ], "services": [SERVICE]},
        {"name": "metrics-reader", "description": "sees the page and the text of metrics", "scopes": [ACCESS], "services": [PROMETHEUS]},
    ]
