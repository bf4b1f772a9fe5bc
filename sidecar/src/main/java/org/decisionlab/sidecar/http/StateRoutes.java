// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.http.Endpoint.Budget;
import org.decisionlab.sidecar.http.Gate.State;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.telemetry.Metrics;

/** How the program and its machine are: health, TFaaS's status, metrics. */
final class StateRoutes {

  private static final Path LOADS = Path.of("/proc/loadavg");

  private final Gate gate;
  private final FrontDoor front;
  private final Metrics metrics;
  private final ModelRegistry registry;

  StateRoutes(Gate gate, FrontDoor front, Metrics metrics, ModelRegistry registry) {
    this.gate = gate;
    this.front = front;
    this.metrics = metrics;
    this.registry = registry;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/health/live")
            .at("State")
            .named("live", "Whether the program runs.")
            .within(Budget.ALWAYS)
            .json("Health")
            .by(context -> Replies.json(context, health("live"))),
        Endpoint.get("/health/ready")
            .at("State")
            .named("ready", "Whether requests are answered: models loaded and warm; else 503.")
            .within(Budget.ALWAYS)
            .json("Health")
            .by(this::ready),
        Endpoint.get("/metrics")
            .at("State")
            .named("metrics", "Metrics in Prometheus' text format.")
            .needs(Right.READ)
            .within(Budget.ALWAYS)
            .gives("text/plain", "Text")
            .by(this::metrics),
        Endpoint.get("/status")
            .at("TFaaS")
            .named("status", "Load and memory of the machine, requests counted by method.")
            .needs(Right.READ)
            .json("Status")
            .by(this::status));
  }

  /** What is counted of models that are not for who asks is left out. */
  private void metrics(RoutingContext context) {
    Identity asker = Guard.identity(context);
    boolean all = asker.may(Right.OBSERVE) || asker.may(Right.ADMIN);
    Replies.bytes(
        context,
        Metrics.CONTENT_TYPE,
        metrics.text((model, version) -> all || registry.shows(model, version, asker)));
  }

  private void ready(RoutingContext context) {
    State state = gate.state();
    Replies.json(
        context, state == State.READY ? 200 : 503, health(state.name().toLowerCase(Locale.ROOT)));
  }

  private static ObjectNode health(String status) {
    return JsonNodeFactory.instance.objectNode().put("status", status);
  }

  private void status(RoutingContext context) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("CPU").add(100 * Math.max(0, system.getCpuLoad()));
    loads(json.putObject("Load"), system);
    ObjectNode memory = json.putObject("Memory");
    memory(memory.putObject("Virtual"), system.getTotalMemorySize(), system.getFreeMemorySize());
    memory(memory.putObject("Swap"), system.getTotalSwapSpaceSize(), system.getFreeSwapSpaceSize());
    json.put("NGo", ManagementFactory.getThreadMXBean().getThreadCount());
    json.put("Uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    json.put("getRequests", front.gets()).put("postRequests", front.posts());
    Replies.json(context, json);
  }

  /** Java knows the load of one minute only; Linux tells those of five and fifteen too. */
  private static void loads(ObjectNode json, OperatingSystemMXBean system) {
    json.put("load1", system.getSystemLoadAverage());
    try {
      String[] loads = Files.isReadable(LOADS) ? Files.readString(LOADS).split(" ") : new String[0];
      if (loads.length >= 3) {
        json.put("load5", Double.parseDouble(loads[1])).put("load15", Double.parseDouble(loads[2]));
      }
    } catch (IOException | NumberFormatException e) {
      json.put("load5", -1.0).put("load15", -1.0);
    }
  }

  private static void memory(ObjectNode json, long total, long free) {
    long used = total - free;
    json.put("total", total).put("free", free).put("used", used);
    json.put("usedPercent", total == 0 ? 0 : 100.0 * used / total);
  }
}
