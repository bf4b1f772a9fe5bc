# SPDX-License-Identifier: Apache-2.0
"""Names of users at the hub: safe as folders and accounts, and never two people under one."""

from __future__ import annotations

import hashlib
import json
import pwd
import re
from pathlib import Path
from typing import Mapping

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically

SAFE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")

_FIRST_USER_ID = 1000
_KEPT_OF_UNSAFE = 22
_RESERVED = {"physicist", "shared", "hub", "admin"}


class NameTaken(Exception):
    """The name is not this account's: another one of the provider has it, or an administrator has to give it first."""


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
    """Which account of a provider has which name at the hub, in a file; an account keeps its name when it is renamed there.

    `given` are the subjects to whom the administrators have given names: those are theirs alone, whatever the file says. With
    `machine_accounts` a name that is an account of this machine is given by them, or nobody's: whoever comes first with a name
    at the provider need not be the person whose account has that name here.
    """

    def __init__(self, path: Path, given: Mapping[str, str] | None = None, machine_accounts: bool = False):
        self._path = path
        self._given = dict(given or {})
        self._machine_accounts = machine_accounts

    def name_of(self, claimed: str, issuer: str, subject: str) -> str:
        """Returns the name of an account, or the one that it would get. Raises NameTaken when that is another's, or has to be given."""
        name = next((name for name, holder in self._given.items() if holder == subject), None) or self._find(self._read(), claimed, issuer, subject)
        self.require(name, subject)
        return name

    def require(self, name: str, subject: str) -> None:
        """Raises NameTaken when the administrators have given the name to another account, or must give it before anybody has it."""
        holder = self._given.get(name)
        if holder is None and self._machine_accounts and _on_this_machine(name):
            raise NameTaken(
                f"{name} is an account of this machine, and nobody has said that it is yours. An administrator of this hub, who knows you, can: "
                f"{_as_given(name, subject)} in the facility file, then ./lab restart, which ends nobody's server."
            )
        if holder not in (None, subject):
            raise NameTaken(f"The name {name} belongs to another account of the login service here: accounts.{name} in the facility file says whose it is.")

    def changes_hands(self, name: str, issuer: str, subject: str) -> bool:
        """Tells whether the name, which is this account's now, was another's until now."""
        return bool(_others(self._read(), name, issuer, subject))

    def bind(self, name: str, issuer: str, subject: str) -> None:
        """Keeps that this account has this name. Raises NameTaken when another account has it."""
        before = self._read()
        self.require(name, subject)
        self._refuse_taken(before, name, issuer, subject)
        accounts = {account: taken for account, taken in before.items() if taken != name} | {_account(issuer, subject): name}
        if accounts != before:
            write_atomically(self._path, json.dumps(accounts, indent=2) + "\n", mode=0o600)

    def _find(self, accounts: dict[str, str], claimed: str, issuer: str, subject: str) -> str:
        known = accounts.get(_account(issuer, subject))
        if known is not None:
            return known
        name = name_for(claimed, issuer, subject)
        self._refuse_taken(accounts, name, issuer, subject)
        return name

    def _refuse_taken(self, accounts: dict[str, str], name: str, issuer: str, subject: str) -> None:
        if self._given.get(name) != subject and _others(accounts, name, issuer, subject):
            raise NameTaken(
                f"The name {name} belongs to another account of the login service here, with its files. "
                f"An administrator can give it to this account: {_as_given(name, subject)} in the facility file, or without one in {self._path.name} of the hub."
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


def _as_given(name: str, subject: str) -> str:
    return f"accounts: {{{name}: {json.dumps(subject)}}}"


def _others(accounts: Mapping[str, str], name: str, issuer: str, subject: str) -> list[str]:
    return [account for account, taken in accounts.items() if taken == name and account != _account(issuer, subject)]


def _on_this_machine(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
