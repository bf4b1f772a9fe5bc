# SPDX-License-Identifier: Apache-2.0
"""What has the shape of a secret is found though nobody knew of it, and what only resembles one is not."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import random
import secrets
import urllib.parse
import uuid
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm
from tornado.web import create_signed_value

from secret_search import Search, Secret
from secret_shapes import ALLOWED, shapes

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
JWT = jwt.encode({"sub": "ada", "exp": 1}, EC_KEY, "ES256")
OPAQUE = base64.urlsafe_b64encode(random.Random(5).randbytes(96)).decode()
HUB = uuid.UUID(int=random.Random(6).getrandbits(128), version=4).hex
COOKIE = create_signed_value("s" * 32, "jupyterhub-user-ada", "value").decode()


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, form: serialization.PrivateFormat, password: bytes | None = None) -> str:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


PEMS = {
    "PKCS 8": pem(EC_KEY, serialization.PrivateFormat.PKCS8),
    "of RSA": pem(RSA_KEY, serialization.PrivateFormat.TraditionalOpenSSL),
    "of OpenSSH": pem(EC_KEY, serialization.PrivateFormat.OpenSSH),
    "encrypted": pem(RSA_KEY, serialization.PrivateFormat.PKCS8, b"hush"),
    "with lines of a head": pem(RSA_KEY, serialization.PrivateFormat.TraditionalOpenSSL, b"hush"),
}


def told(content: str | bytes) -> set[str]:
    return {name for name, _ in shapes(content if isinstance(content, bytes) else content.encode())}


@pytest.mark.parametrize("around", ["{}", "Bearer {}", "x={}&y", '"{}"', "\n{}\n", "a{}", "/{} HTTP/1.1"])
def test_a_json_web_token_is_one_by_its_head(around: str):
    assert "JSON Web Token" in told(around.format(JWT))


def test_what_only_looks_like_a_json_web_token_is_none():
    head, body, signature = JWT.split(".")
    other = base64.urlsafe_b64encode(b'{"typ": "JWT", "x": 1}').decode().rstrip("=")
    for text in (f"{other}.{body}.{signature}", f"{head}.{body}", f"{head[:-6]}.{body}.{signature}", f"{head}.{body}.[secret]", "eyJhbGciOiJFUzI1NiJ9 . eyJzdWIiOiJhZGEifQ"):
        assert told(text) == set(), text


@pytest.mark.parametrize("around", ["{}", '"refresh_token":"{}"', "?code={}&state=1", "/{}?x", "a+{}:"])
def test_a_refresh_token_or_code_of_the_simulator_is_one_by_its_length(around: str):
    assert len(OPAQUE) == 128
    assert told(around.format(OPAQUE)) == {"token of the hub or of a provider"}


def test_what_is_a_part_of_something_or_hexadecimal_is_no_opaque_token():
    for text in (OPAQUE[1:], OPAQUE + "x", f"+{OPAQUE}/", f"/{OPAQUE}=", hashlib.sha512(b"").hexdigest(), "x" * 128, "_" * 127 + "1"):
        assert told(text) == set(), text


@pytest.mark.parametrize(
    "around",
    ["JUPYTERHUB_API_TOKEN={}", "Authorization: token {}", "?token={}", '"token": "{}"', "{{'Authorization': 'token {}'}}", "password = {}", "ConfigProxy.auth_token: '{}'", "Bearer {}"],
)
def test_a_token_of_the_hub_is_one_where_the_words_before_say_so(around: str):
    assert "token of the hub or of a provider" in told(around.format(HUB)) or around.startswith("Bearer") and told(around.format(HUB)) == {"credential of a request"}


def test_another_identifier_is_no_token_of_the_hub():
    for text in (f"msg_id: {HUB}", f"kernel {HUB}", f'"id":"{HUB}"', f"token {hashlib.md5(b'').hexdigest()}", f"tokens were asked for by {HUB}", f"token {HUB}0", str(uuid.UUID(HUB))):
        assert told(text) == set(), text


@pytest.mark.parametrize("around", ["Authorization: Bearer {}", "authorization=Basic {}", '"Authorization": ["Bearer {}"]', "-H 'Authorization: token {}'", "Bearer {}"])
def test_a_credential_of_a_request_is_one_whatever_its_form(around: str):
    assert told(around.format(secrets.token_urlsafe(24))) >= {"credential of a request"}


def test_words_about_credentials_are_none():
    for text in ("Authorization: Bearer [secret]", "Authorization: Bearer (hidden)", 'header("Authorization", "Bearer " + token.secret())', "WWW-Authenticate: Bearer error=invalid_token", "bearer token"):
        assert told(text) == set(), text


@pytest.mark.parametrize("kind", PEMS)
@pytest.mark.parametrize("write", [str.encode, lambda text: text.replace("\n", "\r\n").encode()])
def test_a_private_key_is_one_in_every_form_of_pem(kind: str, write):
    assert told(write(PEMS[kind])) == {"private key"}


def test_a_private_key_is_one_as_json():
    own = json.loads(ECAlgorithm.to_jwk(EC_KEY))
    assert told(json.dumps({"keys": [own]})) == {"private key"}
    assert told(json.dumps({"keys": [{"kty": "oct", "k": secrets.token_urlsafe(32)}]})) == {"private key"}
    assert told(ECAlgorithm.to_jwk(EC_KEY.public_key())) == set()


def test_a_public_key_or_the_name_of_a_form_is_none():
    public = RSA_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (public, "-----BEGIN PRIVATE KEY-----", '"-----BEGIN RSA PRIVATE KEY-----" + lines + "-----END RSA PRIVATE KEY-----"'):
        assert told(text) == set(), text


def test_a_signed_cookie_is_one():
    assert told(f'Set-Cookie: jupyterhub-user-ada="{COOKIE}"; HttpOnly') == {"signed cookie"}
    assert told(COOKIE.rpartition("|")[0]) == set()


@pytest.mark.parametrize("secret", [JWT, OPAQUE, COOKIE, PEMS["PKCS 8"], f"token={HUB}", f"Bearer {OPAQUE[:30]}"])
@pytest.mark.parametrize(
    "write",
    [str.encode, lambda value: json.dumps({"a": value}).encode(), lambda value: urllib.parse.quote(value).encode(), lambda value: html.escape(json.dumps(value)).encode(), lambda value: value.encode("utf-16")],
)
def test_a_search_finds_shapes_in_every_way_of_writing(secret: str, write):
    found = Search([]).text("a page", b"before " + write(secret) + b" after")
    assert [finding.secret for finding in found] == ["?"] and found[0].form.startswith("has the shape: ")
    assert secret not in repr(found)


def test_what_is_known_is_told_by_its_name_only(tmp_path: Path):
    (tmp_path / "log").write_text(f"token={JWT} refresh={OPAQUE}")
    found = Search([Secret("token of ada", JWT)]).folder(tmp_path)
    assert {(finding.secret, finding.form) for finding in found} == {("token of ada", "plain"), ("token of ada", "signature"), ("?", "has the shape: token of the hub or of a provider")}


def test_what_is_allowed_is_allowed_alone():
    allowed = {hashlib.sha256(OPAQUE.encode()).hexdigest(): "an example of a page"}
    assert list(shapes(f"{OPAQUE} {JWT}".encode(), allowed)) == [("JSON Web Token", JWT.encode())]


def test_all_that_is_allowed_has_its_reason():
    assert all(len(name) == 64 and len(reason.split()) >= 3 for name, reason in ALLOWED.items())
