# SPDX-License-Identifier: Apache-2.0
"""A Java kernel on a user's server, as JupyterLab talks to it through the hub's proxy."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
import websocket

from hub_visit import LIMIT_SECONDS, wait_for


@dataclass
class Outcome:
    """What came of a cell: all that it showed, and the error that ended it, if any."""

    shown: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.shown)


class Server:
    """A user's server, asked with a token that the user made."""

    def __init__(self, visitor: Any, user: str, token: str):
        self.visitor, self.user, self.hub, self.token = visitor, user, visitor.hub, token
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"token {token}"

    @staticmethod
    def start(visitor: Any, user: str, profile: str = "") -> Server:
        """Logs in as a visitor of the hub, makes a token, starts the server and waits until it answers."""
        assert visitor.log_in(user).status == 200
        server = Server(visitor, user, _token(visitor, user))
        answer = server.call("POST", f"/hub/api/users/{user}/server", json={"profile": profile} if profile else None)
        assert answer.status_code in (201, 202), answer.text
        wait_for(f"the server of {user}", server.is_ready)
        return server

    def is_ready(self) -> bool:
        return bool(self.call("GET", f"/hub/api/users/{self.user}").json().get("servers", {}).get("", {}).get("ready"))

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self.session.request(method, f"{self.hub}{path}", timeout=LIMIT_SECONDS, **arguments)

    def write(self, path: str, text: str) -> None:
        answer = self.call("PUT", f"/user/{self.user}/api/contents/{path}", json={"type": "file", "format": "text", "content": text})
        assert answer.status_code in (200, 201), answer.text

    def kernel(self) -> ServerKernel:
        answer = self.call("POST", f"/user/{self.user}/api/kernels", json={"name": "decisionlab"})
        assert answer.status_code == 201, answer.text
        return ServerKernel(self, answer.json()["id"])


def _token(visitor: Any, user: str) -> str:
    """Makes a token for the hub's interface, as the page of tokens does."""
    xsrf = next(cookie.value or "" for cookie in visitor.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/")
    headers = {"X-XSRFToken": xsrf, "Referer": f"{visitor.hub}/hub/token", "Content-Type": "application/json"}
    answer = visitor.ask(f"{visitor.hub}/hub/api/users/{user}/tokens", b"{}", headers)
    assert answer.status == 201, answer.words
    return answer.json()["token"]


class ServerKernel:
    """One kernel; its cells run one after the other, each with a channel of its own: one that nobody reads is closed after a while."""

    def __init__(self, server: Server, kernel_id: str):
        self.id = kernel_id
        self._server = server
        self._session = uuid.uuid4().hex
        self._address = f"{server.hub.replace('http', 'ws', 1)}/user/{server.user}/api/kernels/{kernel_id}/channels"

    def run(self, code: str) -> str:
        """Runs a cell to its end; returns all that it showed, and fails where the cell does."""
        outcome = self.outcome(code)
        assert not outcome.error, f"the cell failed: {outcome.error}\n{code}"
        return outcome.text

    def begin(self, code: str) -> None:
        """Hands a cell over, sees that it has begun, and goes."""
        channel, asked = self._sent(code)
        try:
            self._follow(channel, asked, until=("execute_input", "execute_reply"))
        finally:
            channel.close()

    def outcome(self, code: str) -> Outcome:
        """Runs a cell to its end, whatever that is."""
        channel, asked = self._sent(code)
        try:
            return self._follow(channel, asked)
        finally:
            channel.close()

    def _sent(self, code: str) -> tuple[websocket.WebSocket, str]:
        channel = websocket.create_connection(self._address, header=[f"Authorization: token {self._server.token}"], timeout=LIMIT_SECONDS, http_no_proxy=["*"])
        asked = uuid.uuid4().hex
        header = {"msg_id": asked, "msg_type": "execute_request", "username": self._server.user, "session": self._session, "date": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        channel.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
        return channel, asked

    def _follow(self, channel: websocket.WebSocket, asked: str, until: tuple[str, ...] = ()) -> Outcome:
        outcome, replied, idle = Outcome(), False, False
        while not (replied and idle):
            heard = json.loads(channel.recv())
            if heard.get("parent_header", {}).get("msg_id") != asked:
                continue
            kind, said = heard["header"]["msg_type"], heard["content"]
            if kind in until:
                break
            if kind == "stream":
                outcome.shown.append(said["text"])
            elif kind in ("execute_result", "display_data", "update_display_data"):
                outcome.shown.append(str(said["data"].get("text/plain", "")))
            elif kind == "error":
                outcome.error = f"{said['ename']}: {said['evalue']}"
            elif kind == "execute_reply":
                replied = True
                if said["status"] != "ok" and not outcome.error:
                    outcome.error = f"{said.get('ename')}: {said.get('evalue')}"
            elif kind == "status":
                idle = said["execution_state"] == "idle"
        return outcome

    def end(self) -> None:
        assert self._server.call("DELETE", f"/user/{self._server.user}/api/kernels/{self.id}").status_code == 204


DECISION_MODEL = '''
import java.time.*;
import java.util.*;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.*;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.*;

/** A whole bundle whose probability is the same whatever is asked: sigmoid(0 x + bias). */
java.nio.file.Path bundle(String name, float bias) throws Exception {
  FeatureMap features = FeatureMap.standard();
  ModelGraphBuilder builder = ModelGraph.builder();
  Node rows = builder.input("x", features.size());
  Node zeros = builder.constant(Tensor.of(new float[features.size()], features.size(), 1));
  Node sum = builder.add(builder.matMul(rows, zeros), builder.constant(Tensor.vector(bias)));
  ModelGraph graph = builder.build(builder.sigmoid(sum));
  Evaluator evaluator = Evaluator.of(graph);
  List<GoldenRow> golden = new ArrayList<>();
  for (int i = 0; i < ModelCard.GOLDEN_ROWS; i++) {
    float[] row = new float[features.size()];
    Arrays.fill(row, i);
    golden.add(GoldenRow.of(row, evaluator.evaluate(row)));
  }
  List<FeatureStatistics> statistics = features.names().stream()
      .map(each -> new FeatureStatistics(each, 0, 1, -4, 4, List.of(-1.0, 0.0, 1.0), List.of(0.2, 0.3, 0.3, 0.2))).toList();
  Instant day = Instant.parse("2026-01-02T00:00:00Z");
  Provenance provenance = new Provenance(day, new Provenance.DataWindow(day, day, 1, "test"), 1, "test", Map.of());
  ModelCard card = new ModelCard(name, "made by a test", features, statistics, new DecisionRule(0.5, Duration.ofDays(1)), provenance,
      Map.of(), new SelfCheck("itself", 1, 0, SelfCheck.DEFAULT_TOLERANCE), golden);
  java.nio.file.Path file = java.nio.file.Path.of(name + ".tar.gz");
  ModelBundle.of(graph, card, List.of("reuse")).writeArchive(file);
  return file;
}
'''
"""A cell that declares `bundle(NAME, BIAS)`, which writes NAME.tar.gz into the working folder."""
