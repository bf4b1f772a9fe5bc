# SPDX-License-Identifier: Apache-2.0
"""What `lab doctor --production` says: every setting that is fit for development only, read from the hub's own configuration.

The configuration is loaded as JupyterHub loads it, in the environment of the running hub, or in the one that `lab up` would give it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping

from decisionlab_hub.console import EXIT_FAILED, LabError, say
from decisionlab_hub.facility import Facility
from decisionlab_hub.hub_configuration import load_configuration
from decisionlab_hub.layout import Layout
from decisionlab_hub.login.choice import RememberedLogin
from decisionlab_hub.ports import PortBook
from decisionlab_hub.processes import ProcessTable, environment_of
from decisionlab_hub.production_checks import CHECKS, Finding, HubView
from decisionlab_hub.services import DEFAULT_PORTS, HUB, LOGIN_PORTS, SIDECAR, hub_service

_MARK_OF_NO_RUN = "none"


@dataclass(frozen=True)
class Verdict:
    """All findings; fit when none of them is for development only."""

    findings: tuple[Finding, ...]

    @property
    def fit(self) -> bool:
        return not any(finding.unfit for finding in self.findings)

    def to_json(self) -> str:
        return json.dumps({"fit": self.fit, "findings": [asdict(finding) for finding in self.findings]}, indent=2, ensure_ascii=False)

    def lines(self) -> list[str]:
        if not self.findings:
            return ["no setting is for development only"]
        width = max(len(finding.setting) for finding in self.findings)
        return [f"  {'unfit' if each.unfit else 'advice':8}{each.setting:{width + 2}}{each.found}\n{'':{width + 12}}{each.remedy}" for each in self.findings]


def examine(layout: Layout, environ: Mapping[str, str]) -> Verdict:
    """Looks at the settings of this lab; a configuration that cannot be loaded is a finding."""
    try:
        variables = _hub_environment(layout, environ)
        facility = Facility.find(layout.home, variables)
        view = HubView(load_configuration(layout.hub_source, variables), facility, layout, variables)
    except LabError as refused:
        return Verdict((Finding("configuration", str(refused), "mend it; the other settings are looked at after that", True),))
    return Verdict(tuple(finding for check in CHECKS for finding in check(view)))


def _hub_environment(layout: Layout, environ: Mapping[str, str]) -> dict[str, str]:
    record = ProcessTable(layout.run, _MARK_OF_NO_RUN).find(HUB)
    if record is not None and record.alive():
        return environment_of(record.pid)
    login = RememberedLogin(layout.home).read()
    names = {**DEFAULT_PORTS, **(LOGIN_PORTS if login else {})}
    ports = PortBook(layout.home / "ports.json", names)
    chosen = {name: ports[name] for name in names}
    service = hub_service(layout, chosen, _MARK_OF_NO_RUN, f"http://127.0.0.1:{ports[SIDECAR]}", login)
    return {**environ, **service.environment, "DECISIONLAB_RUN": _MARK_OF_NO_RUN}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="lab doctor --production", description="Names every setting that is fit for development only.")
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")
    options = parser.parse_args(arguments)
    layout = Layout.of(Path(__file__).resolve().parents[2])
    verdict = examine(layout, dict(os.environ))
    print(verdict.to_json() if options.json else "\n".join(verdict.lines()))
    if not verdict.fit:
        say(f"lab: {sum(finding.unfit for finding in verdict.findings)} settings are for development only; docs/facility.md has the facility file's keys")
    return 0 if verdict.fit else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
