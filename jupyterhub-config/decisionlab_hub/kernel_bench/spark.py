# SPDX-License-Identifier: Apache-2.0
"""The row of the first Spark result after the start, against a Java program that does nothing else."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from decisionlab_hub.console import LabError
from decisionlab_hub.files import write_atomically
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java import java_executable
from decisionlab_hub.figures import BARE, OURS, Row, at_most
from decisionlab_hub.kernel_bench.session import Hung, Session, Side
from decisionlab_hub.layout import Layout

_LIMIT_SECONDS = 180.0
_CELL = "spark.range(1000).count()"
"""The first mention of `spark` starts a session on all cores."""

_MAIN = """\
import org.apache.spark.sql.SparkSession;

public final class FirstRange {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[*]").appName("bare")
        .config("spark.ui.showConsoleProgress", "false").getOrCreate();
    System.out.println("count " + spark.range(1000).count());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
"""


def new_row() -> Row:
    """The row, empty."""
    return Row("spark", "start to the first spark.range(...) result, local", "s", (at_most(1.2, BARE),))


def measure(side: Side, row: Row, starts: int, layout: Layout, interrupt: Interrupt) -> None:
    """Fills the row; the two take turns. Both have the kernel's class path and JVM flags, only the kernel has the archive."""
    with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as name:
        folder = Path(name)
        arguments = _bare_arguments(side, folder)
        _compile(layout, folder, interrupt)
        cells: list[float] = []
        for _ in range(starts):
            interrupt.check()
            row.of(BARE).values.append(_bare(arguments, folder))
            began = time.perf_counter()
            try:
                with Session(side, folder / "kernel", _LIMIT_SECONDS) as session:
                    done = session.execute(_CELL, _LIMIT_SECONDS)
                    total = time.perf_counter() - began
            except Hung as hung:
                row.of(OURS).troubles.append(str(hung))
                continue
            if done.result != "1000":
                row.of(OURS).troubles.append(f"the cell gave {done.result or done.error}")
                continue
            row.of(OURS).values.append(total)
            cells.append(done.seconds)
        if cells:
            row.notes.append(f"of that, the cell itself: {sorted(cells)[len(cells) // 2]:.2f} s")


def _bare_arguments(side: Side, folder: Path) -> Path:
    """The kernel's own argument file, without the archive, with the program in front of the class path."""
    lines = (side.kernels / side.kernel / "java.args").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "-XX:SharedArchiveFile" not in line and "-Xshare" not in line]
    place = kept.index('"-cp"') + 1
    kept[place] = f'"{folder}:{kept[place][1:]}'
    path = folder / "bare.args"
    write_atomically(path, "\n".join(kept) + "\n")
    return path


def _compile(layout: Layout, folder: Path, interrupt: Interrupt) -> None:
    interrupt.check()
    source = folder / "FirstRange.java"
    write_atomically(source, _MAIN)
    javac = str(Path(java_executable()).with_name("javac")) if Path(java_executable()).is_absolute() else "javac"
    command = [javac, "-proc:none", "-cp", f"{layout.distribution / 'lib'}/*", "-d", str(folder), str(source)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False)
    if told.returncode != 0:
        raise LabError(f"the bare program does not compile:\n{told.stderr}")


def _bare(arguments: Path, folder: Path) -> float:
    began = time.perf_counter()
    told = subprocess.run(
        [java_executable(), f"@{arguments}", "FirstRange"], capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False, cwd=folder
    )
    seconds = time.perf_counter() - began
    if "count 1000" not in told.stdout:
        raise LabError(f"the bare program failed:\n{told.stderr[-2000:]}")
    return seconds
