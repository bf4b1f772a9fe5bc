# SPDX-License-Identifier: Apache-2.0
"""The lab's documentation under the user's address, to which JupyterLab's Help menu leads: an extension of the user's server."""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

HELP_PAGES = "DECISIONLAB_HELP_PAGES"
"""Environment variable that tells kernels the path of the pages; they name them to JupyterLab."""

HELP_PATH = "decisionlab-help"

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_STYLE = """body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem; color: #1f2328; background: #fff; }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; background: #f4f5f7; border-radius: 4px; }
code { padding: .1em .3em; } pre { padding: .8rem; overflow-x: auto; } pre code { padding: 0; }
table { border-collapse: collapse; } th, td { border: 1px solid #d0d7de; padding: .35rem .6rem; text-align: left; vertical-align: top; }
img { max-width: 100%; } a { color: #0550ae; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #111418; } pre, code { background: #22272e; } th, td { border-color: #444c56; } a { color: #79b8ff; } }"""

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def page(name: str, docs: Path = _DOCS) -> str | None:
    """Returns a page of the documentation as HTML; None when there is none of this name (`kernel`, `decisions/0010-java-kernel`)."""
    import mistune  # noqa: PLC0415 - the hub, which reads the names above, needs none of it

    if not re.fullmatch(r"(decisions/)?[a-z0-9-]+", name) or not (docs / f"{name}.md").is_file():
        return None
    source = docs / f"{name}.md"
    rendered = str(mistune.create_markdown(escape=True, plugins=["table"])(source.read_text(encoding="utf-8")))
    rendered = re.sub(r"<h([1-6])>(.*?)</h\1>", lambda head: f'<h{head[1]} id="{_anchor(head[2])}">{head[2]}</h{head[1]}>', rendered)
    rendered = re.sub(r'href="([a-z0-9./-]+)\.md(#[^"]*)?"', r'href="\1\2"', rendered)
    rendered = re.sub(r'src="([^":]+\.png)"', lambda picture: f'src="{_inline(source.parent / picture[1], docs)}"', rendered)
    title = escape(re.sub(r"^# *", "", source.read_text(encoding="utf-8").split("\n", 1)[0]))
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head><body>{rendered}</body></html>'


def _anchor(heading: str) -> str:
    words = re.sub(r"<[^>]+>|&[a-z]+;", "", heading)
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


def _inline(picture: Path, docs: Path) -> str:
    """The picture itself as an address: JupyterLab shows pages in a frame that has no cookies to fetch it with."""
    place = picture.resolve()
    if not place.is_relative_to(docs.resolve()) or not place.is_file():
        return ""
    return "data:image/png;base64," + base64.b64encode(place.read_bytes()).decode("ascii")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.help_pages"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from jupyter_server.base.handlers import JupyterHandler  # noqa: PLC0415
    from jupyter_server.utils import url_path_join  # noqa: PLC0415
    from tornado.web import HTTPError, authenticated  # noqa: PLC0415

    class HelpHandler(JupyterHandler):
        """Answers with a page of the documentation to who has logged in."""

        @authenticated
        def get(self, name: str) -> None:
            shown = page(name)
            if shown is None:
                raise HTTPError(404, f"there is no page {name!r}; there are: {', '.join(sorted(each.stem for each in _DOCS.glob('*.md')))}")
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(shown)

    app.web_app.add_handlers(".*", [(url_path_join(app.web_app.settings["base_url"], rf"/{HELP_PATH}/([a-z0-9/-]+)"), HelpHandler)])
