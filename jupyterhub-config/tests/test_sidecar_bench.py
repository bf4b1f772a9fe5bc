# SPDX-License-Identifier: Apache-2.0
"""The table and the command line of `lab bench sidecar`; nothing is measured. The lane `bench` runs its short form."""

from pathlib import Path

import pytest

from decisionlab_hub import figures, lanes, measuring
from decisionlab_hub.console import LabError
from decisionlab_hub.figures import OURS, Row, Samples, columns
from decisionlab_hub.lane_results import LaneResult
from decisionlab_hub.sidecar_bench import load, measurements, programs, rows

WRK = """\
Running 1s test @ http://127.0.0.1:1/json
  1 threads and 32 connections
  20000 requests in 1.01s, 2.00MB read
Requests/sec:  19801.98
"""


def test_each_target_is_a_line_with_both_sides_and_their_ratio():
    row = Row("k", "what", "us", (figures.at_least(0.65, "echo"),), {OURS: Samples([3.0]), "echo": Samples([4.0]), "other": Samples([6.0])})
    row.notes.append("why")
    lines = [line.split() for line in columns([row]).splitlines()]
    assert ["what", "3.00", "us", "(3.00-3.00,", "n=1)", "echo", "4.00", "us", "(4.00-4.00,", "n=1)", "0.75x", ">=", "0.65x", "echo", "met"] in lines
    assert ["what", "3.00", "us", "(3.00-3.00,", "n=1)", "other", "6.00", "us", "(6.00-6.00,", "n=1)", "0.50x", "-", "-"] in lines
    assert ["k:", "why"] in lines and lines[-1] == ["1", "met,", "0", "missed,", "0", "not", "available"]


def test_what_was_not_measured_says_so_and_why():
    row = Row("k", "what", "ms", (figures.at_most_absolute(50, "ms"),))
    row.of(OURS).troubles.append("it did not start")
    text = columns([row])
    assert "not available" in text and f"k: {OURS}: it did not start" in text


def test_every_row_is_filled_by_exactly_one_measurement():
    filled = [key for measurement in measurements.ALL for key in measurement.rows]
    assert sorted(filled) == sorted(rows.all_rows())


def test_the_lane_tells_of_rows_that_need_wrk_only_where_they_were_asked_for():
    measured = [{"key": key, "sides": {OURS: {"values": [1.0]}}} for key in rows.LANE_ROWS]
    load = [{"key": key, "sides": {OURS: {"values": []}}} for key in rows.LOAD_ROWS]
    assert lanes._bench_result(measured, Path("log"), with_wrk=False) == LaneResult(len(measured), 0, 0, ())
    skipped = lanes._bench_result(measured + load, Path("log"), with_wrk=False)
    assert skipped == LaneResult(len(measured), 0, len(load), ("SKIPPED rows under load: wrk is not installed",))
    assert lanes._bench_result(measured + load, Path("log"), with_wrk=True).failed == len(load)


def test_the_rows_of_the_lane_are_rows():
    assert set(rows.LANE_ROWS) <= set(rows.all_rows())
    assert not set(rows.LANE_ROWS) & set(rows.LOAD_ROWS)


def test_rows_are_chosen_by_name():
    assert list(measuring.chosen(rows.all_rows(), "purge,cpu")) == ["cpu", "purge"]
    with pytest.raises(LabError, match="no row is named cpus; there are requests, cpu"):
        measuring.chosen(rows.all_rows(), "cpus")


def test_lines_of_a_program_become_values():
    found = {"evaluator": rows.all_rows()["evaluator"]}
    programs.take('a warning\n{"row":"evaluator","side":"loops","value":1.5}\n{"row":"else","side":"x","value":1}\n', found)
    programs.take('{"row":"evaluator","side":"","note":"n"}\n{"row":"evaluator","side":"","trouble":"t"}\n', found)
    assert found["evaluator"].of("loops").values == [1.5]
    assert found["evaluator"].notes == ["n"] and found["evaluator"].of(OURS).troubles == ["t"]


def test_what_wrk_counts_is_read_and_faults_are_refused():
    assert load.parse(WRK) == (20000, 19801.98)
    for wrong in ("  Non-2xx or 3xx responses: 7\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\n"):
        with pytest.raises(LabError, match="wrk counts"):
            load.parse(WRK + wrong)
    with pytest.raises(LabError, match="no requests"):
        load.parse("")
