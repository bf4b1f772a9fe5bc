# SPDX-License-Identifier: Apache-2.0
"""The sidecar's own pages in a browser: what they show is what the sidecar answers, and they ask nobody else."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import urllib.request
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import LabScript
from lab_page import PICTURES

pytestmark = pytest.mark.browser

SHORT_MS = 60_000
SOFTMAX = bytes.fromhex(
    "0a3e0a04785f696e120b506c616365686f6c6465722a0b0a056474797065120230012a1c0a05736861706512133a11120b08ffffffffffffffffff01"
    "120208030a5c0a07772f436f6e73741205436f6e73742a3d0a0576616c75651234423208011208120208031202080322240000803f00000000000000"
    "00000000000000803f0000000000000000000000000000803f2a0b0a056474797065120230010a4e0a064d61744d756c12064d61744d756c1a04785f"
    "696e1a07772f436f6e73742a110a0b7472616e73706f73655f62120228002a070a0154120230012a110a0b7472616e73706f73655f61120228000a23"
    "0a07536f66746d61781207536f66746d61781a064d61744d756c2a070a0154120230010a230a05795f6f757412084964656e746974791a07536f6674"
    "6d61782a070a0154120230011200220308b509"
)
"""A frozen graph made by TensorFlow: x_in[?,3] -> softmax -> y_out."""
FEATURES = ["<img src=x onerror=alert(1)>", 'b"&amp;', "__proto__"]
OWNER = "<script>alert(2)</script>"


@dataclass
class Visitor:
    """A page, and all that went wrong in it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    @staticmethod
    def of(browser: Browser, base: str, **options) -> Visitor:
        visitor = Visitor(browser.new_page(**options), base)
        page = visitor.page
        page.set_default_timeout(SHORT_MS)
        page.on("console", lambda message: visitor.faults.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        page.on("dialog", lambda dialog: (visitor.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: None if request.url.startswith(base) else visitor.faults.append(f"request to {request.url}"))
        return visitor

    def open(self, path: str) -> Page:
        self.page.goto("about:blank")
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture(scope="module")
def sidecar(tmp_path_factory: pytest.TempPathFactory):
    """The address of a sidecar with a model of three versions whose names mean harm."""
    folder = tmp_path_factory.mktemp("pages")
    script = LabScript(folder / "home")
    command = script.command("sidecar", "--flavour", "lite", "--port", "0", "--models", str(folder / "models"), "--json")
    with (folder / "log").open("wb") as log:
        program = subprocess.Popen(command, env=script.environment(), stdout=subprocess.PIPE, stderr=log)
    try:
        assert program.stdout
        line = program.stdout.readline()
        assert line, (folder / "log").read_text()
        base = json.loads(line)["url"]
        for _ in range(3):
            ask(base, "POST", "/upload", archive("softmax"))
        ask(base, "PUT", "/v1/registry/models/softmax/canary", b'{"version":2,"weight":0}')
        ask(base, "PUT", "/v1/registry/models/softmax/aliases/shadow", b'{"version":1}')
        ask(base, "PUT", "/v1/registry/models/softmax/owner", json.dumps({"owner": OWNER}).encode())
        yield base
    finally:
        program.terminate()
        program.wait(60)


def ask(base: str, method: str, path: str, body: bytes | None = None) -> str:
    with urllib.request.urlopen(urllib.request.Request(base + path, data=body, method=method), timeout=60) as answer:
        return answer.read().decode()


def archive(name: str) -> bytes:
    params = {"name": name, "model": "m.pb", "input_node": "x_in", "output_node": "y_out", "description": "<b>bold</b>"}
    files = {
        "params.json": json.dumps(params).encode(),
        "m.pb": SOFTMAX,
        "features.json": json.dumps(FEATURES).encode(),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for file, content in files.items():
            info = tarfile.TarInfo(f"{name}/{file}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"sidecar-{name}.png", full_page=True)


def test_a_model_is_found_looked_at_and_tried(browser: Browser, sidecar: str):
    visitor = Visitor.of(browser, sidecar, color_scheme="light")
    page = visitor.open("/")
    expect(page.locator("#state")).to_have_text("ready")
    link = page.locator("#models a", has_text="softmax")
    expect(link).to_be_visible()
    for _ in range(10):  # by keyboard alone
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    versions = page.get_by_role("region", name="versions").locator("tbody tr")
    expect(versions).to_have_count(3)
    for row, words in enumerate((["3", "production"], ["2", "canary (0 %)"], ["1", "shadow"])):
        for word in words:
            expect(versions.nth(row)).to_contain_text(word)
    expect(page.locator("#model")).to_contain_text(OWNER)
    expect(page.locator("#model")).to_contain_text("<b>bold</b>")
    expect(page.get_by_role("region", name="features").locator("tbody tr")).to_have_text(FEATURES)

    form = page.locator("#model form")
    for name, value in zip(FEATURES, ("1", "2", "3")):
        form.get_by_label(name, exact=True).fill(value)
    form.get_by_role("button").click()
    answer = page.get_by_role("region", name="answer").locator("tbody td:last-child")
    asked = json.dumps({"model": "softmax", "keys": FEATURES, "values": [1, 2, 3]}).encode()
    expect(answer).to_have_text(re.findall(r"[0-9.e-]+", ask(sidecar, "POST", "/json", asked)))
    form.get_by_label("version").select_option("canary")
    form.get_by_label(FEATURES[0], exact=True).fill("-1.5")
    form.get_by_role("button").click()
    asked = json.dumps({"instances": [[-1.5, 2, 3]]}).encode()
    told = json.loads(ask(sidecar, "POST", "/v1/models/softmax/versions/2:predict", asked))["predictions"][0]
    expect(answer).to_have_text([repr(number) for number in told])
    form.get_by_label(FEATURES[2], exact=True).fill("")
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_contain_text("__proto__ is not a number")
    picture(page, "model")
    assert page.locator("img[src=x]").count() == 0
    assert visitor.faults == []
    page.close()


def test_the_graph_and_the_operations_are_shown_in_the_dark_and_on_a_narrow_screen(browser: Browser, sidecar: str):
    visitor = Visitor.of(browser, sidecar, color_scheme="dark", viewport={"width": 400, "height": 800})
    page = visitor.open("/graph?model=softmax")
    expect(page.locator("svg.graph g rect")).to_have_count(len(json.loads(ask(sidecar, "GET", "/v1/registry/models/softmax/graph"))["nodes"]))
    expect(page.locator("svg.graph")).to_contain_text("Softmax")
    picture(page, "graph")
    page.get_by_role("link", name="Models").click()
    page.locator("#models a", has_text="softmax").click()
    expect(page.locator("#model form")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

    page.get_by_role("link", name="API").click()
    operation = page.locator("details", has=page.locator("> summary", has_text=re.compile(r"^POST /v1/models/\{model\}:predict"))).first
    operation.locator("> summary").click()
    operation.get_by_label("body").fill('{"instances":[[1,2,3]]}')
    operation.get_by_role("button", name="Try").click()
    expect(operation.locator("form pre")).to_contain_text("0.66524094")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert visitor.faults == []
    page.close()


def test_what_is_not_there_is_said(browser: Browser, sidecar: str):
    visitor = Visitor.of(browser, sidecar)
    page = visitor.open("/#nosuch")
    expect(page.locator("#model").get_by_role("alert")).to_contain_text("no model 'nosuch' is published")
    page = visitor.open("/graph?model=nosuch")
    expect(page.get_by_role("alert")).to_contain_text("no model 'nosuch' is published")
    page = visitor.open("/graph")
    expect(page.get_by_role("alert")).to_contain_text("Name a model")
    page = visitor.open("/#%")
    expect(page.locator("#model").get_by_role("alert")).to_be_visible()
    assert all("status of 40" in fault for fault in visitor.faults), visitor.faults
    page.close()
