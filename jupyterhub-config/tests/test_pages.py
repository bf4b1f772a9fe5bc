# SPDX-License-Identifier: Apache-2.0
"""The pages that people read: links lead somewhere, every room and every package of the kernel is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import CHECKOUT
from decisionlab_hub import help_pages

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path):
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} is not there"
        if anchor:
            assert anchor in _anchors(there), f"{target}: there is no such heading"


def test_the_first_page_is_short_and_names_every_room():
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    for room in _rooms():
        assert f"[{room}/]({room})" in text, f"README.md does not name {room}"


def test_the_map_names_every_room_and_no_other():
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    arrows = text[text.index("## Rooms and arrows") : text.index("## Words")]
    for room in _rooms():
        assert re.search(rf"\b{room}\b", arrows), f"architecture.md does not name {room}"
    packages = CHECKOUT / "kernel-extensions" / "src" / "main" / "java" / "org" / "decisionlab" / "kernel"
    there = {each.name for each in packages.iterdir() if each.is_dir()}
    kernel = text[text.index("## Inside the kernel") : text.index("## Words")]
    named = set(re.findall(r"^\| `(\w+)` \|", kernel, re.MULTILINE))
    assert named == there


@pytest.mark.parametrize("name", ["kernel", "magics", "spark", "decisions/0010-java-kernel"])
def test_the_help_menus_pages_are_shown_whole(name: str):
    shown = help_pages.page(name)
    assert shown is not None
    ids = set(re.findall(r' id="([^"]+)"', shown))
    for target in re.findall(r'href="([^":]*)"', shown):
        path, _, anchor = target.partition("#")
        assert ".md" not in path and (not path or path.startswith("..") or help_pages.page(path) or help_pages.page(f"decisions/{path}")), target
        assert path or anchor in ids, f"#{anchor} is no heading"
    assert 'src=""' not in shown and "<script" not in shown


@pytest.mark.parametrize("name", ["../README", "..", "pictures/spark-table", "none", "decisions/../kernel", "/etc/passwd", ""])
def test_no_other_file_is_a_page(name: str):
    assert help_pages.page(name) is None


def _rooms() -> list[str]:
    modules = re.findall(r"<module>([^<]+)</module>", (CHECKOUT / "pom.xml").read_text(encoding="utf-8"))
    return [*modules, "jupyterhub-config", "notebooks"]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
