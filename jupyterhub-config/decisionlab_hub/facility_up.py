# SPDX-License-Identifier: Apache-2.0
"""The login that the facility file, or DODAS's environment names, mean: as the words that `lab up` would be given for it.

As a program it prints them as a list in JSON; an empty one stands for the login of last time. It needs the libraries of the
virtual environment, which the script `lab` itself does without.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Mapping

from decisionlab_hub.asked_python import answer_of, answered
from decisionlab_hub.console import LabError
from decisionlab_hub.dodas import ISSUER
from decisionlab_hub.layout import FACILITY_VARIABLE, Layout
from decisionlab_hub.login.choice import LoginChoice, RememberedLogin
from decisionlab_hub.services import DEFAULT_PORTS, LOGIN_PORTS, login_environment

def may_name_a_login(layout: Layout, environ: Mapping[str, str]) -> bool:
    """Tells whether there is a file, or a variable, to be asked."""
    return bool(environ.get(FACILITY_VARIABLE) or environ.get(ISSUER, "").strip() or (layout.home / "facility.yaml").exists())


def asked_words(layout: Layout) -> list[str]:
    """Asks this program; raises LabError with its words."""
    words: list[str] = answer_of(layout, "decisionlab_hub.facility_up", {**os.environ, "LAB_HOME": str(layout.home)})
    return words


def words_for(layout: Layout, environ: Mapping[str, str]) -> list[str]:
    """Returns the words; none where the file names no provider, or the login of last time is the one that it means."""
    from decisionlab_hub.facility import Facility  # noqa: PLC0415 - reads YAML, for which the script `lab` has no library
    from decisionlab_hub.facility_login import require_same_login, up_command  # noqa: PLC0415

    facility = Facility.find(layout.home, environ)
    if not facility.login.issuer:
        return []
    remembered = RememberedLogin(layout.home).read()
    if remembered is not None:
        try:
            require_same_login(facility, login_environment(layout, {**DEFAULT_PORTS, **LOGIN_PORTS}, remembered))
        except LabError:
            pass  # it is another: the file's is taken
        else:
            return []
    words = shlex.split(up_command(facility))[2:]
    if remembered is not None and (remembered.iam.rstrip("/"), remembered.client_id) == (facility.login.issuer.rstrip("/"), facility.login.client_id):
        words += _what_the_file_cannot_say(remembered, words)
    return words


def _what_the_file_cannot_say(remembered: LoginChoice, words: list[str]) -> list[str]:
    """What was asked for last time at the same client, and the file says nothing about."""
    kept = {
        "--scopes": " ".join(remembered.scopes),
        "--callback": remembered.callback,
        "--sidecar-audience": remembered.sidecar_audience,
        "--file-audience": remembered.file_audience,
        "--device-client-id": remembered.device_client_id,
    }
    return [word for flag, text in kept.items() if text and flag not in words for word in (flag, text)]


if __name__ == "__main__":
    sys.exit(answered(lambda: words_for(Layout.of(Path(__file__).resolve().parents[2]), os.environ)))
