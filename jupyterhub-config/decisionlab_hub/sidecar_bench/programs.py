# SPDX-License-Identifier: Apache-2.0
"""The programs of the module `bench`: they print lines of JSON, which become values of rows."""

from __future__ import annotations

import json
import subprocess

from decisionlab_hub.console import LabError
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.sidecar_bench.rows import QUIET
from decisionlab_hub.sidecar_bench.servers import World

ALONE: dict[str, tuple[str, ...]] = {
    "EvaluatorBench": ("evaluator",),
    "TreeBench": ("trees-1", "trees-1024"),
}
"""Programs that need no server, below `org.decisionlab.bench`, and the rows that each fills."""

_LIMIT_SECONDS = 1200.0


_TRAINING_BENCH = "org.decisionlab.training.bench.TrainingBench"
_EPOCHS, _SHORT_EPOCHS = 5, 1


def run(world: World, rows: dict[str, Row], main: str, *arguments: str) -> None:
    """Runs a program and takes what it prints into the rows that were asked for."""
    take(_output(world, main, world.bench_command(main, *arguments)), rows)


def train(world: World, rows: dict[str, Row], short: bool) -> None:
    """Runs the program that trains and exports; it lies on the kernels' class path, and prints one object."""
    epochs = str(_SHORT_EPOCHS if short else _EPOCHS)
    told = json.loads(_output(world, "TrainingBench", world.kernel_command(_TRAINING_BENCH, epochs)).splitlines()[-1])
    if "export" in rows:
        rows["export"].of(OURS).values += told["exports_s"]
        rows["export"].notes.append(f"the first one took {told['exports_s'][0]:.2f} s, of which {told['export_first_cpu_s']:.2f} s on the processor")
    if "epoch" in rows:
        rows["epoch"].of(OURS).values += told["epochs_busy_s"]
        rows["epoch"].of(QUIET).values += told["epochs_quiet_s"]
        rows["epoch"].notes.append(f"OMP_WAIT_POLICY={told['omp_wait_policy']}, OMP_NUM_THREADS={told['omp_num_threads']}")


def _output(world: World, name: str, command: list[str]) -> str:
    world.interrupt.check()
    log = world.folder / f"{name}.log"
    with log.open("wb") as errors:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=world.environment,
                timeout=_LIMIT_SECONDS,
                check=False,
                text=True,
            )
        except subprocess.TimeoutExpired as late:
            raise LabError(f"{name} was ended: it ran longer than {_LIMIT_SECONDS:.0f} s") from late
    if done.returncode != 0:
        raise LabError(f"{name} ended with exit code {done.returncode}:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    return done.stdout


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
