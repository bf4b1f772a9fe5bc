# SPDX-License-Identifier: Apache-2.0
"""Logs users in with Chromium, one after the other, and writes the seconds until each could work as JSON.

Arguments: the hub's address, the file with the users' password, the file to write, the users' names.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import APIRequestContext, Browser, sync_playwright

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically
from decisionlab_hub.hub_bench.visitor import SERVER_ENDS, refuse_other_machines
from decisionlab_hub.interrupt import Interrupt

_LIMIT_MS = 120_000
_END_LIMIT_SECONDS = 120.0
_KERNEL = "Decision Lab (Java 17)"
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_OPTIONS += ["--disable-component-update", "--disable-sync"]


def main(hub: str, password_file: str, told: str, *names: str) -> int:
    refuse_other_machines(hub)
    password = Path(password_file).read_text(encoding="utf-8").strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_OPTIONS)
        try:
            write_atomically(Path(told), json.dumps([_visit(browser, hub, name, password) for name in names]))
        finally:
            browser.close()
    return 0


def _visit(browser: Browser, hub: str, name: str, password: str) -> float:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(_LIMIT_MS)
        page.goto(hub)
        begun = time.monotonic()
        page.get_by_role("button", name=re.compile("Sign in with")).click()
        page.fill("#username", name)
        page.fill("#password", password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(re.compile(rf"/user/{name}/lab"), wait_until="commit", timeout=_LIMIT_MS)
        page.locator(".jp-LauncherCard-label", has_text=_KERNEL).first.wait_for(timeout=_LIMIT_MS)
        page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=_LIMIT_MS)
        took = time.monotonic() - begun
        xsrf = next((each["value"] for each in context.cookies(f"{hub}/hub/") if each["name"] == "_xsrf"), "")
        end_server(page.request, hub, name, xsrf)
        return took
    finally:
        context.close()


def end_server(asking: APIRequestContext, hub: str, name: str, xsrf: str) -> None:
    """Has the hub end the user's server and waits until it is gone: else it would run beside what is measured next. Raises LabError when it stays."""
    user = f"{hub}/hub/api/users/{name}"
    answer = asking.delete(f"{user}/server", headers={"X-XSRFToken": xsrf, "Referer": f"{hub}/hub/home"}, timeout=_LIMIT_MS)
    if answer.status not in SERVER_ENDS:
        raise LabError(f"the hub does not end the server of {name}: status {answer.status}, expected one of {SERVER_ENDS}; it said {answer.text()[:300]!r}, and hub.log of the lab tells more")

    def is_gone() -> bool:
        asked = asking.get(user, timeout=_LIMIT_MS)
        if asked.status != 200:
            raise LabError(f"the hub does not say whether the server of {name} has ended: status {asked.status}, {asked.text()[:300]!r}")
        return not asked.json().get("servers")

    if not Interrupt().wait_for(is_gone, _END_LIMIT_SECONDS):
        raise LabError(f"the server of {name} has not ended within {_END_LIMIT_SECONDS:.0f} s; hub.log of the lab tells why")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
