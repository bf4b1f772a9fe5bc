# SPDX-License-Identifier: Apache-2.0
"""Starting the lab, logging in alone and with many others, and coming to JupyterLab."""

from __future__ import annotations

import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from decisionlab_hub.console import LabError, last_lines
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.hub_bench.broker import percentile
from decisionlab_hub.hub_bench.rows import CROWD
from decisionlab_hub.hub_bench.visitor import SERVER_ENDS, LoginVisitor, told
from decisionlab_hub.hub_bench.world import World
from decisionlab_hub.provision import run_logged

_KERNEL = "decisionlab"
_BROWSER_LIMIT_SECONDS = 600.0
_CROWD_LIMIT_SECONDS = 300.0


def ready(world: World, rows: dict[str, Row], short: bool) -> None:
    """The second and later starts: what set-up prepares and secrets are there."""
    world.up()
    for _ in range(1 if short else 5):
        world.down()
        rows["ready"].of(OURS).values.append(world.up())


def login(world: World, rows: dict[str, Row], short: bool) -> None:
    """Each time another user, whose server is ended before the next one comes."""
    row = rows["login"]
    for number in range(1 if short else 5):
        world.interrupt.check()
        name = f"visitor-{number}"
        world.add_user(name)
        row.of(OURS).values.append(_to_lab(world, name))
    row.notes.append("the provider's login page, the server's start, the page of JupyterLab, the list of kernels; a user's first time, with an empty home")


def _to_lab(world: World, name: str) -> float:
    visitor = world.visitor()
    begun = time.monotonic()
    page = visitor.log_in(name)
    if page.status_code != 200:
        raise LabError(f"{name} cannot log in: {told(page)}")
    asked = visitor.start_server()
    if asked.status_code not in (201, 202):
        raise LabError(f"the server of {name} does not start: {told(asked)}")

    def usable() -> bool:
        if not visitor.server_answers(name):
            return False
        kernels = visitor.get(f"/user/{name}/api/kernelspecs")
        return kernels.status_code == 200 and _KERNEL in kernels.json()["kernelspecs"]

    world.until(f"JupyterLab of {name}", usable)
    took = time.monotonic() - begun
    ended = visitor.stop_server()
    if ended.status_code not in SERVER_ENDS:
        raise LabError(f"the server of {name} does not end: {told(ended)}")
    world.until(f"the end of the server of {name}", lambda: not visitor.get(f"/hub/api/users/{name}").json().get("servers"))
    return took


def chromium(world: World, rows: dict[str, Row], short: bool) -> None:
    """The same by a real browser, in a process of its own, which has the browser's driver."""
    if shutil.which("chromium") is None:
        raise LabError("Chromium is not installed; ./lab test browser installs it on Debian 12")
    count = 1 if short else 3
    names = [f"reader-{number}" for number in range(count)]
    for name in names:
        world.add_user(name)
    times = world.layout.home / "chromium.json"
    log = world.layout.logs / "bench-chromium.log"
    program = ["-m", "decisionlab_hub.hub_bench.chromium", world.hub, str(world.layout.simulator / "password"), str(times), *names]
    code = run_logged([str(world.layout.python), *program], log, world.layout.home, world.interrupt, _BROWSER_LIMIT_SECONDS, {"PYTHONPATH": str(world.layout.hub_source)})
    if code != 0:
        raise LabError(f"Chromium's visit ended with exit code {code}; the end of its output:\n{last_lines(log, 15)}")
    rows["chromium"].of(OURS).values += json.loads(times.read_text(encoding="utf-8"))
    rows["chromium"].notes.append("from the click on `Sign in` until the launcher shows the Java kernel; the browser is on the same cores")


def crowd(world: World, rows: dict[str, Row], short: bool) -> None:
    """All at the same moment; each comes to the hub's home and asks who it is. Their servers are not started."""
    count = 10 if short else CROWD
    names = [f"member-{number}" for number in range(count)]
    for name in names:
        world.add_user(name)
    world.visitor().log_in(names[0])  # what the programs load with the first login is not what is asked
    together = threading.Barrier(count)
    visitors = [world.visitor() for _ in names]

    def one(visitor: LoginVisitor, name: str) -> tuple[float, str]:
        together.wait(_CROWD_LIMIT_SECONDS)
        begun = time.monotonic()
        try:
            page = visitor.log_in(name)
            who = visitor.account().get("name") if page.status_code == 200 else None
        except (OSError, ValueError, LabError) as failure:
            return time.monotonic() - begun, f"{type(failure).__name__}: {failure}"
        return time.monotonic() - begun, "" if who == name else told(page)

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(one, visitors, names))
    times = [took for took, trouble in answers if not trouble]
    troubles = [trouble for _, trouble in answers if trouble]
    if "crowd" in rows and times:
        rows["crowd"].of(OURS).values.append(percentile(times, 0.95))
        rows["crowd"].notes.append(f"of the {len(times)} of {count} users who came in; p50 {percentile(times, 0.5):.1f} s, slowest {max(times):.1f} s; to the hub's home, no servers; the users' program is on the same cores")
    if "crowd-refused" in rows:
        rows["crowd-refused"].of(OURS).values.append(float(len(troubles)))
        rows["crowd-refused"].notes += sorted(set(troubles))[:5]
