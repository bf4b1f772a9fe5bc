# SPDX-License-Identifier: Apache-2.0
"""`lab run`: a notebook executed without a browser, with parameters set from outside."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import nbformat

from decisionlab_hub.console import EXIT_FAILED, EXIT_USAGE, LabError, say
from decisionlab_hub.execution import Limits, NotebookFailure, execute
from decisionlab_hub.files import write_atomically
from decisionlab_hub.interrupt import Interrupt, exit_code_of
from decisionlab_hub.java_parameters import ParameterError, assignments
from decisionlab_hub.layout import Layout
from decisionlab_hub.private_sidecar import private_sidecar
from decisionlab_hub.run_folder import run_folder

_PARAMETERS = "parameters"
_INJECTED = "injected-parameters"


@dataclass(frozen=True)
class Request:
    """What the command line asked for."""

    notebook: Path
    values: dict[str, str]
    out: Path | None
    sidecar: str
    limits: Limits


def main(arguments: list[str]) -> int:
    """Runs one notebook; 0 when every cell ran, 1 when one failed, 2 when the request itself is wrong."""
    layout = Layout.of(Path(__file__).resolve().parents[2])
    return exit_code_of("lab run", lambda interrupt: run(parse(arguments, layout), layout, interrupt))


def parse(arguments: list[str], layout: Layout) -> Request:
    """Reads the command line; `argparse` ends the process with exit code 2 on a wrong one."""
    parser = argparse.ArgumentParser(prog="lab run", description="Runs a notebook without a browser and keeps it with its outputs.")
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="values",
        help="sets a parameter that the cell tagged `parameters` declares; a relative path of an existing file or folder is made absolute",
    )
    parser.add_argument("--out", type=Path, metavar="OUT.ipynb", help="where the executed notebook goes (default: the run's own folder)")
    parser.add_argument("--cell-timeout", type=_seconds, default=1800.0, metavar="SECONDS", help="limit for one cell (default 1800)")
    parser.add_argument("--start-timeout", type=_seconds, default=120.0, metavar="SECONDS", help="limit for the kernel's start (default 120)")
    parser.add_argument(
        "--sidecar",
        default="auto",
        metavar="auto|none|URL",
        help="the sidecar that cells talk to: the running one unless it asks for tokens, else one for this run only (auto, the default); none; or the one at URL",
    )
    options = parser.parse_args(arguments)
    notebook = options.notebook.absolute()
    out = options.out.absolute() if options.out else None
    if out == notebook:
        parser.error(f"--out {out} is the notebook itself; name another file")
    if options.sidecar not in ("auto", "none") and not options.sidecar.startswith(("http://", "https://")):
        parser.error(f"--sidecar {options.sidecar!r}: expected auto, none or an address that begins with http:// or https://")
    limits = Limits(options.cell_timeout, options.start_timeout)
    return Request(notebook, _values(parser, options.values), out, options.sidecar, limits)


def run(request: Request, layout: Layout, interrupt: Interrupt) -> int:
    """Executes the notebook in a folder of its own and writes it with its outputs, also when a cell failed."""
    notebook = read(request.notebook)
    try:
        inject(notebook, request.values)
    except ParameterError as wrong:
        raise LabError(f"{request.notebook.name}: {wrong}", EXIT_USAGE) from wrong
    with (
        _private_environment(layout),
        private_sidecar(request.sidecar, layout, interrupt),
        run_folder(layout.home / "runs", request.notebook) as folder,
    ):
        failure = None
        out = request.out or folder / request.notebook.name
        say(f"  the cells work in {folder}")
        try:
            execute(notebook, folder, request.limits, interrupt)
        except NotebookFailure as wrong:
            failure = wrong
        finally:
            write_atomically(out, nbformat.writes(notebook) + "\n")
            say(f"the notebook with its outputs: {out}")
    if failure is not None:
        say(f"\n{request.notebook.name} failed: {failure}")
        return EXIT_FAILED
    return 0


def read(path: Path) -> nbformat.NotebookNode:
    """Reads and validates a notebook; raises LabError saying what is wrong with it."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
            raise ValueError("it has no list of cells")
        nbformat.validate(raw)
    except FileNotFoundError as absent:
        raise LabError(f"there is no notebook {path}", EXIT_USAGE) from absent
    except (ValueError, nbformat.ValidationError) as wrong:
        raise LabError(f"{path} is not a valid notebook: {str(wrong).splitlines()[0]}", EXIT_USAGE) from wrong
    return nbformat.reads(json.dumps(raw), as_version=4)


def inject(notebook: nbformat.NotebookNode, values: dict[str, str]) -> None:
    """Puts a cell with the values after the one tagged `parameters`; an earlier such cell is replaced."""
    notebook.cells = [cell for cell in notebook.cells if _INJECTED not in cell.metadata.get("tags", [])]
    if not values:
        return
    language = notebook.metadata.get("kernelspec", {}).get("language", "java")
    if language.lower() != "java":
        raise ParameterError(f"--set works for Java notebooks; this one is written in {language}")
    places = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and _PARAMETERS in cell.metadata.get("tags", [])]
    if len(places) != 1:
        raise ParameterError(f"{len(places)} code cells are tagged `{_PARAMETERS}`; exactly one is expected")
    source = assignments(notebook.cells[places[0]].source, values)
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": [_INJECTED]})
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        del cell["id"]
    notebook.cells.insert(places[0] + 1, cell)


def _values(parser: argparse.ArgumentParser, settings: list[str]) -> dict[str, str]:
    values = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.isidentifier():
            parser.error(f"--set {setting!r}: expected NAME=VALUE")
        if name in values:
            parser.error(f"--set {name} is given twice")
        path = Path(value)
        values[name] = str(path.absolute()) if value and not path.is_absolute() and path.exists() else value
    return values


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < 1e7:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number of seconds above 0")
    return seconds


@contextmanager
def _private_environment(layout: Layout) -> Iterator[None]:
    """Keeps connection files and settings of this run to itself: nothing of the user's own Jupyter is read or written."""
    folder = Path(tempfile.mkdtemp(prefix="decisionlab-run-"))
    os.environ["JUPYTER_RUNTIME_DIR"] = str(folder / "runtime")
    os.environ["JUPYTER_CONFIG_DIR"] = str(folder / "config")
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    os.environ["JUPYTER_PATH"] = str(layout.jupyter / "share" / "jupyter")
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
