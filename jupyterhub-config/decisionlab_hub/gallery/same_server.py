# SPDX-License-Identifier: Apache-2.0
"""The way from JupyterLab's File menu to the gallery: to that of the server whose page asks, also where it is a named one.

The menu is made from a file that all servers share, so its address names none: `/hub/user-redirect/group-gallery/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from decisionlab_hub.gallery import GALLERY_PATH

if TYPE_CHECKING:
    from jupyterhub.user import User
    from tornado.httputil import HTTPServerRequest


def gallery_of_the_same_server(path: str, request: HTTPServerRequest, user: User, base_url: str) -> str | None:
    """A `user_redirect_hook` of the hub: where a request for a gallery goes; None for the default server, and for all other paths.

    The browser tells which page asks (`Referer`). That chooses among the user's own servers and opens nothing.
    """
    wanted = path.lstrip("/")
    if wanted.partition("/")[0] != GALLERY_PATH:
        return None
    asking = urlsplit(request.headers.get("Referer", "")).path
    for spawner in user.all_spawners(include_default=False):
        server = str(user.server_url(spawner.name))
        if asking.startswith(urlsplit(server).path):
            return server + wanted + (f"?{request.query}" if request.query else "")
    return None
