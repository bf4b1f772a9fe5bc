# SPDX-License-Identifier: Apache-2.0
"""What is measured together, and which rows it fills."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from decisionlab_hub.console import LabError
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.sidecar_bench import load, programs
from decisionlab_hub.sidecar_bench.load import Side
from decisionlab_hub.sidecar_bench.rows import ALONE, BATCHING_ROWS, ECHO, REQUEST_ROWS
from decisionlab_hub.sidecar_bench.servers import Server, World, echo, sidecar

_WRITE_LIMIT_SECONDS = 120.0
_TOLERANCE = 1e-5
_FLAVOURS = {"lite": ("mlp", ()), "onnx": ("mlp_onnx", ()), "all": ("mlp", ("--engines", "tensorflow"))}
"""The model that is asked first of each flavour, and options that leave it to the engine the flavour is for."""


@dataclass(frozen=True)
class Measurement:
    """Something that fills rows; the last argument says whether the short form is wanted."""

    rows: tuple[str, ...]
    take: Callable[[World, dict[str, Row], bool], None]


def _models(world: World) -> Path:
    folder = world.folder / "made"
    if not folder.exists():
        command = world.bench_command("WriteModels", str(folder))
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WRITE_LIMIT_SECONDS, check=False, env=world.environment)
        if done.returncode != 0:
            raise LabError(f"no models to measure: {done.stderr[-2000:]}")
    return folder


def _publish(server: Server, made: Path, *names: str) -> None:
    for name in names:
        archive = made / f"{name}.tar.gz"
        if archive.exists():
            server.post("/upload", archive.read_bytes(), Content_Encoding="gzip")
            continue
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            tar.add(made / name, name)
        server.post("/upload", packed.getvalue())


def _requests(world: World, rows: dict[str, Row], short: bool) -> None:
    if not load.wrk_is_there():
        raise LabError("wrk is not installed; its name in Debian is wrk")
    made = _models(world)
    engines = {"tensorflow": ("mlp", "tensorflow"), "onnx": ("mlp_onnx", "onnxruntime")}
    with ExitStack() as stack:
        bare = stack.enter_context(echo(world))
        java = stack.enter_context(sidecar(world, "lite", world.folder / "store-java"))
        _publish(java, made, "mlp")
        sides = [Side(bare, ECHO, "/json", made / "mlp.json", "requests"), Side(java, OURS, "/json", made / "mlp.json", "requests")]
        for row, (model, engine) in engines.items():
            if row in rows:
                server = stack.enter_context(sidecar(world, "all", world.folder / f"store-{engine}", "--engines", engine))
                _publish(server, made, model)
                sides.append(Side(server, OURS, "/json", made / f"{model}.json", row))
        load.measure(world, sides, rows, 1 if short else 6, 1 if short else 5)


def _batching(world: World, rows: dict[str, Row], short: bool) -> None:
    """The same sidecar twice, once told to leave batches."""
    if not load.wrk_is_there():
        raise LabError("wrk is not installed; its name in Debian is wrk")
    made = _models(world)
    for row, model, engine in (("batching", "wide", "tensorflow"), ("batching-onnx", "wide_onnx", "onnxruntime")):
        if row not in rows:
            continue
        with ExitStack() as stack:
            sides = []
            for name, options in ((OURS, ()), (ALONE, ("--no-batching",))):
                store = world.folder / f"store-batching-{engine}-{name}"
                server = stack.enter_context(sidecar(world, "all", store, "--engines", engine, *options))
                _publish(server, made, model)
                sides.append(Side(server, name, "/json", made / f"{model}.json", row))
            load.measure(world, sides, rows, 1 if short else 5, 1 if short else 3)


def _overload(world: World, rows: dict[str, Row], short: bool) -> None:
    made = _models(world)
    with sidecar(world, "lite", world.folder / "store-overload") as ours:
        _publish(ours, made, "wide")
        programs.run(world, rows, "OverloadBench", ours.url, str(made / "wide.json"), *_brief(short))


def _decide(world: World, rows: dict[str, Row], short: bool) -> None:
    made = _models(world)
    with ExitStack() as stack:
        bare = stack.enter_context(echo(world))
        ours = stack.enter_context(sidecar(world, "lite", world.folder / "store-decide"))
        _publish(ours, made, "reuse")
        programs.run(world, rows, "DecideBench", ours.url, bare.url, *_brief(short))


def _purge(world: World, rows: dict[str, Row], short: bool) -> None:
    made = _models(world)
    with sidecar(world, "lite", world.folder / "store-purge") as ours:
        _publish(ours, made, "reuse")
        programs.run(world, rows, "PurgeBench", ours.url, *_brief(short))


def _switches(world: World, rows: dict[str, Row], short: bool) -> None:
    with sidecar(world, "lite", world.folder / "store-switches") as ours:
        programs.run(world, rows, "SwitchBench", ours.url, str(ours.pid), *_brief(short))


def _start(flavour: str) -> Callable[[World, dict[str, Row], bool], None]:
    model, options = _FLAVOURS[flavour]

    def take(world: World, rows: dict[str, Row], short: bool) -> None:
        made = _models(world)
        store = world.folder / f"store-start-{flavour}"
        with sidecar(world, flavour, store, *options) as server:
            _publish(server, made, model)
        question, right = (made / f"{model}.json").read_bytes(), float((made / "mlp.answer").read_text(encoding="utf-8"))
        for _ in range(1 if short else 5):
            began = time.perf_counter()
            with sidecar(world, flavour, store, *options) as server:
                answer = json.loads(server.post("/json", question))
                seconds = time.perf_counter() - began
            if abs(answer[0] - right) > _TOLERANCE:
                raise LabError(f"the first answer was {answer[0]}, not {right}")
            rows[f"start-{flavour}"].of(OURS).values.append(seconds)

    return take


def _alone(main: str) -> Callable[[World, dict[str, Row], bool], None]:
    return lambda world, rows, short: programs.run(world, rows, main, *_brief(short))


def _brief(short: bool) -> tuple[str, ...]:
    return ("--short",) if short else ()


ALL = (
    Measurement(REQUEST_ROWS, _requests),
    Measurement(BATCHING_ROWS, _batching),
    *(Measurement(rows, _alone(main)) for main, rows in programs.ALONE.items()),
    Measurement(("decide-p50", "decide-p99"), _decide),
    Measurement(("purge",), _purge),
    Measurement(("overload", "overload-p99"), _overload),
    *(Measurement((f"start-{flavour}",), _start(flavour)) for flavour in _FLAVOURS),
    Measurement(("switches", "switch-heap"), _switches),
    Measurement(("export", "epoch"), lambda world, rows, short: programs.train(world, rows, short)),
)
