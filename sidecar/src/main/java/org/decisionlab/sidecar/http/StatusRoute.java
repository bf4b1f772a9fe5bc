// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/** TFaaS's {@code GET /status}: load and memory of the machine, requests counted by method. */
final class StatusRoute {

  private final LongAdder gets = new LongAdder();
  private final LongAdder posts = new LongAdder();

  void addTo(Router router) {
    router.get("/status").handler(this::status);
  }

  /** Counts a request; to be called for each. */
  void count(RoutingContext context) {
    if (HttpMethod.GET.equals(context.request().method())) {
      gets.increment();
    } else if (HttpMethod.POST.equals(context.request().method())) {
      posts.increment();
    }
    context.next();
  }

  private void status(RoutingContext context) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("CPU").add(100 * Math.max(0, system.getCpuLoad()));
    json.putObject("Load").put("load1", system.getSystemLoadAverage());
    ObjectNode memory = json.putObject("Memory");
    memory(memory.putObject("Virtual"), system.getTotalMemorySize(), system.getFreeMemorySize());
    memory(memory.putObject("Swap"), system.getTotalSwapSpaceSize(), system.getFreeSwapSpaceSize());
    json.put("NGo", ManagementFactory.getThreadMXBean().getThreadCount());
    json.put("Uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    json.put("getRequests", gets.sum()).put("postRequests", posts.sum());
    Replies.json(context, json);
  }

  private static void memory(ObjectNode json, long total, long free) {
    long used = total - free;
    json.put("total", total).put("free", free).put("used", used);
    json.put("usedPercent", total == 0 ? 0 : 100.0 * used / total);
  }
}
