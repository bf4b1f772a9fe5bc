# SPDX-License-Identifier: Apache-2.0
"""What a restart of the hub alone may change: its own settings. What other services, and users' servers that run, were told stands until `lab down`."""

from __future__ import annotations

import calendar
import time
from typing import Mapping

from decisionlab_hub.asked_python import answer_of
from decisionlab_hub.console import LabError
from decisionlab_hub.dodas import TAKEN
from decisionlab_hub.hub_configuration import noted_foundations
from decisionlab_hub.layout import FACILITY_VARIABLE, Layout
from decisionlab_hub.processes import MARK, ProcessRecord, command_of, environment_of
from decisionlab_hub.provision import OF_THE_HUB
from decisionlab_hub.services import Service

_ALL_ANEW = "run ./lab down, then ./lab up, which end users' servers and start all anew"
_OF_THE_LAB = "DECISIONLAB_"
_OF_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")


def require_running(running: Mapping[str, ProcessRecord], before: tuple[str, ...], now: tuple[str, ...]) -> None:
    """Raises LabError unless the services of the login of now are those of before, and all of them run."""
    if set(before) != set(now):
        raise LabError(f"with the login of now the lab has the services {', '.join(now)}, and it runs with {', '.join(before)}: a restart of the hub does not change that; {_ALL_ANEW}")
    if missing := [name for name in now if name not in running]:
        raise LabError(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not running; ./lab up starts what is missing, and leaves users' servers alone")


def require_prepared(parts: Mapping[str, bool]) -> None:
    """Raises LabError when a part that the hub itself runs from is of an older checkout than the hub that would start."""
    if stale := [name for name in OF_THE_HUB if not parts[name]]:
        raise LabError(f"the {', '.join(stale)} are of an older checkout, and the hub of the present one may not start with them; {_ALL_ANEW}")


def require_unchanged(service: Service, record: ProcessRecord) -> None:
    """Raises LabError when a service that goes on would be started otherwise now."""
    if found := _differences(service, record):
        raise LabError(f"{service.name} runs with other settings than those of now: {'; '.join(found)}. A restart of the hub leaves it alone; set that as it was, or {_ALL_ANEW}")


def require_settings(hub: Service, record: ProcessRecord, layout: Layout, mark: str) -> None:
    """Raises LabError when the hub would not start with the settings of now, or not with all that users' servers which run stand on."""
    environment = {**hub.environment, MARK: mark}
    _refuse_forgotten_variables(environment_of(record.pid), environment)
    now: dict[str, str] = answer_of(layout, "decisionlab_hub.hub_configuration", environment)
    before = noted_foundations(layout.home, record.pid)
    if before is None:
        raise LabError(f"the hub that runs was started by an older checkout, and users' servers would end with it; {_ALL_ANEW}")
    changed = [f"{name} is {now.get(name) or 'not set'}, and the hub runs with {value or 'none'}" for name, value in before.items() if now.get(name) != value]
    if changed:
        raise LabError(f"{'; '.join(changed)}. The next hub would not find users' servers that run, or they not the hub; set that as it was, or {_ALL_ANEW}")


def _refuse_forgotten_variables(running: Mapping[str, str], now: Mapping[str, str]) -> None:
    mine = [name for name, value in running.items() if value and (name.startswith(_OF_THE_LAB) or name in (FACILITY_VARIABLE, *TAKEN, *_OF_CERTIFICATES))]
    if forgotten := sorted(name for name in mine if name not in now):
        raise LabError(
            f"the hub runs with {', '.join(forgotten)} in its environment, and ./lab restart was called without; set it as for ./lab up, or to another value, "
            "or to nothing where that is meant"
        )


def _differences(service: Service, record: ProcessRecord) -> list[str]:
    """What was told otherwise, by names alone: values may be secret."""
    before, now = environment_of(record.pid), service.environment
    found = [f"{name} in its environment" for name in sorted({*service.told, *service.inherits}) if before.get(name, "") != now.get(name, "")]
    words_before, words_now = _told_words(command_of(record.pid)), _told_words(service.command)
    if words_before != words_now:
        found.append(f"its command line ({', '.join(sorted(set(words_before) ^ set(words_now)))})")
    started = calendar.timegm(time.strptime(record.started_at, "%Y-%m-%dT%H:%M:%SZ"))
    found += [f"{path} was written after it had read it" for path in service.reads if path.exists() and path.stat().st_mtime >= started + 1]
    return found


def _told_words(command: list[str]) -> list[str]:
    """The words of a command line that are for the program; those before are for the JVM, with one dash."""
    return next((command[at:] for at, word in enumerate(command) if word.startswith("--")), [])
