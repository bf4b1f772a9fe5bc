# SPDX-License-Identifier: Apache-2.0
"""The environment names of DODAS hubs, taken as other names of settings of the facility file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

SECRET = "IAM_CLIENT_SECRET"
"""The client's secret itself; it is not taken: login.client_secret_file names a file that only the hub can read."""

CRYPT_KEYS = "JUPYTERHUB_CRYPT_KEY"
"""JupyterHub's own variable with keys of logins; login/settings.py takes them."""

ISSUER = "OAUTH_ENDPOINT"

_TAKEN: dict[str, tuple[str, str]] = {
    "OAUTH_ENDPOINT": ("login", "issuer"),
    "OAUTH_CALLBACK_URL": ("login", "callback_url"),
    "OAUTH_SUB": ("login", "owner"),
    "OAUTH_GROUPS": ("login", "allowed_groups"),
    "ADMIN_OAUTH_GROUPS": ("login", "admin_groups"),
    "IAM_CLIENT_ID": ("login", "client_id"),
}
_LISTS = {"allowed_groups", "admin_groups"}

TAKEN = (*_TAKEN, CRYPT_KEYS)
"""All variables that are used."""

_NOT_TAKEN = {
    "JUPYTER_IMAGE_LIST": "images stand in the profiles file",
    "JUPYTER_RAM_LIST": "sizes stand in the profiles file",
    "WITH_GPU": "profiles with gpus stand in the profiles file",
    "JUPYTER_PROXY_TOKEN": "the proxy's token is generated and kept in secrets/",
    "S3_BUCKET": "buckets are not mounted",
    "S3_BUCKETS": "buckets are not mounted",
    "S3_ENDPOINT": "buckets are not mounted",
    "HTCONDOR_COLLECTOR_URL": "the environment of users stands in the profiles file",
    "HTCONDOR_SCHEDD_NAME": "the environment of users stands in the profiles file",
}


@dataclass(frozen=True)
class Aliases:
    """What the environment adds to the facility file's document, and the lines that say so in the log."""

    document: dict[str, Any]
    used: dict[tuple[str, str], str]
    """By the place of a setting, the variable it comes from."""
    notes: tuple[str, ...]


def with_aliases(document: dict[str, Any], environ: Mapping[str, str], file_name: str) -> Aliases:
    """Adds what DODAS's variables say to the file's document; where both say something, the file holds.

    All of them are about a provider: without its address, in the file or in `OAUTH_ENDPOINT`, none is used.
    """
    merged = dict(document)
    used: dict[tuple[str, str], str] = {}
    notes = [f"{name} is set, as on DODAS hubs, and not used: {why}" for name, why in _NOT_TAKEN.items() if environ.get(name, "").strip()]
    login = document.get("login")
    if not environ.get(ISSUER, "").strip() and not (isinstance(login, dict) and login.get("issuer")):
        alone = [name for name in (*_TAKEN, SECRET, CRYPT_KEYS) if environ.get(name, "").strip()]
        notes += [f"{name} is set, as on DODAS hubs, and not used: neither {ISSUER} nor login.issuer names a provider" for name in alone]
        return Aliases(merged, used, tuple(notes))
    for variable, (section, name) in _TAKEN.items():
        value = environ.get(variable, "").strip()
        if not value:
            continue
        given = merged.get(section) if isinstance(merged.get(section), dict) else {}
        if section in merged and not isinstance(merged[section], (dict, type(None))):
            continue  # the file's own problem, which its schema names
        if name in (given or {}):
            notes.append(f"{variable} is set and not used: {file_name} says {section}.{name}")
            continue
        merged[section] = {**(given or {}), name: value.split() if name in _LISTS else value}
        used[section, name] = variable
        notes.append(f"{section}.{name} is taken from {variable}, as on DODAS hubs")
    if environ.get(CRYPT_KEYS, "").strip():
        notes.append(f"{CRYPT_KEYS} is set: its first key encrypts logins, all of its keys and those of secrets/login-keys read them")
    if environ.get(SECRET, "").strip():
        notes.append(f"{SECRET} is set and not used: the client's secret is read from login.client_secret_file alone")
    return Aliases(merged, used, tuple(notes))
