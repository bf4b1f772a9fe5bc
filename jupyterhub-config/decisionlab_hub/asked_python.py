# SPDX-License-Identifier: Apache-2.0
"""Questions to a program in the virtual environment, whose libraries the script `lab` itself does without: both ends."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Callable, Mapping

from decisionlab_hub.console import EXIT_FAILED, LabError, say
from decisionlab_hub.layout import Layout

_LIMIT_SECONDS = 120


def answer_of(layout: Layout, module: str, environment: Mapping[str, str]) -> Any:
    """Runs a module that prints JSON; returns what it says, and raises LabError with its words."""
    command = [str(layout.python), "-m", module]
    variables = {**environment, "PYTHONPATH": str(layout.hub_source)}
    try:
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise LabError(f"{' '.join(command)} has not answered within {_LIMIT_SECONDS} s; a folder that the settings name may be on a file server that does not answer") from late
    if done.returncode != 0:
        said = f"\n{done.stderr.strip()}"
        raise LabError(said.partition("\nlab: ")[2] or said.strip() or f"{' '.join(command)} ended with {done.returncode}")
    return json.loads(done.stdout)


def answered(answer: Callable[[], Any]) -> int:
    """Prints what a module that is asked has to say, or the words of its LabError; returns the exit code."""
    try:
        print(json.dumps(answer()))
    except LabError as refused:
        say(f"lab: {refused}")
        return EXIT_FAILED
    return 0
