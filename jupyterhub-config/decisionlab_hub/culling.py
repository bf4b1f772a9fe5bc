# SPDX-License-Identifier: Apache-2.0
"""The ending of idle servers: jupyterhub-idle-culler, with the rights that it needs and no more.

A cell that computes without a word is activity: the Java kernel sends its state again and again while a cell runs, the
user's server counts that, and every kernel that is busy, and tells the hub. Each of these steps is made several times within
the idle time.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Culling

SERVICE = "idle-culler"

SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]

_STEPS_PER_IDLE_TIME = 5
_LONGEST_STEP = 60

_KERNEL_IDLE_SECONDS = 4 * 3600
_SERVER_ALONE_SECONDS = 8 * 3600


def step_seconds(culling: Culling) -> int:
    """Returns how often kernel and server tell of activity."""
    return max(1, min(_LONGEST_STEP, culling.idle // _STEPS_PER_IDLE_TIME))


def culler_service(culling: Culling, python: Path) -> dict[str, Any]:
    """Returns the service as JupyterHub runs it; raises LabError when the culler is not installed."""
    if importlib.util.find_spec("jupyterhub_idle_culler") is None:
        raise LabError("culling needs jupyterhub-idle-culler, which is not installed; ./lab down and ./lab up install it, or set culling.enabled to false")
    command = [str(python), "-m", "jupyterhub_idle_culler", f"--timeout={culling.idle}"]
    return {"name": SERVICE, "command": [*command, f"--cull-every={culling.every}", f"--max-age={culling.maximum_age}"]}


def culler_role() -> dict[str, Any]:
    return {"name": SERVICE, "description": "ends idle servers", "scopes": list(SCOPES), "services": [SERVICE]}


def kernel_options(culling: Culling) -> list[str]:
    """Returns what a Java kernel is told, so that a silent cell counts as activity."""
    return [f"-Ddecisionlab.activity.seconds={step_seconds(culling)}"]


def server_variables(culling: Culling) -> dict[str, str]:
    """Returns what a user's server is told, so that the hub hears of activity in time."""
    return {"JUPYTERHUB_ACTIVITY_INTERVAL": str(step_seconds(culling))}


def server_options(culling: Culling) -> list[str]:
    """Returns when a user's server ends kernels that nobody looks at, and itself: not before the hub would end it as idle, and never where culling is off."""
    kernel = max(_KERNEL_IDLE_SECONDS, culling.idle) if culling.enabled else 0
    alone = max(_SERVER_ALONE_SECONDS, 2 * culling.idle) if culling.enabled else 0
    return [f"--MappingKernelManager.cull_idle_timeout={kernel}", f"--ServerApp.shutdown_no_activity_timeout={alone}"]
