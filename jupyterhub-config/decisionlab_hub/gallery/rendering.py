# SPDX-License-Identifier: Apache-2.0
"""A notebook as HTML in which nothing of the notebook can run or reach out.

Every piece is either escaped, or made by a library from the notebook's text and then cleaned by an allow-list of tags and
attributes. The page's Content-Security-Policy stands behind that: no script, nothing from elsewhere, an origin of its own.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections import Counter
from html import escape
from html.parser import HTMLParser
from typing import Any, Callable, Iterator
from urllib.parse import unquote

import mistune
import nh3
from nbconvert.filters import ansi2html
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from decisionlab_hub.gallery import formulas
from decisionlab_hub.gallery.formulas import Formulas

POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Of the page of a notebook: it runs nothing, loads nothing, and has no origin whose cookies or pages it could use."""

MOST_SHOWN = 1 << 20
"""Characters of one text."""
MOST_WRITTEN = 1 << 17
"""Characters of one piece of Markdown or code, whose libraries take more time for a long one than in proportion."""
MOST_PICTURE = 8 << 20
"""Characters of one picture."""
MOST_COLOURED = 1 << 17
"""Characters of one text with a terminal's colours, which take more time for a long one than in proportion."""
MOST_CELLS = 2000
MOST_PAGE = 24 << 20
MOST_NESTED = 200

_LOG = logging.getLogger(__name__)
_LEXERS = {"java": "java", "python": "python", "scala": "scala", "r": "r", "c++": "cpp", "cpp": "cpp", "bash": "bash", "sh": "bash", "sql": "sql"}
"""Languages that are coloured; a notebook chooses among no others."""

_GONE = {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "form", "select", "textarea", "title", "head"}
"""Elements of which not even the text is kept."""
_TAGS = set(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp "
    "small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split()
)
_ATTRIBUTES = {
    "*": {"align", "class", "dir", "height", "lang", "style", "title", "width"},
    "a": {"href"}, "img": {"alt", "src"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
}  # fmt: skip
_OFTEN_LEFT_OPEN = {"area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "source", "td", "th", "tr", "wbr"}
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_LINK = re.compile(r"(https?://|mailto:|#)\S*", re.IGNORECASE)
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp")
_CSS = set(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right border-spacing border-style border-top border-width color display "
    "font-family font-size font-style font-weight height line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-width opacity "
    "overflow overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent vertical-align white-space width".split()
)
_STYLE = """body { font: 15px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 1rem auto; padding: 0 1rem; color: #1f2328; background: #fff; }
pre { overflow-x: auto; margin: 0; padding: .5rem .7rem; font: .88em/1.45 ui-monospace, monospace; } .code { background: #f6f8fa; border: 1px solid #d0d7de; border-radius: 4px; }
.cell { margin: 1rem 0; } .number { color: #59636e; font: .8em ui-monospace, monospace; } .output { margin-top: .4rem; overflow-x: auto; } .error, .stderr { background: #fff0ee; }
.note { color: #59636e; font-style: italic; } img { max-width: 100%; background: #fff; } table { border-collapse: collapse; } th, td { padding: .2rem .6rem; border: 1px solid #d0d7de; }
table.decisionlab-table th, table.decisionlab-table td { border: none; } .decisionlab-table .dl-n { text-align: right; }
"""


class _Addresses:
    """Decides on links and pictures of one piece of HTML, and counts the pictures that are left out."""

    def __init__(self, attachments: Any):
        self._attachments = attachments if isinstance(attachments, dict) else {}
        self._left = MOST_PICTURE
        self.left_out = 0

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        if tag == "a" and name == "href":
            return value if _LINK.fullmatch(value) else None
        if tag != "img" or name != "src":
            return value
        source = self._attached(unquote(value.partition(":")[2])) if value.lower().startswith("attachment:") else value
        if _PICTURE.fullmatch(source):
            return source
        self.left_out += 1
        return None

    def _attached(self, name: str) -> str:
        """Returns a picture that the cell has with it, as long as there is room for it."""
        kinds = self._attachments.get(name)
        for mime in _BINARY if isinstance(kinds, dict) else ():
            packed = "".join(_text(kinds.get(mime, "")).split())
            if packed and len(packed) <= self._left:
                self._left -= len(packed)
                return f"data:{mime};base64,{packed}"
        return ""


def clean(html: str, attachments: Any = None) -> str:
    """Returns HTML of which only harmless tags and attributes are left; links open in a page of their own, without naming this one.

    `attachments` are the pictures of the cell. Raises RecursionError for what is nested so deeply that cleaning it takes more time than it is worth.
    """
    if _nested(html) > MOST_NESTED:
        raise RecursionError
    addresses = _Addresses(attachments)
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE,
        attributes=_ATTRIBUTES,
        attribute_filter=addresses,
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=_CSS,
    )
    if addresses.left_out:
        cleaned += _note(f"Pictures that are not in the notebook itself are not loaded here ({addresses.left_out}). Open a copy to see them.")
    return cleaned


class _Depth(HTMLParser):
    """How many elements are open at most. An end tag counts only where an element of its name is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._open: Counter[str] = Counter()
        self.deepest = self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _OFTEN_LEFT_OPEN:
            return
        self._open[tag] += 1
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._open[tag]:
            self._open[tag] -= 1
            self._depth -= 1


def _nested(html: str) -> int:
    """Returns how deeply elements are nested at most, as far as that can be told without building a tree."""
    depth = _Depth()
    depth.feed(html)
    depth.close()
    return depth.deepest


def page(notebook: NotebookNode, title: str) -> str:
    """Returns the page of a notebook; `title` is text."""
    rendering = _Rendering(_language(notebook))
    pieces: list[str] = []
    size = 0
    for piece in rendering.pieces(notebook):
        size += len(piece)
        if size > MOST_PAGE:
            pieces.append(_note("The notebook goes on, with more than this page can hold. Open a copy to see it."))
            break
        pieces.append(piece)
    style = _STYLE + formulas.STYLE + HtmlFormatter(style="friendly").get_style_defs(".highlight")
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{style}</style>'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{"".join(pieces)}</body></html>'


class _Rendering:
    """Cells of one notebook."""

    def __init__(self, language: str):
        self._language = language
        self._formulas = Formulas()
        renderer = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=["attachment:"])
        self._markdown = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough", self._formulas])
        self._kinds: tuple[tuple[str, Callable[[str, str], str]], ...] = (
            *((kind, _picture) for kind in _BINARY),
            ("image/svg+xml", _drawing),
            ("text/html", lambda text, _: clean(text)),
            ("text/markdown", lambda text, _: self._marked(text)),
            ("text/latex", lambda text, _: _plain(text)),
            ("text/plain", lambda text, _: _coloured(text)),
        )

    def pieces(self, notebook: NotebookNode) -> Iterator[str]:
        """Returns what is shown, one text or output after the other, so that whoever puts them together can stop at any."""
        for number, cell in enumerate(notebook.cells):
            if number >= MOST_CELLS:
                yield _note(f"The notebook goes on, with {len(notebook.cells) - number} more cells, which are too much for this page. Open a copy to see them.")
                return
            yield from self._cell(cell)

    def _cell(self, cell: NotebookNode) -> Iterator[str]:
        source = _text(cell.get("source", ""))
        if cell.cell_type == "markdown":
            yield f'<div class="cell">{_guarded(lambda text: self._marked(text, cell.get("attachments")), source, MOST_WRITTEN)}</div>'
        elif cell.cell_type == "raw":
            yield f'<div class="cell">{_guarded(_plain, source)}</div>'
        else:
            count = cell.get("execution_count")
            number = f'<div class="number">[{count if isinstance(count, int) else " "}]</div>'
            yield f'<div class="cell">{number}<div class="code">{_guarded(self._code, source, MOST_WRITTEN)}</div></div>'
            for output in cell.get("outputs", []):
                yield f'<div class="output">{self._output(output)}</div>'

    def _marked(self, source: str, attachments: Any = None) -> str:
        return self._formulas.placed(clean(str(self._markdown(source)), attachments))

    def _code(self, source: str) -> str:
        if self._language not in _LEXERS:
            return _plain(source)
        return str(highlight(source, get_lexer_by_name(_LEXERS[self._language]), HtmlFormatter(style="friendly")))

    def _output(self, output: NotebookNode) -> str:
        kind = output.output_type
        if kind == "stream":
            css = "stderr" if output.get("name") == "stderr" else "stdout"
            return f'<div class="{css}">{_guarded(_coloured, _text(output.get("text", "")), MOST_COLOURED)}</div>'
        if kind == "error":
            told = "\n".join(_text(line) for line in output.get("traceback", [])) or f"{output.get('ename')}: {output.get('evalue')}"
            return f'<div class="error">{_guarded(_coloured, told, MOST_COLOURED)}</div>'
        data = output.get("data", {})
        for mime, show in self._kinds:
            if mime in data:
                return _guarded(lambda text, mime=mime, show=show: show(text, mime), _text(data[mime]), _most(mime))
        return _note(f"An output of the kind {', '.join(map(str, data)) or 'nothing'}, which is shown in JupyterLab only.")


def _guarded(show: Callable[[str], str], text: str, most: int = MOST_SHOWN) -> str:
    """Shows a text unless it is too long, or nested more deeply than the libraries can follow."""
    if len(text) > most:
        return _note(f"{len(text):,} characters, which are too much for this page. Open a copy to see them.")
    try:
        return show(text)
    except RecursionError:
        return _note("This is nested too deeply to be shown here. Open a copy to see it.")
    except MemoryError:
        raise  # the whole page is too much
    except Exception:  # the libraries read what anybody has written; what one of them stumbles over must not hide the rest
        _LOG.warning("a piece of a notebook could not be shown", exc_info=True)
        return _note("This is damaged, or of a kind that cannot be shown here. Open a copy to see it.")


def _most(mime: str) -> int:
    """Returns how many characters of this kind are shown."""
    if mime.startswith("image/"):
        return MOST_PICTURE
    return {"text/markdown": MOST_WRITTEN, "text/plain": MOST_COLOURED}.get(mime, MOST_SHOWN)


def _coloured(text: str) -> str:
    return f"<pre>{ansi2html(text)}</pre>"


def _picture(text: str, mime: str) -> str:
    packed = "".join(text.split())
    try:
        base64.b64decode(packed, validate=True)
    except binascii.Error:
        return _note("A picture that is damaged.")
    return f'<img alt="" src="data:{mime};base64,{packed}">'


def _drawing(text: str, mime: str) -> str:
    """A drawing as a picture: in an `img` its scripts do not run and what it names is not loaded."""
    return f'<img alt="" src="data:{mime};base64,{base64.b64encode(text.encode("utf-8")).decode("ascii")}">'


def _plain(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"


def _note(words: str) -> str:
    return f'<p class="note">{escape(words)}</p>'


def _text(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _language(notebook: NotebookNode) -> str:
    metadata = notebook.metadata
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        named = metadata.get(section, {}).get(key) if isinstance(metadata.get(section, {}), dict) else None
        if isinstance(named, str) and named.lower() in _LEXERS:
            return named.lower()
    return "text"
