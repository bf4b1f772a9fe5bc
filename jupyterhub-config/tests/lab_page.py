# SPDX-License-Identifier: Apache-2.0
"""The lab as a person has it in front of them: a browser page that has logged in."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from conftest import CHECKOUT
from decisionlab_hub.services import USER

NOTEBOOK = os.environ.get("LAB_BROWSER_NOTEBOOK", "01-smart-cache-quickstart.ipynb")
GALLERY = "02-display-and-widgets.ipynb"
PICTURES = CHECKOUT / "target" / "browser"
KERNEL = "Decision Lab (Java 17)"
SHORT_MS, START_MS, RUN_MS = 60_000, 240_000, 1_800_000
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
ERROR = "[data-mime-type='application/vnd.jupyter.stderr']"
"""What JupyterLab shows of an error, and of whatever else a cell writes to its standard error."""


def log_in(browser: Browser, hub: str, password: str) -> Visit:
    """Opens the hub's address, logs in, and waits for JupyterLab."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(SHORT_MS)
    page.goto(hub)
    page.fill("#username_input", USER)
    page.fill("#password_input", password)
    page.click("#login_submit")
    page.wait_for_url(re.compile(rf"/user/{USER}/lab"), wait_until="commit", timeout=START_MS)
    visit = Visit(page, hub)
    visit.wait_for_lab()
    return visit


@dataclass(frozen=True)
class Visit:
    """A browser page that has logged in, the hub's address, and whose page it is."""

    page: Page
    hub: str
    user: str = USER

    def server(self, path: str) -> str:
        """The address of something on the user's server."""
        return f"{self.hub}/user/{self.user}/{path}"

    @property
    def panel(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(PANEL)

    def open(self, notebook: str) -> None:
        """Opens a notebook alone in the page, and waits for its kernel."""
        self.page.goto(self.server(f"lab/tree/notebooks/{notebook}?reset"))
        self.wait_for_lab()
        self.panel.locator(".jp-CodeCell").first.wait_for(timeout=SHORT_MS)
        self._wait_for_kernel()

    def write(self, notebook: str, cells: list[str]) -> None:
        """Makes a notebook of these cells, without outputs."""
        code = [
            {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
            for i, cell in enumerate(cells)
        ]
        spec = {"kernelspec": {"name": "decisionlab", "display_name": KERNEL, "language": "java"}}
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": spec, "cells": code}
        self._put(f"api/contents/notebooks/{notebook}", {"type": "notebook", "content": content})

    def set(self, plugin: str, raw: str) -> None:
        """Changes the settings of a plugin of JupyterLab, as its settings editor does."""
        self._put(f"lab/api/settings/{plugin}", {"raw": raw})

    def _put(self, path: str, data: dict) -> None:
        response = self.page.request.put(self.server(path), data=data, headers=self._token())
        assert response.ok, f"{response.status}: {response.text()}"

    def choose(self, menu: str, command: str) -> None:
        """Chooses an entry of a menu by its command."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click()
        self.page.locator(f".lm-Menu-item[data-command='{command}']").click()

    def end_kernels(self) -> None:
        """Ends all kernels, as a night without anybody does."""
        for session in self.page.request.get(self.server("api/sessions")).json():
            response = self.page.request.delete(self.server(f"api/sessions/{session['id']}"), headers=self._token())
            assert response.ok, f"{response.status}: {response.text()}"

    def _token(self) -> dict[str, str]:
        cookies = self.page.context.cookies(self.server(""))
        return {"X-XSRFToken": next(each["value"] for each in cookies if each["name"] == "_xsrf")}

    def run_all_and_save(self, notebook: str) -> list[dict]:
        """Runs all cells and returns the code cells of the saved notebook."""
        self.choose("Run", "runmenu:run-all")
        self._wait_until_run()
        return self.save(notebook)

    def save(self, notebook: str) -> list[dict]:
        """Saves the notebook and returns its code cells."""
        count = len(self._code_cells(notebook))
        unsaved = self.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")
        for _ in range(6):  # what widgets and displays send may come after a save, and JupyterLab saves one at a time
            self.page.keyboard.press("Control+s")
            self.page.wait_for_timeout(1000)
            if unsaved.count() == 0:
                break
        expect(unsaved).to_have_count(0, timeout=SHORT_MS)
        return self._wait_until_saved(notebook, count)

    def content(self, notebook: str) -> dict:
        """The saved notebook; a read that meets JupyterLab's own saving is answered with 500 and is repeated."""
        for _ in range(60):
            response = self.page.request.get(self.server(f"api/contents/notebooks/{notebook}?content=1"), timeout=SHORT_MS)
            if response.status != 500:
                break
            self.page.wait_for_timeout(1000)
        assert response.ok, f"{response.status}: {response.text()}"
        return response.json()["content"]

    def wait_for_lab(self) -> None:
        self.page.locator("#jp-main-dock-panel").wait_for(timeout=START_MS)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=START_MS)

    def picture(self, name: str) -> None:
        """Keeps a picture of the page."""
        self.page.screenshot(path=self.picture_path(name))

    @staticmethod
    def picture_path(name: str) -> Path:
        """Where a picture is kept."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        return PICTURES / f"{name}.png"

    def look_at_everything(self, name: str) -> None:
        """Takes pictures from top to bottom of the notebook, and checks that no cell shows an error."""
        outer = self.panel.locator(".jp-WindowedPanel-outer")
        outer.evaluate("e => e.scrollTo(0, 0)")
        for number in range(1, 41):
            self.page.wait_for_timeout(300)
            self.picture(f"{name}-{number:02}")
            assert self.panel.locator(ERROR).count() == 0
            if outer.evaluate("e => { const before = e.scrollTop; e.scrollBy(0, e.clientHeight * 0.9); return e.scrollTop - before < 2; }"):
                return

    def _wait_for_kernel(self) -> None:
        """The status bar tells the truth; the notebook's own indicator says idle before there is a kernel."""
        self.page.wait_for_function(
            """() => {
              if (document.querySelector('.jp-Dialog')) return true;
              const bar = document.querySelector('#jp-main-statusbar').innerText;
              return bar.includes('| Idle') && !bar.includes('No Kernel');
            }""",
            timeout=START_MS,
        )
        assert self.page.locator(".jp-Dialog").count() == 0, self.page.locator(".jp-Dialog").inner_text()

    def _wait_until_run(self) -> None:
        """Every cell has its number or one has failed, and the kernel is idle again."""
        self.page.wait_for_function(
            """([panel, error]) => {
              const cells = [...document.querySelectorAll(panel + ' .jp-CodeCell')].filter(c => c.querySelector('.cm-content')?.textContent.trim());
              const prompts = cells.map(c => c.querySelector('.jp-InputPrompt').textContent.trim());
              const failed = document.querySelector(panel + ' ' + error);
              const bar = document.querySelector('#jp-main-statusbar').innerText;
              return (failed || prompts.every(p => /^\\[\\d+\\]:$/.test(p))) && bar.includes('| Idle');
            }""",
            arg=[PANEL, ERROR],
            timeout=RUN_MS,
        )

    def _code_cells(self, notebook: str) -> list[dict]:
        cells = self.content(notebook)["cells"]
        return [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]

    def _wait_until_saved(self, notebook: str, count: int) -> list[dict]:
        for _ in range(60):
            cells = self._code_cells(notebook)
            if len(cells) == count and all(cell["execution_count"] for cell in cells):
                break
            self.page.wait_for_timeout(1000)
        return cells

