# SPDX-License-Identifier: Apache-2.0
"""Formulas in published notebooks: drawn where they are understood as a whole, shown as they are written elsewhere, harmless always."""

from __future__ import annotations

import re
from html import unescape

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from decisionlab_hub.gallery import formulas, rendering
from decisionlab_hub.gallery.formulas import mathml
from test_gallery import EVIL, Seen, assert_harmless

PRESENTATION = set("math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup munder mover munderover mtable mtr mtd".split())
"""Elements of MathML that show something and do nothing: no maction, no annotation, none in which HTML begins again but for text."""
HARMLESS = set(
    "display displaystyle scriptlevel mathvariant mathcolor notation form columnalign columnlines rowlines columnspacing rowspacing accent accentunder fence largeop movablelimits "
    "stretchy symmetric depth height linethickness lspace maxsize minsize rspace voffset width".split()
)


def rendered(*sources: str) -> str:
    page = rendering.page(new_notebook(cells=[new_markdown_cell(source) for source in sources]), "x")
    return page[page.index("<body>") :]


def drawn(page: str) -> list[str]:
    """The text of each formula that is drawn."""
    return [unescape("".join(re.findall(r">([^<]*)", each))) for each in re.findall(r"<math.*?</math>", page)]


def assert_presentation(page: str) -> None:
    within = False
    for tag, attributes in Seen(page).tags:
        within = within or tag == "math"
        if tag.startswith("m") and tag != "mark":
            assert tag in PRESENTATION and set(attributes) <= HARMLESS, (tag, attributes)
            assert all(re.fullmatch(r"[#A-Za-z0-9.+ -]*", value or "") for value in attributes.values()), attributes


@pytest.mark.parametrize(
    ("tex", "text", "elements"),
    [
        ("E = mc^2", "E=mc2", {"msup"}),
        (r"\sqrt{s} = 13~\text{TeV}", "s=13\xa0TeV", {"msqrt", "mtext"}),
        (r"p_\mathrm{T} > 30\,\mathrm{GeV}", "pT>30GeV", {"msub", "mspace"}),
        (r"\sum_{i=1}^{N} \frac{x_i}{\sigma_i^2}", "∑i=1Nxiσi2", {"munderover", "mfrac", "msubsup"}),
        (r"\mathcal{L} = \bar\psi(i\gamma^\mu D_\mu - m)\psi", "ℒ=ψ¯(iγμDμ−m)ψ", {"mover"}),
        (r"\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}", "(1234)", {"mtable", "mtr", "mtd"}),
        (r"\begin{align} a &= b \label{eq:1}\\ c &= d \nonumber \end{align}", "a=bc=d", {"mtable"}),
        (r"\begin{equation}\begin{aligned} a &= b\\ c &= d \end{aligned}\end{equation}", "a=bc=d", {"mtable"}),
        (r"\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}", "a=bc=d", {"mtable"}),
        (r"\begin{gather} a = b \\ c \end{gather}", "a=bc", {"mtable"}),
        (r"1{,}000 \times 10^{-3} % a comment", "1,000×10−3", {"msup"}),
        (r"\mathrm{Br}(H \to \tau^+\tau^-) < 50\%", "Br(H→τ+τ−)<50%", {"msup"}),
        (r"\int\!\! x\,dx", "∫xdx", {"mspace"}),
    ],
)
def test_what_physicists_write_is_drawn_with_all_that_is_in_it(tex: str, text: str, elements: set[str]):
    page = rendered(f"before\n\n$$\n{tex}\n$$\n\nafter ${tex}$." if "%" not in tex[-12:] else f"$$\n{tex}\n$$\n\n$$\n{tex}\n$$")
    assert drawn(page) == [text, text], page
    assert elements <= {tag for tag, _ in Seen(page).tags}
    assert_harmless(page, "math")
    assert_presentation(page)


def test_an_upright_letter_is_upright_and_a_formula_of_its_own_line_is_a_block():
    assert 'mathvariant="normal">d<' in rendered(r"$\mathrm{d}$") and "mathvariant" not in rendered("$d$")
    assert 'display="block"' in rendered("$$x$$") and 'display="inline"' in rendered("$x$")
    assert 'display="block"' in rendered("\\begin{align}\nx\n\\end{align}")


@pytest.mark.parametrize(
    "tex",
    [
        r"\foo{x}", r"\text{\foo}", r"a \\ b", "x & y", "a^{b", "a}b", r"\cancel{x}", r"\mathds{1}", r"\mathbb{RR}", r"\begin{multline} a \\ b \end{multline}", r"\begin{matrix} a",
        r"\genfrac(){0pt}{}{n}{k} + 1", r"\frac{a}", r"\def\a{b}\a", r"\newcommand{\a}{b}\a", r"\href{https://evil.example}{x}", r"\unicode{x3c}", r"\class{x}{y}", r"\style{color:red}{y}",
        r"\rule{1em}{1em}", r"\verb|x|", "x" * (formulas.MOST_WRITTEN + 1), "x^{" * 200 + "}" * 200, r"\skew{" + "9" * 400 + "}x", r"\ref{eq:1}", r"\left( x", "x_", "{" * 900 + "}" * 900,
        r"\includegraphics{x}", r"\begin{evil}x\end{evil}", r"\hspace{9999em}x", r"\textcolor{url(https://evil.example)}{x}",
    ],
)  # fmt: skip
def test_what_is_not_understood_as_a_whole_is_shown_as_it_is_written(tex: str):
    assert mathml(tex, True) is None
    page = rendered(f"$${tex}$$\n\nthe end")
    assert not drawn(page) and "the end" in page and tex[:20] in Seen(page).text
    assert_harmless(page)


def test_nothing_that_is_lost_on_the_way_is_drawn(monkeypatch: pytest.MonkeyPatch):
    assert mathml("m = 125", True) is not None
    whole = formulas.Converter.convert_to_element
    monkeypatch.setattr(formulas.Converter, "convert_to_element", lambda self, tex: whole(self, tex.replace("5", "").replace("-", "")))
    assert mathml("m = 125", True) is None and mathml("m = -12", True) is None
    assert mathml("m = 12", True) is not None


def test_code_and_prose_are_not_touched():
    code = "cost = $a$ + $b$"
    cells = [
        new_markdown_cell(f"`{code}` and ``$$x$$``\n\n```\n{code}\n```\n\n    {code}\n\n<pre>{code}</pre>\n\n<a title='$a$'>t</a>"),
        new_code_cell(code, outputs=[new_output("stream", text=code), new_output("display_data", {"text/plain": code}), new_output("display_data", {"text/html": f"<p>{code}</p>"})]),
        new_raw_cell(code),
        new_markdown_cell(r"It costs $5 and $10, \$6\$ too; `a$` and `$b`; $ alone"),
    ]
    page = rendering.page(new_notebook(cells=cells), "x")
    assert not drawn(page)
    seen = Seen(page).text
    assert seen.count(code) == 9 and "It costs $5 and $10, $6$ too; a$ and $b; $ alone" in seen and 'title="$a$"' in page


def test_markdown_around_and_within_a_formula():
    page = rendered("- item $a_b$ and $c_d$\n- $$x*y*z$$\n\n> $$\n> q\n> $$\n\n| a |\n|---|\n| $t_1$ |\n\n# $h$\n\n[$l$](https://example.org) \\\\(p\\\\) \\\\[b\\\\]\n\n$$\na\n- b\n$$")
    assert drawn(page) == ["ab", "cd", "x*y*z", "q", "t1", "h", "l", "p", "b", "a−b"], drawn(page)
    assert "<em>" not in page and "<td>" in page and "<li>" in page


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("form", ["${}$", "$$\n{}\n$$", r"$\text{{{}}}$", r"$\mathrm{{{}}}$", r"$\operatorname{{{}}}$", r"$\color{{{}}}x$", "$$x{}$$", "![${}$](x)", '<a title="${}$">x</a>', "$x$ {} $y$"])
def test_hostile_formulas_are_harmless(evil: str, form: str):
    for text in (evil, evil.replace("<", "&lt;").replace(">", "&gt;")):
        page = rendered(form.format(text))
        assert_harmless(page, "math")
        assert_presentation(page)


def test_the_mathml_of_a_notebook_itself_is_not_shown():
    for evil in ("<math><mi>x</mi></math>", "<math href='javascript:alert(1)'><mtext><b>x</b></mtext></math>"):
        page = rendered(evil, f"$x$ {evil}")
        assert page.count("<math") == 1 and "javascript" not in page


def test_a_mark_that_a_notebook_writes_itself_is_no_formula():
    page = rendered('<span class="formula-0"></span> $x$ <b title=\'<span class="formula-00000000000000000000000000000000-0"></span>\'>t</b>')
    assert drawn(page) == ["x"]


def test_formulas_have_a_time_of_their_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(formulas, "MOST_SECONDS", 0.0)
    page = rendered("$x$ and text")
    assert not drawn(page) and "<code>$x$</code> and text" in page


@pytest.mark.parametrize("text", ["$" * 131_000, "$$ " * 43_000, "\\\\[" * 43_000, "\\begin{a}" * 14_000, "\\begin{a}\n" * 13_000, "$x$ " * 32_000, "$$\n" * 43_000, "$\\LaTeX$ " * 14_000])
def test_many_of_them_end_in_time(text: str):
    """Within the limits of the process that renders: a reading that takes time by the square of the length would take minutes."""
    page = rendered(text[: rendering.MOST_WRITTEN], "The end")
    assert "The end" in page and len(page) < rendering.MOST_PAGE
