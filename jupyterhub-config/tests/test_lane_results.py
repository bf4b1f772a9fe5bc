# SPDX-License-Identifier: Apache-2.0
from decisionlab_hub.lane_results import LaneResult, table

REPORT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


def test_reports_are_summed(tmp_path):
    (tmp_path / "a.xml").write_text(REPORT)
    (tmp_path / "b.xml").write_text('<testsuite tests="3" failures="0" errors="0" skipped="0"/>')
    result = LaneResult.of(tmp_path.glob("*.xml"), 1)
    assert (result.passed, result.failed, result.skipped) == (5, 2, 1)


def test_a_runner_that_fails_without_a_failed_test_counts(tmp_path):
    (tmp_path / "a.xml").write_text('<testsuite tests="3" failures="0" errors="0" skipped="0"/>')
    result = LaneResult.of(tmp_path.glob("*.xml"), 1)
    assert (result.passed, result.failed) == (3, 1)
    assert "exit code 1" in result.notes[0]


def test_no_test_at_all_is_a_failure():
    assert LaneResult.of([], 0).failed == 1


def test_the_summary_names_the_tests_that_failed(tmp_path):
    (tmp_path / "a.xml").write_text(
        '<testsuite tests="3" failures="1" errors="1"><testcase classname="org.A" name="fits"/>'
        '<testcase classname="org.A" name="holds"><failure message="expected 3&#10;was 4"/></testcase>'
        '<testcase classname="org.B" name="opens"><error type="java.io.IOException">java.io.IOException\n\tat org.B</error></testcase></testsuite>',
        encoding="utf-8",
    )
    result = LaneResult.of(tmp_path.glob("*.xml"), 1)
    assert result.notes == ("FAILED org.A.holds: expected 3 was 4", "FAILED org.B.opens: java.io.IOException")


def test_the_last_line_is_the_plain_sum():
    rows = [("java", LaneResult(10, 0, 2), 61.0), ("hub", LaneResult(4, 1, 0), 2.4)]
    assert table(rows).splitlines()[-1] == "14 passed, 1 failed, 2 skipped"
    assert table([("java", LaneResult(10, 0, 0), 1.0)]).splitlines()[-1] == "10 passed, 0 failed"
