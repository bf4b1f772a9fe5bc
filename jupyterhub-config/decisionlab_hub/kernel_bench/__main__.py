# SPDX-License-Identifier: Apache-2.0
"""The command line of `lab bench kernel`; runs in the virtual environment, which has jupyter_client."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from decisionlab_hub.console import EXIT_USAGE, LabError, say
from decisionlab_hub.interrupt import Interrupt, exit_code_of
from decisionlab_hub.kernel_bench import executor, long_session, rounds, spark
from decisionlab_hub.figures import OURS, Row, table
from decisionlab_hub.kernel_bench.peers import java_version, sides
from decisionlab_hub.layout import Layout
from decisionlab_hub.measuring import Report, chosen, parser

SESSION_CELLS = 5000
SHORT_SESSION_CELLS = 600


def main(arguments: list[str]) -> int:
    """Measures, prints the table; 0 also when targets are missed, since the table says so."""
    layout = Layout.of(Path(__file__).resolve().parents[3])
    return exit_code_of("lab bench kernel", lambda interrupt: run(parse(arguments), layout, interrupt))


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads the command line."""
    sizes = rounds.Sizes()
    short = f"{SHORT_SESSION_CELLS} instead of {SESSION_CELLS} cells in the long session"
    options = parser("kernel", "The Java kernel beside ipykernel, jjava and rapaio: one table, all sides in the same run.", all_rows(SESSION_CELLS), short)
    options.add_argument("--starts", type=int, default=sizes.starts, help=f"processes of each kernel (default {sizes.starts})")
    options.add_argument("--cells", type=int, default=sizes.cells, help=f"repetitions in each of them (default {sizes.cells})")
    return options.parse_args(arguments)


def all_rows(cells: int) -> dict[str, Row]:
    """Every row of the table, empty, by key, in the order of the table."""
    rows = rounds.new_rows()
    rest = {"memory": rows.pop("memory"), "idle": rows.pop("idle")}
    rows |= {row.key: row for row in (spark.new_row(), executor.new_row())}
    return rows | rest | {"session": long_session.new_row(cells)}


def run(options: argparse.Namespace, layout: Layout, interrupt: Interrupt) -> int:
    cells = SHORT_SESSION_CELLS if options.short else SESSION_CELLS
    rows = chosen(all_rows(cells), options.rows)
    for name, value in (("--starts", options.starts), ("--cells", options.cells)):
        if value < 1:
            raise LabError(f"{name} {value}: at least 1 is expected", EXIT_USAGE)
    report = Report(java_version(), f"Python {sys.version.split()[0]}")
    kernels, absent = sides(layout, interrupt)
    ours = next(side for side in kernels if side.name == OURS)
    here = {key: rows[key] for key in rounds.new_rows() if key in rows}
    rounds.Rounds(kernels, here, rounds.Sizes(starts=options.starts, cells=options.cells), interrupt).run()
    for key, reason in ((key, reason) for key in here for reason in absent.items()):
        rows[key].of(reason[0]).troubles.append(reason[1])
    if "spark" in rows:
        say("  first Spark result")
        spark.measure(ours, rows["spark"], options.starts, layout, interrupt)
    if "lambda" in rows:
        say("  lambdas on an executor")
        executor.measure(ours, rows["lambda"], options.starts, layout, interrupt)
    if "session" in rows:
        say(f"  one session of {cells} cells")
        long_session.measure(ours, rows["session"], cells, interrupt)
    report.end(rows, table, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
