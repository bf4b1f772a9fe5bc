# SPDX-License-Identifier: Apache-2.0
"""JupyterHub as a lab runs it: `python -m decisionlab_hub.hub`."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyterhub import orm
from jupyterhub.app import JupyterHub

from decisionlab_hub.hub_configuration import note_foundations
from decisionlab_hub.ports import LOOPBACK
from decisionlab_hub.services import ENDS_SERVERS_TOO

_EVERY_ADDRESS = "0.0.0.0"


class LabHub(JupyterHub):
    """JupyterHub whose end is not that of users' servers, unless that is asked for."""

    async def initialize(self, *arguments: Any, **more: Any) -> None:
        await super().initialize(*arguments, **more)
        note_foundations(Path(os.environ["DECISIONLAB_HOME"]), self.config)

    async def start(self) -> None:
        """Listens on loopback too: there broker, metrics and the script `lab` look for the hub, whatever its address for servers is."""
        await super().start()
        listens = urlsplit(self.hub.bind_url)
        if listens.hostname not in (LOOPBACK, _EVERY_ADDRESS, None):
            self.http_server.listen(listens.port, address=LOOPBACK)

    async def init_groups(self) -> None:
        """Takes out of groups who is not named there any more: JupyterHub only adds. Groups of a provider are the provider's."""
        await super().init_groups()
        if self.authenticator.manage_groups:
            return
        for group in self.db.query(orm.Group):
            named = {self.authenticator.normalize_username(name) for name in self.load_groups.get(group.name, {}).get("users", ())}
            group.users = [user for user in group.users if user.name in named]
        self.db.commit()

    async def shutdown_cancel_tasks(self, sig: signal.Signals | None = None) -> None:
        if sig is ENDS_SERVERS_TOO:
            self.cleanup_servers = True
        await super().shutdown_cancel_tasks(sig)


if __name__ == "__main__":
    LabHub.launch_instance()
