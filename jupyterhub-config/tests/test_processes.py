# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
import os
import signal
import sys
import time

import pytest

from decisionlab_hub.interrupt import Interrupt, Interrupted
from decisionlab_hub.processes import MARK, ProcessTable, command_of, environment_of, identity_of, rotate

LIMIT_SECONDS = 30.0

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
PARENT = (
    "import subprocess, sys, time; "
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True); "
    "print('ready', flush=True); time.sleep(600)"
)


@pytest.fixture
def table(tmp_path):
    table = ProcessTable(tmp_path / "run", f"test-{os.getpid()}-{time.monotonic_ns()}")
    yield table
    table.sweep(Interrupt(), LIMIT_SECONDS)


def start(table, tmp_path, source, name="child"):
    log = tmp_path / f"{name}.log"
    (tmp_path / "run").mkdir(exist_ok=True)
    record = table.start(name, [sys.executable, "-c", source], dict(os.environ), log, 1234, "http://127.0.0.1:1234")
    assert Interrupt().wait_for(lambda: "ready" in log.read_text(), LIMIT_SECONDS)
    return record


def test_a_child_is_on_record_in_a_session_of_its_own_and_ends(table, tmp_path):
    record = start(table, tmp_path, "import time; print('ready', flush=True); time.sleep(600)")
    assert table.find("child") == record and record.alive()
    assert os.getsid(record.pid) == record.pid
    table.end(["child"], Interrupt(), LIMIT_SECONDS)
    assert not record.alive() and table.find("child") is None


def test_a_child_is_asked_to_end_by_the_signal_that_is_named_for_it(table, tmp_path):
    source = "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: sys.exit(print('interrupted', flush=True))); print('ready', flush=True); time.sleep(600)"
    record = start(table, tmp_path, source)
    assert command_of(record.pid) == [sys.executable, "-c", source] and environment_of(record.pid)[MARK] == table.mark
    table.end(["child"], Interrupt(), LIMIT_SECONDS, {"child": signal.SIGINT, "another": signal.SIGKILL})
    assert not record.alive() and "interrupted" in (tmp_path / "child.log").read_text()


def test_a_child_that_ignores_termination_is_killed(table, tmp_path):
    record = start(table, tmp_path, STUBBORN)
    table.end(["child"], Interrupt(), 1.0)
    assert not record.alive()


def test_what_a_dead_child_left_behind_in_another_session_is_found_and_ended(table, tmp_path):
    record = start(table, tmp_path, PARENT)
    assert Interrupt().wait_for(lambda: len(table.marked()) == 2, LIMIT_SECONDS)
    os.kill(record.pid, signal.SIGKILL)
    os.waitpid(record.pid, 0)
    assert len(table.marked()) == 1
    assert table.sweep(Interrupt(), LIMIT_SECONDS) == 1
    assert table.marked() == []


def test_a_process_that_got_the_number_of_a_dead_one_is_left_alone(table, tmp_path):
    record = start(table, tmp_path, "import time; print('ready', flush=True); time.sleep(600)")
    stale = dataclasses.replace(record, identity=identity_of(os.getppid()))
    (tmp_path / "run" / "child.json").write_text(json.dumps(dataclasses.asdict(stale)))
    assert not stale.alive()
    table.end(["child"], Interrupt(), LIMIT_SECONDS)
    assert record.alive() and table.find("child") is None


def test_a_process_of_another_lab_is_not_swept(table, tmp_path):
    other = ProcessTable(tmp_path / "run", table.mark + "-other")
    record = start(other, tmp_path, "import time; print('ready', flush=True); time.sleep(600)")
    table.sweep(Interrupt(), LIMIT_SECONDS)
    assert record.alive()
    assert other.sweep(Interrupt(), LIMIT_SECONDS) == 1


def test_logs_rotate_and_are_bounded(tmp_path):
    log = tmp_path / "x.log"
    for text in "abcdefg":
        rotate(log)
        log.write_text(text)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"x.log": "g", "x.log.1": "f", "x.log.2": "e", "x.log.3": "d"}


def test_an_interrupt_ends_a_wait():
    interrupt = Interrupt()
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        interrupt.install()
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted) as stopped:
            interrupt.wait_for(lambda: False, LIMIT_SECONDS)
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
    assert stopped.value.exit_code == 143
