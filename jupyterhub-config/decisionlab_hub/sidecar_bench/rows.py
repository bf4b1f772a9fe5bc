# SPDX-License-Identifier: Apache-2.0
"""The rows of the table and their targets."""

from __future__ import annotations

from decisionlab_hub.figures import Row, at_least, at_most, at_most_absolute, none_of

ECHO = "echo"
JAVA = "java"
LOOPS = "loops"
XGBOOST = "xgboost4j"
BEFORE = "before"
ALONE = "alone"
FEW = "32 clients"
QUIET = "quiet"

REQUEST_ROWS = ("requests", "cpu", "tensorflow", "onnx")
BATCHING_ROWS = ("batching", "batching-onnx")
LOAD_ROWS = REQUEST_ROWS + BATCHING_ROWS
"""Rows that need wrk."""

LANE_ROWS = ("evaluator", "trees-1", "trees-1024", "decide-p50", "decide-p99", "purge", "start-lite", "start-all", "export")
"""Rows that the lane `bench` fills in its short form: one of each way in which a row gets its values, but for those under load for a long time."""


def all_rows() -> dict[str, Row]:
    """Every row, empty, by key, in the order of the table."""
    rows = (
        Row("requests", "net 20-64-32-1, JSON, 32 connections", "req/s", (at_least(0.65, ECHO),)),
        Row("cpu", "processor time a request, same", "us", (at_most(1.5, ECHO),)),
        Row("tensorflow", "same through tensorflow-java", "req/s", ()),
        Row("onnx", "same through onnxruntime", "req/s", ()),
        Row("batching", "net 20-2048-2048-1 in batches, tensorflow-java", "req/s", ()),
        Row("batching-onnx", "same, onnxruntime", "req/s", ()),
        Row("evaluator", "one row in process, Java evaluator", "us", (at_most(1.1, LOOPS),)),
        Row("trees-1", "XGBoost 100 trees depth 6, one row", "us", (at_most(0.2, XGBOOST),)),
        Row("trees-1024", "same, 1,024 rows", "us", (at_most(1.0, XGBOOST),)),
        Row("decide-p50", "decide, keep-alive, p50", "us", (at_most(1.5, ECHO),)),
        Row("decide-p99", "decide, keep-alive, p99", "us", (at_most_absolute(5000, "us"),)),
        Row("purge", "purge order of 10,000 files, one call", "ms", (at_most_absolute(50, "ms"),)),
        Row("overload", "1,500 clients where 1,000 are let in, without a right answer", "", (none_of("questions"),)),
        Row("overload-p99", "p99 of those let in", "ms", ()),
        Row("start-lite", "cold start to the first right answer, lite", "s", (at_most_absolute(2, "s"),)),
        Row("start-onnx", "same, onnx", "s", (at_most_absolute(3, "s"),)),
        Row("start-all", "same, all", "s", (at_most_absolute(5, "s"),)),
        Row("switches", "50 versions under 32 clients, wrong or failed answers", "", (none_of("answers"),)),
        Row("switch-heap", "heap after it, collected", "MB", (at_most(1.1, BEFORE),)),
        Row("export", "export with self-check, net of the table", "s", (at_most_absolute(1, "s"),)),
        Row("epoch", "DJL epoch 100k x 20, batch 256, two busy neighbours", "s", (at_most(4, QUIET),)),
    )
    return {row.key: row for row in rows}
