# SPDX-License-Identifier: Apache-2.0
"""Spark's own pages under the user's address: an extension of the user's server.

`spark-ui/PORT/` leads where jupyter-server-proxy's `proxy/PORT/` leads, behind the same log-in. The name matters: the
script of Spark's page of executors takes what follows a `proxy` in its address for an application, and shows no executor.

Every account of the machine reaches the pages' port, so kernels let through what this server has signed, with a key that both have from it.
"""

from __future__ import annotations

import hmac
import os
import secrets
import time
from typing import TYPE_CHECKING

SPARK_PAGES = "DECISIONLAB_SPARK_PAGES"
"""Environment variable that tells kernels the path; `off` there leaves the pages off."""

SPARK_PATH = "spark-ui"

PAGES_KEY = "DECISIONLAB_SPARK_PAGES_KEY"
"""Environment variable of the key, in hexadecimal: this server sets it for its kernels."""

PAGES_HEADER = "X-Decisionlab-Signed"

_OF_THE_USER = ("Cookie", "Authorization", "X-Xsrftoken", PAGES_HEADER)

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp
    from tornado.httputil import HTTPHeaders


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.spark_pages"}]


def signed(key: bytes, port: int, seconds: int) -> str:
    """Returns the header by which Spark's pages of the user's kernels know this server: good for half a minute and for one port."""
    return f"{seconds} {hmac.new(key, f'{seconds} {port}'.encode(), 'sha256').hexdigest()}"


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from jupyter_server.utils import url_path_join  # noqa: PLC0415 - the hub, which reads the names above, needs none of it
    from jupyter_server_proxy.config import ServerProxy  # noqa: PLC0415
    from jupyter_server_proxy.handlers import LocalProxyHandler  # noqa: PLC0415

    key = secrets.token_bytes(32)
    os.environ[PAGES_KEY] = key.hex()  # for the kernels that this server starts

    class SparkPageHandler(LocalProxyHandler):
        """Leads to the port without what the browser sends to prove who it is: whoever listens there would have it."""

        def proxy_request_headers(self) -> HTTPHeaders:
            headers = super().proxy_request_headers()
            for name in _OF_THE_USER:
                headers.pop(name, None)
            headers[PAGES_HEADER] = signed(key, int(self.path_args[0]), int(time.time()))
            return headers

    rewrite = ServerProxy(parent=app).non_service_rewrite_response
    pattern = url_path_join(app.web_app.settings["base_url"], rf"/{SPARK_PATH}/(\d+)(/.*|)")
    app.web_app.add_handlers(".*", [(pattern, SparkPageHandler, {"absolute_url": False, "rewrite_response": rewrite})])
