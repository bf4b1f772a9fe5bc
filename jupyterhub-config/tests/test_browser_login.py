# SPDX-License-Identifier: Apache-2.0
"""A session with an account of the provider, as a person has it in a browser: log in, choose a profile, run the quickstart, log out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import LabScript
from lab_page import ERROR, NOTEBOOK, SHORT_MS, START_MS, Visit
from login_visitor import IamLab

pytestmark = pytest.mark.browser

FACILITY = """
spawner: {kind: process}
profiles_file: profiles.yaml
culling: {enabled: false}
metrics: false
"""
PROFILES = """
profiles:
  - {name: small, title: Small, memory: 1G, cpu: 1, default: true}
  - {name: spark, title: Java with Spark, description: Notebooks that train, memory: 4G, cpu: 2, groups: [/decisionlab]}
  - {name: production, title: Production, memory: 4G, cpu: 2, groups: [/cms/production]}
"""


@pytest.fixture(scope="module")
def iam(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("iam") / "home"
    home.mkdir()
    (home / "facility.yaml").write_text(FACILITY)
    (home / "profiles.yaml").write_text(PROFILES)
    try:
        yield IamLab.start(home)
    finally:
        LabScript(home)("down")


@pytest.fixture
def page(browser: Browser, iam: IamLab):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(SHORT_MS)
    page.goto(iam.hub)
    yield page
    context.close()


def log_in(page: Page, iam: IamLab, name: str) -> None:
    page.get_by_role("button", name=re.compile("Sign in with")).click()
    page.fill("#username", name)
    page.fill("#password", iam.secret("iam-sim/password"))
    page.screenshot(path=Visit.picture_path(f"login-{name}-provider"))
    page.get_by_role("button", name="Log in").click()


def test_a_member_logs_in_chooses_a_profile_runs_the_quickstart_and_logs_out(page: Page, iam: IamLab):
    page.screenshot(path=Visit.picture_path("login-hub"))
    log_in(page, iam, "bob")
    cards = page.locator(".dl-profile")
    expect(cards.locator("strong")).to_have_text(["Small", "Java with Spark"], timeout=SHORT_MS)
    cards.filter(has_text="Java with Spark").click()
    page.screenshot(path=Visit.picture_path("login-bob-profiles"))
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/user/bob/lab"), wait_until="commit", timeout=START_MS)
    visit = Visit(page, iam.hub, "bob")
    visit.wait_for_lab()
    page.screenshot(path=Visit.picture_path("login-bob-lab"))

    visit.open(NOTEBOOK)
    saved = visit.run_all_and_save(NOTEBOOK)
    failures = [output for cell in saved for output in cell["outputs"] if output["output_type"] == "error"]
    assert not failures, failures
    assert visit.panel.locator(ERROR).count() == 0
    visit.picture("login-bob-quickstart")

    visit.choose("File", "hub:logout")
    expect(page.get_by_role("button", name=re.compile("Sign in with"))).to_be_visible(timeout=SHORT_MS)
    page.goto(f"{iam.hub}/user/bob/lab")
    page.wait_for_url(re.compile(r"/hub/"), wait_until="commit", timeout=SHORT_MS)


def test_a_guest_reads_which_group_is_missing(page: Page, iam: IamLab):
    log_in(page, iam, "eve")
    refused = page.locator("#login-refused")
    expect(refused).to_contain_text("/decisionlab", timeout=SHORT_MS)
    expect(refused).to_contain_text("/guests")
    page.screenshot(path=Visit.picture_path("login-eve-refused"))
