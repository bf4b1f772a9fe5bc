# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from decisionlab_hub import second_jdk
from decisionlab_hub.console import LabError


def jdk(folder: Path, version: str) -> Path:
    """A folder whose `java` tells a version as a JVM does."""
    binaries = folder / version / "bin"
    binaries.mkdir(parents=True)
    (binaries / "java").write_text(f"#!/bin/sh\necho 'Property settings:' >&2\necho '    java.version = {version}' >&2\n")
    (binaries / "javac").write_text("#!/bin/sh\n")
    for name in ("java", "javac"):
        (binaries / name).chmod(0o755)
    return folder / version


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    monkeypatch.delenv("LAB_SECOND_JDK", raising=False)


def test_the_newest_that_is_new_enough_is_found(tmp_path):
    for version in ("17.0.15", "21.0.2", "25", "9.0.4"):
        jdk(tmp_path, version)
    (tmp_path / "no-jdk").mkdir()
    assert second_jdk.find(None, tmp_path) == tmp_path / "25"


def test_none_is_found_where_none_is(tmp_path):
    jdk(tmp_path, "17.0.15")
    assert second_jdk.find(None, tmp_path) is None
    assert second_jdk.find(None, tmp_path / "nowhere") is None


def test_one_that_is_named_wins_and_must_fit(tmp_path, monkeypatch):
    newest, named, old = jdk(tmp_path, "25"), jdk(tmp_path, "21.0.2"), jdk(tmp_path, "17.0.15")
    assert second_jdk.find(named, tmp_path) == named
    monkeypatch.setenv("LAB_SECOND_JDK", str(named))
    assert second_jdk.find(None, tmp_path) == named
    assert second_jdk.find(newest, tmp_path) == newest
    with pytest.raises(LabError, match="17.0.15"):
        second_jdk.find(old, tmp_path)
    with pytest.raises(LabError, match="no bin/java"):
        second_jdk.find(tmp_path / "nothing", tmp_path)


def test_the_short_form_names_test_classes_that_are_there():
    """Maven runs what fits a name and is silent about a name that fits nothing."""
    checkout = Path(__file__).resolve().parents[2]
    assert set(second_jdk.SHORT) <= set(second_jdk.MODULES)
    for module, names in second_jdk.SHORT.items():
        there = {path.stem for path in (checkout / module / "src" / "test" / "java").rglob("*Test.java")}
        assert set(names) <= there, f"{module} has no {sorted(set(names) - there)}"


def test_the_full_form_leaves_nothing_out():
    assert second_jdk.selection(full=True) == []
    chosen, lenient = second_jdk.selection(full=False)
    assert chosen.startswith("-Dtest=") and "InterruptTest" in chosen.split("=")[1].split(",")
    assert lenient == "-Dsurefire.failIfNoSpecifiedTests=false"
