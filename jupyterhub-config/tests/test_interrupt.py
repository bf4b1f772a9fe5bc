# SPDX-License-Identifier: Apache-2.0
"""How a command ends: by its own number, by a failure of which the user is told, or by a signal."""

import subprocess
import sys

import pytest

LIMIT_SECONDS = 120.0

COMMAND = """
import os, signal, sys
from decisionlab_hub.console import LabError
from decisionlab_hub.interrupt import exit_code_of

def work(interrupt):
    {work}

sys.exit(exit_code_of("lab probe", work))
"""


def ended(work: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-c", COMMAND.format(work=work)], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        ("return 7", 7, ""),
        ("raise LabError('no such file: a.ipynb', 2)", 2, "lab probe: no such file: a.ipynb\n"),
        ("os.kill(os.getpid(), signal.SIGTERM); interrupt.check()", 143, "lab probe: interrupted by SIGTERM\n"),
        ("os.kill(os.getpid(), signal.SIGINT); interrupt.check()", 130, "lab probe: interrupted by SIGINT\n"),
    ],
)
def test_a_command_ends_with_a_number_and_words_under_its_name(work: str, code: int, said: str):
    assert ended(work) == (code, said)


def test_what_nobody_foresaw_keeps_its_trace():
    code, said = ended("raise ValueError('unforeseen')")
    assert code == 1 and "Traceback" in said and "ValueError: unforeseen" in said
