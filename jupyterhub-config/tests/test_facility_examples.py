# SPDX-License-Identifier: Apache-2.0
"""The facility files that operators begin with: each is taken as it stands, and says what it is for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from conftest import CHECKOUT
from decisionlab_hub.facility import Facility
from test_containers import cluster, load, manifests, spawner_of  # noqa: F401 - fixtures
from test_facility import configured  # noqa: F401 - a fixture of a fixture

EXAMPLES = CHECKOUT / "jupyterhub-config" / "examples"
NAMES = sorted(path.stem.removeprefix("facility-") for path in EXAMPLES.glob("facility-*.yaml"))
OBJECTS = list(yaml.safe_load_all((EXAMPLES / "kubernetes-objects.yaml").read_text()))


def object_of(kind: str) -> dict[str, Any]:
    (found,) = [each for each in OBJECTS if each["kind"] == kind]
    return found


def made_here(name: str, tmp_path: Path) -> str:
    """The example with a folder of the test for shared files; no machine of ours has its provider, so that is another test's."""
    return (EXAMPLES / f"facility-{name}.yaml").read_text().replace("/srv/decisionlab", str(tmp_path / "shared"))


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_taken_as_it_stands(name):
    facility = Facility.read(EXAMPLES / f"facility-{name}.yaml", {})
    assert facility.spawner.kind == {"accounts": "local"}.get(name, name)
    assert facility.public_url.startswith("https://") and facility.shared is not None


def test_there_is_one_for_each_way_that_keeps_users_apart():
    assert NAMES == ["accounts", "docker", "kubernetes"]


def hub_with(load: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:  # noqa: F811
    """The hub's configuration from an example; a login as its own is what `./lab up` tells the hub beside it."""
    told = {"ISSUER": "https://iam.example.org/", "HUB_CLIENT_ID": "decisionlab", "ALLOWED_GROUPS": "/cms", "ADMIN_GROUPS": "/cms/operators", "LOGIN_CALLBACK": "https://lab.example.org/hub/oauth_callback"}
    secret = tmp_path / "home" / "client-secret"
    secret.write_text("the-secret-of-the-client\n")
    secret.chmod(0o600)
    for variable, value in told.items():
        monkeypatch.setenv(f"DECISIONLAB_{variable}", value)
    monkeypatch.setenv("DECISIONLAB_HUB_CLIENT_SECRET_FILE", str(secret))
    group = SimpleNamespace(gr_gid=4711, gr_name="cms", gr_mem=[])
    monkeypatch.setattr("grp.getgrnam", lambda _: group)
    return load(made_here(name, tmp_path))


def test_a_pod_is_what_the_objects_of_the_cluster_are_for(load, cluster, tmp_path, monkeypatch):  # noqa: F811
    config = hub_with(load, "kubernetes", tmp_path, monkeypatch)
    pod, claim = asyncio.run(asyncio.wait_for(manifests(lambda: spawner_of(config, "ada", "")), 60))
    policy = object_of("NetworkPolicy")["spec"]
    wanted = policy["podSelector"]["matchLabels"]
    assert wanted and {name: pod["metadata"]["labels"].get(name) for name in wanted} == wanted
    ports = [port["containerPort"] for container in pod["spec"]["containers"] for port in container["ports"]]
    assert ports == [port["port"] for rule in policy["ingress"] for port in rule["ports"]]
    namespace = object_of("Namespace")["metadata"]["name"]
    assert config.KubeSpawner.namespace == namespace and {each["metadata"].get("namespace", namespace) for each in OBJECTS} == {namespace}
    assert claim["spec"]["resources"]["requests"]["storage"] == "20Gi"


@pytest.mark.parametrize(("kind", "model"), [("Role", "V1Role"), ("RoleBinding", "V1RoleBinding"), ("NetworkPolicy", "V1NetworkPolicy"), ("ServiceAccount", "V1ServiceAccount"), ("Namespace", "V1Namespace")])
def test_each_object_is_one_that_kubernetes_knows(kind, model):
    from kubernetes_asyncio.client import models  # noqa: PLC0415 - the modules of Kubernetes take a second

    def known(value: Any, of: str) -> None:
        kinds = getattr(models, of, None)
        if of.startswith("list["):
            for each in value:
                known(each, of[5:-1])
        elif kinds is not None:
            named = {there: name for name, there in kinds.attribute_map.items()}
            for key, below in value.items():
                assert key in named, f"{key} is no field of {of}"
                known(below, kinds.openapi_types[named[key]])

    known(object_of(kind), model)
