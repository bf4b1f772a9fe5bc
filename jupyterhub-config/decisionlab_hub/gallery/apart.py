# SPDX-License-Identifier: Apache-2.0
"""A published notebook is read and rendered in a process of its own: it has limits of time and memory, no token and no address of the server.

The process gets the open file as its input, and what to call it in one variable; it answers with the page.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from decisionlab_hub.gallery import rendering
from decisionlab_hub.gallery.store import MOST_BYTES, Gallery, Refused, notebook_of

_LOG = logging.getLogger(__name__)
_TASK = "DECISIONLAB_RENDERING"
_REFUSED = 3
_MOST_LOGGED = 2000


@dataclass(frozen=True)
class Limits:
    """Of one rendering; time of the processor is counted from when the libraries have been loaded."""

    wall_seconds: float = 30
    cpu_seconds: int = 10
    memory_bytes: int = 1 << 30
    page_bytes: int = 64 << 20


LIMITS = Limits()


def rendered(gallery: Gallery, user: str, name: str, limits: Limits = LIMITS) -> str:
    """Returns the page of a published notebook; refuses what is none, or what takes too much."""
    what = f"{name} of {user}"
    task = json.dumps({"name": name, "what": what, "limits": asdict(limits)})
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).resolve().parents[2]), _TASK: task}
    with gallery.opened(user, name) as (file, _), tempfile.TemporaryFile() as page, tempfile.TemporaryFile() as log:
        try:
            command = [sys.executable, "-m", "decisionlab_hub.gallery.apart"]
            code = subprocess.run(command, stdin=file, stdout=page, stderr=log, cwd="/", env=environment, timeout=limits.wall_seconds, check=False).returncode
        except subprocess.TimeoutExpired:
            code = None
        if logged := _end_of(log):
            _LOG.warning("rendering %r in %s: %r", what, gallery.group, logged)
        page.seek(0)
        if code == 0:
            return page.read().decode("utf-8")
        if code == _REFUSED:
            told = json.load(page)
            raise Refused(told["message"], told["status"])
    raise Refused(f"{what} takes more time or memory than a page may; open a copy to see it, and be careful: it may have been made to do so", 422)


def _end_of(log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, os.SEEK_END) - _MOST_LOGGED))
    return log.read().decode("utf-8", "replace")


def _limit(limits: Limits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds
    sizes = {resource.RLIMIT_CPU: seconds, resource.RLIMIT_AS: limits.memory_bytes, resource.RLIMIT_FSIZE: limits.page_bytes, resource.RLIMIT_CORE: 0}
    for kind, most in sizes.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def main() -> int:
    task = json.loads(os.environ.pop(_TASK))
    _limit(Limits(**task["limits"]))
    try:
        text = sys.stdin.buffer.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise Refused(f"{task['what']} has more than {MOST_BYTES:,} bytes, which are shown at most", 413)
        page, code = rendering.page(notebook_of(text, task["what"]), task["name"]), 0
    except Refused as refused:
        page, code = json.dumps({"message": str(refused), "status": refused.status}), _REFUSED
    sys.stdout.buffer.write(page.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
