# SPDX-License-Identifier: Apache-2.0
"""Servers in containers: real spawners from a facility file, and what they send to Docker and to Kubernetes for a user's server.

Docker's interface is a server of the test that keeps what it is sent; nothing is started.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from jupyterhub import orm
from jupyterhub.objects import Hub
from jupyterhub.user import User
from jupyterhub.utils import maybe_future
from traitlets import import_item
from traitlets.config import Config

from conftest import CHECKOUT
from decisionlab_hub.console import LabError
from test_facility import OIDC, configured  # noqa: F401 - a fixture
from test_facility_login import SAME

PROFILES = """
profiles:
  - {name: small, title: Small, memory: 2G, cpu: 1.5, heap_percent: 40, default: true}
  - {name: gpu, title: GPU, memory: 4G, cpu: 2, gpus: 1, image: 'lab-gpu@sha256:abc', environment: {TZ: UTC}}
"""
COMMON = OIDC.replace("client_id", "client_secret_file: client, client_id") + """
public_url: https://hub.example.org/
profiles_file: profiles.yaml
sidecar: {url: 'https://sidecar.example.org'}
storage: {hosts: [storage.example.org, '*.grid.example.org']}
hdfs: {hosts: ['httpfs.example.org:14000', 'b.example.org=urn:b:hdfs'], audience: 'urn:example:hdfs', scopes: ['storage.read:/home', wlcg.groups]}
shared: {folder: shared}
"""
DOCKER = "spawner: {kind: docker, image: 'lab@sha256:abc', hub_address: hub, docker: {socket: 'tcp://127.0.0.1:PORT', network: lab-net, pids: 100, uid: 1001}}\n" + COMMON
KUBERNETES = "spawner: {kind: kubernetes, image: 'lab@sha256:abc', hub_address: hub, kubernetes: {namespace: lab, storage: 5Gi, storage_class: fast, uid: 1001}}\n" + COMMON
OF_THE_HUB = {"DECISIONLAB_SIDECAR_AUDIENCE": "urn:decisionlab:sidecar:lab", "DECISIONLAB_FILE_AUDIENCE": "https://storage.example.org", "DECISIONLAB_DEVICE_CLIENT_ID": "lab-cli"}


class DockerDoor(BaseHTTPRequestHandler):
    """What a client of Docker's interface finds: a version, and a place for a new container."""

    created: list[tuple[str, dict[str, Any]]]

    def do_GET(self) -> None:
        self._answer({"ApiVersion": "1.47"})

    def do_POST(self) -> None:
        self.created.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self._answer({"Id": "c0ffee", "Warnings": []})

    def _answer(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def docker_door() -> Iterator[tuple[int, list[tuple[str, dict[str, Any]]]]]:
    door = type("Door", (DockerDoor,), {"created": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port, door.created
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def load(configured, tmp_path, monkeypatch):  # noqa: F811
    """The hub's configuration with a provider, a secret of its client, and a facility file."""
    home = tmp_path / "home"
    (home / "client").write_text("the-secret-of-the-client\n")
    (home / "client").chmod(0o600)
    (home / "profiles.yaml").write_text(PROFILES)
    told = {
        **SAME, **OF_THE_HUB, "DECISIONLAB_HUB_CLIENT_SECRET_FILE": str(home / "client"), "DECISIONLAB_LOGIN_SCOPES": "openid",
        "DECISIONLAB_LOGIN_CALLBACK": "https://hub.example.org/hub/oauth_callback", "DECISIONLAB_TOKEN_BROKER": "http://127.0.0.1:10101/services/token-broker",
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return configured


def spawner_as_made(config: Config, name: str, groups: tuple[str, ...]) -> Any:
    """A spawner as the hub makes it for a user of these groups."""
    db = orm.new_session_factory("sqlite:///:memory:")()
    user = orm.User(name=name, groups=[orm.Group(name=group) for group in groups])
    db.add(user)
    db.add(orm.Spawner(name="", user=user, server=orm.Server(base_url=f"/user/{name}/", port=8888)))
    db.commit()
    hub = Hub(proto="http", ip="0.0.0.0", port=18081, base_url="/hub/", connect_url=config.JupyterHub.get("hub_connect_url", ""), public_host="", routespec="/")
    kind = config.JupyterHub.spawner_class
    settings = {"hub": hub, "config": config, "spawner_class": import_item(kind) if isinstance(kind, str) else kind, "cookie_options": {}, "domain": ""}
    return User(user, settings)._new_spawner("", api_token="the-token-of-the-server", port=8888, oauth_client_id="jupyterhub-user-ada")


def spawner_of(config: Config, name: str, profile: str, groups: tuple[str, ...] = ("/cms",)) -> Any:
    """The same with the options that the user chose."""
    spawner = spawner_as_made(config, name, groups)
    spawner.environment = dict(config.Spawner.environment)
    config.Spawner.apply_user_options(spawner, {"profile": profile} if profile else {})
    return spawner


async def ready(spawner: Any) -> Any:
    """Has done what the hub has done before a start."""
    await maybe_future(spawner.run_pre_spawn_hook())
    return spawner


def told_to(environment: dict[str, str]) -> dict[str, str]:
    """What a server is told of services, of a whole environment without a secret and without a path or address of the hub's machine."""
    for secret in [*(path.read_text().strip() for path in SECRETS), "the-secret-of-the-client"]:
        assert not [name for name, value in environment.items() if secret in value]
    assert not [name for name, value in environment.items() if str(CHECKOUT) in value or ("127.0.0.1" in value and name != "SPARK_LOCAL_IP")]
    return {name: value for name, value in environment.items() if name.startswith("DECISIONLAB_") and name not in ("DECISIONLAB_RUN", "DECISIONLAB_GIT_PLACES", "DECISIONLAB_HELP_PAGES", "DECISIONLAB_SPARK_PAGES")}


SECRETS: list[Path] = []
FOR_NEIGHBOURS = {"-Dspark.authenticate=true", "-Ddecisionlab.neighbours=true"}
"""What keeps the ports of a kernel's Spark from other containers of the same network."""

TOLD = {
    "DECISIONLAB_TOKEN_BROKER": "https://hub.example.org/services/token-broker",
    "DECISIONLAB_SIDECAR_URL": "https://sidecar.example.org",
    "DECISIONLAB_SIDECAR_AUDIENCE": "urn:decisionlab:sidecar:lab",
    "DECISIONLAB_FILE_AUDIENCE": "https://storage.example.org",
    "DECISIONLAB_FILE_HOSTS": "storage.example.org,*.grid.example.org",
    "DECISIONLAB_HDFS_HOSTS": "httpfs.example.org:14000,b.example.org=urn:b:hdfs",
    "DECISIONLAB_HDFS_AUDIENCE": "urn:example:hdfs",
    "DECISIONLAB_HDFS_SCOPES": "storage.read:/home wlcg.groups",
    "DECISIONLAB_ISSUER": "https://iam.example.org",
    "DECISIONLAB_CLIENT_ID": "lab-cli",
}


@pytest.fixture(autouse=True)
def secrets(load, tmp_path):
    SECRETS[:] = list((tmp_path / "home" / "secrets").iterdir())
    assert len(SECRETS) > 4


@contextmanager
def created(load: Any, profile: str) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: F811
    """What DockerSpawner sends to make ada's container."""
    with docker_door() as (port, sent):
        asyncio.run(asyncio.wait_for(create(spawner_of(load(DOCKER.replace("PORT", str(port))), "ada", profile)), 60))
        ((path, body),) = sent
        yield path, body


async def create(spawner: Any) -> None:
    type(spawner)._client = None  # one for all spawners, of the door of a test before
    await (await ready(spawner)).create_object()


def test_what_docker_is_sent_for_a_server(load, tmp_path):  # noqa: F811
    with created(load, "small") as (path, body):
        assert path.endswith("/containers/create?name=jupyter-ada")
        assert body["Image"] == "lab@sha256:abc" and body["User"] == "1001"
        assert body["Cmd"][0] == "jupyterhub-singleuser" and "--MappingKernelManager.default_kernel_name=decisionlab" in body["Cmd"]
        host = body["HostConfig"]
        assert (host["Memory"], host["CpuQuota"], host["CpuPeriod"], host["PidsLimit"]) == (2 * 2**30, 150_000, 100_000, 100)
        assert host["CapDrop"] == ["ALL"] and host["SecurityOpt"] == ["no-new-privileges"] and host["IpcMode"] == "private"
        assert not host.get("Privileged") and not host.get("CapAdd") and not host.get("PortBindings")
        assert host["NetworkMode"] == "lab-net" and host["AutoRemove"] is True
        gallery = tmp_path / "home" / "shared" / "gallery"
        assert "GroupAdd" not in host
        assert sorted(host["Binds"]) == sorted(["decisionlab-home-ada:/home/lab:rw", f"{gallery}:/home/lab/shared/gallery:ro"])
        environment = dict(pair.split("=", 1) for pair in body["Env"])
        assert told_to(environment) == TOLD
        assert environment["JDK_JAVA_OPTIONS"].split()[:2] == ["-Xmx819m", "-XX:ActiveProcessorCount=2"]
        assert FOR_NEIGHBOURS <= set(environment["JDK_JAVA_OPTIONS"].split())
        assert environment["JUPYTERHUB_API_URL"] == "http://hub:18081/hub/api" and environment["CUDA_VISIBLE_DEVICES"] == ""
        assert (gallery / "01-smart-cache-quickstart.ipynb").exists()


def test_what_docker_is_sent_for_a_profile_with_a_gpu_and_an_image_of_its_own(load):  # noqa: F811
    with created(load, "gpu") as (_, body):
        assert body["Image"] == "lab-gpu@sha256:abc" and body["User"] == "1001"
        assert body["HostConfig"]["DeviceRequests"] == [{"Driver": "", "Count": 1, "DeviceIDs": [], "Capabilities": [["gpu"]], "Options": {}}]
        assert body["HostConfig"]["CapDrop"] == ["ALL"] and body["HostConfig"]["Memory"] == 4 * 2**30
        environment = dict(pair.split("=", 1) for pair in body["Env"])
        assert environment["TZ"] == "UTC" and "CUDA_VISIBLE_DEVICES" not in environment


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A file that names a cluster, without which KubeSpawner does not begin; nothing is asked of it."""
    from kubernetes_asyncio.config import kube_config  # noqa: PLC0415 - the modules of Kubernetes take a second

    named = {"name": "none", "cluster": {"server": "https://127.0.0.1:1"}}, {"name": "none", "context": {"cluster": "none", "user": "none"}}, {"name": "none", "user": {}}
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps({"current-context": "none", "clusters": [named[0]], "contexts": [named[1]], "users": [named[2]]}))
    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(path))


async def manifests(made: Callable[[], Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Pod and volume claim as KubeSpawner sends them; the spawner is made within the loop."""
    from kubernetes_asyncio.client import ApiClient  # noqa: PLC0415 - the modules of Kubernetes take a second

    spawner = await ready(await maybe_future(made()))
    async with ApiClient() as client:
        return client.sanitize_for_serialization(await spawner.get_pod_manifest()), client.sanitize_for_serialization(spawner.get_pvc_manifest())


@pytest.mark.parametrize(("profile", "image", "memory", "gpus"), [("small", "lab@sha256:abc", 2 * 2**30, None), ("gpu", "lab-gpu@sha256:abc", 4 * 2**30, "1")])
def test_what_kubernetes_is_sent_for_a_server(load, cluster, profile, image, memory, gpus):  # noqa: F811
    pod, claim = asyncio.run(asyncio.wait_for(manifests(lambda: spawner_of(load(KUBERNETES), "ada", profile)), 60))
    spec = pod["spec"]
    (container,) = spec["containers"]
    assert container["image"] == image and container["args"][0] == "jupyterhub-singleuser"
    limits = container["resources"]["limits"]
    assert (limits["memory"], limits.get("nvidia.com/gpu")) == (memory, gpus) and limits["cpu"] == (1.5 if profile == "small" else 2.0)
    security = container["securityContext"]
    assert security == {
        "runAsUser": 1001, "runAsGroup": 1001, "runAsNonRoot": True, "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    assert spec["automountServiceAccountToken"] is False and spec["securityContext"] == {"fsGroup": 1001}
    assert not any(spec.get(name) for name in ("hostNetwork", "hostPID", "hostIPC", "initContainers"))
    assert spec["volumes"] == [{"name": "home", "persistentVolumeClaim": {"claimName": "home-ada"}}]
    assert container["volumeMounts"] == [{"name": "home", "mountPath": "/home/lab"}]
    assert claim["metadata"]["name"] == "home-ada" and claim["spec"]["storageClassName"] == "fast"
    assert claim["spec"]["resources"]["requests"]["storage"] == "5Gi" and claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    environment = {entry["name"]: entry.get("value", "") for entry in container["env"]}
    assert told_to(environment) == TOLD and environment["JUPYTERHUB_API_URL"] == "http://hub:18081/hub/api"
    assert FOR_NEIGHBOURS <= set(environment["JDK_JAVA_OPTIONS"].split())


@pytest.mark.parametrize(("text", "namespace"), [(DOCKER, None), (KUBERNETES, "lab")])
def test_settings_of_containers_exist_and_are_valid(load, text, namespace):  # noqa: F811
    config = load(text.replace("PORT", "1").replace("hub_address: hub", "hub_address: hub, hub_listens: 172.18.0.1") + "subdomain_host: https://hub.example.org\n")
    assert (config.JupyterHub.hub_bind_url, config.JupyterHub.subdomain_host) == ("http://172.18.0.1:18081", "https://hub.example.org")
    spawner = import_item(config.JupyterHub.spawner_class)
    for section in ("Spawner", spawner.__name__):
        for option, value in config[section].items():
            trait = spawner.class_traits(config=True).get(option)
            assert trait is not None, f"{section}.{option} is no option"
            trait._validate(spawner.__new__(spawner), value)
    assert config[spawner.__name__].get("namespace") == namespace
    assert config.JupyterHub.hub_connect_url == "http://hub:18081"


@pytest.mark.parametrize(("text", "package"), [(DOCKER, "dockerspawner"), (KUBERNETES, "jupyterhub-kubespawner")])
def test_a_package_that_is_missing_is_named(load, text, package, monkeypatch):  # noqa: F811
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LabError, match=f"needs {package}; it is not installed"):
        load(text.replace("PORT", "1"))
