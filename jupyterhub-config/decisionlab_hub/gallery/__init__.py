# SPDX-License-Identifier: Apache-2.0
"""The gallery of a user's groups under his own address: notebooks that members have published, shown without running anything of them.

An extension of the user's server. Which groups are his the hub says whenever he is asked who he is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

GROUP_FOLDERS = "DECISIONLAB_GROUP_FOLDERS"
"""Environment variable that tells users' servers where the groups' folders are."""

GALLERY_PATH = "group-gallery"

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.gallery"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from decisionlab_hub.gallery.handlers import add_handlers  # noqa: PLC0415 - the hub, which reads the names above, needs none of it

    add_handlers(app)
