# SPDX-License-Identifier: Apache-2.0
"""Long-running children: each in a session of its own, on record, and ended exactly once and completely."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically
from decisionlab_hub.interrupt import Interrupt

MARK = "DECISIONLAB_RUN"
"""Environment variable that every process started for one lab inherits, also those its children start."""

_KEPT_LOGS = 3


@dataclass(frozen=True)
class ProcessRecord:
    """What is on file of a child: `identity` tells it from a later process with the same number."""

    name: str
    pid: int
    identity: str
    port: int
    url: str
    log: str
    started_at: str

    def alive(self) -> bool:
        return identity_of(self.pid) == self.identity


def identity_of(pid: int) -> str | None:
    """Returns what tells this process from every other that had or will have its number; None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, start_ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}:{start_ticks}"


def environment_of(pid: int) -> dict[str, str]:
    """Returns the environment that a process was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def command_of(pid: int) -> list[str]:
    """Returns the command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]


class ProcessTable:
    """The records of one lab, one file per child, and the doing that belongs to them."""

    def __init__(self, directory: Path, mark: str):
        self._directory = directory
        self.mark = mark

    def find(self, name: str) -> ProcessRecord | None:
        path = self._directory / f"{name}.json"
        try:
            return ProcessRecord(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as wrong:
            raise LabError(f"{path} is not a process record ({wrong}); remove it after a look at it") from wrong

    def start(self, name: str, command: list[str], environment: dict[str, str], log: Path, port: int, url: str, new_log: bool = True) -> ProcessRecord:
        """Starts a child in a new session, its output in `log`, and puts it on record.

        Without `new_log` it goes on with the log that is there: children of the one before may still write to it.
        """
        if new_log:
            rotate(log)
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment, MARK: self.mark},
                cwd=self._directory.parent,
                start_new_session=True,
            )
        identity = identity_of(child.pid)
        started_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        record = ProcessRecord(name, child.pid, identity or "ended", port, url, str(log), started_at)
        write_atomically(self._directory / f"{name}.json", json.dumps(asdict(record), indent=2) + "\n")
        return record

    def forget(self, name: str) -> None:
        (self._directory / f"{name}.json").unlink(missing_ok=True)

    def end(self, names: list[str], interrupt: Interrupt, limit_seconds: float, asked_by: Mapping[str, signal.Signals] | None = None) -> None:
        """Asks these children to end, waits up to the limit, then kills what is left of their groups.

        `asked_by` has the signals of those that are not asked by SIGTERM.
        """
        records = [record for name in names if (record := self.find(name)) is not None]
        for record in records:
            if record.alive():
                _signal(record.pid, (asked_by or {}).get(record.name, signal.SIGTERM))
        interrupt.wait_for(lambda: not any(_reaped_alive(record) for record in records), limit_seconds)
        for record in records:
            if record.alive():
                _signal_group(record.pid, signal.SIGKILL)
        interrupt.wait_for(lambda: not any(_reaped_alive(record) for record in records), limit_seconds)
        for record in records:
            if record.alive():
                raise LabError(f"{record.name} (process {record.pid}) does not end, not even when killed; see {record.log}")
            self.forget(record.name)

    def sweep(self, interrupt: Interrupt, limit_seconds: float) -> int:
        """Ends every process that still bears this lab's mark, whoever its parent is now; returns how many there were."""
        left = self.marked()
        count = len(left)
        for signum in (signal.SIGTERM, signal.SIGKILL):
            for pid in left:
                _signal(pid, signum)
            interrupt.wait_for(lambda: not self.marked(), limit_seconds)
            left = self.marked()
        if left:
            raise LabError(f"processes {left} were started by this lab and do not end, not even when killed")
        return count

    def end_left(self, pid_file: Path, interrupt: Interrupt, limit_seconds: float) -> None:
        """Ends the process of a file with its number, if that is one of this lab's: what a killed service left behind."""
        try:
            pid = int(pid_file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return
        for signum in (signal.SIGTERM, signal.SIGKILL):
            if pid in self.marked():
                _signal(pid, signum)
                interrupt.wait_for(lambda: pid not in self.marked(), limit_seconds)

    def marked(self) -> list[int]:
        """Returns the living processes that bear this lab's mark, this one left out."""
        wanted = f"{MARK}={self.mark}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                environment = (entry / "environ").read_bytes()
            except (PermissionError, FileNotFoundError, ProcessLookupError):
                continue  # another user's process, or one that has just ended
            if wanted in environment.split(b"\0") and identity_of(int(entry.name)) is not None:
                found.append(int(entry.name))
        return found


def rotate(log: Path) -> None:
    """Moves the log of the last start aside; a few old ones are kept."""
    log.parent.mkdir(parents=True, exist_ok=True)
    for number in range(_KEPT_LOGS - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))


def _reaped_alive(record: ProcessRecord) -> bool:
    try:
        os.waitpid(record.pid, os.WNOHANG)
    except ChildProcessError:
        pass  # started by an earlier command: its parent is init, which reaps it
    return record.alive()


def _signal(pid: int, signum: int) -> None:
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        pass  # it ended by itself in the meantime


def _signal_group(pid: int, signum: int) -> None:
    try:
        os.killpg(pid, signum)
    except ProcessLookupError:
        pass  # it ended by itself in the meantime
