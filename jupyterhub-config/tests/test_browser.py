# SPDX-License-Identifier: Apache-2.0
"""The main path as a person goes it: log in, see the Java kernel, open the notebook, run all of it, look at the outputs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from conftest import LabScript
from decisionlab_hub.services import USER
from lab_page import ERROR, GALLERY, KERNEL, NOTEBOOK, PANEL, SHORT_MS, START_MS, Visit

pytestmark = pytest.mark.browser


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
    visit.picture("launcher")


def test_the_lab_settings_reach_the_users_server(visit: Visit):
    kernels = visit.page.request.get(visit.server("api/kernelspecs")).json()
    assert kernels["default"] == "decisionlab"
    assert kernels["kernelspecs"]["decisionlab"]["spec"]["display_name"] == KERNEL
    news = visit.page.request.get(visit.server("lab/api/settings/@jupyterlab/apputils-extension:notification")).json()
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_run_all_shows_charts_and_tables_and_no_error(visit: Visit):
    visit.open(NOTEBOOK)
    saved = visit.run_all_and_save(NOTEBOOK)

    outputs = [output for cell in saved for output in cell["outputs"]]
    failures = [output for output in outputs if output["output_type"] == "error"]
    assert not failures, failures
    assert [cell["execution_count"] for cell in saved] == list(range(1, len(saved) + 1))
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds & {"image/svg+xml", "image/png"}, f"no chart among {kinds}"
    visit.look_at_everything("notebook")


def test_a_chart_and_a_table_are_visible(visit: Visit):
    """Runs after the notebook; what is in the page has a size, not only a place in the file."""
    panel = visit.panel
    for name, wanted in {"chart": ".jp-OutputArea-output :is(img, svg)", "table": ".jp-OutputArea-output table.decisionlab-table"}.items():
        found = panel.locator(wanted).first
        found.scroll_into_view_if_needed(timeout=SHORT_MS)
        expect(found).to_be_visible(timeout=SHORT_MS)
        box = found.bounding_box()
        assert box and box["width"] > 10 and box["height"] > 10, f"{name}: {box}"
        visit.picture(name)


def test_widgets_call_java_and_outlive_a_reload(visit: Visit):
    page = visit.page
    visit.open(GALLERY)
    visit.run_all_and_save(GALLERY)
    panel = visit.panel
    assert panel.locator(ERROR).count() == 0

    bins = panel.locator(".widget-slider", has_text="bins")
    chart = panel.locator(".jp-CodeCell", has=page.locator(".widget-slider")).locator(".widget-vbox img")
    expect(bins.locator(".widget-readout")).to_have_text("20", timeout=SHORT_MS)
    before = chart.get_attribute("src")
    bins.locator(".noUi-handle").press("ArrowRight")
    expect(bins.locator(".widget-readout")).to_have_text("21")
    expect(chart).not_to_have_attribute("src", before or "", timeout=SHORT_MS)
    visit.picture("widgets-slider")

    panel.locator(".widget-dropdown select").select_option("layer-5")
    expect(panel.locator(".widget-label", has_text="centre of layer-5")).to_be_visible(timeout=SHORT_MS)
    panel.locator("button.widget-button", has_text="first hit").click()
    output = panel.locator(".jp-CodeCell", has=page.locator(".widget-dropdown")).locator(".widget-vbox table")
    expect(output.locator("td", has_text="layer-5")).to_be_visible(timeout=SHORT_MS)
    visit.picture("widgets-button")

    visit.save(GALLERY)
    page.reload()
    visit.wait_for_lab()
    bins = page.locator(f"{PANEL} .widget-slider", has_text="bins")
    bins.scroll_into_view_if_needed(timeout=START_MS)
    expect(bins.locator(".widget-readout")).to_have_text("21", timeout=SHORT_MS)
    bins.locator(".noUi-handle").press("ArrowLeft")
    expect(bins.locator(".widget-readout")).to_have_text("20", timeout=SHORT_MS)
    visit.picture("widgets-reloaded")
