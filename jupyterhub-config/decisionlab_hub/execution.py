# SPDX-License-Identifier: Apache-2.0
"""Executing the cells of a notebook one after the other, with progress and limits."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from decisionlab_hub.console import LabError, say
from decisionlab_hub.interrupt import Interrupt, Interrupted
from decisionlab_hub.kernel_client import ForgetfulKernelManager

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_EXCERPT_LINES = 12
_END_LIMIT_SECONDS = 60.0
_OUTPUT_LIMIT_SECONDS = 60
_A_LONG_TIME_SECONDS = 7 * 86400.0


@dataclass(frozen=True)
class Limits:
    """How long a cell and the start of the kernel may take, in seconds."""

    cell_seconds: float
    start_seconds: float


class NotebookFailure(Exception):
    """A cell failed, ran too long, or took the kernel down; the message names the cell and shows its source."""


class _Progress:
    """Counts the code cells and says how each one went."""

    def __init__(self, notebook: nbformat.NotebookNode):
        self._numbers: dict[int, int] = {}
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                self._numbers[index] = len(self._numbers) + 1
        self._notebook = notebook
        self._started = time.monotonic()
        self.current: int | None = None

    def begin(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        if cell_index in self._numbers:
            self.current = cell_index
            self._started = time.monotonic()

    def end(self, cell: nbformat.NotebookNode, cell_index: int, execute_reply: dict) -> None:
        seconds = time.monotonic() - self._started
        outcome = "" if execute_reply["content"]["status"] == "ok" else "  FAILED"
        say(f"  cell {self.label(cell_index)}  {seconds:7.1f} s  {_first_line(cell.source)}{outcome}")

    def label(self, index: int) -> str:
        return f"{self._numbers[index]}/{len(self._numbers)}"

    def error(self, summary: str) -> str:
        """Returns name and value of the current cell's error, followed by its stack where that says more."""
        outputs = self._notebook.cells[self.current].outputs if self.current is not None else []
        stack = "\n".join(line for output in outputs if output.output_type == "error" for line in output.traceback)
        stack = _COLOURS.sub("", stack).rstrip()
        return stack if summary in stack else f"{summary}\n{stack}".rstrip()

    def failure(self, what: str) -> NotebookFailure:
        if self.current is None:
            return NotebookFailure(what)
        lines = self._notebook.cells[self.current].source.splitlines()
        excerpt = "\n".join(f"    {line}" for line in lines[:_EXCERPT_LINES])
        more = f"\n    ... {len(lines) - _EXCERPT_LINES} more lines" if len(lines) > _EXCERPT_LINES else ""
        return NotebookFailure(f"cell {self.label(self.current)}\n{excerpt}{more}\n\n{what}")


def execute(notebook: nbformat.NotebookNode, folder: Path, limits: Limits, interrupt: Interrupt) -> None:
    """Runs all cells in a kernel of their own, working in `folder`; outputs are put into the notebook as they come.

    Raises NotebookFailure on the first cell that fails, LabError when there is no such kernel.
    """
    if not notebook.metadata.get("kernelspec", {}).get("name"):
        raise LabError("the notebook does not name its kernel (metadata.kernelspec.name)")
    progress = _Progress(notebook)
    client = NotebookClient(
        notebook,
        kernel_manager_class=ForgetfulKernelManager,
        timeout=limits.cell_seconds,
        startup_timeout=limits.start_seconds,
        iopub_timeout=_OUTPUT_LIMIT_SECONDS,
        raise_on_iopub_timeout=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=progress.begin,
        on_cell_executed=progress.end,
    )
    try:
        _in_thread(client, interrupt)
    except CellExecutionError as wrong:
        raise progress.failure(progress.error(f"{wrong.ename}: {wrong.evalue}")) from wrong
    except CellTimeoutError as slow:
        raise progress.failure(f"past its limit (--cell-timeout {limits.cell_seconds:g}): {str(slow).splitlines()[0]}") from slow
    except DeadKernelError as dead:
        raise progress.failure("the kernel died (out of memory, or the process was killed)") from dead
    except NoSuchKernel as absent:
        raise LabError(f"there is no kernel {absent.name!r}; ./lab kernel install installs decisionlab") from absent
    except RuntimeError as broken:
        if progress.current is not None:
            raise
        raise LabError(f"the kernel did not start within {limits.start_seconds:.0f} s (--start-timeout): {broken}") from broken


def _in_thread(client: NotebookClient, interrupt: Interrupt) -> None:
    """Executes in another thread, so that signals stay ours; an interrupt cancels, which ends the kernel."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(client.async_execute())
    thread = threading.Thread(target=_drive, args=(loop, task), name="notebook", daemon=True)
    thread.start()
    try:
        interrupt.wait_for(lambda: not thread.is_alive(), _A_LONG_TIME_SECONDS)
    except Interrupted:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(_END_LIMIT_SECONDS)
        raise
    task.result()


def _drive(loop: asyncio.AbstractEventLoop, task: asyncio.Task) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(asyncio.wait([task]))
    finally:
        loop.close()


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return lines[0][:60] if lines else ""
