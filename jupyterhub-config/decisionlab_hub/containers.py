# SPDX-License-Identifier: Apache-2.0
"""Users' servers in containers: the settings of DockerSpawner (also for podman's socket) and of KubeSpawner."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Facility

if TYPE_CHECKING:
    from traitlets.config import Config

    from decisionlab_hub.profiles import Profile

HOME = "/home/lab"
"""The home of the image's user, in every image."""

SIDECAR_ADDRESS = "DECISIONLAB_SIDECAR_URL"

_OF_THIS_MACHINE = ("DJL_CACHE_DIR", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR", SIDECAR_ADDRESS)
"""Variables with paths and addresses that a container has not."""

_PACKAGES = {"docker": ("dockerspawner", "dockerspawner"), "kubernetes": ("kubespawner", "jupyterhub-kubespawner")}
_GPU = "nvidia.com/gpu"

BROKER_ADDRESS = "DECISIONLAB_TOKEN_BROKER"
_BROKER_PATH = "/services/token-broker"


def broker_for_containers(facility: Facility) -> str:
    """Returns the token broker's address for servers in containers, to which this machine's loopback is their own: the hub's public one."""
    public = facility.public_url or ""
    if not public.startswith("https://"):
        raise LabError(
            f"public_url is {public or 'missing'}; with a provider, servers of kind {facility.spawner.kind} get their tokens from the token broker "
            f"by the hub's public address; expected public_url: https://..., whose path {_BROKER_PATH} leads through the hub's proxy"
        )
    return public.rstrip("/") + _BROKER_PATH


def configure_containers(c: Config, facility: Facility, hub_api_port: int) -> None:
    """Replaces the settings of servers on this machine by those of servers in containers."""
    kind = facility.spawner.kind or ""
    module, package = _PACKAGES[kind]
    if importlib.util.find_spec(module) is None:
        raise LabError(f"spawner.kind is {kind}, which needs {package}; it is not installed: pip install -r jupyterhub-config/requirements-{kind}.in")
    c.JupyterHub.hub_bind_url = f"http://{_in_address(facility.spawner.hub_listens)}:{hub_api_port}"
    c.JupyterHub.hub_connect_url = f"http://{facility.spawner.hub_address}:{hub_api_port}"
    c.Spawner.cmd = ["jupyterhub-singleuser"]
    c.Spawner.args = []
    c.Spawner.ip = "0.0.0.0"
    c.Spawner.env_keep = []
    c.Spawner.environment = {name: value for name, value in c.Spawner.environment.items() if name not in _OF_THIS_MACHINE}
    c.Spawner.pre_spawn_hook = None
    if kind == "docker":
        _docker(c, facility)
    else:
        _kubernetes(c, facility)


def _in_address(number: str) -> str:
    return f"[{number}]" if ":" in number else number


def _docker(c: Config, facility: Facility) -> None:
    spawner = facility.spawner
    c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
    c.DockerSpawner.image = spawner.image
    c.DockerSpawner.network_name = spawner.docker.network
    c.DockerSpawner.use_internal_ip = True
    c.DockerSpawner.remove = True
    c.DockerSpawner.notebook_dir = HOME
    c.DockerSpawner.volumes = {"decisionlab-home-{username}": HOME}
    c.DockerSpawner.extra_create_kwargs = {"user": str(spawner.docker.uid)}
    c.DockerSpawner.extra_host_config = {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": spawner.docker.pids,
        "ipc_mode": "private",
    }
    if spawner.docker.socket:
        c.DockerSpawner.client_kwargs = {"base_url": spawner.docker.socket}


def _kubernetes(c: Config, facility: Facility) -> None:
    spawner = facility.spawner
    c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
    c.KubeSpawner.image = spawner.image
    c.KubeSpawner.namespace = spawner.kubernetes.namespace
    c.KubeSpawner.uid = c.KubeSpawner.gid = c.KubeSpawner.fs_gid = spawner.kubernetes.uid
    c.KubeSpawner.automount_service_account_token = False
    c.KubeSpawner.allow_privilege_escalation = False
    c.KubeSpawner.container_security_context = {
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    c.KubeSpawner.storage_pvc_ensure = True
    c.KubeSpawner.storage_capacity = spawner.kubernetes.storage
    c.KubeSpawner.storage_access_modes = ["ReadWriteOnce"]
    if spawner.kubernetes.storage_class:
        c.KubeSpawner.storage_class = spawner.kubernetes.storage_class
    c.KubeSpawner.pvc_name_template = "home-{username}"
    c.KubeSpawner.volumes = {"home": {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}}
    c.KubeSpawner.volume_mounts = {"home": {"name": "home", "mountPath": HOME}}
    c.KubeSpawner.notebook_dir = HOME
    c.KubeSpawner.delete_pvc = False


def apply_to_container(spawner: Any, kind: str, profile: Profile) -> None:
    """Sets what a profile means for a container beyond memory, cores and environment."""
    if profile.image:
        spawner.image = profile.image
    if profile.gpus and kind == "docker":
        from docker.types import DeviceRequest  # noqa: PLC0415 - comes with dockerspawner only

        gpus = DeviceRequest(count=profile.gpus, capabilities=[["gpu"]])
        spawner.extra_host_config = {**spawner.extra_host_config, "device_requests": [gpus]}
    elif profile.gpus:
        spawner.extra_resource_limits = {**spawner.extra_resource_limits, _GPU: str(profile.gpus)}
