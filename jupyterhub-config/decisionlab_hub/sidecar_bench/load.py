# SPDX-License-Identifier: Apache-2.0
"""Requests a second and processor time for each, measured by wrk with 32 connections, the sidecar and a bare echo taking turns."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from decisionlab_hub.console import LabError
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.sidecar_bench.rows import JAVA
from decisionlab_hub.sidecar_bench.servers import Server, World

CONNECTIONS = 32
_THREADS = 1
_SLACK_SECONDS = 30.0

_SCRIPT = """\
local file = assert(io.open("{body}", "rb"))
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = file:read("*a")
file:close()
"""


@dataclass(frozen=True)
class Side:
    """One server under load, and the row for its requests a second; the row `requests` has one for processor time beside it."""

    server: Server
    name: str
    path: str
    body: Path
    row: str


def wrk_is_there() -> bool:
    return shutil.which("wrk") is not None


def measure(world: World, sides: list[Side], rows: dict[str, Row], seconds: int, rounds: int) -> None:
    """Warms each side up, then lets them take turns."""
    for side in sides:
        _load(world, side, 2 * seconds)
    for turn in range(rounds):
        for side in sides if turn % 2 else sides[::-1]:
            world.interrupt.check()
            before = side.server.cpu_seconds()
            requests, rate = _load(world, side, seconds)
            cpu = side.server.cpu_seconds() - before
            _note(rows, side, rate, cpu / requests * 1e6)


def _note(rows: dict[str, Row], side: Side, rate: float, micros: float) -> None:
    if side.row in rows:
        rows[side.row].of(side.name).values.append(rate)
    if side.row == "requests":
        if "cpu" in rows:
            rows["cpu"].of(side.name).values.append(micros)
        if side.name == OURS:
            for other in ("tensorflow", "onnx"):
                if other in rows:
                    rows[other].of(JAVA).values.append(rate)


def _load(world: World, side: Side, seconds: int) -> tuple[int, float]:
    script = world.folder / f"{side.body.stem}.lua"
    script.write_text(_SCRIPT.format(body=side.body), encoding="utf-8")
    command = ["wrk", f"-t{_THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), side.server.url + side.path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + _SLACK_SECONDS, check=False)
    if done.returncode != 0:
        raise LabError(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    return parse(done.stdout)


def parse(text: str) -> tuple[int, float]:
    """Requests and requests a second of what wrk printed; answers that are not 2xx, or none at all, are refused."""
    for wrong in (r"Non-2xx or 3xx responses: [1-9]\d*", r"Socket errors: .*"):
        found = re.search(wrong, text)
        if found:
            raise LabError(f"wrk counts {found.group()}")
    requests = re.search(r"^\s*(\d+) requests in", text, re.MULTILINE)
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", text, re.MULTILINE)
    if requests is None or rate is None or int(requests.group(1)) == 0:
        raise LabError(f"wrk counted no requests:\n{text}")
    return int(requests.group(1)), float(rate.group(1))
