# SPDX-License-Identifier: Apache-2.0
"""A user's server and its kernels, as JupyterLab talks to them through the hub's proxy."""

from __future__ import annotations

from decisionlab_hub.hub_bench.visitor import LoginVisitor
from hub_visit import LIMIT_SECONDS, Api
from kernel_channel import KernelChannel, Outcome


class Server(Api):
    """A user's server, the one without a name where none is told, asked with a token that the user made."""

    def __init__(self, visitor: LoginVisitor, name: str = ""):
        super().__init__(visitor)
        self.visitor = visitor
        self.path = f"/user/{self.user}/{name}" if name else f"/user/{self.user}"

    @staticmethod
    def start(visitor: LoginVisitor, user: str, profile: str = "") -> Server:
        """Logs in as a visitor of the hub, makes a token, starts the server and waits until it answers."""
        assert visitor.log_in(user).status_code == 200
        server = Server(visitor)
        answer = server.start_server({"profile": profile} if profile else None)
        assert answer.status_code in (201, 202), answer.text
        server.wait_until_ready()
        return server

    def write(self, path: str, text: str) -> None:
        answer = self.call("PUT", f"{self.path}/api/contents/{path}", json={"type": "file", "format": "text", "content": text})
        assert answer.status_code in (200, 201), answer.text

    def kernel(self, name: str = "decisionlab") -> ServerKernel:
        """Starts a kernel, a Java one where none is named."""
        answer = self.call("POST", f"{self.path}/api/kernels", json={"name": name})
        assert answer.status_code == 201, answer.text
        return ServerKernel(self, answer.json()["id"])

    def kernels(self) -> list[ServerKernel]:
        """All that run on the server."""
        return [ServerKernel(self, kernel["id"]) for kernel in self.call("GET", f"{self.path}/api/kernels").json()]


class ServerKernel:
    """One kernel; its cells run one after the other, each with a channel of its own: one that nobody reads is closed after a while."""

    def __init__(self, server: Server, kernel_id: str):
        self.id = kernel_id
        self._server = server

    def run(self, code: str, limit: float = LIMIT_SECONDS) -> str:
        """Runs a cell to its end; returns all that it showed, and fails where the cell does."""
        outcome = self.outcome(code, limit)
        assert not outcome.error, f"the cell failed: {outcome.error}\n{code}"
        return outcome.text

    def begin(self, code: str) -> None:
        """Hands a cell over, sees that it has begun, and goes; fails where the cell has failed by then."""
        with self._channel(LIMIT_SECONDS) as channel:
            outcome = channel.begin(code)
        assert not outcome.error, f"the cell failed: {outcome.error}\n{code}"

    def outcome(self, code: str, limit: float = LIMIT_SECONDS) -> Outcome:
        """Runs a cell to its end, whatever that is; fails when it has not ended within the limit."""
        with self._channel(limit) as channel:
            return channel.run(code)

    def _channel(self, limit: float) -> KernelChannel:
        return KernelChannel(f"{self._server.hub}{self._server.path}", self.id, self._server.token, limit)

    def end(self) -> None:
        assert self._server.call("DELETE", f"{self._server.path}/api/kernels/{self.id}").status_code == 204


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
