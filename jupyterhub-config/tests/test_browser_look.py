# SPDX-License-Identifier: Apache-2.0
"""How the lab feels: helps while typing, stops when told to, is readable in the dark, keeps what was shown, leads to Spark's pages."""

from __future__ import annotations

import re

import pytest
from nbconvert import HTMLExporter
from nbformat import from_dict
from playwright.sync_api import Locator, expect

from lab_page import ERROR, GALLERY, PANEL, SHORT_MS, START_MS, Visit

pytestmark = pytest.mark.browser

THEMES = "@jupyterlab/apputils-extension:themes"
READABLE = 4.5
"""The least contrast of text that WCAG 2 (AA) asks for."""

CONTRAST = """e => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const numbers = css => css.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.5) return colour;
    }
    return [255, 255, 255];
  };
  const [light, dark] = [luminance(numbers(getComputedStyle(e).color)), luminance(behind(e))].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}"""


def test_the_slider_follows_the_mouse_and_an_error_of_a_callback_is_shown(visit: Visit):
    page = visit.page
    visit.write(
        "callbacks.ipynb",
        [
            'var n = new IntSlider(3, 0, 10).description("n");\nvar square = new Label("-");\n'
            'n.observe(v -> square.value("square " + v * v));\nnew VBox(n, square)',
            'var out = new Output();\nvar broken = new Button("measure").onClick(() -> out.capture(() -> {\n'
            '  throw new IllegalStateException("the detector is off");\n}));\nnew VBox(broken, out)',
            'new Button("for ever").onClick(() -> { while (true) {} })',
        ],
    )
    visit.open("callbacks.ipynb")
    visit.run_all_and_save("callbacks.ipynb")
    handle = visit.panel.locator(".widget-slider .noUi-handle")
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"], steps=10)
    page.mouse.up()
    expect(visit.panel.locator(".widget-label", has_text="square 100")).to_be_visible(timeout=SHORT_MS)

    visit.panel.locator("button.widget-button", has_text="measure").click()
    expect(visit.panel.locator(".widget-vbox " + ERROR)).to_contain_text("the detector is off", timeout=SHORT_MS)

    visit.panel.locator("button.widget-button", has_text="for ever").click()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Busy", timeout=SHORT_MS)
    _interrupt(visit)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=SHORT_MS)


def test_typing_is_helped_and_a_loop_is_stopped(visit: Visit):
    page = visit.page
    visit.write("typing.ipynb", ["int[] counts = {1, 2};", "counts.", 'String.valueOf(3)', "while (true) {}", "1 / 0"])
    visit.open("typing.ipynb")
    cells = visit.panel.locator(".jp-CodeCell")
    _run(cells.nth(0))
    expect(cells.nth(0).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[1\]:"), timeout=SHORT_MS)

    _put_cursor(cells.nth(1), "End")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer")).to_contain_text("length", timeout=SHORT_MS)
    visit.picture("completion")
    page.keyboard.press("Escape")

    _put_cursor(cells.nth(2), "Home")
    for _ in "String.val":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".jp-Tooltip")).to_contain_text("String.valueOf(int i)", timeout=SHORT_MS)
    visit.picture("inspection")
    page.keyboard.press("Escape")

    _run(cells.nth(3))
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Busy", timeout=SHORT_MS)
    _interrupt(visit)
    expect(cells.nth(3).locator(ERROR)).to_contain_text("Interrupted: stopped by the user", timeout=SHORT_MS)
    _run(cells.nth(4))
    expect(cells.nth(4).locator(ERROR)).to_contain_text(re.compile(r"ArithmeticException: / by zero\s+at Cell \d+, line 1"))
    visit.picture("errors")


def test_tables_are_readable_in_both_themes(visit: Visit):
    visit.write(
        "themes.ipynb",
        [
            'record Opening(String lfn, long bytes, double share) {}\n'
            'IntStream.range(0, 30).mapToObj(i -> new Opening("/store/" + i, 1L << i, i / 7.0)).toList()',
            'for (int i : Progress.of(10).label("files")) {}',
            "spark.range(3)",
            'sc.parallelize(List.of(1, 2), 2).map(i -> { Thread.sleep(1500); return i; }).count()',
        ],
    )
    try:
        for theme in ["JupyterLab Dark", "JupyterLab Light"]:
            visit.set(THEMES, f'{{"theme": "{theme}"}}')
            visit.open("themes.ipynb")
            visit.run_all_and_save("themes.ipynb")
            expect(visit.page.locator(f"body[data-jp-theme-name='{theme}']")).to_have_count(1)
            parts = [".decisionlab-table td", ".decisionlab-table th", ".dl-t", ".decisionlab-rest"]
            for part in [*parts, ".decisionlab-progress span:last-child", ".decisionlab-spark-progress summary"]:
                shown = visit.panel.locator(part)
                for each in {0, shown.count() - 1}:
                    contrast = shown.nth(each).evaluate(CONTRAST)
                    assert contrast >= READABLE, f"{part} number {each} in {theme}: {contrast:.1f}"
            number = visit.panel.locator(".decisionlab-table td.dl-n").first
            assert number.evaluate("e => getComputedStyle(e).textAlign") == "right"
            visit.picture("theme-" + theme.split()[1].lower())
    finally:
        visit.set(THEMES, "{}")


def test_a_notebook_that_is_opened_again_shows_what_it_showed(visit: Visit):
    visit.open(GALLERY)
    first = visit.run_all_and_save(GALLERY)
    again = visit.run_all_and_save(GALLERY)
    assert [_kinds(cell) for cell in again] == [_kinds(cell) for cell in first], "outputs have piled up"
    for output in (output for cell in again for output in cell["outputs"]):
        assert output["output_type"] == "stream" or "text/plain" in output["data"], output

    visit.end_kernels()
    visit.open(GALLERY)
    slider = visit.panel.locator(".widget-slider", has_text="bins")
    slider.scroll_into_view_if_needed(timeout=START_MS)
    expect(slider.locator(".widget-readout")).to_have_text("20", timeout=SHORT_MS)
    visit.picture("opened-again")

    page, _ = HTMLExporter().from_notebook_node(from_dict(visit.content(GALLERY)))
    shown = page[page.index("<body") :]
    for kind in ["<table", "data:image/png;base64,", "image/svg+xml", "1,000 in ", "application/vnd.jupyter.widget-view+json"]:
        assert kind in shown, f"{kind} is missing in the page that nbconvert writes"


def test_the_link_to_sparks_pages_works_behind_the_hub(visit: Visit):
    visit.write("pages.ipynb", ["spark.range(1000).count()", "%spark ui", "%spark stop"])
    visit.open("pages.ipynb")
    cells = visit.panel.locator(".jp-CodeCell")
    for number in (0, 1):
        _run(cells.nth(number))
    link = cells.nth(1).locator("a", has_text="Spark UI")
    expect(link).to_be_visible(timeout=START_MS)
    port = re.search(r"/spark-ui/(\d+)/jobs/", link.get_attribute("href") or "")
    assert port
    with visit.page.expect_popup() as opened:
        link.click()
    pages = opened.value
    refused: list[str] = []
    pages.on("response", lambda response: refused.append(f"{response.status} {response.url}") if response.status >= 400 else None)
    pages.reload()
    expect(pages.locator("h3", has_text="Spark Jobs")).to_be_visible(timeout=SHORT_MS)
    pages.screenshot(path=visit.picture_path("spark-pages"))
    for tab, title in {"Stages": "Stages for All Jobs", "Environment": "Environment", "SQL / DataFrame": "SQL / DataFrame"}.items():
        pages.locator(".navbar a", has_text=tab).first.click()
        expect(pages.locator("h3", has_text=title).first).to_be_visible(timeout=SHORT_MS)
    pages.locator(".navbar a", has_text="Executors").first.click()
    expect(pages.locator("#active-executors-table tbody")).to_contain_text("driver", timeout=SHORT_MS)
    pages.screenshot(path=visit.picture_path("spark-executors"))
    assert not refused
    assert f"/spark-ui/{port.group(1)}/" in pages.url
    pages.close()

    stranger = visit.page.context.browser.new_context()
    for path in ("spark-ui", "proxy"):
        answer = stranger.request.get(visit.server(f"{path}/{port.group(1)}/jobs/"), max_redirects=0)
        assert answer.status in (302, 403), "Spark's pages are for who has logged in"
    stranger.close()
    host = visit.page.request.get(visit.server(f"proxy/127.0.0.1:{port.group(1)}/jobs/"))
    assert host.status == 403, "the proxy leads to no named host"
    _run(cells.nth(2))


def _kinds(cell: dict) -> list[str]:
    """What a cell has shown; of messages on standard error, their text."""
    return [output["text"] if output.get("name") == "stderr" else output["output_type"] for output in cell["outputs"]]


def _run(cell: Locator) -> None:
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+Enter")


def _put_cursor(cell: Locator, key: str) -> None:
    cell.locator(".cm-content").click()
    cell.page.keyboard.press(key)


def _interrupt(visit: Visit) -> None:
    visit.page.locator(f"{PANEL} [data-jp-item-name='interrupt'] :is(jp-button, button)").first.click()
