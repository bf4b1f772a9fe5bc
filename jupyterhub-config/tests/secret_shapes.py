# SPDX-License-Identifier: Apache-2.0
"""What is a secret by its shape alone, whether or not anybody knows that it was in use.

A JSON Web Token, an opaque token of 96 random bytes (the refresh tokens and codes of the IAM simulator), a token of JupyterHub where the words before it
say that it is one, a credential of a request, a signed cookie, a private key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Callable, Iterator, Mapping

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_NOT_OF_A_WORD = bytes.maketrans(bytes(set(range(256)) - set(_WORD)), b" " * (256 - len(_WORD)))

_JWT = re.compile(rb"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{16,}")
_PRIVATE_KEY = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----\s*(?:[\w-]+: [^\n]{0,200}\s+){0,3}[A-Za-z0-9+/=]{40,}")
_PRIVATE_JWK = re.compile(rb"\{[^{}]{0,8000}?\"kty\"[^{}]{0,8000}?\}")
_SIGNED_COOKIE = re.compile(rb"2\|1:\d\|\d+:\d+\|\d+:[\w.-]+\|\d+:[\w+/=-]*\|[0-9a-f]{64}")
_CREDENTIAL = re.compile(rb"(?i:\bauthorization[\"']?\s{0,3}[:=,]\s{0,3}[\[(]?[\"']?(?:bearer|token|basic)|(?<![a-z])bearer)[ \t]+([\w.~+/-]{20,}=*)")
_HUB_TOKEN = re.compile(rb"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")
_SAYS_TOKEN = re.compile(rb"(?i:(?:token|secret|password|credential)s?[\"']?\s{0,3}[\s:=]\s{0,3}[\[(]?[\"']?(?:token[ \t]+|bearer[ \t]+)?)$")
_MOST_BEFORE = 48

ALLOWED: Mapping[str, str] = {}
"""What has the shape and is no secret: its SHA-256, and why it is none."""


def shapes(content: bytes, allowed: Mapping[str, str] = ALLOWED) -> Iterator[tuple[str, bytes]]:
    """Yields what has the shape of a secret, with the name of the shape."""
    for name, found in _SHAPES.items():
        for text in found(content):
            if hashlib.sha256(text).hexdigest() not in allowed:
                yield name, text


def _json_web_tokens(content: bytes) -> Iterator[bytes]:
    return (found[0] for found in _JWT.finditer(content) if _has_algorithm(found[0].partition(b".")[0]))


def _has_algorithm(part: bytes) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(header, dict) and "alg" in header


def _words(content: bytes) -> Iterator[bytes]:
    """Yields tokens that are a word of their own: opaque ones, and those of the hub."""
    for word in {word for word in content.translate(_NOT_OF_A_WORD).split() if len(word) in _LENGTHS}:
        if _LENGTHS[len(word)](word, content):
            yield word


def _is_opaque_token(word: bytes, content: bytes) -> bool:
    """Between two signs of base64 it is a piece of something longer; after one of them it may end an address."""
    return all(re.search(kind, word) for kind in (rb"[a-z]", rb"[A-Z]", rb"[0-9]")) and bool(re.search(rb"(?<![+/])" + word + rb"|" + word + rb"(?![+/=])", content))


def _is_hub_token(word: bytes, content: bytes) -> bool:
    return bool(_HUB_TOKEN.fullmatch(word)) and any(_SAYS_TOKEN.search(content[max(0, found.start() - _MOST_BEFORE) : found.start()]) for found in re.finditer(word, content))


_LENGTHS = {32: _is_hub_token, 128: _is_opaque_token}


def _credentials(content: bytes) -> Iterator[bytes]:
    lowered = content.lower()
    if b"bearer" in lowered or b"authorization" in lowered:
        yield from (found[1] for found in _CREDENTIAL.finditer(content))


def _private_keys(content: bytes) -> Iterator[bytes]:
    yield from (found[0] for found in _PRIVATE_KEY.finditer(content))
    if b'"kty"' in content:
        yield from (found[0] for found in _PRIVATE_JWK.finditer(content) if re.search(rb"\"(?:d|k)\"\s*:\s*\"[\w-]{20,}\"", found[0]))


_SHAPES: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "JSON Web Token": _json_web_tokens,
    "token of the hub or of a provider": _words,
    "credential of a request": _credentials,
    "signed cookie": lambda content: (found[0] for found in _SIGNED_COOKIE.finditer(content)),
    "private key": _private_keys,
}
