# SPDX-License-Identifier: Apache-2.0
"""What the command lines of `lab bench kernel`, `lab bench sidecar` and `lab bench hub` have in common."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Callable, Iterable

from decisionlab_hub.console import EXIT_USAGE, LabError
from decisionlab_hub.figures import Row
from decisionlab_hub.files import write_atomically


def parser(name: str, description: str, rows: Iterable[str], short: str) -> argparse.ArgumentParser:
    """The options that all have; `argparse` ends the process with exit code 2 on a wrong one."""
    options = argparse.ArgumentParser(prog=f"lab bench {name}", description=description)
    options.add_argument("--rows", metavar="A,B", help=f"only these rows, of {', '.join(rows)}")
    options.add_argument("--short", action="store_true", help=short)
    options.add_argument("--json", type=Path, metavar="FILE", help="also everything that was measured, as JSON")
    return options


def chosen(rows: dict[str, Row], names: str | None) -> dict[str, Row]:
    """The rows asked for, in the order of the table."""
    if names is None:
        return rows
    wanted = names.split(",")
    unknown = [name for name in wanted if name not in rows]
    if unknown:
        raise LabError(f"no row is named {', '.join(unknown)}; there are {', '.join(rows)}", EXIT_USAGE)
    return {key: row for key, row in rows.items() if key in wanted}


class Report:
    """When and on what machine something was measured, and the table that it became."""

    def __init__(self, *machine: str):
        self._began = time.monotonic()
        self._head = [", ".join([time.strftime("%Y-%m-%d"), f"{os.cpu_count()} cores", *machine]), _load("before")]

    def end(self, rows: dict[str, Row], laid_out: Callable[[list[Row]], str], json_file: Path | None) -> None:
        """Prints the table, and writes the single values where they are wanted."""
        head = [*self._head, _load("after"), f"took {time.monotonic() - self._began:.0f} s"]
        print("\n".join([*head, "", laid_out(list(rows.values()))]), flush=True)
        if json_file:
            told = {"head": head, "rows": [row.as_json() for row in rows.values()]}
            write_atomically(json_file, json.dumps(told, indent=2) + "\n")


def _load(when: str) -> str:
    return f"load {when} (1, 5, 15 min): " + ", ".join(f"{load:.2f}" for load in os.getloadavg())
