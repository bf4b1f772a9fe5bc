# SPDX-License-Identifier: Apache-2.0
"""The rows in which all kernels are measured side by side: each round starts them all and takes turns cell by cell."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from decisionlab_hub.console import say
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub import figures
from decisionlab_hub.figures import JJAVA, PYTHON, RAPAIO, Row
from decisionlab_hub.kernel_bench.session import Executed, Hung, Session, Side

_AHEAD = (figures.ahead_of(JJAVA), figures.ahead_of(RAPAIO))

LINES = 100_000
_STATEMENTS = 50
_PROBE_LIMIT_SECONDS = 30.0
_START_LIMIT_SECONDS = 60.0
_SETTLE_SECONDS = 45.0


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes:
        starts: rounds, each with a fresh process of every kernel
        cells: repetitions of each small request in one round
        warm_up: cells before the first measured one in a round
        idle_seconds: how long nothing is asked to measure idle processor time
        print_limit: seconds that the cell with many lines may take
    """

    starts: int = 5
    cells: int = 50
    warm_up: int = 50
    idle_seconds: float = 20.0
    print_limit: float = 60.0


def new_rows() -> dict[str, Row]:
    """The rows of this module, empty, by key."""
    rows = (
        Row("cell", "trivial cell, warm", "ms", (figures.at_most(2, PYTHON), *_AHEAD)),
        Row("info", "kernel_info", "ms", (figures.at_most(1, PYTHON), *_AHEAD)),
        Row("completion", "completion", "ms", (figures.at_most(1, PYTHON), *_AHEAD)),
        Row("println", f"{LINES:,} lines printed, complete", "s", (figures.at_most(1, PYTHON), *_AHEAD)),
        Row("statements", f"cell of {_STATEMENTS} statements", "s", (figures.at_most_absolute(0.3, "s"), *_AHEAD)),
        Row(
            "start",
            "start to the result of the first cell",
            "s",
            (figures.at_most_more(1.5, PYTHON), figures.at_most(1, RAPAIO), *_AHEAD),
        ),
        Row("memory", "memory after start (resident)", "MB", ()),
        Row("idle", "idle processor time", "%", (figures.below(0.3, "%"),)),
    )
    return {row.key: row for row in rows}


class Rounds:
    """Runs the rounds and fills the rows."""

    def __init__(self, sides: list[Side], rows: dict[str, Row], sizes: Sizes, interrupt: Interrupt):
        """`rows` are those wanted: what belongs to others is not measured."""
        self._sides = sides
        self._rows = rows
        self._sizes = sizes
        self._interrupt = interrupt
        self._too_slow_to_print: set[str] = set()
        self._first_replies: dict[str, figures.Samples] = {}

    def run(self) -> None:
        if not self._rows:
            return
        for number in range(self._sizes.starts):
            say(f"  round {number + 1} of {self._sizes.starts}")
            turned = self._sides[number % len(self._sides) :] + self._sides[: number % len(self._sides)]
            with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as folder, ExitStack() as stack:
                running = [session for side in turned if (session := self._start(side, Path(folder), stack)) is not None]
                self._measure(running)
        if "start" in self._rows and self._first_replies:
            told = ", ".join(f"{name} {samples.median:.2f}" for name, samples in self._first_replies.items())
            self._rows["start"].notes.append(f"the reply to kernel_info came after (s): {told}")

    def _start(self, side: Side, folder: Path, stack: ExitStack) -> Session | None:
        self._interrupt.check()
        try:
            session = stack.enter_context(Session(side, folder / side.name, _START_LIMIT_SECONDS))
        except Hung as hung:
            for row in self._rows.values():
                if row.key in ("start", "memory", "idle"):
                    row.of(side.name).troubles.append(f"start: {hung}")
            return None
        self._add("start", side.name, session.ready_after)
        self._first_replies.setdefault(side.name, figures.Samples()).values.append(session.info_after)
        self._add("memory", side.name, session.resident_megabytes())
        return session

    def _measure(self, running: list[Session]) -> None:
        self._idle(running)
        sizes = self._sizes
        if {"cell", "statements", "completion", "println"} & self._rows.keys():
            self._turns(running, "", sizes.warm_up, lambda session, n: self._cell(session, f"{n} + 1"))
        self._turns(running, "cell", sizes.cells, lambda session, n: 1e3 * self._cell(session, f"{n} + 2"))
        self._turns(running, "info", sizes.cells, lambda session, n: 1e3 * session.info(_PROBE_LIMIT_SECONDS))
        self._turns(running, "completion", sizes.cells, lambda session, n: 1e3 * self._complete(session))
        self._turns(running, "statements", max(3, sizes.cells // 10), lambda session, n: self._cell(session, _statements(session, n)))
        self._print_lines(running)

    def _turns(self, running: list[Session], key: str, count: int, measure) -> None:
        """Lets each running kernel do one thing in turn, `count` times; one that hangs is left out from then on."""
        if key and key not in self._rows:
            return
        for number in range(count):
            for session in list(running):
                self._interrupt.check()
                try:
                    value = measure(session, number)
                except Hung as hung:
                    running.remove(session)
                    self._trouble(key or "cell", session.side.name, str(hung))
                    continue
                self._add(key, session.side.name, value)

    def _cell(self, session: Session, code: str) -> float:
        done = session.execute(code, _PROBE_LIMIT_SECONDS)
        if done.status != "ok":
            raise Hung(f"the cell {code[:40]!r} failed: {done.error}")
        return done.seconds

    def _complete(self, session: Session) -> float:
        return session.complete('"abc".spl' if session.side.name == PYTHON else '"abc".subs', _PROBE_LIMIT_SECONDS)

    def _print_lines(self, running: list[Session]) -> None:
        if "println" not in self._rows:
            return
        for session in list(running):
            name = session.side.name
            if name in self._too_slow_to_print:
                continue
            self._interrupt.check()
            try:
                done = session.execute(_many_lines(session), self._sizes.print_limit)
            except Hung:
                running.remove(session)
                self._too_slow_to_print.add(name)
                self._trouble("println", name, f"not complete within {self._sizes.print_limit:.0f} s")
                continue
            arrived = lines_arrived(done)
            if arrived == LINES:
                self._add("println", name, done.seconds)
            else:
                self._too_slow_to_print.add(name)
                self._trouble("println", name, f"only {arrived} lines arrived whole and in order")

    def _idle(self, running: list[Session]) -> None:
        """All of them idle at the same time, after what the start left to do is done."""
        if "idle" not in self._rows or not running:
            return
        self._interrupt.wait_for(lambda: False, _SETTLE_SECONDS)
        used = [session.cpu_seconds() for session in running]
        began = time.monotonic()
        self._interrupt.wait_for(lambda: False, self._sizes.idle_seconds)
        seconds = time.monotonic() - began
        for session, before in zip(running, used):
            self._add("idle", session.side.name, 100 * (session.cpu_seconds() - before) / seconds)

    def _add(self, key: str, side: str, value: float) -> None:
        if key in self._rows:
            self._rows[key].of(side).values.append(value)

    def _trouble(self, key: str, side: str, what: str) -> None:
        if key in self._rows:
            self._rows[key].of(side).troubles.append(what)
        say(f"  {side}: {what}")


def lines_arrived(done: Executed) -> int:
    """How many lines of the cell that prints many have come whole and in order."""
    count = 0
    for line in done.stdout.split("\n")[:-1]:
        if line != f"line {count}":
            break
        count += 1
    return count


def _many_lines(session: Session) -> str:
    if session.side.name == PYTHON:
        return f"for i in range({LINES}):\n    print('line', i)"
    return f'for (int i = 0; i < {LINES}; i++) {{ System.out.println("line " + i); }}'


def _statements(session: Session, number: int) -> str:
    form = "print('{0} {1}')" if session.side.name == PYTHON else 'System.out.println("{0} {1}");'
    return "\n".join(form.format(number, line) for line in range(_STATEMENTS))
