# SPDX-License-Identifier: Apache-2.0
"""What the user's server answers below `group-gallery/`."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from pathlib import Path
from typing import Any, Callable
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from decisionlab_hub.facility import same_group
from decisionlab_hub.gallery import GALLERY_PATH, GROUP_FOLDERS
from decisionlab_hub.gallery import apart, pages, rendering
from decisionlab_hub.gallery.store import Gallery, Refused, copy_into, notebook_in

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_RENDERING = asyncio.Semaphore(2)


def galleries_of(folders: Path, groups: list[str]) -> list[Gallery]:
    """Returns the galleries of these groups, as the hub names them, that the facility has folders for."""
    held = [group for group in groups if isinstance(group, str)]
    named = sorted(each.name for each in os.scandir(folders) if _FOLDER.fullmatch(each.name) and each.is_dir(follow_symlinks=False))
    found = [Gallery(name, folders / name) for name in named if any(same_group(name, group) for group in held)]
    return [gallery for gallery in found if _entered(gallery)]


def _entered(gallery: Gallery) -> bool:
    """Tells whether the folder is the one that the hub has made, and whether this server's account may look into it."""
    try:
        made = gallery.published.lstat()
        ours = stat.S_ISDIR(made.st_mode) and made.st_uid == gallery.folder.lstat().st_uid
    except OSError:
        return False  # a folder that this account may not enter: it was started before its user joined the group
    return ours and os.access(gallery.published, os.R_OK | os.X_OK)


class _Page(JupyterHandler):
    """A page for the owner of this server."""

    policy = pages.POLICY

    @property
    def content_security_policy(self) -> str:
        return self.policy

    @property
    def base(self) -> str:
        return url_path_join(self.base_url, GALLERY_PATH) + "/"

    @property
    def home(self) -> Path:
        return Path(self.settings["server_root_dir"]).expanduser()

    def hub_user(self) -> dict[str, Any]:
        """Returns the owner, as the hub describes him; nobody else sees his groups' galleries through his server."""
        model: dict[str, Any] = getattr(self.current_user, "hub_user", {})
        if not model or model.get("name") != os.environ.get("JUPYTERHUB_USER"):
            raise HTTPError(403, "the gallery is for the owner of this server, logged in at the hub")
        return model

    def galleries(self) -> list[Gallery]:
        folders = os.environ.get(GROUP_FOLDERS, "")
        return galleries_of(Path(folders), self.hub_user().get("groups", [])) if folders else []

    def gallery(self, group: str) -> Gallery:
        for gallery in self.galleries():
            if gallery.group == group:
                return gallery
        raise Refused(f"you are not in the group {group[:40]!r}, or it has no gallery; after you have joined a group, restart your server", 403)

    def show(self, html: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.finish(html)

    async def told(self, answer: Callable[[], Any]) -> Any:
        """Returns what is found, away from the server's loop; a refusal is shown as a page, and None returned."""
        try:
            return await asyncio.get_running_loop().run_in_executor(None, answer)
        except Refused as refused:
            self.set_status(refused.status)
            self.show(pages.refusal(self.base, str(refused)))
        except OSError as failed:
            self.log.warning("the gallery: %r", failed)
            self.set_status(500)
            self.show(pages.refusal(self.base, f"{failed.strerror or 'a file could not be used'}: {failed.filename or 'a file'}; make room or see who may write there, and try again"))
        return None

    def xsrf(self) -> str:
        return self.xsrf_form_html()


class ListHandler(_Page):
    @authenticated
    async def get(self) -> None:
        galleries, user, home = self.galleries(), self.hub_user()["name"], self.home
        xsrf = self.xsrf()
        html = await self.told(lambda: pages.listing(self.base, galleries, user, pages.offered_notebooks(home), xsrf))
        if html:
            self.show(html)


class NotebookHandler(_Page):
    @authenticated
    async def get(self, group: str, user: str, name: str) -> None:
        xsrf, replaced = self.xsrf(), user == self.hub_user()["name"] and self.get_query_argument("replaced", "") == "yes"
        html = await self.told(lambda: pages.notebook_page(self.base, group, self.gallery(group).entry(user, name), xsrf, replaced=replaced))
        if html:
            self.show(html)


class ContentHandler(_Page):
    """The notebook itself, which is shown in a frame and has no origin."""

    policy = rendering.POLICY

    @authenticated
    async def get(self, group: str, user: str, name: str) -> None:
        self.hub_user()
        async with _RENDERING:
            html = await self.told(lambda: apart.rendered(self.gallery(group), user, name))
        if html:
            self.show(html)


class PublishHandler(_Page):
    @authenticated
    async def post(self) -> None:
        group, path, user, home = self.get_body_argument("group"), self.get_body_argument("path"), self.hub_user()["name"], self.home

        def publish() -> str:
            gallery = self.gallery(group)
            notebook, name = notebook_in(home, path)
            replaced = gallery.publish(notebook, user, name)
            return f"{self.base}{quote(group, safe='')}/{quote(user, safe='')}/{quote(name, safe='')}{'?replaced=yes' if replaced else ''}"

        if place := await self.told(publish):
            self.redirect(place, status=303)


class CopyHandler(_Page):
    @authenticated
    async def post(self) -> None:
        group, user, name, home = *(self.get_body_argument(each) for each in ("group", "user", "name")), self.home
        self.hub_user()
        path = await self.told(lambda: copy_into(home, self.gallery(group).read(user, name), name))
        if path:
            self.redirect(url_path_join(self.base_url, "lab/tree", quote(path)), status=303)


class WithdrawHandler(_Page):
    @authenticated
    async def post(self) -> None:
        group, user, name = (self.get_body_argument(each) for each in ("group", "user", "name"))
        mine = self.hub_user()["name"]

        def withdraw() -> bool:
            if user != mine:
                raise Refused(f"{name[:150]!r} is {user[:64]}'s, who alone can withdraw it", 403)
            self.gallery(group).withdraw(user, name)
            return True

        if await self.told(withdraw):
            self.redirect(self.base, status=303)


def add_handlers(app: ServerApp) -> None:
    """Adds the pages to a server."""
    base = url_path_join(app.web_app.settings["base_url"], GALLERY_PATH)
    part = r"([^/]+)"
    notebook = f"{part}/{part}/{part}"
    handlers: list[tuple[str, type[_Page]]] = [
        (rf"{base}/?", ListHandler),
        (rf"{base}/publish", PublishHandler),
        (rf"{base}/copy", CopyHandler),
        (rf"{base}/withdraw", WithdrawHandler),
        (rf"{base}/content/{notebook}", ContentHandler),
        (rf"{base}/{notebook}", NotebookHandler),
    ]
    app.web_app.add_handlers(".*", handlers)
