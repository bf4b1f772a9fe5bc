# SPDX-License-Identifier: Apache-2.0
"""Published notebooks in a real browser: nothing of a hostile one runs, and the forms work as a person uses them."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, FrameLocator, Page, expect

from conftest import LabScript, lab_up
from decisionlab_hub.gallery import rendering
from decisionlab_hub.services import USER
from hub_visit import Api, HubVisit
from lab_page import PANEL, SHORT_MS, START_MS, Visit, log_in
from test_gallery import EVIL
from test_sharing_hub import address, repositories  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

RUN = "window.top.postMessage('run', '*'); fetch('/reached')"
HOSTILE = [
    f"<script>{RUN}</script>",
    f'<img src="/reached" onerror="{RUN}">',
    f'<svg onload="{RUN}"></svg>',
    f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    '<style>@import "/reached";</style><link rel="stylesheet" href="/reached"><div style="background:url(/reached)">x</div>',
    '<meta http-equiv="refresh" content="0;url=/reached">',
    '<object data="/reached"></object><embed src="/reached"><video src="/reached" autoplay></video>',
]
OUTER = '<!DOCTYPE html><html><body><script>window.heard = []; onmessage = e => heard.push(e.data)</script><iframe {} src="/inner"></iframe></body></html>'
SANDBOX = 'sandbox="allow-popups allow-popups-to-escape-sandbox"'
FACILITY = """
git_links: ["{place}"]
spawner: {{kind: process}}
groups: {{cms: [physicist]}}
shared: {{folder: shared, group_folders: [cms]}}
culling: {{enabled: false}}
metrics: false
"""


class _Pages(BaseHTTPRequestHandler):
    """A page with a frame, the page in the frame, and a place that notes when it is reached."""

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        server = self.server
        if self.path == "/reached":
            server.reached += 1
        body = {"/": server.outer, "/inner": server.inner}.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path == "/inner" and server.policy:
            self.send_header("Content-Security-Policy", server.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture
def pages() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.reached, server.policy, server.outer, server.inner = 0, "", OUTER.format(""), ""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def look(browser: Browser, pages: ThreadingHTTPServer) -> tuple[list[str], int]:
    """Opens the page and waits until its frame is quiet; returns what scripts have said and how often something was reached."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{pages.server_address[1]}/", wait_until="networkidle", timeout=SHORT_MS)
    heard = page.evaluate("window.heard")
    context.close()
    return heard, pages.reached


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_the_policy_alone_keeps_hostile_html_from_running_and_reaching_out(browser: Browser, pages: ThreadingHTTPServer, number: int):
    pages.inner = f"<!DOCTYPE html><html><body>{HOSTILE[number]}</body></html>"
    said, reached = look(browser, pages)
    assert said or reached, "without the policy it does something"
    pages.reached, pages.policy, pages.outer = 0, rendering.POLICY, OUTER.format(SANDBOX)
    assert look(browser, pages) == ([], 0)


def test_the_rendered_page_alone_runs_nothing_and_reaches_nothing(browser: Browser, pages: ThreadingHTTPServer):
    cells = [new_markdown_cell(evil) for evil in (*EVIL, *HOSTILE)]
    cells += [new_code_cell(evil, outputs=[new_output("display_data", {mime: evil}) for mime in ("text/html", "text/markdown", "image/svg+xml")]) for evil in (*EVIL, *HOSTILE)]
    pages.inner = rendering.page(new_notebook(cells=cells), "hostile")
    assert look(browser, pages) == ([], 0)


@pytest.fixture(scope="module")
def group_lab(tmp_path_factory: pytest.TempPathFactory, repositories) -> Iterator[LabScript]:  # noqa: F811
    with lab_up(tmp_path_factory.mktemp("gallery") / "home", facility=FACILITY.format(place=address(repositories[0]))) as script:
        yield script


def test_a_person_publishes_looks_opens_a_copy_and_follows_a_link(browser: Browser, group_lab: LabScript, repositories):  # noqa: F811
    hub, password = group_lab.status()["url"].rstrip("/"), (group_lab.home / "secrets" / "hub-password").read_text().strip()
    person = HubVisit(hub, USER, password)
    assert person.spawn().status_code == 200
    Api(person).wait_until_ready()
    script = new_output("display_data", {"text/html": "<p>three jets</p><script>document.body.textContent = 'run'</script>"})
    notebook = new_notebook(cells=[new_markdown_cell("# Jets\n\n$$\n\\frac{m_{jj}}{\\sqrt{s}} = \\mathrm{O}(1)\n$$\n\nand `$x$`"), new_code_cell("var jets = 3;", outputs=[script])])
    (group_lab.home / "home" / USER / "jets.ipynb").write_text(nbformat.writes(notebook))
    visit = log_in(browser, hub, password)
    try:
        _publish_and_copy(visit)
        _open_from_a_named_server(visit, person)
        _follow(visit, f"repo={address(repositories[0])}/tutorial.git&branch=main&targetPath=tutorial")
    finally:
        visit.page.close()


def _publish_and_copy(visit: Visit) -> None:
    page: Page = visit.page
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^File$")).click()
    item = page.locator(".lm-Menu:visible .lm-Menu-itemLabel", has_text=re.compile("^Group Gallery$"))
    expect(item).to_be_visible(timeout=SHORT_MS)
    visit.picture("gallery-menu")
    with page.expect_popup() as opened:
        item.click()
    opened.value.wait_for_url(visit.server("group-gallery/"), timeout=SHORT_MS)
    opened.value.close()
    page.goto(visit.server("group-gallery/"))
    page.locator("select[name=path]").select_option("jets.ipynb")
    page.locator("button", has_text="Publish").click()
    page.wait_for_url(re.compile(r"/group-gallery/cms/physicist/jets\.ipynb$"), timeout=SHORT_MS)
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Jets", timeout=SHORT_MS)
    expect(frame.locator("p", has_text="three jets")).to_be_visible()
    _formula_is_drawn(frame)
    visit.picture("gallery-notebook")
    page.locator("a", has_text="Group gallery").click()
    expect(page.locator("td a", has_text="jets.ipynb")).to_be_visible(timeout=SHORT_MS)
    visit.picture("gallery")
    page.locator("button", has_text="Open a copy").click()
    page.wait_for_url(re.compile(r"/lab/tree/from-gallery/jets\.ipynb"), wait_until="commit", timeout=START_MS)
    visit.wait_for_lab()
    expect(page.locator(f"{PANEL} .jp-RenderedHTML", has_text="three jets").first).to_be_visible(timeout=START_MS)
    assert page.locator("#jp-main-dock-panel").count() == 1, "the copy's script has not run"
    page.goto(visit.server("group-gallery/"))
    page.locator("button", has_text="Withdraw").click()
    expect(page.locator("body")).to_contain_text("Nothing has been published yet", timeout=SHORT_MS)


def _open_from_a_named_server(visit: Visit, person: HubVisit) -> None:
    assert person.spawn("second").status_code == 200
    Api(person).wait_until_ready("second")
    visit.page.goto(visit.server("second/lab?reset"))  # else it opens what the other server had open, and asks for its kernel
    visit.wait_for_lab()
    visit.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^File$")).click()
    with visit.page.expect_popup() as opened:
        visit.page.locator(".lm-Menu:visible .lm-Menu-itemLabel", has_text=re.compile("^Group Gallery$")).click()
    opened.value.wait_for_url(visit.server("second/group-gallery/"), timeout=SHORT_MS)
    opened.value.close()


def _formula_is_drawn(frame: FrameLocator) -> None:
    """The browser itself lays it out: a fraction is higher than its numerator, and the numerator above the denominator."""
    formula = frame.locator("math")
    expect(formula).to_have_count(1)
    whole, above, below = (formula.locator(f"xpath=.{place}").bounding_box() for place in ("//*[local-name()='mfrac']", "//*[local-name()='mfrac']/*[1]", "//*[local-name()='mfrac']/*[2]"))
    assert whole and above and below and above["height"] > 0
    assert whole["height"] > 1.5 * above["height"] and above["y"] + above["height"] <= below["y"] + 1
    expect(frame.locator("code", has_text="$x$")).to_be_visible()


def _follow(visit: Visit, link: str) -> None:
    """Follows a link from a page elsewhere to the repository's notebook."""
    page: Page = visit.page
    page.goto("about:blank")
    page.goto(f"{visit.hub}/hub/user-redirect/git-pull?{link}&urlpath=lab/tree/tutorial/first.ipynb")
    page.wait_for_url(re.compile(r"/lab/tree/tutorial/first\.ipynb"), wait_until="commit", timeout=START_MS)
    visit.wait_for_lab()
    page.locator(f"{PANEL} .jp-CodeCell").first.wait_for(timeout=START_MS)
    visit.picture("git-link")
