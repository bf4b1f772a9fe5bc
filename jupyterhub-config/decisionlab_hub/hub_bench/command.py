# SPDX-License-Identifier: Apache-2.0
"""The command line of `lab bench hub`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from decisionlab_hub.console import LabError, say
from decisionlab_hub.figures import OURS, Row, columns
from decisionlab_hub.hub_bench import measurements
from decisionlab_hub.hub_bench.rows import all_rows
from decisionlab_hub.hub_bench.world import World, lab_of_its_own
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import Layout
from decisionlab_hub.measuring import Report, chosen, parser

_DESCRIPTION = "The hub, logins, the token broker and the sidecar's look at tokens, in a lab of its own with the IAM simulator: one table."


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads the command line."""
    return parser("hub", _DESCRIPTION, all_rows(), "everything in about two minutes; shows that it works, not how fast it is").parse_args(arguments)


def run(layout: Layout, interrupt: Interrupt, options: argparse.Namespace) -> int:
    """Measures, prints the table; 0 also when targets are missed, since the table says so."""
    rows = chosen(all_rows(), options.rows)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as name, lab_of_its_own(layout, Path(name) / "lab", interrupt) as world:
        for measurement in measurements.ALL:
            if rows.keys() & set(measurement.rows):
                _one(world, measurement, rows, options.short)
    report.end(rows, columns, options.json)
    return 0


def _one(world: World, measurement: measurements.Measurement, rows: dict[str, Row], short: bool) -> None:
    """What fails is told in its rows, of which nothing that was measured stays; the others are still measured."""
    say(f"  {', '.join(key for key in measurement.rows if key in rows)}")
    try:
        measurement.take(world, rows, short)
    except (LabError, OSError) as failure:
        for key in measurement.rows:
            if key in rows:
                for side in rows[key].sides.values():
                    side.values.clear()
                rows[key].of(OURS).troubles.append(str(failure))
