# SPDX-License-Identifier: Apache-2.0
"""Logging in with an account of the provider, as a person does it in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import LabScript
from lab_page import SHORT_MS, START_MS, Visit
from login_visitor import IamLab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def iam(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("iam") / "home"
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


def test_a_member_comes_to_jupyterlab_and_out_again(page: Page, iam: IamLab):
    page.screenshot(path=Visit.picture_path("login-hub"))
    log_in(page, iam, "bob")
    page.wait_for_url(re.compile(r"/user/bob/lab"), wait_until="commit", timeout=START_MS)
    Visit(page, iam.hub).wait_for_lab()
    page.screenshot(path=Visit.picture_path("login-bob-lab"))
    page.goto(f"{iam.hub}/hub/logout")
    expect(page.get_by_role("button", name=re.compile("Sign in with"))).to_be_visible(timeout=SHORT_MS)
    page.goto(f"{iam.hub}/user/bob/lab")
    page.wait_for_url(re.compile(r"/hub/"), wait_until="commit", timeout=SHORT_MS)


def test_a_guest_reads_which_group_is_missing(page: Page, iam: IamLab):
    log_in(page, iam, "eve")
    refused = page.locator("#login-refused")
    expect(refused).to_contain_text("/decisionlab", timeout=SHORT_MS)
    expect(refused).to_contain_text("/guests")
    page.screenshot(path=Visit.picture_path("login-eve-refused"))
