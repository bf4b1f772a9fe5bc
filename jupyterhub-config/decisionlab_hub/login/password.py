# SPDX-License-Identifier: Apache-2.0
"""The password that all users of a lab share, and the one of its administrators."""

from __future__ import annotations

from secrets import compare_digest
from typing import Any

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from traitlets import Set, Unicode


class PasswordAuthenticator(SharedPasswordAuthenticator):
    """JupyterHub's, with administrators who have a password of their own and are none of JupyterHub's admins."""

    administrators = Set(Unicode(), config=True, help="Names that come in with `admin_password` alone.")

    def check_allow_config(self) -> None:
        """What JupyterHub says of `admin_password` is about its own admins."""
        super(SharedPasswordAuthenticator, self).check_allow_config()

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        name = self.normalize_username(data["username"])
        if name not in self.administrators:
            return await super().authenticate(handler, data)
        good = compare_digest(data["password"].encode(), (self.admin_password or "").encode()) and bool(self.admin_password)
        return {"name": name, "admin": False, "groups": []} if good else None
