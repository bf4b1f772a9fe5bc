# SPDX-License-Identifier: Apache-2.0
"""No build takes the jars from a running program: who runs from them is found and named."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from decisionlab_hub import lanes
from decisionlab_hub.console import LabError
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.jar_users import jar_users, refuse_while_used
from decisionlab_hub.java import IDENTITY_PROGRAMS, identity_library
from decisionlab_hub.layout import Layout
from decisionlab_hub.locks import exclusive
from decisionlab_hub.provision import LONGEST_BUILD_SECONDS, Provision

LIMIT_SECONDS = 60.0
MAIN = "org.decisionlab.test.Program"


@contextmanager
def program(tmp_path, *arguments):
    """A process called java that waits: the shell under that name, its arguments those of a JVM."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir(exist_ok=True)
    if not java.exists():
        shutil.copyfile(shutil.which("bash"), java)
        java.chmod(0o755)
    child = subprocess.Popen([str(java), "-c", "echo ready; read line", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.communicate("\n", timeout=LIMIT_SECONDS)


@pytest.fixture
def jars(tmp_path):
    folder = tmp_path / "distribution"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "core.jar").write_text("jar")
    return folder


def test_a_class_path_on_the_command_line_and_one_in_an_argument_file_are_found(tmp_path, jars):
    arguments = tmp_path / "java.args"
    arguments.write_text(f'"-cp"\n"{jars / "lib" / "core.jar"}"\n')
    with program(tmp_path, "-cp", f"{jars}/lib/*", MAIN) as first, program(tmp_path, f"@{arguments}", MAIN) as second:
        assert {(user.pid, user.program) for user in jar_users(jars)} == {(first.pid, MAIN), (second.pid, MAIN)}
        assert jar_users(tmp_path / "another") == []
        with pytest.raises(LabError, match=f"process {first.pid} \\({MAIN}\\).*Shut Down Kernel") as refused:
            refuse_while_used(jars)
        assert str(jars) in str(refused.value)
    assert jar_users(jars) == []
    refuse_while_used(jars)


def test_an_open_jar_is_found_when_the_command_line_tells_nothing(tmp_path, jars):
    descriptor = os.open(jars / "lib" / "core.jar", os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    shutil.copyfile(shutil.which("bash"), java)
    java.chmod(0o755)
    child = subprocess.Popen([str(java), "-c", "read line"], stdin=subprocess.PIPE, pass_fds=[descriptor], text=True)
    try:
        os.close(descriptor)
        assert Interrupt().wait_for(lambda: [user.pid for user in jar_users(jars)] == [child.pid], LIMIT_SECONDS)
    finally:
        child.communicate("\n", timeout=LIMIT_SECONDS)


@pytest.fixture
def layout(tmp_path):
    """A checkout of two POMs and an empty folder for the jars."""
    checkout = tmp_path / "checkout"
    (checkout / "core" / "src" / "main").mkdir(parents=True)
    for pom in (checkout / "pom.xml", checkout / "core" / "pom.xml"):
        pom.write_text("<project/>")
    (checkout / ".mvn").mkdir()
    layout = Layout(checkout, tmp_path / "home", tmp_path / "home" / "tools")
    for library in (layout.distribution / "lib", *(identity_library(layout, program) for program in IDENTITY_PROGRAMS)):
        library.mkdir(parents=True)
    return layout


def java_is_ready(provision):
    return dict(provision.report())["Java programs"]


def test_while_somebody_else_builds_nothing_starts_from_the_jars(layout):
    provision = Provision(layout, Interrupt(), lambda: False)
    provision.mark_java_built()
    assert java_is_ready(provision)
    with provision.while_maven_builds():
        assert not java_is_ready(provision)
        with pytest.raises(LabError, match="still holds"):
            with exclusive(layout.distribution.with_suffix(".lock"), Interrupt(), 0.3):
                pass
        with exclusive(layout.tools / "set-up.lock", Interrupt(), 0.3):
            pass  # a lab of another checkout that shares the tools goes on
        provision.mark_java_built()
    assert java_is_ready(provision)


def test_set_up_waits_for_the_end_of_a_build_and_then_has_nothing_to_do(layout, monkeypatch):
    provision = Provision(layout, Interrupt(), lambda: False)
    monkeypatch.setattr("decisionlab_hub.provision.LONGEST_BUILD_SECONDS", 0.3)
    with provision.while_maven_builds():
        with pytest.raises(LabError, match="decisionlab.lock"):
            Provision(layout, Interrupt(), lambda: False).java()
    assert not (layout.logs / "set-up-java.log").exists()


def test_who_waits_for_a_build_waits_as_long_as_the_longest_lane():
    assert max(lanes._JAVA_LIMIT_SECONDS, lanes._FULL_JAVA_LIMIT_SECONDS) <= LONGEST_BUILD_SECONDS


def test_set_up_does_not_build_under_a_running_kernel(tmp_path, layout):
    provision = Provision(layout, Interrupt(), lambda: False)
    with program(tmp_path, "-cp", f"{layout.distribution}/lib/*", MAIN) as kernel:
        with pytest.raises(LabError, match=f"process {kernel.pid}"):
            provision.java()
        with pytest.raises(LabError, match=f"process {kernel.pid}"):
            with provision.while_maven_builds():
                pass
    assert not (layout.logs / "set-up-java.log").exists()


@pytest.mark.parametrize("name", IDENTITY_PROGRAMS)
def test_set_up_does_not_build_under_a_program_for_logins(tmp_path, layout, name):
    provision = Provision(layout, Interrupt(), lambda: False)
    with program(tmp_path, "-cp", f"{identity_library(layout, name)}/*", MAIN) as running:
        with pytest.raises(LabError, match=f"process {running.pid}"):
            provision.java()
