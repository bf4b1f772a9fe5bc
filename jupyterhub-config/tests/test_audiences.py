# SPDX-License-Identifier: Apache-2.0
"""For whom tokens are: what an audience can be, and which one a lab has whose login was remembered before there was a usual one."""

from __future__ import annotations

import json

import pytest

from decisionlab_hub.login.audience import is_audience
from decisionlab_hub.login.choice import RememberedLogin
from decisionlab_hub.yaml_file import problems_of
from test_login_rules import IAM, choice_of


def test_a_remembered_login_of_before_has_the_usual_audience_and_one_without_stays_without(tmp_path):
    named = choice_of("--iam", IAM, "--client-id", "hub", "--groups", "cms")
    file = tmp_path / "login.json"
    for before in ({}, {"sidecar_audience": ""}):
        file.write_text(json.dumps({"iam": IAM, "client_id": "hub", "groups": ["/cms"], **before}))
        assert RememberedLogin(tmp_path).read() == named and named.sidecar_audience == "urn:decisionlab:sidecar:hub"
    without = choice_of("--iam", IAM, "--client-id", "hub", "--groups", "cms", "--sidecar-audience", "none")
    RememberedLogin(tmp_path).write(without)
    assert json.loads(file.read_text())["sidecar_audience"] == "none" and RememberedLogin(tmp_path).read() == without
    file.write_text(json.dumps({"iam": IAM, "client_id": "hub", "users": ["bob"]}))
    assert not RememberedLogin(tmp_path).read().sidecar_audience, "a mere name may do nothing at a sidecar that asks for tokens"
    file.write_text(json.dumps({"iam": IAM, "client_id": "hub", "groups": ["/cms"], "scopes": ["openid", "storage.read:/"]}))
    assert not RememberedLogin(tmp_path).read().sidecar_audience, "no token of this login would be good there"


AUDIENCES = [
    "https://sidecar.example.org", "https://sidecar.example.org:8443/v1?x=1", "http://10.0.0.1:9000", "api://0f1e2d/lab", "urn:decisionlab:sidecar:lab",
    "urn:decisionlab:sidecar:my%20hub%2F1", "lab-sidecar", "sidecar.example.org", "Sidecar_1", "nonesuch",
]  # fmt: skip
NO_AUDIENCES = [
    "", " ", "my sidecar", "None", "NONE", "https:/sidecar.example.org", "https://", "https://ada:pw@sidecar.example.org", "urn:x", "lab:sidecar", "-lab", "a\nb", "lab\n", "x" * 501,
    "https://a b", "läb", '"lab"', "lab,other",
]  # fmt: skip


@pytest.mark.parametrize(("text", "good"), [*((text, True) for text in AUDIENCES), *((text, False) for text in NO_AUDIENCES)])
def test_an_audience_is_an_address_a_urn_or_a_plain_name(text, good):
    assert is_audience(text) is good
    assert (not problems_of({"audiences": {"files": text}}, "facility")) is good, "the schema has the same rule"
    assert (not problems_of({"audiences": {"sidecar": text}}, "facility")) is good


def test_the_usual_audience_of_any_client_is_one():
    for client in ("hub", "my hub/1", "https://hub.example.org/?a=b#c", "hüb", "x" * 255):
        assert is_audience(choice_of("--iam", IAM, "--client-id", client, "--groups", "cms").sidecar_audience)
