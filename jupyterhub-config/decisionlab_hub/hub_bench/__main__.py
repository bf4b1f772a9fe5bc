# SPDX-License-Identifier: Apache-2.0
"""Measures for `lab bench hub`; runs in the virtual environment, which has what the visitor asks with."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from decisionlab_hub.console import LabError, say
from decisionlab_hub.figures import OURS, Row, columns
from decisionlab_hub.hub_bench import measurements
from decisionlab_hub.hub_bench.command import parse
from decisionlab_hub.hub_bench.rows import all_rows
from decisionlab_hub.hub_bench.world import World, lab_of_its_own
from decisionlab_hub.interrupt import Interrupt, exit_code_of
from decisionlab_hub.layout import Layout
from decisionlab_hub.measuring import Report, chosen


def main(arguments: list[str]) -> int:
    """Measures, prints the table; 0 also when targets are missed, since the table says so."""
    os.environ.pop("PYTHONPATH", None)  # it was for this process, not for its children
    layout = Layout.of(Path(__file__).resolve().parents[3])
    return exit_code_of("lab bench hub", lambda interrupt: run(layout, interrupt, parse(arguments)))


def run(layout: Layout, interrupt: Interrupt, options: argparse.Namespace) -> int:
    rows = chosen(all_rows(), options.rows)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as name, lab_of_its_own(layout, Path(name) / "lab", interrupt) as world:
        for measurement in measurements.ALL:
            if rows.keys() & set(measurement.rows):
                take(world, measurement, rows, options.short)
    report.end(rows, columns, options.json)
    return 0


def take(world: World, measurement: measurements.Measurement, rows: dict[str, Row], short: bool) -> None:
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
