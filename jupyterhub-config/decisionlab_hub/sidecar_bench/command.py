# SPDX-License-Identifier: Apache-2.0
"""The command line of `lab bench sidecar`."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from decisionlab_hub.console import EXIT_USAGE, LabError, say
from decisionlab_hub.figures import OURS, Row, columns
from decisionlab_hub.files import write_atomically
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import Layout
from decisionlab_hub.sidecar_bench import measurements
from decisionlab_hub.sidecar_bench.rows import all_rows
from decisionlab_hub.sidecar_bench.servers import World


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads the command line; `argparse` ends the process with exit code 2 on a wrong one."""
    parser = argparse.ArgumentParser(
        prog="lab bench sidecar", description="The sidecar, its evaluator, export and training beside their peers: one table, all sides in the same run."
    )
    parser.add_argument("--rows", metavar="A,B", help=f"only these rows, of {', '.join(all_rows())}")
    parser.add_argument("--short", action="store_true", help="everything in about a minute; shows that it works, not how fast it is")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also everything that was measured, as JSON")
    return parser.parse_args(arguments)


def run(layout: Layout, interrupt: Interrupt, options: argparse.Namespace) -> int:
    """Measures, prints the table; 0 also when targets are missed, since the table says so."""
    rows = chosen(options.rows)
    began = time.monotonic()
    head = [f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores", _load("before")]
    with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as name:
        world = World(layout, interrupt, Path(name))
        for measurement in measurements.ALL:
            if rows.keys() & set(measurement.rows):
                _one(world, measurement, rows, options.short)
    head += [_load("after"), f"took {time.monotonic() - began:.0f} s"]
    print("\n".join([*head, "", columns(list(rows.values()))]), flush=True)
    if options.json:
        told = {"head": head, "rows": [row.as_json() for row in rows.values()]}
        write_atomically(options.json, json.dumps(told, indent=2) + "\n")
    return 0


def chosen(names: str | None) -> dict[str, Row]:
    """The rows asked for, in the order of the table."""
    rows = all_rows()
    if names is None:
        return rows
    wanted = names.split(",")
    unknown = [name for name in wanted if name not in rows]
    if unknown:
        raise LabError(f"no row is named {', '.join(unknown)}; there are {', '.join(rows)}", EXIT_USAGE)
    return {key: row for key, row in rows.items() if key in wanted}


def _one(world: World, measurement: measurements.Measurement, rows: dict[str, Row], short: bool) -> None:
    """What fails is told in the rows that it leaves without values; the others are still measured."""
    say(f"  {', '.join(key for key in measurement.rows if key in rows)}")
    try:
        measurement.take(world, rows, short)
    except LabError as failure:
        for key in measurement.rows:
            if key in rows:
                rows[key].of(OURS).troubles.append(str(failure))


def _load(when: str) -> str:
    return f"load {when} (1, 5, 15 min): " + ", ".join(f"{load:.2f}" for load in os.getloadavg())
