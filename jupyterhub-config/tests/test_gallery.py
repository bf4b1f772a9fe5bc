# SPDX-License-Identifier: Apache-2.0
"""Published notebooks: hostile ones are harmless where they are shown."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from decisionlab_hub.gallery import pages, rendering

EVIL = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.example/track.png'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa&#x0A;script:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<img src='data:text/html;base64,PHNjcmlwdD4='>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src='javascript:alert(1)' srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action='https://evil.example'><input name=_xsrf><button formaction='javascript:alert(1)'>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><base href='https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'><style>@import 'https://evil.example/x.css';</style>",
    "<div style=\"position:fixed;top:0;background:url('https://evil.example/x')\" onclick=alert(1)>x</div>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template><p onmouseover=alert(1)>x",
    "<video src=x onerror=alert(1)></video><details open ontoggle=alert(1)>x</details>",
]
TINY_PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


class Seen(HTMLParser):
    """Every tag and attribute of a page, as a browser's parser has them, and all text."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(page: str, *also: str) -> None:
    """An independent judge: of a page for a browser, what could run or reach out; tags may be named that are harmless there."""
    seen = Seen(page)
    for tag, attributes in seen.tags:
        assert tag in also or tag not in ("script", "iframe", "object", "embed", "form", "input", "base", "link", "svg", "math", "video", "template", "button", "noscript"), tag
        assert tag != "meta" or list(attributes) == ["charset"], attributes
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("srcdoc", "formaction", "xlink:href", "srcset", "background", "ping"), (tag, name)
            if name in ("src", "href", "action", "data"):
                address = re.sub(r"[\x00-\x20]", "", value or "").lower()
                allowed = ("https://", "http://", "mailto:", "#") if tag == "a" else ("data:image/",)
                assert address.startswith(allowed), (tag, name, value)
            if name == "style":
                assert "url(" not in (value or "") and "position" not in (value or ""), value
    assert sum(tag == "style" for tag, _ in seen.tags) <= 1


def of_html(html: str) -> nbformat.NotebookNode:
    return new_notebook(cells=[new_code_cell("1", outputs=[new_output("display_data", {"text/html": html})])])


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_of_a_hostile_notebook_is_left_that_could_run_or_reach_out(evil: str):
    cells = [
        new_markdown_cell(evil),
        new_markdown_cell(f"# title\n\n{evil}\n\n* [x]({evil}) ![x]({evil}) <{evil}>"),
        new_raw_cell(evil),
        new_code_cell(evil, outputs=[
            new_output("stream", text=evil), new_output("error", ename=evil, evalue=evil, traceback=[f"\x1b[31m{evil}\x1b[0m"]),
            *(new_output("display_data", {mime: evil}) for mime in ("text/html", "text/markdown", "text/latex", "text/plain", "image/png", "image/svg+xml", "application/javascript", evil)),
        ]),
    ]  # fmt: skip
    notebook = new_notebook(cells=cells, metadata={"title": evil, "language_info": {"name": evil}, "kernelspec": {"name": "x", "display_name": evil, "language": evil}})
    page = rendering.page(notebook, evil)
    assert_harmless(page)
    assert "The end" in rendering.page(new_notebook(cells=[*cells, new_markdown_cell("The end")]), "x"), "what follows is shown"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "vbscript:x", "data:text/html,x", "file:///etc/passwd", "//evil.example"])
def test_links_of_markdown_lead_to_pages_only(link: str):
    page = rendering.page(new_notebook(cells=[new_markdown_cell(f"[here]({link}) [there](<{link}>) [ref]\n\n[ref]: {link}"), new_markdown_cell("[good](https://example.org/a)")]), "x")
    assert_harmless(page)
    assert 'href="https://example.org/a"' in page and 'rel="noopener noreferrer nofollow"' in page


def test_the_judge_finds_what_is_harmful():
    for evil in EVIL:
        with pytest.raises(AssertionError):
            assert_harmless(evil)


def test_what_physicists_show_is_shown():
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
    outputs = [
        new_output("execute_result", {"text/html": "<style>td{color:red}</style><table class='decisionlab-table'><tr><td class='dl-n'>42</td></tr></table>", "text/plain": "no"}),
        new_output("display_data", {"image/png": TINY_PNG + "\n"}),
        new_output("display_data", {"image/svg+xml": drawing}),
        new_output("display_data", {"image/png": "no base64 <b>"}),
        new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}}),
        new_output("stream", text="\x1b[31mred\x1b[0m <b>"),
    ]
    notebook = new_notebook(cells=[new_markdown_cell("| a | b |\n|---|---|\n| 1 | 2 |"), new_code_cell("public class A {}", outputs=outputs, execution_count=3)])
    notebook.metadata["kernelspec"] = {"name": "decisionlab", "display_name": "Java", "language": "java"}
    page = rendering.page(notebook, "A & B")
    assert_harmless(page)
    assert "<title>A &amp; B</title>" in page and "[3]" in page and '<td class="dl-n">42</td>' in page and "color:red" not in page
    assert '<span class="kd">public</span>' in page, "Java is highlighted"
    assert f'src="data:image/png;base64,{TINY_PNG}"' in page and f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}" in page
    assert "A picture that is damaged." in page and "application/vnd.jupyter.widget-view+json, which is shown in JupyterLab only" in page
    assert "red</span> &lt;b&gt;" in page and "<td>2</td>" in page


def test_pictures_of_a_cell_are_shown_and_those_from_elsewhere_are_told():
    cell = new_markdown_cell("![a](attachment:my%20plot.png) ![b](attachment:absent.png) ![c](https://evil.example/x.png) ![d](plot.png) [x](attachment:a)")
    cell["attachments"] = {"my plot.png": {"image/png": TINY_PNG}, "absent.png": {"text/html": "<script>alert(1)</script>"}}
    page = rendering.page(new_notebook(cells=[cell]), "x")
    assert_harmless(page)
    assert f'src="data:image/png;base64,{TINY_PNG}"' in page and "not loaded here (3)" in page and "evil.example" not in page
    assert "not loaded here" not in rendering.page(new_notebook(cells=[new_markdown_cell("text")]), "x")
    cell["attachments"] = {"my plot.png": {"image/png": '"><script>alert(1)</script>'}}
    assert_harmless(rendering.page(new_notebook(cells=[cell]), "x"))


def test_a_picture_shown_many_times_does_not_make_the_page_grow_without_bounds(monkeypatch):
    monkeypatch.setattr(rendering, "MOST_PICTURE", 3 * len(TINY_PNG))
    cell = new_markdown_cell("![a](attachment:a.png)\n" * 10)
    cell["attachments"] = {"a.png": {"image/png": TINY_PNG}}
    page = rendering.page(new_notebook(cells=[cell]), "x")
    assert page.count(TINY_PNG) == 3 and "not loaded here (7)" in page


def test_what_is_too_large_or_too_deep_is_said_and_the_rest_shown():
    cells = [new_markdown_cell("x" * (rendering.MOST_WRITTEN + 1)), new_markdown_cell("<div>" * 20_000), of_html("<b><i>" * 60_000).cells[0], new_markdown_cell("The end")]
    page = rendering.page(new_notebook(cells=cells), "x")
    assert "131,073 characters, which are too much" in page and page.count("nested too deeply") == 2 and "The end" in page
    many = rendering.page(new_notebook(cells=[new_markdown_cell("x") for _ in range(rendering.MOST_CELLS + 5)]), "x")
    assert "with 5 more cells" in many


@pytest.mark.parametrize("html", ["<div></x>", '<div title="</div>">', "<div><!--</div>-->", "<div></b></i></p>"])
def test_end_tags_that_end_nothing_hide_no_depth(html: str):
    assert "nested too deeply" in rendering.page(of_html(html * 300), "x")
    assert "nested too deeply" not in rendering.page(of_html("<div><b>x</b></div>" * 1000), "x")


@pytest.mark.parametrize("text", ["\x1b[38m", "\x1b[48m", "\x1b[38;5m", "\x1b[38;2;1m", "\x1b[48;5;999999999999m"])
def test_colours_that_are_none_leave_a_note_and_the_rest(text: str):
    outputs = [new_output("stream", text=text), new_output("error", ename="x", evalue="x", traceback=[text]), new_output("display_data", {"text/plain": text})]
    page = rendering.page(new_notebook(cells=[new_code_cell("1", outputs=outputs), new_markdown_cell("The end")]), "x")
    assert_harmless(page)
    assert "The end" in page


def test_what_a_library_stumbles_over_is_noted_and_logged(caplog):
    page = rendering.page(new_notebook(cells=[new_code_cell("1", outputs=[new_output("stream", text="\x1b[38m")]), new_markdown_cell("The end")]), "x")
    assert "of a kind that cannot be shown here" in page and "The end" in page
    assert "could not be shown" in caplog.text


def test_a_notebook_chooses_no_lexer_of_its_own():
    for language, coloured in {"java": True, "R": True, "mathematica": False, "html+php": False, "text": False}.items():
        notebook = new_notebook(cells=[new_code_cell("if (x) return 1;")], metadata={"language_info": {"name": language}})
        assert ('<div class="highlight">' in rendering.page(notebook, "x")) is coloured, language
    long = rendering.page(new_notebook(cells=[new_code_cell("1", outputs=[new_output("stream", text="x" * (rendering.MOST_COLOURED + 1))])]), "x")
    assert "which are too much" in long


def test_a_page_ends_at_its_limit_within_a_cell(monkeypatch):
    monkeypatch.setattr(rendering, "MOST_PAGE", 10_000)
    shown: list[str] = []
    monkeypatch.setattr(rendering, "_coloured", lambda text: shown.append(text) or text)
    outputs = [new_output("stream", text="x" * 1000) for _ in range(500)]
    page = rendering.page(new_notebook(cells=[new_code_cell("1", outputs=outputs)]), "x")
    assert "with more than this page can hold" in page and len(page) < 20_000 and len(shown) <= 10


def test_the_page_may_run_nothing_and_has_no_origin():
    rules = dict(rule.strip().partition(" ")[::2] for rule in rendering.POLICY.split(";"))
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'none'" and rules["img-src"] == "data:"
    assert "script-src" not in rules and "allow-scripts" not in rules["sandbox"] and "allow-same-origin" not in rules["sandbox"]
    outer = dict(rule.strip().partition(" ")[::2] for rule in pages.POLICY.split(";"))
    assert outer["default-src"] == "'none'" and "script-src" not in outer and "unsafe" not in pages.POLICY
