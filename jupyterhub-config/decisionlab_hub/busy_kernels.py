# SPDX-License-Identifier: Apache-2.0
"""A kernel that computes is activity, whatever its language and also when it says nothing: an extension of the user's server.

Jupyter's server counts messages only, so a silent cell looks idle to it, and to the hub, which ends idle servers.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

ACTIVITY = "busy_kernels_last_activity"
"""Of the server's settings whose names end so the latest is its last activity."""

_INTERVAL = "JUPYTERHUB_ACTIVITY_INTERVAL"
_USUAL_SECONDS = 60


def note_busy_kernels(app: ServerApp) -> None:
    """Notes that the server is active when one of its kernels is computing."""
    kernels = app.kernel_manager
    if any(getattr(kernels.get_kernel(each), "execution_state", "") == "busy" for each in kernels.list_kernel_ids()):
        app.web_app.settings[ACTIVITY] = datetime.now(timezone.utc)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.busy_kernels"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from tornado.ioloop import PeriodicCallback  # noqa: PLC0415 - comes with the server

    told = os.environ.get(_INTERVAL, "")
    seconds = int(told) if told.isascii() and told.isdigit() and int(told) else _USUAL_SECONDS
    PeriodicCallback(lambda: note_busy_kernels(app), 1000 * seconds).start()
