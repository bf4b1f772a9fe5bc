# SPDX-License-Identifier: Apache-2.0
"""Links that bring a git repository into a user's home: nbgitpuller, for the places that the facility has listed and no others.

An extension of the user's server; nbgitpuller's own, which would follow every link, is switched off. What a link asks
for is checked before git is started, and the pull runs in a process of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, Sequence
from urllib.parse import urlsplit

GIT_PLACES = "DECISIONLAB_GIT_PLACES"
"""Environment variable that tells users' servers the places, with spaces between."""

LINK_PATH = "git-pull"

PLACE = r"(http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?)(/[A-Za-z0-9._~-]+)*"
"""A host, with its port where it is not 443, and the path below which repositories may be; http on this machine only."""

_VISIBLE = re.compile(r"[!-~]{1,2000}")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_HARMLESS = re.compile(r"[A-Za-z0-9 ._~:/?&=%+@,;#\[\]-]{0,2000}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,200}")
_DEPTH = re.compile(r"[0-9]{1,6}")
_TARGET = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]{0,100}")

_WORDS = {"repo", "branch", "depth", "urlpath", "urlPath", "targetpath", "targetPath", "subpath", "subPath", "app", "_xsrf"}
"""All that a link may say; nbgitpuller's `backup`, which renames a folder of the home, is not among it."""

_GIT_LIMIT_SECONDS = 20
_PATIENCE = {"GIT_TERMINAL_PROMPT": "0", "GIT_HTTP_LOW_SPEED_LIMIT": "100", "GIT_HTTP_LOW_SPEED_TIME": "60"}

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


class LinkRefused(Exception):
    """A link that is not followed; the message says why."""


def check_arguments(arguments: Mapping[str, Sequence[str]], places: Sequence[str]) -> None:
    """Refuses a link by all that it says, whichever of nbgitpuller's two spellings of a word it uses.

    What is neither repository, folder nor branch comes to stand in nbgitpuller's page as it is, so it must not be HTML.
    """
    for name, values in arguments.items():
        if name not in _WORDS:
            raise LinkRefused(f"it says {name[:40]!r}; a link may say {', '.join(sorted(_WORDS - {'_xsrf'}))}")
        if len(values) != 1:
            raise LinkRefused(f"it says {name[:40]!r} {len(values)} times")
        if not _HARMLESS.fullmatch(values[0]):
            raise LinkRefused(f"what it says of {name[:40]!r} has characters that belong in no address")
    if (depth := arguments.get("depth", ["0"])[0]) and not _DEPTH.fullmatch(depth):
        raise LinkRefused(f"the depth {depth[:40]!r} is no number")
    repository = arguments.get("repo", [""])[0]
    targets = [arguments[name][0] for name in ("targetpath", "targetPath") if name in arguments]
    for target in [*targets, repository.split("/")[-1]]:
        check(repository, target, arguments.get("branch", [""])[0], places)


def check(repository: str, target: str, branch: str, places: Sequence[str]) -> None:
    """Refuses a repository that is in none of the places, and names that git or the file system could read in another way."""
    if not any(_within(repository, place) for place in places):
        listed = ", ".join(places) or "none"
        raise LinkRefused(f"the repository {repository[:200]!r} is in no place that this facility has listed ({listed}); its administrators can add one: git_links")
    if not _TARGET.fullmatch(target):
        raise LinkRefused(f"the folder {target[:100]!r} is no plain name; expected one folder of your home, such as tutorial")
    if branch and (not _BRANCH.fullmatch(branch) or ".." in branch):
        raise LinkRefused(f"the branch {branch[:100]!r} is no name of a branch")


def folder_of(arguments: Mapping[str, Sequence[str]]) -> str:
    """Returns the name of the folder that a link asks for."""
    named = [arguments[name][0] for name in ("targetpath", "targetPath") if name in arguments]
    return named[0] if named else arguments["repo"][0].split("/")[-1]


def check_folder(folder: Path, repository: str) -> None:
    """Refuses a folder that is there and was not cloned from this very repository: the pull fetches from what the folder says, and merges."""
    if not os.path.lexists(folder):
        return
    git = folder / ".git"
    real = all(each.is_dir() and not each.is_symlink() for each in (folder, git))
    if not real or not _fetches_from(git, repository):
        raise LinkRefused(
            f"the folder {folder.name} is there already and fetches from elsewhere, or is no copy of the repository {repository[:200]}; "
            "move it away, or name another folder in the link: targetpath=NAME"
        )


def _fetches_from(git: Path, repository: str) -> bool:
    """Tells whether a plain `git fetch` there asks this repository and no other."""
    command = ["git", "--git-dir", str(git), "config", "--null", "--get-regexp", r"^(remote\.origin\.url|branch\..*\.remote)$"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_GIT_LIMIT_SECONDS, check=False).stdout
    except (subprocess.TimeoutExpired, UnicodeDecodeError):
        return False
    settings = [entry.partition("\n")[::2] for entry in said.split("\0") if entry]
    origins = [value for name, value in settings if name == "remote.origin.url"]
    return origins == [repository] and all(value == "origin" for name, value in settings if name.startswith("branch."))


def pull_environment(environment: Mapping[str, str], depth: str = "") -> dict[str, str]:
    """Returns the environment of a pull: it asks for no password, gives up on a silent host, and follows no redirection to another."""
    settings = int(environment.get("GIT_CONFIG_COUNT") or 0)
    ours = {"GIT_CONFIG_COUNT": str(settings + 1), f"GIT_CONFIG_KEY_{settings}": "http.followRedirects", f"GIT_CONFIG_VALUE_{settings}": "false"}
    return {**environment, **_PATIENCE, **ours, **({"NBGITPULLER_DEPTH": depth} if depth else {})}


def _within(repository: str, place: str) -> bool:
    if not _VISIBLE.fullmatch(repository):
        return False  # Python reads over characters that git does not
    wanted = urlsplit(place if place.startswith("http://") else f"https://{place}")
    try:
        asked = urlsplit(repository)
        same = (asked.scheme, asked.netloc.lower().removesuffix(":443")) == (wanted.scheme, wanted.netloc.removesuffix(":443"))
    except ValueError:
        return False
    if not same or not repository.startswith(f"{wanted.scheme}://") or asked.query or asked.fragment or not _PATH.fullmatch(asked.path):
        return False
    steps, above = asked.path.strip("/").split("/"), [step for step in wanted.path.split("/") if step]
    return not {".", ".."} & set(steps) and steps[: len(above)] == above and len(steps) > len(above)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "decisionlab_hub.git_links"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    import nbgitpuller  # noqa: PLC0415
    from jupyter_server.utils import url_path_join  # noqa: PLC0415 - the hub, which reads the names above, needs none of it
    from nbgitpuller._compat import get_base_handler  # noqa: PLC0415

    get_base_handler(app)  # nbgitpuller decides by its first call whose handlers its own are made from
    from decisionlab_hub.git_link_handlers import CheckedPage, CheckedPull  # noqa: PLC0415
    from tornado.web import StaticFileHandler  # noqa: PLC0415

    base = url_path_join(app.web_app.settings["base_url"], LINK_PATH)
    static = str(Path(nbgitpuller.__file__).parent / "static")
    app.web_app.add_handlers(".*", [(f"{base}/api", CheckedPull), (base, CheckedPage), (f"{base}/static/(.*)", StaticFileHandler, {"path": static})])
