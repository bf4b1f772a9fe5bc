// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.decisionlab.kernel.channels.Request;
import org.decisionlab.kernel.channels.Shells;
import org.decisionlab.kernel.history.History;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of clients, each between the states busy and idle. */
final class Requests {

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  private final JavaKernel kernel;
  private final ExecuteRequests executions;
  private final History history;
  private final Comms comms;
  private final CodeRequests code;
  private final JsonObject info = KernelInfo.reply();
  private final Shells shells =
      new Shells(this::shell, request -> request.type().equals("kernel_info_request"));
  private final Function<Request, Activity> activity;
  private final Consumer<Boolean> shutdown;

  /**
   * @param kernel what is asked
   * @param executions answers execute requests
   * @param history what was run
   * @param activity tells that a cell is running, until it is closed
   * @param shutdown told when a client wants the kernel to end, and whether it will start anew
   */
  Requests(
      JavaKernel kernel,
      ExecuteRequests executions,
      History history,
      Function<Request, Activity> activity,
      Consumer<Boolean> shutdown) {
    this.kernel = kernel;
    this.executions = executions;
    this.history = history;
    this.comms = new Comms(kernel.comms(), executions);
    this.code = new CodeRequests(kernel.assistant());
    this.activity = activity;
    this.shutdown = shutdown;
  }

  /** The shells whose requests are answered here. */
  Shells shells() {
    return shells;
  }

  /** Answers a request of the shell channel, on the thread of its shell. */
  private void shell(Request request) {
    boolean execution = request.type().equals("execute_request");
    if (execution && kernel.busy() && !Shells.subshell(request).isEmpty()) {
      between(
          request,
          () ->
              request.refuse(
                  "SubshellBusy",
                  kernel.cell().label()
                      + " is running, and Java runs in one cell at a time; send this again when it"
                      + " has ended, or interrupt it"));
      return;
    }
    for (Request waiting : answered(request)) {
      if (waiting.type().equals("execute_request")) {
        between(waiting, () -> ExecuteRequests.abort(waiting));
      } else {
        shell(waiting);
      }
    }
  }

  /** Answers a request of the control channel. */
  void control(Request request) {
    if (request.type().equals("execute_request")) {
      between(
          request,
          () -> request.refuse("RequestRefused", "execute_request belongs on the shell channel"));
    } else {
      answered(request);
    }
  }

  private static void between(Request request, Runnable answer) {
    request.publishStatus("busy");
    try {
      answer.run();
    } finally {
      request.publishStatus("idle");
    }
  }

  /** Answers a request; returns the requests that wait and that its failure concerns. */
  private List<Request> answered(Request request) {
    request.publishStatus("busy");
    try {
      if (request.type().equals("execute_request")) {
        return execution(request);
      }
      answer(request);
    } catch (IllegalArgumentException | IllegalStateException e) {
      LOG.warn("{} is refused", request.type(), e);
      request.refuse("RequestRefused", String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      LOG.error("{} failed", request.type(), e);
      request.refuse("RequestRefused", e.toString());
    } finally {
      request.publishStatus("idle");
      if (request.type().equals("shutdown_request")) {
        shutdown.accept(restart(request));
      }
    }
    return List.of();
  }

  private List<Request> execution(Request request) throws Exception {
    Activity running = activity.apply(request);
    try {
      return executions.handle(request);
    } finally {
      running.close();
    }
  }

  private void answer(Request request) throws Exception {
    JsonObject content = request.content();
    switch (request.type()) {
      case "kernel_info_request" -> request.reply(info);
      case "complete_request" -> request.reply(code.complete(content));
      case "inspect_request" -> request.reply(code.inspect(content));
      case "is_complete_request" -> request.reply(code.isComplete(content));
      case "history_request" -> request.reply(with("history", history.answer(content)));
      case "interrupt_request" -> {
        kernel.interrupt();
        request.reply(ok());
      }
      case "shutdown_request" -> {
        JsonObject reply = ok();
        reply.addProperty("restart", restart(request));
        request.reply(reply);
      }
      case "comm_info_request" -> request.reply(comms.info(content));
      case "comm_open", "comm_msg", "comm_close" -> comms.handle(request);
      case "debug_request" -> request.reply(noDebugger(content));
      case "create_subshell_request", "delete_subshell_request", "list_subshell_request" ->
          request.reply(subshells(request));
      default -> request.refuse("RequestRefused", "this kernel does not answer " + request.type());
    }
  }

  private JsonObject subshells(Request request) {
    JsonObject reply = ok();
    switch (request.type()) {
      case "create_subshell_request" -> reply.addProperty("subshell_id", shells.create());
      case "delete_subshell_request" -> {
        JsonElement id = request.content().get("subshell_id");
        shells.delete(id == null || id.isJsonNull() ? "" : id.getAsString());
      }
      default -> {
        JsonArray ids = new JsonArray();
        shells.ids().forEach(ids::add);
        reply.add("subshell_id", ids);
      }
    }
    return reply;
  }

  /** A response of the debug adapter protocol. */
  private static JsonObject noDebugger(JsonObject asked) {
    JsonObject reply = new JsonObject();
    reply.addProperty("type", "response");
    reply.addProperty("success", false);
    reply.addProperty("message", "this kernel has no debugger");
    if (asked.has("command")) {
      reply.add("command", asked.get("command"));
    }
    if (asked.has("seq")) {
      reply.add("request_seq", asked.get("seq"));
    }
    return reply;
  }

  private static boolean restart(Request request) {
    JsonElement restart = request.content().get("restart");
    return restart != null && restart.getAsBoolean();
  }

  private static JsonObject with(String name, JsonElement value) {
    JsonObject reply = ok();
    reply.add(name, value);
    return reply;
  }

  /** Content of a reply without news. */
  static JsonObject ok() {
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "ok");
    return reply;
  }
}
