# SPDX-License-Identifier: Apache-2.0
"""The programs of the module `bench`: they print lines of JSON, which become values of rows."""

from __future__ import annotations

import json
import subprocess

from decisionlab_hub.console import LabError
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.sidecar_bench.servers import World

ALONE: dict[str, tuple[str, ...]] = {
    "EvaluatorBench": ("evaluator",),
    "TreeBench": ("trees-1", "trees-1024"),
}
"""Programs that need no server, below `org.decisionlab.bench`, and the rows that each fills."""

_LIMIT_SECONDS = 1200.0


def run(world: World, rows: dict[str, Row], main: str, *arguments: str) -> None:
    """Runs a program and takes what it prints into the rows that were asked for."""
    world.interrupt.check()
    log = world.folder / f"{main}.log"
    with log.open("wb") as errors:
        try:
            done = subprocess.run(
                world.bench_command(main, *arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=world.environment,
                timeout=_LIMIT_SECONDS,
                check=False,
                text=True,
            )
        except subprocess.TimeoutExpired as late:
            raise LabError(f"{main} was ended: it ran longer than {_LIMIT_SECONDS:.0f} s") from late
    take(done.stdout, rows)
    if done.returncode != 0:
        raise LabError(f"{main} ended with exit code {done.returncode}:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def take(output: str, rows: dict[str, Row]) -> None:
    """Adds the lines of a program to the rows; those of rows that were not asked for are left out."""
    for line in output.splitlines():
        if not line.startswith("{"):
            continue
        told = json.loads(line)
        row = rows.get(told["row"])
        if row is None:
            continue
        if "value" in told:
            row.of(told["side"]).values.append(told["value"])
        elif "trouble" in told:
            row.of(told["side"] or OURS).troubles.append(told["trouble"])
        else:
            row.notes.append(told["note"])
