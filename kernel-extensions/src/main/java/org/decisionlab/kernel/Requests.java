// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.kernel.channels.Request;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.magic.CellScanner;
import org.decisionlab.kernel.magic.CellScript;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of clients, each between the states busy and idle. */
final class Requests {

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  private final JavaKernel kernel;
  private final ExecuteRequests executions;
  private final History history;
  private final Comms comms;
  private final Consumer<Boolean> shutdown;

  /**
   * @param kernel what is asked
   * @param executions answers execute requests
   * @param history what was run
   * @param shutdown told when a client wants the kernel to end
   */
  Requests(
      JavaKernel kernel, ExecuteRequests executions, History history, Consumer<Boolean> shutdown) {
    this.kernel = kernel;
    this.executions = executions;
    this.history = history;
    this.comms = new Comms(kernel.comms(), executions);
    this.shutdown = shutdown;
  }

  /** Handles a request of the shell channel. */
  void shell(Request request) {
    for (Request waiting : handled(request)) {
      if (waiting.type().equals("execute_request")) {
        waiting.publishStatus("busy");
        ExecuteRequests.abort(waiting);
        waiting.publishStatus("idle");
      } else {
        shell(waiting);
      }
    }
  }

  /** Handles a request of the control channel. */
  void control(Request request) {
    if (request.type().equals("execute_request")) {
      request.publishStatus("busy");
      refuse(request, "execute_request belongs on the shell channel");
      request.publishStatus("idle");
    } else {
      handled(request);
    }
  }

  /** Answers a request; returns the requests that wait and that its failure concerns. */
  private List<Request> handled(Request request) {
    request.publishStatus("busy");
    boolean shutDown = false;
    try {
      switch (request.type()) {
        case "execute_request" -> {
          return executions.handle(request);
        }
        case "kernel_info_request" -> request.reply(KernelInfo.reply());
        case "complete_request" -> request.reply(complete(request.content()));
        case "inspect_request" -> request.reply(inspect(request.content()));
        case "is_complete_request" -> request.reply(isComplete(request.content()));
        case "history_request" -> request.reply(history(request.content()));
        case "interrupt_request" -> {
          kernel.interrupt();
          request.reply(ok());
        }
        case "shutdown_request" -> {
          shutDown = true;
          JsonObject reply = ok();
          reply.addProperty("restart", restart(request));
          request.reply(reply);
        }
        case "comm_info_request" -> request.reply(comms.info(request.content()));
        case "comm_open", "comm_msg", "comm_close" -> comms.handle(request);
        default -> refuse(request, "this kernel does not answer " + request.type());
      }
    } catch (Exception | Error e) {
      LOG.error("{} failed", request.type(), e);
      refuse(request, e.toString());
    } finally {
      request.publishStatus("idle");
      if (shutDown) {
        shutdown.accept(restart(request));
      }
    }
    return List.of();
  }

  private static boolean restart(Request request) {
    JsonElement restart = request.content().get("restart");
    return restart != null && restart.getAsBoolean();
  }

  private static void refuse(Request request, String reason) {
    if (!request.type().endsWith("_request")) {
      return;
    }
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "error");
    reply.addProperty("ename", "RequestRefused");
    reply.addProperty("evalue", reason);
    reply.add("traceback", new JsonArray());
    request.reply(reply);
  }

  private JsonObject complete(JsonObject content) throws Exception {
    String code = content.get("code").getAsString();
    Candidates found = kernel.assistant().complete(code, cursor(content, code));
    int start = code.codePointCount(0, found.start());
    int end = code.codePointCount(0, found.end());
    JsonArray matches = new JsonArray();
    JsonArray types = new JsonArray();
    for (Candidate candidate : found.candidates()) {
      matches.add(candidate.text());
      JsonObject typed = new JsonObject();
      typed.addProperty("start", start);
      typed.addProperty("end", end);
      typed.addProperty("text", candidate.text());
      typed.addProperty("type", candidate.type());
      types.add(typed);
    }
    JsonObject metadata = new JsonObject();
    metadata.add("_jupyter_types_experimental", types);
    JsonObject reply = ok();
    reply.add("matches", matches);
    reply.addProperty("cursor_start", start);
    reply.addProperty("cursor_end", end);
    reply.add("metadata", metadata);
    return reply;
  }

  private JsonObject inspect(JsonObject content) throws Exception {
    String code = content.get("code").getAsString();
    JsonElement level = content.get("detail_level");
    boolean detailed = level != null && !level.isJsonNull() && level.getAsInt() > 0;
    String found = kernel.assistant().inspect(code, cursor(content, code), detailed);
    JsonObject reply = ok();
    reply.addProperty("found", found != null);
    JsonObject data = new JsonObject();
    if (found != null) {
      data.addProperty("text/plain", found);
    }
    reply.add("data", data);
    reply.add("metadata", new JsonObject());
    return reply;
  }

  private JsonObject isComplete(JsonObject content) {
    String code = content.get("code").getAsString();
    JsonObject reply = new JsonObject();
    String answer;
    try {
      CellScript script = scan(code);
      boolean cellMagic = script.steps().stream().anyMatch(s -> s instanceof CellScript.CellCall);
      answer = cellMagic ? BaseKernel.IS_COMPLETE_YES : kernel.isComplete(script.java());
    } catch (MagicUsageException e) {
      answer = BaseKernel.IS_COMPLETE_BAD;
    }
    boolean known =
        answer.equals(BaseKernel.IS_COMPLETE_YES) || answer.equals(BaseKernel.IS_COMPLETE_BAD);
    reply.addProperty("status", known ? answer : "incomplete");
    if (!known) {
      reply.addProperty("indent", answer);
    }
    return reply;
  }

  private JsonObject history(JsonObject content) {
    JsonObject reply = ok();
    reply.add("history", history.answer(content));
    return reply;
  }

  private CellScript scan(String code) throws MagicUsageException {
    return CellScanner.scan(code, kernel.magics());
  }

  /** The cursor as an index of characters; the protocol counts Unicode code points. */
  private static int cursor(JsonObject content, String code) {
    JsonElement position = content.get("cursor_pos");
    int points = code.codePointCount(0, code.length());
    int wanted = position == null || position.isJsonNull() ? points : position.getAsInt();
    return code.offsetByCodePoints(0, Math.min(Math.max(wanted, 0), points));
  }

  private static JsonObject ok() {
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "ok");
    return reply;
  }
}
