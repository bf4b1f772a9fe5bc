# SPDX-License-Identifier: Apache-2.0
"""Spark's own pages under the user's address: an extension of the user's server.

`spark-ui/PORT/` leads where jupyter-server-proxy's `proxy/PORT/` leads, behind the same log-in. The name matters: the
script of Spark's page of executors takes what follows a `proxy` in its address for an application, and shows no executor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

SPARK_PAGES = "DECISIONLAB_SPARK_PAGES"
"""Environment variable that tells kernels the path; `off` there leaves the pages off."""

SPARK_PATH = "spark-ui"

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.spark_pages"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from jupyter_server.utils import url_path_join  # noqa: PLC0415 - the hub, which reads the names above, needs none of it
    from jupyter_server_proxy.config import ServerProxy  # noqa: PLC0415
    from jupyter_server_proxy.handlers import LocalProxyHandler  # noqa: PLC0415

    rewrite = ServerProxy(parent=app).non_service_rewrite_response
    pattern = url_path_join(app.web_app.settings["base_url"], rf"/{SPARK_PATH}/(\d+)(/.*|)")
    app.web_app.add_handlers(".*", [(pattern, LocalProxyHandler, {"absolute_url": False, "rewrite_response": rewrite})])
