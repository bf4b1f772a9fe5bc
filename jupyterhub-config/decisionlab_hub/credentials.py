# SPDX-License-Identifier: Apache-2.0
"""Secrets: generated once, readable by their owner only, never given a default."""

from __future__ import annotations

import base64
import re
import secrets
import stat
from pathlib import Path

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically
from decisionlab_hub.layout import private_directory

PASSWORD = "hub-password"
ADMIN_PASSWORD = "admin-password"
"""Of administrators where users share a password: JupyterHub takes none of fewer than 32 characters."""
COOKIE_SECRET = "cookie-secret"
PROXY_TOKEN = "proxy-token"
BROKER_TOKEN = "broker-token"
METRICS_TOKEN = "metrics-token"
SIDECAR_METRICS_TOKEN = "sidecar-metrics-token"
LOGIN_KEYS = "login-keys"

_HEXADECIMAL_DIGITS = 64

_MAKERS = {
    PASSWORD: lambda: secrets.token_urlsafe(12),
    ADMIN_PASSWORD: lambda: secrets.token_urlsafe(24),
    COOKIE_SECRET: lambda: secrets.token_hex(32),
    PROXY_TOKEN: lambda: secrets.token_hex(32),
    BROKER_TOKEN: lambda: secrets.token_hex(32),
    METRICS_TOKEN: lambda: secrets.token_hex(32),
    SIDECAR_METRICS_TOKEN: lambda: secrets.token_hex(32),
    LOGIN_KEYS: lambda: secrets.token_hex(32),
}


def ensure_secrets(directory: Path) -> list[str]:
    """Makes the secrets that are missing; returns their names."""
    private_directory(directory)
    made = [name for name in _MAKERS if not (directory / name).exists()]
    for name in made:
        write_atomically(directory / name, _MAKERS[name]() + "\n", mode=0o600)
    return made


def read_secret(path: Path, remedy: str = "`lab up` generates it") -> str:
    """Reads a secret; refuses a file that is absent, empty, or open to anyone but its owner.

    `remedy` says where such a secret comes from.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError as absent:
        raise LabError(f"the secret {path} is missing; {remedy}") from absent
    if mode & 0o077:
        raise LabError(f"the secret {path} has mode {mode:04o}; expected 0600: chmod 600 it")
    secret = path.read_text(encoding="utf-8").strip()
    if len(secret) < 16:
        raise LabError(f"the secret {path} has {len(secret)} characters; at least 16 are expected: remove it; {remedy}")
    return secret


def ensure_secret(path: Path) -> Path:
    """Makes one more secret at random where it is not there yet."""
    if not path.exists():
        private_directory(path.parent)
        write_atomically(path, secrets.token_urlsafe(24) + "\n", mode=0o600)
    return path


def read_keys(path: Path) -> list[str]:
    """Reads keys of 32 bytes in hexadecimal, one in a line: the first encrypts, each decrypts."""
    keys = read_secret(path).split()
    for number, key in enumerate(keys, 1):
        if not re.fullmatch(r"[0-9a-fA-F]{64}", key):
            raise LabError(f"line {number} of {path} is no key; 64 hexadecimal digits are expected, one key in a line")
    return keys


def keys_of(variable: str, text: str) -> list[str]:
    """Returns the keys that a variable holds as JupyterHub writes them: 32 bytes each, in hexadecimal or base64, semicolons between."""
    keys = []
    for number, part in enumerate((part.strip() for part in text.split(";") if part.strip()), 1):
        try:
            key = bytes.fromhex(part) if len(part) == _HEXADECIMAL_DIGITS else base64.b64decode(part, altchars=b"-_", validate=True)
        except ValueError:
            key = b""
        if len(key) * 2 != _HEXADECIMAL_DIGITS:
            raise LabError(f"key {number} in {variable} is no key; 32 bytes in hexadecimal or base64 are expected, semicolons between keys")
        keys.append(key.hex())
    return keys
