# SPDX-License-Identifier: Apache-2.0
"""A user's server writes no page that holds its token.

Jupyter's server leaves one for a browser on the same machine, with the token in its address, and gives it the mode that the umask
leaves. It has no setting for that, so this extension tells the server itself; it is loaded before the page would be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.no_token_page"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    app.no_browser_open_file = True
