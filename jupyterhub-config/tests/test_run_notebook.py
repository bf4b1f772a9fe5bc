# SPDX-License-Identifier: Apache-2.0
"""Notebooks without a browser: the Python kernel stands for any kernel; Java parameters are looked at, not run."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.java_parameters import ParameterError
from decisionlab_hub.run_folder import COPIED_FILE_BYTES, KEPT, run_folder
from decisionlab_hub.run_notebook import inject

LIMIT_SECONDS = 120


def notebook(*sources, kernel="python3", language="python"):
    made = new_notebook(cells=[new_code_cell(source) for source in sources])
    made.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": language}
    return made


def java_notebook():
    made = notebook("int before = 1;", 'String records = "";\nint days = 30;', "use(records);", kernel="decisionlab", language="java")
    made.cells[1].metadata["tags"] = ["parameters"]
    return made


def command(path, *options):
    return [sys.executable, "-m", "decisionlab_hub.run_notebook", str(path), "--sidecar", "none", *options]


def run(path: Path, *options: str, cwd: Path | None = None):
    return subprocess.run(command(path, *options), capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, cwd=cwd)


@pytest.fixture
def written(tmp_path):
    def write(made):
        path = tmp_path / "nb.ipynb"
        nbformat.write(made, path)
        return path

    return write


def test_cells_run_in_a_folder_of_their_own_that_shows_what_lies_beside_the_notebook(written, tmp_path):
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "data.txt").write_text("data")
    path = written(notebook("import os\nprint(os.getcwd())\nopen('made', 'w').close()", "open('beside/data.txt').read()", "6 * 7"))
    out = tmp_path / "deep" / "out.ipynb"
    done = run(path, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "cell 1/3" in done.stderr and "cell 3/3" in done.stderr
    cells = nbformat.read(out, 4).cells
    folder = Path(cells[0].outputs[0].text.strip())
    assert folder.name == tmp_path.name and folder.parents[1].name == "runs" and f"the cells work in {folder}" in done.stderr
    assert (folder / "made").exists() and not (tmp_path / "made").exists()
    assert cells[1].outputs[0].data["text/plain"] == "'data'"
    assert cells[2].outputs[0].data["text/plain"] == "42"
    assert "outputs" not in nbformat.read(path, 4).cells[0] or not nbformat.read(path, 4).cells[0].outputs
    assert [entry.name for entry in out.parent.iterdir()] == ["out.ipynb"]


def test_a_failing_cell_gives_exit_code_1_its_number_source_and_error(written, tmp_path):
    path = written(notebook("a = 1", "b = 0\na / b", "print('never')"))
    out = tmp_path / "out.ipynb"
    done = run(path, "--out", str(out))
    assert done.returncode == 1
    for text in ("cell 2/3", "a / b", "ZeroDivisionError", "division by zero"):
        assert text in done.stderr
    cells = nbformat.read(out, 4).cells
    assert cells[1].outputs[0].output_type == "error"
    assert cells[2].execution_count is None


def test_a_cell_past_its_limit_fails(written, tmp_path):
    done = run(written(notebook("import time\ntime.sleep(600)")), "--cell-timeout", "2", "--out", str(tmp_path / "out.ipynb"))
    assert done.returncode == 1
    assert "past its limit (--cell-timeout 2)" in done.stderr


def test_a_kernel_that_dies_is_a_failure(written, tmp_path):
    done = run(written(notebook("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")), "--out", str(tmp_path / "out.ipynb"))
    assert done.returncode == 1
    assert "kernel died" in done.stderr


def test_an_unknown_kernel_is_named(written, tmp_path):
    done = run(written(notebook("1", kernel="nowhere")), "--out", str(tmp_path / "out.ipynb"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr and "Traceback" not in done.stderr


def test_a_notebook_that_names_no_kernel_is_refused(written, tmp_path):
    made = notebook("1")
    del made.metadata["kernelspec"]
    done = run(written(made), "--out", str(tmp_path / "out.ipynb"))
    assert done.returncode == 1 and "does not name its kernel" in done.stderr


def test_two_runs_at_a_time_do_not_meet(written, tmp_path):
    """Each replaces a file beside the notebook, as a bundle is written, waits for the other, and reads its own."""
    (tmp_path / "bundle").write_text("old")
    path = written(
        notebook(
            "import os, time\nmine, shared = str(os.getpid()), open('where').read()",
            "open('temporary', 'w').write(mine)\nos.replace('temporary', 'bundle')\nopen(shared + '/' + mine, 'w').close()",
            "end = time.monotonic() + 100\nwhile len(os.listdir(shared)) < 2 and time.monotonic() < end: time.sleep(0.05)",
            "assert len(os.listdir(shared)) == 2\nassert open('bundle').read() == mine, open('bundle').read()",
        )
    )
    (tmp_path / "shared").mkdir()
    (tmp_path / "where").write_text(str(tmp_path / "shared"))
    runs = [subprocess.Popen(command(path), stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=LIMIT_SECONDS)[1] for one in runs]
    assert [one.returncode for one in runs] == [0, 0], said
    written_to = {line for text in said for line in text.splitlines() if line.startswith("the notebook with its outputs")}
    assert len(written_to) == 2
    assert (tmp_path / "bundle").read_text() == "old"


def test_only_the_last_ended_runs_are_kept(tmp_path):
    path = tmp_path / "work" / "nb.ipynb"
    path.parent.mkdir()
    path.write_text("{}")
    (path.parent / "data.txt").write_text("data")
    runs = tmp_path / "runs"
    with run_folder(runs, path) as running:
        for _ in range(KEPT + 3):
            with run_folder(runs, path) as folder:
                assert (folder / "data.txt").read_text() == "data"
        assert running.exists() and folder.exists() and folder.name == "work"
        assert len(list(runs.iterdir())) <= KEPT + 2
    with run_folder(runs, path):
        assert len(list(runs.iterdir())) == KEPT + 1
    assert (path.parent / "data.txt").read_text() == "data"


def test_small_files_are_copies_and_the_rest_is_linked(tmp_path):
    beside = tmp_path / "lab" / "nb"
    (beside / "folder").mkdir(parents=True)
    (beside / "nb.ipynb").write_text("{}")
    (beside / "small").write_text("old")
    (beside / "large").write_bytes(b"x" * (COPIED_FILE_BYTES + 1))
    (beside / "dangling").symlink_to("nowhere")
    (beside / "to-small").symlink_to("small")
    with run_folder(tmp_path / "runs", beside / "nb.ipynb") as work:
        assert sorted(entry.name for entry in work.iterdir()) == ["dangling", "folder", "large", "small", "to-small"]
        assert sorted(entry.name for entry in work.iterdir() if entry.is_symlink()) == ["dangling", "folder", "large"]
        for name in ("small", "to-small"):
            with (work / name).open("a") as file:
                file.write(" and new")
        assert (work / "small").read_text() == "old and new"
    assert (beside / "small").read_text() == "old"


def test_what_lies_beside_the_folder_of_the_notebook_is_seen_one_level_up(tmp_path, monkeypatch):
    beside = tmp_path / "checkout" / "notebooks"
    beside.mkdir(parents=True)
    (beside / "nb.ipynb").write_text("{}")
    (tmp_path / "checkout" / "shared").mkdir()
    (tmp_path / "checkout" / "shared" / "trace").write_text("trace")
    runs = tmp_path / "checkout" / ".lab" / "runs"
    with run_folder(runs, beside / ".." / "notebooks" / "nb.ipynb") as work:
        monkeypatch.chdir(work)
        assert Path("../shared/trace").read_text() == "trace"
        assert sorted(entry.name for entry in work.parent.iterdir()) == [".running", "notebooks", "shared"]
        Path("../made").write_text("")
    assert not (tmp_path / "checkout" / "made").exists()
    monkeypatch.setattr("decisionlab_hub.run_folder.MOST_BESIDE_THE_FOLDER", 0)
    with run_folder(runs, beside / "nb.ipynb") as work:
        assert not (work.parent / "shared").exists()


@pytest.mark.parametrize("place", [".running", "shared"])
def test_names_that_clash_with_the_folder_of_the_run_are_no_trouble(tmp_path, place):
    beside = tmp_path / "lab" / place
    beside.mkdir(parents=True)
    for name in ("nb.ipynb", ".running", "work"):
        (beside / name).write_text(name)
    (tmp_path / "lab" / "work").mkdir()
    with run_folder(tmp_path / "runs", beside / "nb.ipynb") as work:
        assert not (work / ".running").exists() and (work / "work").read_text() == "work"
        assert (work.parent / ".running").read_text() == f"{os.getpid()}\n"


def test_the_notebook_of_an_earlier_run_runs_again_and_its_folder_stays_meanwhile(tmp_path):
    original = tmp_path / "lab" / "nb.ipynb"
    original.parent.mkdir()
    original.write_text("{}")
    (original.parent / "data.txt").write_text("data")
    runs = tmp_path / "runs"
    with run_folder(runs, original) as first:
        (first / "nb.ipynb").write_text("{}")
    first = first.parent.rename(runs / "20200101T000000-nb-oldest") / first.name
    with run_folder(runs, first / "nb.ipynb") as again:
        assert (again / "data.txt").read_text() == "data"
        for _ in range(KEPT + 3):
            with run_folder(runs, original):
                pass
        assert first.exists()
    with run_folder(runs, original):
        assert not first.exists()


def test_an_interrupt_ends_the_kernel(written, tmp_path):
    pid = tmp_path / "pid"
    path = written(notebook(f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"))
    child = subprocess.Popen(command(path, "--out", str(tmp_path / "out.ipynb")), stderr=subprocess.PIPE, text=True)
    assert Interrupt().wait_for(lambda: pid.exists() and pid.read_text() != "", LIMIT_SECONDS)
    kernel = int(pid.read_text())
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=LIMIT_SECONDS)
    assert child.returncode == 130, said
    assert Interrupt().wait_for(lambda: not Path(f"/proc/{kernel}").exists(), LIMIT_SECONDS)
    assert "lab run: interrupted by SIGINT" in said


@pytest.mark.parametrize(
    ("text", "expected"), [(None, "no notebook"), ("{", "not a valid notebook"), ('{"cells": 3, "nbformat": 4, "nbformat_minor": 5}', "not a valid")]
)
def test_what_is_no_notebook_is_refused(tmp_path, text, expected):
    path = tmp_path / "nb.ipynb"
    if text is not None:
        path.write_text(text)
    done = run(path, "--out", str(tmp_path / "out.ipynb"))
    assert done.returncode == 2 and expected in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("setting", ["records", "1x=2", "=3"])
def test_a_malformed_setting_is_refused(written, setting):
    done = run(written(notebook("1")), "--set", setting)
    assert done.returncode == 2 and "NAME=VALUE" in done.stderr


def test_the_notebook_itself_is_never_overwritten(written):
    path = written(notebook("1"))
    assert run(path, "--out", str(path)).returncode == 2


def test_values_are_put_after_the_parameters_and_replace_earlier_ones():
    made = java_notebook()
    inject(made, {"days": "7"})
    inject(made, {"records": "a.gz"})
    assert [cell.source for cell in made.cells] == ["int before = 1;", 'String records = "";\nint days = 30;', 'records = "a.gz";', "use(records);"]
    assert made.cells[2].metadata.tags == ["injected-parameters"]
    nbformat.validate(made)


def test_a_notebook_without_a_parameters_cell_takes_none():
    made = notebook("int days = 30;", language="java")
    with pytest.raises(ParameterError, match="0 code cells are tagged"):
        inject(made, {"days": "7"})


def test_python_notebooks_take_no_parameters():
    with pytest.raises(ParameterError, match="written in python"):
        inject(notebook("days = 30"), {"days": "7"})


def test_a_relative_path_of_an_existing_file_or_folder_becomes_absolute(tmp_path):
    made = java_notebook()
    made.cells[0].source = ""
    path = tmp_path / "nb.ipynb"
    nbformat.write(made, path)
    (tmp_path / "trace.gz").write_text("x")
    (tmp_path / "traces").mkdir()
    from decisionlab_hub.layout import Layout
    from decisionlab_hub.run_notebook import parse

    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        request = parse([str(path), "--set", "records=trace.gz", "--set", "folder=traces", "--set", "days=3"], Layout.of(tmp_path, {}))
    finally:
        os.chdir(before)
    assert request.values == {"records": str(tmp_path / "trace.gz"), "folder": str(tmp_path / "traces"), "days": "3"}
