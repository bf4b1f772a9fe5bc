// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.channels.CellStreams;
import org.decisionlab.kernel.channels.InputChannel;
import org.decisionlab.kernel.channels.OverflowFile;
import org.decisionlab.kernel.channels.WireMessage;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.KernelRenderer;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/** One run of a cell: everything that it shows is published on behalf of its request. */
final class RunningCell implements CellContext {

  private final int number;
  private final WireMessage request;
  private final BiConsumer<String, JsonObject> publisher;
  private final Surroundings surroundings;
  private final CellStreams streams;
  private final PrintStream out;
  private final PrintStream err;
  private final Gson gson = new Gson();
  private final Map<Class<?>, Object> companions = new ConcurrentHashMap<>();
  private volatile boolean interrupted;
  private volatile boolean ended;
  private volatile @Nullable JsonObject nextInput;

  /**
   * What all cells share.
   *
   * @param renderer draws values
   * @param later runs a task after a short while
   * @param output what one cell may print, and what becomes of the rest
   * @param input asks the user
   */
  record Surroundings(
      KernelRenderer renderer, Executor later, OutputLimit output, InputChannel input) {}

  /**
   * What one cell may print, and what becomes of the rest.
   *
   * @param cellBytes what one cell may print
   * @param folder where the rest is kept
   * @param fileBytes what all files of this kernel may still take
   */
  record OutputLimit(long cellBytes, Path folder, AtomicLong fileBytes) {

    OverflowFile file(int cell) {
      return new OverflowFile(folder, "cell-" + cell, fileBytes);
    }
  }

  /**
   * @param number execution count
   * @param request what asked for this run
   * @param publisher publishes a message of a type on behalf of the request
   * @param surroundings what all cells share
   */
  RunningCell(
      int number,
      WireMessage request,
      BiConsumer<String, JsonObject> publisher,
      Surroundings surroundings) {
    this.number = number;
    this.request = request;
    this.publisher = publisher;
    this.surroundings = surroundings;
    this.streams =
        new CellStreams(
            publisher,
            surroundings.later(),
            surroundings.output().cellBytes(),
            surroundings.output().file(number));
    this.out = streams.out();
    this.err = streams.err();
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public String label() {
    return "Cell " + number;
  }

  @Override
  public String toString() {
    return label();
  }

  @Override
  public String requestId() {
    JsonElement id = request.header().get("msg_id");
    return id == null ? "" : id.getAsString();
  }

  @Override
  public PrintStream out() {
    return out;
  }

  @Override
  public PrintStream err() {
    return err;
  }

  /** The request of which this is the run. */
  WireMessage request() {
    return request;
  }

  @Override
  public <T> T companion(Class<T> type, Supplier<? extends T> make) {
    return type.cast(companions.computeIfAbsent(type, key -> make.get()));
  }

  @Override
  public String input(String prompt, boolean hidden) throws IOException, InterruptedException {
    requireRunning();
    JsonElement allowed = request.content().get("allow_stdin");
    if (allowed == null || !allowed.isJsonPrimitive() || !allowed.getAsBoolean()) {
      throw new IOException("this front end does not offer input to cells");
    }
    flush();
    Optional<String> answer =
        surroundings.input().ask(new InputChannel.Question(request, prompt, hidden), () -> !ended);
    requireRunning();
    return answer.orElseThrow(() -> new IOException("the kernel ends, nothing can be typed"));
  }

  private void requireRunning() throws IOException {
    if (ended) {
      throw new IOException(label() + " has ended; only a cell that runs can ask for input");
    }
  }

  /** Notes that this cell runs no more: nobody can answer it. */
  void end() {
    ended = true;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public boolean interrupted() {
    return interrupted;
  }

  /** Notes that the user has asked this cell to stop. */
  void markInterrupted() {
    interrupted = true;
  }

  @Override
  public DisplayHandle display(Object value) {
    return show(surroundings.renderer().render(value));
  }

  @Override
  public DisplayHandle display(Object value, DisplayLimits limits) {
    return show(surroundings.renderer().render(value, limits));
  }

  private DisplayHandle show(DisplayData data) {
    String id = data.hasDisplayId() ? data.getDisplayId() : UUID.randomUUID().toString();
    data.setDisplayId(id);
    publish("display_data", json(data));
    return new Shown(id);
  }

  @Override
  public void clearOutput(boolean wait) {
    JsonObject content = new JsonObject();
    content.addProperty("wait", wait);
    publish("clear_output", content);
  }

  /** A value as it is shown. */
  DisplayData rendered(@Nullable Object value) {
    return surroundings.renderer().render(value);
  }

  /**
   * Publishes the value of the cell.
   *
   * @return its text form
   */
  String publishResult(Object value) {
    JsonObject content = json(surroundings.renderer().render(value));
    content.remove("transient");
    content.addProperty("execution_count", number);
    publish("execute_result", content);
    JsonElement text = content.getAsJsonObject("data").get("text/plain");
    return text == null ? "" : text.getAsString();
  }

  /** Publishes after all that has been printed. */
  void publish(String type, JsonObject content) {
    out.flush();
    err.flush();
    streams.flush();
    publisher.accept(type, content);
  }

  @Override
  public void setNextInput(String code, boolean replace) {
    JsonObject input = new JsonObject();
    input.addProperty("source", "set_next_input");
    input.addProperty("text", code);
    input.addProperty("replace", replace);
    nextInput = input;
  }

  /** The payload of the reply: what the front end is to do. */
  JsonArray payload() {
    JsonArray payload = new JsonArray();
    JsonObject input = nextInput;
    if (input != null) {
      payload.add(input);
    }
    return payload;
  }

  /** Publishes what has been printed. */
  void flush() {
    streams.flush();
  }

  private JsonObject json(DisplayData data) {
    return gson.toJsonTree(data).getAsJsonObject();
  }

  /** Something that this cell shows. */
  private final class Shown implements DisplayHandle {

    private final String id;

    Shown(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public void update(Object value) {
      DisplayData data = surroundings.renderer().render(value);
      data.setDisplayId(id);
      publish("update_display_data", json(data));
    }
  }
}
