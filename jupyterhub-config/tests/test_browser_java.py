# SPDX-License-Identifier: Apache-2.0
"""Java in JupyterLab: offered first, highlighted, completed, explained in the Help menu, with examples at hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lab_page import KERNEL, NOTEBOOK, SHORT_MS, START_MS, Visit

pytestmark = pytest.mark.browser

CODE = 'public record Opening(String lfn, long bytes) {} // of one file\nvar text = "store"; int number = 42;\ntext.'
COLOUR = "e => getComputedStyle(e).color"
THEME_COLOUR = "(e, name) => { const probe = document.createElement('span'); probe.style.color = `var(${name})`; e.append(probe); const c = getComputedStyle(probe).color; probe.remove(); return c; }"
HELP = {"Java Kernel": "kernel", "Magics": "magics", "Spark in Cells": "spark"}


def test_the_launcher_offers_java_first_for_notebooks_and_consoles(visit: Visit):
    page = visit.page
    page.goto(visit.server("lab?reset"))
    visit.wait_for_lab()
    for section in ("Notebook", "Console"):
        cards = page.locator(".jp-Launcher-section").filter(has=page.locator(".jp-Launcher-sectionTitle", has_text=section)).locator(".jp-LauncherCard-label")
        expect(cards.first).to_have_text(KERNEL, timeout=SHORT_MS)
        assert cards.count() >= 2, f"{section}: Java is first among several"
    visit.picture("launcher-java-first")


def test_the_examples_are_in_the_file_browser(visit: Visit):
    page = visit.page
    page.goto(visit.server("lab?reset"))
    visit.wait_for_lab()
    items = page.locator(".jp-FileBrowser:visible .jp-DirListing-item")
    folder = items.filter(has_text=re.compile("^notebooks"))
    expect(folder).to_be_visible(timeout=SHORT_MS)
    visit.picture("file-browser")
    folder.dblclick()
    expect(items.filter(has_text=NOTEBOOK)).to_be_visible(timeout=SHORT_MS)
    visit.picture("file-browser-examples")
    items.filter(has_text=NOTEBOOK).dblclick()
    visit.panel.locator(".jp-CodeCell").first.wait_for(timeout=SHORT_MS)


def test_java_is_highlighted_and_completed(visit: Visit):
    page = visit.page
    visit.write("java.ipynb", [CODE])
    visit.open("java.ipynb")
    editor = visit.panel.locator(".jp-CodeCell .cm-content").first

    def token(text: str) -> str:
        return str(editor.locator("span", has_text=re.compile(f"^{re.escape(text)}$")).first.evaluate(COLOUR))

    plain = str(editor.evaluate(COLOUR))
    expect(editor.locator("span", has_text=re.compile("^public$")).first).to_be_visible(timeout=SHORT_MS)
    of_theme = {name: str(editor.evaluate(THEME_COLOUR, f"--jp-mirror-editor-{name}-color")) for name in ("keyword", "string", "number", "comment")}
    assert len({plain, *of_theme.values()}) == 5, f"the theme has a colour for each: {of_theme}, {plain}"
    found = {"keyword": token("public"), "string": token('"store"'), "number": token("42"), "comment": token("// of one file")}
    assert found == of_theme, f"{found} where the theme has {of_theme}"
    visit.picture("java-highlighting")

    run = visit.panel.locator(".jp-CodeCell").first
    editor.click()
    page.keyboard.press("Control+End")
    for _ in "text.":
        page.keyboard.press("Backspace")
    page.keyboard.press("Control+Enter")
    expect(run.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"), timeout=START_MS)
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("text.")
    page.keyboard.press("Tab")
    completer = page.locator(".jp-Completer:visible")
    for member in ("length", "substring"):
        expect(completer).to_contain_text(member, timeout=SHORT_MS)
    visit.picture("java-completion")
    page.keyboard.type("toUpper")
    expect(completer.locator(".jp-Completer-item").first).to_contain_text("toUpperCase", timeout=SHORT_MS)
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("text.toUpperCase", timeout=SHORT_MS)
    expect(completer).to_have_count(0)


def test_the_help_menu_leads_to_the_kernels_documentation(visit: Visit):
    page = visit.page
    visit.write("help.ipynb", ["1 + 1"])
    visit.open("help.ipynb")
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Help$")).click()
    menu = page.locator(".lm-Menu:visible")
    for title in HELP:
        expect(menu.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{title}$"))).to_be_visible(timeout=SHORT_MS)
    visit.picture("help-menu")
    page.keyboard.press("Escape")
    for name in HELP.values():
        answer = page.request.get(visit.server(f"decisionlab-help/{name}"))
        assert answer.ok and "<h1" in answer.text()
