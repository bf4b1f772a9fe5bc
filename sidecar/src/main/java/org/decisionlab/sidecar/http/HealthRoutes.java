// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.ext.web.Router;
import java.util.Locale;
import org.decisionlab.sidecar.http.Gate.State;

/** Whether the program runs ({@code /health/live}) and answers ({@code /health/ready}). */
final class HealthRoutes {

  private final Gate gate;

  HealthRoutes(Gate gate) {
    this.gate = gate;
  }

  void addTo(Router router) {
    router
        .get("/health/live")
        .handler(
            context ->
                Replies.json(context, JsonNodeFactory.instance.objectNode().put("status", "live")));
    router
        .get("/health/ready")
        .handler(
            context -> {
              State state = gate.state();
              Replies.json(
                  context,
                  state == State.READY ? 200 : 503,
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("status", state.name().toLowerCase(Locale.ROOT)));
            });
  }
}
