// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.decisionlab.kernel.assist.Explanation;
import org.decisionlab.kernel.channels.Request;
import org.decisionlab.kernel.engine.CellEngine;
import org.decisionlab.kernel.engine.ErrorReport;
import org.decisionlab.kernel.engine.Outcome;
import org.decisionlab.kernel.history.History;
import org.decisionlab.kernel.magic.CellScanner;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/** Answers {@code execute_request}. */
final class ExecuteRequests {

  private final JavaKernel kernel;
  private final CellRunner runner;
  private final CellEngine engine;
  private final History history;
  private final RunningCell.Surroundings surroundings;
  private final Gson gson = new Gson();
  private final AtomicInteger count = new AtomicInteger();

  ExecuteRequests(
      JavaKernel kernel,
      CellEngine engine,
      History history,
      RunningCell.Surroundings surroundings) {
    this.kernel = kernel;
    this.engine = engine;
    this.runner = kernel.runner();
    this.history = history;
    this.surroundings = surroundings;
  }

  /**
   * What an execute request asks.
   *
   * @param code the cell, lines ending with {@code \n}
   * @param silent whether nothing is to be shown
   * @param stored whether the cell counts and is remembered
   * @param stopOnError whether an error aborts the requests that wait
   */
  private record Order(String code, boolean silent, boolean stored, boolean stopOnError) {

    static Order of(JsonObject content) {
      String text = RequestContent.text(content, "code").replace("\r\n", "\n");
      boolean silent = flag(content, "silent", false);
      boolean stored = !silent && !text.isBlank() && flag(content, "store_history", true);
      return new Order(text, silent, stored, flag(content, "stop_on_error", true));
    }

    private static boolean flag(JsonObject content, String name, boolean fallback) {
      JsonElement value = content.get(name);
      return (value != null && value.isJsonPrimitive()) ? value.getAsBoolean() : fallback;
    }
  }

  /**
   * Runs the cell and replies.
   *
   * @return the requests that a failure leaves to be aborted: those that had come before its reply
   */
  List<Request> handle(Request request) throws Exception {
    Order order = Order.of(request.content());
    Optional<String> question = CellScanner.questioned(order.code);
    if (question.isPresent()) {
      explain(request, question.get());
      return List.of();
    }
    int number = order.stored ? count.incrementAndGet() : count.get();
    RunningCell cell =
        new RunningCell(
            number,
            request.message(),
            order.silent ? (type, content) -> {} : request::publish,
            surroundings);
    JsonObject input = new JsonObject();
    input.addProperty("code", order.code);
    input.addProperty("execution_count", number);
    cell.publish("execute_input", input);
    JsonObject expressions = new JsonObject();
    Outcome outcome =
        runner.run(
            cell,
            order.code,
            () -> answer(cell, request.content().get("user_expressions"), expressions));
    if (order.stored) {
      history.add(number, order.code, outcome.value() instanceof String text ? text : null);
    }
    Throwable failure = outcome.failure();
    if (failure == null) {
      reply(request, cell, expressions);
      return List.of();
    }
    List<Request> waiting = order.stopOnError ? request.waiting() : List.of();
    replyError(request, cell, report(failure));
    return waiting;
  }

  /** Answers {@code name?} in a pager, as IPython does; it neither runs nor counts. */
  private void explain(Request request, String name) throws Exception {
    @Nullable Explanation found = kernel.assistant().inspect(name, name.length(), true);
    JsonObject data = new JsonObject();
    data.addProperty(
        "text/plain", found == null ? "Nothing is known of " + name + "." : found.plain());
    JsonObject page = new JsonObject();
    page.addProperty("source", "page");
    page.add("data", data);
    page.addProperty("start", 0);
    JsonArray payload = new JsonArray();
    payload.add(page);
    JsonObject reply = Requests.ok();
    reply.addProperty("execution_count", count.get());
    reply.add("user_expressions", new JsonObject());
    reply.add("payload", payload);
    request.reply(reply);
  }

  /**
   * Runs what a message of the front end sets off, on the cell thread between cells. What it throws
   * is published as an error.
   */
  void callback(Request request, Runnable code) throws Exception {
    RunningCell cell =
        new RunningCell(count.get(), request.message(), request::publish, surroundings);
    Outcome outcome =
        runner.call(
            cell,
            () -> {
              code.run();
              return null;
            });
    if (outcome.failure() != null) {
      cell.publish("error", error(report(outcome.failure())));
    }
    cell.flush();
  }

  /** Replies to a request that an earlier error has aborted. */
  static void abort(Request request) {
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "aborted");
    request.reply(reply);
  }

  private static void reply(Request request, RunningCell cell, JsonObject expressions) {
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "ok");
    reply.addProperty("execution_count", cell.number());
    reply.add("user_expressions", expressions);
    reply.add("payload", cell.payload());
    cell.flush();
    request.reply(reply);
  }

  private static void replyError(Request request, RunningCell cell, ErrorReport report) {
    JsonObject error = error(report);
    cell.publish("error", error);
    JsonObject reply = error.deepCopy();
    reply.addProperty("status", "error");
    reply.addProperty("execution_count", cell.number());
    reply.add("user_expressions", new JsonObject());
    reply.add("payload", new JsonArray());
    request.reply(reply);
  }

  /** Answers the expressions that a request asks for, each by itself, on the cell thread. */
  private void answer(RunningCell cell, @Nullable JsonElement asked, JsonObject answers) {
    if (asked == null || !asked.isJsonObject()) {
      return;
    }
    JsonObject all = asked.getAsJsonObject();
    for (String name : all.keySet()) {
      answers.add(name, expression(cell, all, name));
    }
  }

  private JsonObject expression(RunningCell cell, JsonObject all, String name) {
    try {
      String code = RequestContent.text(all, name);
      DisplayData shown = runner.expression(cell, "user expression '" + name + "'", code);
      JsonObject answer = gson.toJsonTree(shown).getAsJsonObject();
      answer.remove("transient");
      answer.addProperty("status", "ok");
      return answer;
    } catch (Exception | Error e) {
      JsonObject answer = error(report(runner.stop(e)));
      answer.addProperty("status", "error");
      return answer;
    }
  }

  private ErrorReport report(Throwable failure) {
    if (failure instanceof MagicUsageException usage) {
      String message = String.valueOf(usage.getMessage());
      return new ErrorReport("UsageError", message, List.of("UsageError: " + message));
    }
    return engine.traces().report(failure);
  }

  /** Content of an {@code error} message. */
  static JsonObject error(ErrorReport report) {
    JsonObject error = new JsonObject();
    error.addProperty("ename", report.name());
    error.addProperty("evalue", report.value());
    JsonArray traceback = new JsonArray();
    report.traceback().forEach(traceback::add);
    error.add("traceback", traceback);
    return error;
  }
}
