# SPDX-License-Identifier: Apache-2.0
"""The arithmetic, the table and the command line of `lab bench kernel`; no kernel is started."""

import pytest

from decisionlab_hub.console import LabError
from decisionlab_hub import figures
from decisionlab_hub.figures import JJAVA, OURS, PYTHON, RAPAIO, Row, Samples, table

pytest.importorskip("jupyter_client", reason="the bench runs in the lab's virtual environment")

from decisionlab_hub.kernel_bench import __main__ as command  # noqa: E402
from decisionlab_hub.kernel_bench import long_session, rounds  # noqa: E402
from decisionlab_hub.kernel_bench.session import Executed  # noqa: E402


def row(*targets, **values) -> Row:
    return Row("k", "what", "ms", targets, {name: Samples(list(numbers)) for name, numbers in values.items()})


def test_median_and_quartiles():
    samples = Samples([4.0, 1.0, 3.0, 2.0, 100.0])
    assert samples.median == 3.0
    assert samples.quartiles == (2.0, 4.0)
    assert samples.text("ms") == "3.00 ms (2.00-4.00, n=5)"
    assert Samples([7.0]).quartiles == (7.0, 7.0)


def test_troubles_are_told_beside_the_values_and_counted():
    assert Samples([1.0], ["hung", "hung"]).text("s") == "1.00 s (1.00-1.00, n=1); hung (2x)"
    assert Samples().text("s") == "not measured"


def test_targets_are_met_at_the_limit_and_missed_beyond_it():
    target = figures.at_most(2, PYTHON)
    assert row(target, decisionlab=[8], ipykernel=[4]).verdicts() == [("<= 2x ipykernel", figures.MET)]
    assert row(target, decisionlab=[8.1], ipykernel=[4]).verdicts() == [("<= 2x ipykernel", figures.MISSED)]
    more = figures.at_most_more(1.5, PYTHON)
    assert row(more, decisionlab=[2.5], ipykernel=[1]).verdicts()[0][1] == figures.MET
    assert row(more, decisionlab=[2.6], ipykernel=[1]).verdicts()[0][1] == figures.MISSED
    assert row(figures.below(0.3, "%"), decisionlab=[0.3]).verdicts()[0][1] == figures.MISSED


def test_what_was_not_measured_is_neither_met_nor_missed():
    assert row(figures.at_most(2, PYTHON), decisionlab=[8]).verdicts()[0][1] == figures.UNKNOWN
    assert row(figures.at_most(2, PYTHON), ipykernel=[8]).verdicts()[0][1] == figures.UNKNOWN
    assert row(figures.ahead_of(JJAVA), decisionlab=[8]).verdicts()[0][1] == figures.MISSED


def test_a_peer_that_was_tried_and_failed_is_behind():
    failed = row(figures.ahead_of(RAPAIO), decisionlab=[8])
    failed.of(RAPAIO).troubles.append("not complete within 60 s")
    assert failed.verdicts()[0][1] == figures.MET


def test_the_table_names_every_row_side_and_verdict():
    rows = [row(figures.at_most(1, PYTHON), decisionlab=[1, 2, 3], ipykernel=[1]), Row("e", "empty row", "s", (figures.below(1, "s"),))]
    rows[0].notes.append("why")
    lines = table(rows).splitlines()
    assert "    target       <= 1x ipykernel: MISSED" in lines
    assert "    note         why" in lines
    assert lines[lines.index("empty row") + 1] == "    not available"
    assert lines[-1] == "0 met, 1 missed, 1 not available"


def test_json_has_the_single_values():
    told = row(figures.at_most(1, PYTHON), decisionlab=[3, 1]).as_json()
    assert told["sides"][OURS]["values"] == [3, 1]
    assert (told["sides"][OURS]["min"], told["sides"][OURS]["max"], told["sides"][OURS]["median"]) == (1, 3, 2)
    assert told["targets"] == [{"target": "<= 1x ipykernel", "verdict": figures.UNKNOWN}]


@pytest.mark.parametrize(
    ("text", "count"),
    [("line 0\nline 1\nline 2\n", 3), ("line 0\nline 2\n", 1), ("line 0\nline 1", 1), ("", 0)],
)
def test_lines_count_only_when_whole_and_in_order(text, count):
    assert rounds.lines_arrived(Executed(1.0, "ok", text, "", "")) == count


def test_rows_are_chosen_by_name_in_the_order_of_the_table():
    rows = command.all_rows(5000)
    assert list(rows) == ["cell", "info", "completion", "println", "statements", "start", "spark", "lambda", "memory", "idle", "session"]
    assert list(command.chosen(rows, "idle,cell")) == ["cell", "idle"]
    with pytest.raises(LabError, match="no row is named sell; there are cell, info"):
        command.chosen(rows, "cell,sell")


def test_numbers_below_one_are_refused():
    with pytest.raises(LabError, match="--starts 0: at least 1"):
        command.run(command.parse(["--starts", "0"]), None, None)


def test_the_long_session_uses_its_names_again():
    first = [long_session.cell(number) for number in range(1000)]
    assert len({text.split("(")[0] for text in first if text.startswith("record")}) == 40
    assert first[0] == "int v0 = 0;" and first[6] == "v1 * 2 + 6"
