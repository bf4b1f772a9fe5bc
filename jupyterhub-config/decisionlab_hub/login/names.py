# SPDX-License-Identifier: Apache-2.0
"""Names of users at the hub: safe as folders and accounts, and never two people under one."""

from __future__ import annotations

import hashlib
import json
import pwd
import re
from pathlib import Path

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically

SAFE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")

_FIRST_USER_ID = 1000
_KEPT_OF_UNSAFE = 22
_RESERVED = {"physicist", "shared", "hub", "admin"}


class NameTaken(Exception):
    """The name belongs to another account of the provider."""


def name_for(claimed: str, issuer: str, subject: str) -> str:
    """Returns the name that a user gets at the first login.

    It is the one that the provider says when that is safe; else what is safe of it, with an end that no other account has.
    """
    if SAFE_NAME.fullmatch(claimed) and claimed not in _RESERVED and not _of_the_system(claimed):
        return claimed
    slug = re.sub(r"[^a-z0-9]+", "-", claimed.lower()).strip("-")[:_KEPT_OF_UNSAFE].strip("-")
    end = hashlib.sha256(f"{issuer.rstrip('/')}\0{subject}".encode()).hexdigest()[:8]
    return f"{slug if slug[:1].isalpha() else 'u-' + slug if slug else 'u'}-{end}"[:31]


def _of_the_system(name: str) -> bool:
    try:
        return pwd.getpwnam(name).pw_uid < _FIRST_USER_ID
    except KeyError:
        return False


class AccountLedger:
    """Which account of a provider has which name at the hub, in a file; an account keeps its name when it is renamed there."""

    def __init__(self, path: Path):
        self._path = path

    def name_of(self, claimed: str, issuer: str, subject: str) -> str:
        """Returns the name of an account, or the one that it would get. Raises NameTaken when another account has that."""
        return self._find(self._read(), claimed, issuer, subject)

    def bind(self, name: str, issuer: str, subject: str) -> None:
        """Keeps that this account has this name. Raises NameTaken when another account has it."""
        accounts = self._read()
        if self._find(accounts, name, issuer, subject) != name or _account(issuer, subject) not in accounts:
            self._refuse_taken(accounts, name, issuer, subject)
            accounts[_account(issuer, subject)] = name
            write_atomically(self._path, json.dumps(accounts, indent=2) + "\n", mode=0o600)

    def _find(self, accounts: dict[str, str], claimed: str, issuer: str, subject: str) -> str:
        known = accounts.get(_account(issuer, subject))
        if known is not None:
            return known
        name = name_for(claimed, issuer, subject)
        self._refuse_taken(accounts, name, issuer, subject)
        return name

    def _refuse_taken(self, accounts: dict[str, str], name: str, issuer: str, subject: str) -> None:
        others = [account for account, taken in accounts.items() if taken == name and account != _account(issuer, subject)]
        if others:
            raise NameTaken(
                f"The name {name} belongs to another account of the login service here, with its files. "
                f"An administrator can give it to this account: in {self._path.name} of the hub."
            )

    def _read(self) -> dict[str, str]:
        try:
            accounts = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as wrong:
            raise LabError(f"{self._path} is not JSON ({wrong}); it says whose the names are: mend it or take a copy back") from wrong
        return accounts


def _account(issuer: str, subject: str) -> str:
    return f"{issuer.rstrip('/')} {subject}"
