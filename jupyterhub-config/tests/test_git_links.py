# SPDX-License-Identifier: Apache-2.0
"""Which links to git repositories are followed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from conftest import CHECKOUT
from decisionlab_hub.console import LabError
from decisionlab_hub.facility import Facility
from decisionlab_hub.git_links import PLACE, LinkRefused, check, check_arguments, check_folder, folder_of, pull_environment

PLACES = ["git.example.org", "github.com/cms-analysis", "git.example.org:8443/group", "http://127.0.0.1:8123"]


@pytest.mark.parametrize(
    "repository",
    [
        "https://git.example.org/tutorial",
        "https://GIT.example.org/a/b/tutorial.git",
        "https://git.example.org:443/tutorial",
        "https://github.com/cms-analysis/tutorial",
        "https://git.example.org:8443/group/tutorial",
        "http://127.0.0.1:8123/tutorial.git",
    ],
)
def test_what_is_listed_is_followed(repository: str):
    check_arguments({"repo": [repository], "branch": ["main"], "urlpath": ["lab/tree/tutorial/a b.ipynb"], "depth": ["0"]}, PLACES)


@pytest.mark.parametrize(
    "repository",
    [
        "https://evil.example/tutorial",
        "https://git.example.org.evil.example/tutorial",
        "https://git.example.org@evil.example/tutorial",
        "https://user:word@git.example.org/tutorial",
        "https://evil.example#git.example.org/tutorial",
        "https://evil.example\\@git.example.org/tutorial",
        "https://git.example.org:444/tutorial",
        "http://git.example.org/tutorial",
        "git://git.example.org/tutorial",
        "ssh://git.example.org/tutorial",
        "git@git.example.org:tutorial",
        "file:///etc",
        "/etc",
        "ext::sh -c id",
        "--upload-pack=id",
        "https://github.com/cms-analysis",
        "https://github.com/cms-analysis-evil/tutorial",
        "https://github.com/evil/tutorial",
        "https://github.com/cms-analysis/../evil/tutorial",
        "https://github.com/cms-analysis/%2e%2e/evil/tutorial",
        "https://github.com//cms-analysis/tutorial",
        "https://git.example.org/tutorial?x=1",
        "https://git.example.org/tutorial\nx",
        "https://git.example.org/",
        "https://git.example.org/tutorial/",
        "https://[::1/tutorial",
        "HTTPS://git.example.org/tutorial",
        "http://127.0.0.1:8124/tutorial",
        "http://127.0.0.1:8123.evil.example/tutorial",
        "",
    ],
)
def test_what_is_not_listed_is_refused(repository: str):
    with pytest.raises(LinkRefused, match="in no place that this facility has listed"):
        check(repository, "tutorial", "main", PLACES)


def test_without_a_list_nothing_is_followed():
    with pytest.raises(LinkRefused, match=r"listed \(none\)"):
        check("https://git.example.org/tutorial", "tutorial", "", [])


@pytest.mark.parametrize("target", ["..", "../x", "/etc/x", "a/b", ".ssh", "-x", "", "a\0", "a\n"])
def test_a_link_stays_in_one_folder_of_the_home(target: str):
    with pytest.raises(LinkRefused, match="no plain name"):
        check("https://git.example.org/tutorial", target, "", PLACES)


@pytest.mark.parametrize(
    "arguments",
    [
        {"repo": ["https://git.example.org/.ssh"], "targetPath": ["good"]},
        {"repo": ["https://git.example.org/a"], "targetpath": [""]},
        {"repo": ["https://git.example.org/a"], "targetpath": ["good"], "targetPath": ["../evil"]},
        {"repo": ["https://git.example.org/a"], "targetpath": ["../evil"], "targetPath": ["good"]},
        {"repo": ["https://git.example.org/a", "https://evil.example/a"]},
        {"repo": ["https://git.example.org/a"], "targetpath": ["good", "../evil"]},
        {"repo": ["https://git.example.org/a"], "urlpath": ["<script>alert(1)</script>"]},
        {"repo": ["https://git.example.org/a"], "subPath": ['"><img src=x onerror=alert(1)>']},
        {"repo": ["https://git.example.org/a"], "backup": ["true"]},
        {"repo": ["https://git.example.org/a"], "Backup": [""]},
        {"repo": ["https://git.example.org/a"], "depth": ["x"]},
        {"repo": ["https://git.example.org/a "]},
        {},
    ],
)
def test_nothing_that_a_link_says_twice_or_in_another_spelling_passes(arguments: dict[str, list[str]]):
    with pytest.raises(LinkRefused):
        check_arguments(arguments, PLACES)


@pytest.mark.parametrize("branch", ["-x", "--upload-pack=id", "a b", "../x", "a..b", "a\nb"])
def test_a_branch_is_a_name(branch: str):
    with pytest.raises(LinkRefused, match="no name of a branch"):
        check("https://git.example.org/tutorial", "tutorial", branch, PLACES)


def test_the_facility_file_takes_places_and_nothing_else(tmp_path):
    file = tmp_path / "facility.yaml"
    file.write_text(f"git_links: {json.dumps(PLACES)}\n")
    assert Facility.read(file, {}).git_links == tuple(PLACES)
    assert all(re.fullmatch(PLACE, place) for place in PLACES)
    for place in ("*", "https://git.example.org", "http://git.example.org", "git.example.org/", "a b", "user@host", ""):
        file.write_text(f"git_links: [{json.dumps(place)}]\n")
        with pytest.raises(LabError, match="git_links"):
            Facility.read(file, {})


def test_nbgitpullers_own_extension_is_off():
    settings = json.loads((CHECKOUT / "jupyterhub-config" / "etc" / "jupyter" / "jupyter_server_config.json").read_text())
    extensions = settings["ServerApp"]["jpserver_extensions"]
    assert extensions["nbgitpuller"] is False and extensions["decisionlab_hub.git_links"] is True


REPOSITORY = "https://git.example.org/tutorial"


def clone_of(folder: Path, *settings: tuple[str, str]) -> Path:
    """A repository as a clone leaves it, with these settings."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True, capture_output=True, timeout=60)
    for name, value in settings:
        subprocess.run(["git", "-C", str(folder), "config", "--add", name, value], check=True, capture_output=True, timeout=60)
    return folder


def test_a_folder_that_is_there_is_pulled_into_only_when_it_fetches_from_that_repository(tmp_path: Path):
    origin, branch = ("remote.origin.url", REPOSITORY), ("branch.main.remote", "origin")
    check_folder(tmp_path / "absent", REPOSITORY)
    check_folder(clone_of(tmp_path / "same", origin, branch), REPOSITORY)
    refused = [
        clone_of(tmp_path / "elsewhere", ("remote.origin.url", "https://evil.example/tutorial"), branch),
        clone_of(tmp_path / "tracks", origin, ("remote.fork.url", "https://evil.example/x"), ("branch.main.remote", "fork")),
        clone_of(tmp_path / "address", origin, ("branch.main.remote", "https://evil.example/x")),
        clone_of(tmp_path / "two", origin, ("remote.origin.url", "https://evil.example/x")),
        clone_of(tmp_path / "mine"),
    ]
    (tmp_path / "link").symlink_to(tmp_path / "same")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    below = tmp_path / "same" / "below"
    below.mkdir()
    pointing = tmp_path / "pointing"
    pointing.mkdir()
    (pointing / ".git").write_text(f"gitdir: {tmp_path / 'same' / '.git'}\n")
    empty = tmp_path / "same" / "empty"
    (empty / ".git").mkdir(parents=True)
    for folder in (*refused, tmp_path / "link", tmp_path / "broken", tmp_path / "file", below, pointing, empty):
        with pytest.raises(LinkRefused, match="is there already"):
            check_folder(folder, REPOSITORY)


def test_the_folder_that_is_checked_is_the_one_that_is_written():
    repo = {"repo": [REPOSITORY]}
    assert folder_of(repo) == "tutorial" and folder_of({**repo, "targetPath": ["a"]}) == "a" and folder_of({**repo, "targetPath": ["a"], "targetpath": ["b"]}) == "b"


def test_a_pull_follows_no_redirection_and_asks_nobody():
    environment = pull_environment({**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "Ada"}, "0")
    told = [subprocess.run(["git", "config", name], env=environment, capture_output=True, text=True, timeout=60, check=True).stdout.strip() for name in ("http.followRedirects", "user.name")]
    assert told == ["false", "Ada"] and environment["GIT_TERMINAL_PROMPT"] == "0" and environment["NBGITPULLER_DEPTH"] == "0"
    assert int(environment["GIT_HTTP_LOW_SPEED_TIME"]) <= 300 and int(environment["GIT_HTTP_LOW_SPEED_LIMIT"]) > 0
