# SPDX-License-Identifier: Apache-2.0
"""The main path as a person goes it: log in, see the Java kernel, open the notebook, run all of it, look at the outputs."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from conftest import CHECKOUT, LabScript
from decisionlab_hub.services import USER

pytestmark = pytest.mark.browser

NOTEBOOK = os.environ.get("LAB_BROWSER_NOTEBOOK", "01-smart-cache-quickstart.ipynb")
GALLERY = "02-display-and-widgets.ipynb"
PICTURES = CHECKOUT / "target" / "browser"
KERNEL = "Decision Lab (Java 17)"
SHORT_MS, START_MS, RUN_MS = 60_000, 240_000, 1_800_000
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed; ./lab test browser installs it on Debian 12"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield launched
        launched.close()


@dataclass(frozen=True)
class Visit:
    """A browser page that has logged in, and the hub's address."""

    page: Page
    hub: str

    def server(self, path: str) -> str:
        return f"{self.hub}/user/{USER}/{path}"


@pytest.fixture(scope="module")
def visit(browser: Browser, running_lab: LabScript):
    hub = running_lab.status()["url"]
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(SHORT_MS)
    page.goto(hub)
    page.fill("#username_input", USER)
    page.fill("#password_input", (running_lab.home / "secrets" / "hub-password").read_text().strip())
    page.click("#login_submit")
    page.wait_for_url(re.compile(rf"/user/{USER}/lab"), wait_until="commit", timeout=START_MS)
    _wait_for_lab(page)
    yield Visit(page, hub)
    page.close()


def test_a_wrong_password_is_refused(browser: Browser, running_lab: LabScript):
    context = browser.new_context()
    page = context.new_page()
    page.goto(running_lab.status()["url"])
    page.fill("#username_input", USER)
    page.fill("#password_input", "not the password")
    page.click("#login_submit")
    expect(page.locator(".login_error")).to_contain_text("Invalid", timeout=SHORT_MS)
    context.close()


def test_the_launcher_offers_the_java_kernel_first(visit: Visit):
    cards = visit.page.locator(".jp-Launcher-section", has_text="Notebook").first.locator(".jp-LauncherCard-label")
    expect(cards.first).to_have_text(KERNEL, timeout=SHORT_MS)
    visit.page.screenshot(path=_picture("launcher"))


def test_the_lab_settings_reach_the_users_server(visit: Visit):
    kernels = visit.page.request.get(visit.server("api/kernelspecs")).json()
    assert kernels["default"] == "decisionlab"
    assert kernels["kernelspecs"]["decisionlab"]["spec"]["display_name"] == KERNEL
    news = visit.page.request.get(visit.server("lab/api/settings/@jupyterlab/apputils-extension:notification")).json()
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_run_all_shows_charts_and_tables_and_no_error(visit: Visit):
    page = visit.page
    _open(visit, NOTEBOOK)
    saved = _run_all_and_save(visit, NOTEBOOK)

    outputs = [output for cell in saved for output in cell["outputs"]]
    failures = [output for output in outputs if output["output_type"] == "error"]
    assert not failures, failures
    assert [cell["execution_count"] for cell in saved] == list(range(1, len(saved) + 1))
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds & {"image/svg+xml", "image/png"}, f"no chart among {kinds}"
    _look_at_everything(page)


def test_a_chart_and_a_table_are_visible(visit: Visit):
    """Runs after the notebook; what is in the page has a size, not only a place in the file."""
    panel = visit.page.locator(PANEL)
    for name, wanted in {"chart": ".jp-OutputArea-output :is(img, svg)", "table": ".jp-OutputArea-output table"}.items():
        found = panel.locator(wanted).first
        found.scroll_into_view_if_needed(timeout=SHORT_MS)
        expect(found).to_be_visible(timeout=SHORT_MS)
        box = found.bounding_box()
        assert box and box["width"] > 10 and box["height"] > 10, f"{name}: {box}"
        visit.page.screenshot(path=_picture(name))


def test_widgets_call_java_and_outlive_a_reload(visit: Visit):
    page = visit.page
    _open(visit, GALLERY)
    _run_all_and_save(visit, GALLERY)
    panel = page.locator(PANEL)
    assert panel.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0

    bins = panel.locator(".widget-slider", has_text="bins")
    chart = panel.locator(".jp-CodeCell", has=page.locator(".widget-slider")).locator(".widget-vbox img")
    expect(bins.locator(".widget-readout")).to_have_text("20", timeout=SHORT_MS)
    before = chart.get_attribute("src")
    bins.locator(".noUi-handle").press("ArrowRight")
    expect(bins.locator(".widget-readout")).to_have_text("21")
    expect(chart).not_to_have_attribute("src", before or "", timeout=SHORT_MS)
    page.screenshot(path=_picture("widgets-slider"))

    panel.locator(".widget-dropdown select").select_option("layer-5")
    expect(panel.locator(".widget-label", has_text="centre of layer-5")).to_be_visible(timeout=SHORT_MS)
    panel.locator("button.widget-button", has_text="first hit").click()
    output = panel.locator(".jp-CodeCell", has=page.locator(".widget-dropdown")).locator(".widget-vbox table")
    expect(output.locator("td", has_text="layer-5")).to_be_visible(timeout=SHORT_MS)
    page.screenshot(path=_picture("widgets-button"))

    _save(visit, GALLERY)
    page.reload()
    _wait_for_lab(page)
    bins = page.locator(f"{PANEL} .widget-slider", has_text="bins")
    bins.scroll_into_view_if_needed(timeout=START_MS)
    expect(bins.locator(".widget-readout")).to_have_text("21", timeout=SHORT_MS)
    bins.locator(".noUi-handle").press("ArrowLeft")
    expect(bins.locator(".widget-readout")).to_have_text("20", timeout=SHORT_MS)
    page.screenshot(path=_picture("widgets-reloaded"))


def _open(visit: Visit, notebook: str) -> None:
    page = visit.page
    page.goto(visit.server(f"lab/tree/notebooks/{notebook}?reset"))
    _wait_for_lab(page)
    page.locator(f"{PANEL} .jp-CodeCell").first.wait_for(timeout=SHORT_MS)
    _wait_for_kernel(page)


def _run_all_and_save(visit: Visit, notebook: str) -> list[dict]:
    page = visit.page
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    _wait_until_run(page)
    return _save(visit, notebook)


def _save(visit: Visit, notebook: str) -> list[dict]:
    count = len(_code_cells(visit, notebook))
    visit.page.keyboard.press("Control+s")
    expect(visit.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0, timeout=SHORT_MS)
    return _wait_until_saved(visit, notebook, count)


def _wait_for_lab(page: Page) -> None:
    page.locator("#jp-main-dock-panel").wait_for(timeout=START_MS)
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=START_MS)


def _wait_for_kernel(page: Page) -> None:
    """The status bar tells the truth; the notebook's own indicator says idle before there is a kernel."""
    page.wait_for_function(
        """() => {
          if (document.querySelector('.jp-Dialog')) return true;
          const bar = document.querySelector('#jp-main-statusbar').innerText;
          return bar.includes('| Idle') && !bar.includes('No Kernel');
        }""",
        timeout=START_MS,
    )
    assert page.locator(".jp-Dialog").count() == 0, page.locator(".jp-Dialog").inner_text()


def _wait_until_run(page: Page) -> None:
    """Every cell has its number or one has failed, and the kernel is idle again."""
    page.wait_for_function(
        """panel => {
          const cells = [...document.querySelectorAll(panel + ' .jp-CodeCell')].filter(c => c.querySelector('.cm-content')?.textContent.trim());
          const prompts = cells.map(c => c.querySelector('.jp-InputPrompt').textContent.trim());
          const failed = document.querySelector(panel + ' [data-mime-type="application/vnd.jupyter.error"]');
          const bar = document.querySelector('#jp-main-statusbar').innerText;
          return (failed || prompts.every(p => /^\\[\\d+\\]:$/.test(p))) && bar.includes('| Idle');
        }""",
        arg=PANEL,
        timeout=RUN_MS,
    )


def _code_cells(visit: Visit, notebook: str) -> list[dict]:
    """The code cells of the saved notebook; a read that meets JupyterLab's own saving is answered with 500 and is repeated."""
    for _ in range(60):
        response = visit.page.request.get(visit.server(f"api/contents/notebooks/{notebook}?content=1"), timeout=SHORT_MS)
        if response.status != 500:
            break
        visit.page.wait_for_timeout(1000)
    assert response.ok, f"{response.status}: {response.text()}"
    cells = response.json()["content"]["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]


def _wait_until_saved(visit: Visit, notebook: str, count: int) -> list[dict]:
    for _ in range(60):
        cells = _code_cells(visit, notebook)
        if len(cells) == count and all(cell["execution_count"] for cell in cells):
            break
        visit.page.wait_for_timeout(1000)
    return cells


def _look_at_everything(page: Page) -> None:
    """Takes pictures from top to bottom of the notebook, and checks that no cell shows an error."""
    outer = page.locator(f"{PANEL} .jp-WindowedPanel-outer")
    outer.evaluate("e => e.scrollTo(0, 0)")
    for number in range(1, 41):
        page.wait_for_timeout(300)
        page.screenshot(path=_picture(f"notebook-{number:02}"))
        assert page.locator(f"{PANEL} [data-mime-type='application/vnd.jupyter.error']").count() == 0
        if outer.evaluate("e => { const before = e.scrollTop; e.scrollBy(0, e.clientHeight * 0.9); return e.scrollTop - before < 2; }"):
            return


def _picture(name: str) -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES / f"{name}.png"
