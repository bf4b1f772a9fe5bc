# SPDX-License-Identifier: Apache-2.0
"""Secrets: generated once, readable by their owner only, never given a default."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically
from decisionlab_hub.layout import private_directory

PASSWORD = "hub-password"
COOKIE_SECRET = "cookie-secret"
PROXY_TOKEN = "proxy-token"

_MAKERS = {
    PASSWORD: lambda: secrets.token_urlsafe(12),
    COOKIE_SECRET: lambda: secrets.token_hex(32),
    PROXY_TOKEN: lambda: secrets.token_hex(32),
}


def ensure_secrets(directory: Path) -> list[str]:
    """Makes the secrets that are missing; returns their names."""
    private_directory(directory)
    made = [name for name in _MAKERS if not (directory / name).exists()]
    for name in made:
        write_atomically(directory / name, _MAKERS[name]() + "\n", mode=0o600)
    return made


def read_secret(path: Path) -> str:
    """Reads a secret; refuses a file that is absent, empty, or open to anyone but its owner."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError as absent:
        raise LabError(f"the secret {path} is missing; `lab up` generates it") from absent
    if mode & 0o077:
        raise LabError(f"the secret {path} has mode {mode:04o}; expected 0600: chmod 600 it, or remove it and run `lab up`")
    secret = path.read_text(encoding="utf-8").strip()
    if len(secret) < 16:
        raise LabError(f"the secret {path} has {len(secret)} characters; at least 16 are expected: remove it and run `lab up`")
    return secret
