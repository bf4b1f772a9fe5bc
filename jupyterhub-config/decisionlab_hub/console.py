# SPDX-License-Identifier: Apache-2.0
"""What the commands say: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from pathlib import Path

EXIT_FAILED = 1
"""The command was understood and did not succeed."""

EXIT_USAGE = 2
"""The command line itself is wrong."""

EXIT_NOT_RUNNING = 3
"""`status`: nothing is running (the number service scripts use)."""


class LabError(Exception):
    """A failure the user can act on; the message says what, where and what to do."""

    def __init__(self, message: str, exit_code: int = EXIT_FAILED):
        super().__init__(message)
        self.exit_code = exit_code


def say(message: str) -> None:
    """Prints one line of progress on standard error."""
    print(message, file=sys.stderr, flush=True)


def last_lines(path: Path, count: int = 40, most_bytes: int = 64 * 1024) -> str:
    """Returns the end of a log, at most `count` lines of it; an empty text when there is no such file."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - most_bytes))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(f"  | {line}" for line in lines[-count:])
