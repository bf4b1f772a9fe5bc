# SPDX-License-Identifier: Apache-2.0
"""The row of one long session: does the last cell take as long as the first, does memory stay."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from decisionlab_hub.console import say
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.figures import OURS, Row, Target
from decisionlab_hub.kernel_bench.session import Hung, Session, Side

_LIMIT_SECONDS = 60.0
_HEAP = "System.gc();\n(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1048576.0"
_NAMES = 40
"""How many variables, methods and records the session keeps redefining."""

FIRST, LAST, HEAP_EARLY, HEAP_LATE = "first cells", "last cells", "heap early", "heap late"


def new_row(cells: int) -> Row:
    """The row, empty."""
    return Row(
        "session",
        f"{cells:,} cells in one session (ms a cell, then MB of heap after a collection)",
        "",
        (
            Target("last cells <= 1.2x first cells", lambda s: s[LAST].median <= 1.2 * s[FIRST].median, (FIRST, LAST)),
            Target("heap late <= 1.1x heap early", lambda s: s[HEAP_LATE].median <= 1.1 * s[HEAP_EARLY].median, (HEAP_EARLY, HEAP_LATE)),
        ),
    )


def measure(side: Side, row: Row, cells: int, interrupt: Interrupt) -> None:
    """Fills the row: a tenth of the cells is compared with the last tenth."""
    part = cells // 10
    seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as folder, Session(side, Path(folder), _LIMIT_SECONDS) as session:
        try:
            for number in range(cells):
                interrupt.check()
                done = session.execute(cell(number), _LIMIT_SECONDS)
                if done.status != "ok":
                    raise Hung(f"cell {number} failed: {done.error}")
                seconds.append(1e3 * done.seconds)
                if number == part:
                    row.of(HEAP_EARLY).values.append(_heap(session))
                    early = session.resident_megabytes()
                if number % 1000 == 999:
                    say(f"  {number + 1} cells, the last hundred at {statistics.median(seconds[-100:]):.1f} ms")
            row.of(HEAP_LATE).values.append(_heap(session))
            row.notes.append(f"resident memory of {OURS}: {early:.0f} MB after {part} cells, {session.resident_megabytes():.0f} MB at the end")
        except Hung as hung:
            row.of(OURS).troubles.append(str(hung))
            return
    row.of(FIRST).values += seconds[:part]
    row.of(LAST).values += seconds[-part:]


def cell(number: int) -> str:
    """The code of one cell: what a session consists of, with names that are used again and again."""
    name = number // 5 % _NAMES
    kinds = (
        f"int v{name} = {number};",
        f"v{name} * 2 + {number}",
        f"int m{name}(int x) {{\n  return x + {number};\n}}\nm{name}(1)",
        f"record R{name}(int a, String b) {{}}\nnew R{name}({number}, \"b\")",
        f"for (int i = 0; i < 3; i++) {{\n  System.out.println(i + {number});\n}}",
    )
    return kinds[number % len(kinds)]


def _heap(session: Session) -> float:
    """What is left after collections: what a first one has unloaded is let go of in the next cells."""
    for _ in range(2):
        session.execute(_HEAP, _LIMIT_SECONDS)
    done = session.execute(_HEAP, _LIMIT_SECONDS)
    if done.status != "ok":
        raise Hung(f"the heap cannot be told: {done.error}")
    return float(done.result)
