# SPDX-License-Identifier: Apache-2.0
"""The switches of a lab's IAM simulator, which tests and measurements turn."""

from __future__ import annotations

import json
from typing import Any

from decisionlab_hub.console import LabError
from decisionlab_hub.hub_bench.visitor import LoopbackSession, told


class SimulatorControl:
    """What the simulator lets only those do who can read its folder."""

    def __init__(self, url: str, secret: str, limit_seconds: float):
        self._url = f"{url.rstrip('/')}/iam-sim/control"
        self._session = LoopbackSession(limit_seconds)
        self._session.headers["Authorization"] = f"Bearer {secret}"

    def switch(self, **terms: object) -> None:
        """Changes the terms that are named."""
        self.ask("PATCH", "", terms)

    def counts(self) -> dict[str, int]:
        """How often each grant was given and refused since the simulator's start; what never came is not there."""
        return self.ask("GET")["counts"]

    def new_key(self, algorithm: str) -> str:
        """Has the simulator sign with another key; returns the key's name."""
        return self.ask("POST", "/keys", {"algorithm": algorithm, "keepOld": True})["kid"]

    def add_user(self, name: str, *groups: str) -> None:
        """Makes one more user; one that is there already stays."""
        self.ask("PUT", f"/users/{name}", {"groups": list(groups)}, fine="there is a user of this name")

    def ask(self, method: str, path: str = "", body: dict[str, Any] | None = None, fine: str = "") -> dict[str, Any]:
        """Asks below the control's address; raises LabError on a refusal, but for one with these words."""
        data = None if body is None else json.dumps(body).encode()
        answer = self._session.request(method, self._url + path, data=data, headers={"Content-Type": "application/json"})
        if not answer.ok and not (fine and fine in answer.text):
            raise LabError(f"the simulator refuses {method} /iam-sim/control{path}: {told(answer)}")
        return answer.json() if answer.ok and answer.text else {}
