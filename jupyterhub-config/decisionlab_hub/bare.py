# SPDX-License-Identifier: Apache-2.0
"""The lane `bare`: the README's commands in a Debian 12 that has git and a shell and nothing else."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from decisionlab_hub.console import LabError, last_lines, say
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.lane_results import LaneResult
from decisionlab_hub.layout import Layout
from decisionlab_hub.provision import run_logged

_BASE_LIMIT_SECONDS = 1800.0
_RUN_LIMIT_SECONDS = 4800.0
_SITE_VARIABLES = re.compile(r"(PIP_CERT|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|(https?|no)_proxy|(HTTPS?|NO)_PROXY)")
_SITE_CERTIFICATES = Path("/usr/local/share/ca-certificates")
_INSIDE = Path(__file__).parent / "bare_inside.sh"
_PASSED = re.compile(r"^PASSED ", re.MULTILINE)
_FAILED = re.compile(r"^FAILED ", re.MULTILINE)


def run_in_bare_debian(layout: Layout, interrupt: Interrupt) -> LaneResult:
    """Makes the root, runs the checks inside in a process space of their own, and removes it again."""
    if os.geteuid() != 0:
        raise LabError("the lane bare needs root: it makes a Debian root and enters it")
    base = layout.home / "cache" / "debian-12.tar.gz"
    root = layout.home / "bare" / "root"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    try:
        if not base.exists():
            _make_base(base, root.with_name("base"), layout, interrupt)
        _run(["tar", "-xzf", str(base), "-C", str(root)], "unpack", layout, interrupt, _BASE_LIMIT_SECONDS)
        _furnish(root, layout, interrupt)
        log = layout.logs / "test-bare.log"
        code = run_logged(_enter(root), log, layout.home, interrupt, _RUN_LIMIT_SECONDS)
        text = log.read_text(encoding="utf-8", errors="replace")
        say(last_lines(log, 25 if code == 0 else 80))
        passed, failed = len(_PASSED.findall(text)), len(_FAILED.findall(text))
        return LaneResult(passed, failed if failed or code == 0 else 1, 0)
    finally:
        shutil.rmtree(root)


def _make_base(base: Path, folder: Path, layout: Layout, interrupt: Interrupt) -> None:
    say("  making a bare Debian 12 (kept for the next time) ...")
    shutil.rmtree(folder, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", "--include=git,ca-certificates", "bookworm", str(folder)]
    _run(command, "debootstrap", layout, interrupt, _BASE_LIMIT_SECONDS)
    unfinished = base.with_suffix(".new")
    base.parent.mkdir(parents=True, exist_ok=True)
    _run(["tar", "-czf", str(unfinished), "-C", str(folder), "."], "pack", layout, interrupt, _BASE_LIMIT_SECONDS)
    unfinished.replace(base)
    shutil.rmtree(folder)


def _furnish(root: Path, layout: Layout, interrupt: Interrupt) -> None:
    """Puts in the clone, and what makes this site's network work: names and certificate authorities."""
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(Path("/etc") / name, root / "etc" / name)
    if _SITE_CERTIFICATES.is_dir():
        shutil.copytree(_SITE_CERTIFICATES, root / _SITE_CERTIFICATES.relative_to("/"), dirs_exist_ok=True)
    clone = ["git", "clone", "--quiet", "--no-hardlinks", str(layout.checkout), str(root / "root" / "decision-lab")]
    _run(clone, "clone", layout, interrupt, _BASE_LIMIT_SECONDS)
    shutil.copyfile(_INSIDE, root / "root" / "check.sh")


def _enter(root: Path) -> list[str]:
    """Returns the command that enters the root; with it end all processes that were started inside."""
    variables = [f"{name}={value}" for name, value in os.environ.items() if _SITE_VARIABLES.fullmatch(name)]
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    script = (
        'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/dev/shm" && '
        'root=$1 && shift && exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 "$@" bash /root/check.sh'
    )
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", str(root), path, *variables]


def _run(command: list[str], name: str, layout: Layout, interrupt: Interrupt, limit_seconds: float) -> None:
    log = layout.logs / f"bare-{name}.log"
    code = run_logged(command, log, layout.home, interrupt, limit_seconds)
    if code != 0:
        raise LabError(f"{command[0]} ended with exit code {code}; the end of {log}:\n{last_lines(log)}")
