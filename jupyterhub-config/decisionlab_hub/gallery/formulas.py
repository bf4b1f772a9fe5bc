# SPDX-License-Identifier: Apache-2.0
r"""Formulas of Markdown as MathML, which browsers draw by themselves: no script, no font, nothing from elsewhere.

latex2mathml makes a tree of a formula; what is written of it here is a few elements and attributes, each checked, and every text escaped.
(Its own text form takes escapes away, so that `\text{<img>}` would be an element.) A formula is shown as its source where a command is
unknown, braces or environments do not match, something would be lost on the way or look like something else, or it takes too long.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import unicodedata
from collections import Counter
from html import escape, unescape
from typing import Match
from xml.etree.ElementTree import Element

import nh3
from latex2mathml.converter import Converter
from mistune import BlockParser, InlineParser, Markdown
from mistune.core import BlockState, InlineState

MOST_WRITTEN = 2000
"""Characters of one formula."""
MOST_ELEMENTS = 4000
MOST_NESTED = 60
MOST_SECONDS = 2.0
"""Of the processor, for all formulas of one notebook."""

STYLE = """math { font-size: 1.1em; } math[display="block"] { margin: .8em 0; overflow-x: auto; overflow-y: hidden; } mtd[columnalign="right"] { text-align: right; }
mtd[columnalign="left"] { text-align: left; } [mathvariant="bold"], [mathvariant="bold-italic"] { font-weight: bold; text-transform: none; } [mathvariant="italic"], [mathvariant="bold-italic"] { font-style: italic; }
[mathvariant="monospace"] { font-family: ui-monospace, monospace; text-transform: none; } [mathvariant="sans-serif"] { font-family: sans-serif; text-transform: none; }
menclose { border: 1px solid; padding: .2em .4em; }
"""

_LOG = logging.getLogger(__name__)
_ELEMENTS = set(
    "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
_PARTS = {**dict.fromkeys(("mfrac", "mover", "mroot", "msub", "msup", "munder"), 2), "msubsup": 3, "munderover": 3}
"""How many children these must have; browsers draw others as if they were a line."""
_TRUTH = re.compile(r"true|false")
_LENGTH = re.compile(r"[+-]?\d{0,2}(\.\d{1,4})?(em|ex|px|pt|cm|mm|mu)?")
_WORDS = re.compile(r"(left|right|center|solid|dashed|none)( (left|right|center|solid|dashed|none)){0,50}")
_VALUES = {
    "display": re.compile(r"block|inline"), "displaystyle": _TRUTH, "scriptlevel": re.compile(r"[+-]?\d"), "mathvariant": re.compile(r"normal|italic|bold|bold-italic|monospace|sans-serif"),
    "mathcolor": re.compile(r"#[0-9A-Fa-f]{3,8}|[A-Za-z]{1,20}"), "notation": re.compile(r"box"), "form": re.compile(r"prefix|infix|postfix"),
    "columnalign": _WORDS, "columnlines": _WORDS, "rowlines": _WORDS, "columnspacing": re.compile(rf"{_LENGTH.pattern}( {_LENGTH.pattern}){{0,50}}"),
    **dict.fromkeys(("accent", "accentunder", "fence", "largeop", "movablelimits", "stretchy", "symmetric"), _TRUTH),
    **dict.fromkeys(("depth", "height", "linethickness", "lspace", "maxsize", "minsize", "rowspacing", "rspace", "voffset", "width"), _LENGTH),
}  # fmt: skip
_REFUSED = re.compile(
    r"\\(newcommand|renewcommand|providecommand|newenvironment|DeclareMathOperator|[egx]?def|let|href|url|class|style|cssId|unicode|verb|genfrac|mathchoice|require|input|include)(?![A-Za-z])"
)
"""Definitions, which can make a long text of a short one; what names an address or looks; and what the library reads only in part."""
_FONTS = set("bb bf bin cal close frak inner it normal op open ord punct rel ring rm scr sf sfit strut tt".split())
_INVISIBLE = re.compile(r"\\label\{[^{}]*\}|\\(nonumber|notag)(?![A-Za-z])|(?<!\\)%[^\n]*")
_NO_LETTERS = re.compile(
    r"\\(?:[hmv]?space|[mh]?skip|m?kern)\*?\s*\{[^{}]*\}|\\(?:text)?color\s*\{[^{}]*\}|\\begin\{array\}\s*(?:\[[^\]]*\])?\s*\{[lcr|\s]*\}|\\(?:begin|end)\{[A-Za-z*]+\}|\\[A-Za-z]+|\\."
)
_ENVIRONMENTS = {
    "align": "align*", "align*": "align*", "aligned": "split", "split": "split", "gather": "matrix", "gather*": "matrix", "gathered": "matrix", "eqnarray": "array", "eqnarray*": "array",
    **{name: name for name in ("array", "cases", "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "equation", "equation*")},
}  # fmt: skip
"""Those that are known, and which of the library's shows them; lines of all others would run together."""
_WIDTHS = {"negativethinmathspace": "-0.167em", "negativemediummathspace": "-0.222em", "negativethickmathspace": "-0.278em"}
"""Names of lengths that browsers do not know."""
_SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{DIVISION SLASH}": "/"})
_COUNTED = "+-=<>/"

_BODY = rf"[^`]{{1,{MOST_WRITTEN}}}?"
"""Without the marks of code: a stray `$` before a piece of code begins no formula that ends in it."""
_ENVIRONMENT = rf"\\begin\{{(?P<tex_name>[A-Za-z]+\*?)\}}{_BODY}\\end\{{(?P=tex_name)\}}"
_BLOCK = rf"^ {{0,3}}(?:\$\$(?P<tex_block>{_BODY})(?<!\\)\$\$|(?P<tex_environment>{_ENVIRONMENT}))[ \t]*$"
_INLINE = (
    rf"(?<!\\)\$\$(?P<tex_display>[^$`]{{1,{MOST_WRITTEN}}})\$\$|\\\\\[(?P<tex_bracket>{_BODY})\\\\\]|\\\\\((?P<tex_parenthesis>{_BODY})\\\\\)"
    rf"|(?<![\\$])\$(?P<tex_inline>(?:[^$`\\\n]|\\[^`\n]|\n(?![ \t]*\n)){{1,{MOST_WRITTEN}}})\$(?![\d$])|(?P<tex_within>{_ENVIRONMENT.replace('tex_name', 'tex_named')})"
)


class Formulas:
    """The formulas of one notebook: marks in the HTML made of Markdown, which are replaced when that has been cleaned."""

    def __init__(self) -> None:
        self._mark = f"formula-{secrets.token_hex(16)}"
        self._made: list[str] = []
        self._left = MOST_SECONDS

    def __call__(self, markdown: Markdown) -> None:
        """Teaches formulas to a Markdown parser, as a plugin of it; code, also within a line, is read before."""
        block, inline = markdown.block, markdown.inline
        block.register("formula_block", _BLOCK, _read_block, before="list")
        for rules in (block.list_rules, block.block_quote_rules):
            block.insert_rule(rules, "formula_block", before="list")
        inline.register("formula", _INLINE, _read_inline, before="escape")
        renderer = markdown.renderer
        assert renderer is not None
        renderer.register("formula", lambda _, text, display, source: self._marked(text, display, source))
        renderer.register("formula_block", lambda _, text, display, source: f"<div>{self._marked(text, display, source)}</div>\n")

    def placed(self, html: str) -> str:
        """Returns cleaned HTML with the formulas in the place of their marks.

        A mark is an element. In cleaned HTML its text stands nowhere else: within attributes and texts quotes or brackets are escaped.
        """
        return re.sub(rf'<span class="{self._mark}-([0-9]+)"></span>', lambda mark: self._made[int(mark[1])], html)

    def _marked(self, tex: str, display: bool, source: str) -> str:
        began = time.process_time()
        made = mathml(tex, display) if self._left > 0 else None
        self._left -= time.process_time() - began
        if made is None:
            return f"<code>{escape(source)}</code>"
        self._made.append(made)
        return f'<span class="{self._mark}-{len(self._made) - 1}"></span>'


def _read_block(block: BlockParser, found: Match[str], state: BlockState) -> int:
    body = found["tex_block"]
    environment = found["tex_environment"]
    state.append_token({"type": "formula_block", "raw": environment or body, "attrs": {"display": True, "source": found[0].strip()}})
    return found.end() + 1


def _read_inline(inline: InlineParser, found: Match[str], state: InlineState) -> int:
    within_line = found["tex_inline"] or found["tex_parenthesis"]
    display = found["tex_display"] or found["tex_bracket"] or found["tex_within"]
    state.append_token({"type": "formula", "raw": within_line or display, "attrs": {"display": not within_line, "source": found[0]}})
    return found.end()


def mathml(tex: str, display: bool) -> str | None:
    """Returns a formula as MathML; None where it is better shown as its source."""
    if len(tex) > MOST_WRITTEN or _REFUSED.search(tex) or not _balanced(tex):
        return None
    plain = _known_environments(_INVISIBLE.sub("", tex))
    if plain is None or any(font not in _FONTS for font in re.findall(r"\\math([A-Za-z]+)", plain)):
        return None
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(plain)
        shown = _checked(tree)
    except MemoryError:
        raise  # the whole page is too much
    except Exception as stumbled:  # the library reads what anybody has written, and has no one kind of error
        _LOG.debug("a formula is shown as its source: %r", stumbled)
        return None
    if shown is None or _letters(_NO_LETTERS.sub(" ", plain)) - _letters("".join(tree.itertext())):
        return None
    return nh3.clean(shown, tags=_ELEMENTS, attributes={"*": set(_VALUES)}, clean_content_tags=set(), link_rel=None)


def _balanced(tex: str) -> bool:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if not 0 <= depth <= MOST_NESTED:
            return False
    return depth == 0


def _known_environments(tex: str) -> str | None:
    """The formula with environments that the library knows; None when it has others."""
    names = set(re.findall(r"\\(?:begin|end)\s*\{([^{}]*)\}", tex))
    if not names <= set(_ENVIRONMENTS):
        return None

    def known(found: Match[str]) -> str:
        columns = "{rcl}" if found[2].startswith("eqnarray") and found[1] == "begin" else ""
        return f"\\{found[1]}{{{_ENVIRONMENTS[found[2]]}}}{columns}"

    return re.sub(r"\\(begin|end)\s*\{([^{}]*)\}", known, tex)


def _checked(tree: Element) -> str | None:
    """The tree as text, of elements, attributes and values that are known; None when it has others. Its texts become what they stand for."""
    pieces: list[str] = []
    todo: list[tuple[Element | str, int]] = [(tree, 1)]
    elements = 0
    while todo:
        each, depth = todo.pop()
        if isinstance(each, str):
            pieces.append(each)
            continue
        elements += 1
        text = _text_of(each)
        attributes = {name: _WIDTHS.get(value, value) for name, value in each.attrib.items() if name != "xmlns"}
        fits = all(name in _VALUES and _VALUES[name].fullmatch(value) for name, value in attributes.items())
        if each.tag not in _ELEMENTS or len(each) != _PARTS.get(each.tag, len(each)) or not fits or text is None or elements > MOST_ELEMENTS or depth > MOST_NESTED * 3 or (each.tail or "").strip():
            return None
        said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        pieces.append(f"<{each.tag}{said}>{escape(text)}")
        todo.append((f"</{each.tag}>", depth))
        todo.extend((child, depth + 1) for child in reversed(each))
    return "".join(pieces)


def _text_of(element: Element) -> str | None:
    """The text of an element, which the library writes with character references; None for a command or mark that it did not understand."""
    raw = element.text or ""
    if element.tag == "mi" and re.fullmatch(r"&#x000[4-7][0-9A-F];", raw):
        element.set("mathvariant", "normal")  # one upright letter: browsers slant it unless told
    element.text = unescape(raw)
    not_understood = "\\" in raw or (raw in ("&", "#", "$", "{", "}", "^", "_") and element.tag != "mtext")
    return None if not_understood else element.text


def _letters(text: str) -> Counter[str]:
    """Letters, digits and signs of a text, whatever they look like."""
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return Counter(letter for letter in plain if letter.isalnum() or letter in _COUNTED)
