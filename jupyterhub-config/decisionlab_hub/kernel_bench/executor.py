# SPDX-License-Identifier: Apache-2.0
"""The row of lambdas on an executor: one that reads a cell variable against one that reads a local copy of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.figures import COPY, OURS, Row, at_most
from decisionlab_hub.kernel_bench.session import Hung, Session, Side
from decisionlab_hub.layout import Layout

_CALLS = 20_000_000
_K = 7
_EXPECTED = _CALLS * (_CALLS - 1) // 2 + _K * _CALLS
_LIMIT_SECONDS = 300.0
_SCALA = "2.13"

_SETUP = f"""\
int k = {_K};

long variable() {{
  return spark.range(0, {_CALLS}, 1, 1).javaRDD().map(x -> x + k).reduce((a, b) -> a + b);
}}

long copied(int local) {{
  return spark.range(0, {_CALLS}, 1, 1).javaRDD().map(x -> x + local).reduce((a, b) -> a + b);
}}
"""


def new_row() -> Row:
    """The row, empty."""
    return Row("lambda", f"{_CALLS // 1_000_000} M calls of a lambda reading a cell variable, on an executor", "s", (at_most(1.05, COPY),))


def measure(side: Side, row: Row, repeat: int, layout: Layout, interrupt: Interrupt) -> None:
    """Fills the row. The executor is a JVM of its own with Spark's jars and none of the kernel's; the two lambdas take turns."""
    with tempfile.TemporaryDirectory(prefix="decisionlab-bench-") as name:
        folder = Path(name)
        home = _spark_home(layout, folder / "spark")
        environment = {**side.environment, "SPARK_HOME": str(home), "SPARK_SCALA_VERSION": _SCALA}
        environment["JDK_JAVA_OPTIONS"] = f"-Dspark.test.home={home}"
        try:
            with Session(Side(side.name, side.kernel, side.kernels, environment), folder / "kernel", _LIMIT_SECONDS) as session:
                _expect(session, "%spark start --master local-cluster[1,1,1024]", None)
                _expect(session, _SETUP, None)
                for number in range(repeat + 1):
                    interrupt.check()
                    pair = (("variable()", OURS), ("copied(k)", COPY))
                    for code, name in pair if number % 2 else pair[::-1]:
                        seconds = _expect(session, code, str(_EXPECTED))
                        if number > 0:  # the first one warms up
                            row.of(name).values.append(seconds)
        except Hung as hung:
            row.of(OURS).troubles.append(f"not available: {hung}")


def _expect(session: Session, code: str, result: str | None) -> float:
    done = session.execute(code, _LIMIT_SECONDS)
    if done.status != "ok":
        raise Hung(done.error)
    if result is not None and done.result != result:
        raise Hung(f"{code} gave {done.result}, not {result}")
    return done.seconds


def _spark_home(layout: Layout, folder: Path) -> Path:
    jars = folder / "jars"
    jars.mkdir(parents=True)
    for jar in (layout.distribution / "lib").glob("*.jar"):
        if not jar.name.startswith("decisionlab-"):
            (jars / jar.name).symlink_to(jar)
    return folder
