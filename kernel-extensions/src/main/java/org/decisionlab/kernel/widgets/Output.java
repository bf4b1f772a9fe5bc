// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.display.KernelRenderer;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.jspecify.annotations.Nullable;

/** A place on the page for what code prints and shows, errors included. */
public final class Output extends DomWidget<Output> {

  private static final int MOST_OUTPUTS = 1_000;

  private int capturing;

  /** An empty place. */
  public Output() {
    super("OutputModel");
  }

  /** Code whose output is captured. */
  public interface Code {

    /** Runs the code. */
    void run() throws Exception;
  }

  /**
   * Runs code on the cell thread; what it prints and shows appears in this widget, and so does what
   * it throws, which is not thrown on.
   */
  public Output capture(Code code) {
    open();
    begin(scope().cellOfThread());
    try {
      Callbacks.run(code::run);
    } finally {
      end();
    }
    return this;
  }

  private synchronized void begin(CellContext cell) {
    if (capturing++ == 0) {
      set("msg_id", cell.requestId());
    }
  }

  private synchronized void end() {
    if (--capturing == 0) {
      set("msg_id", "");
    }
  }

  /**
   * Removes what is shown.
   *
   * @param wait whether to remove it only when the next output comes
   */
  public Output clear(boolean wait) {
    return capture(() -> scope().cellOfThread().clearOutput(wait));
  }

  /** Adds text, from any thread. */
  public Output appendStdout(String text) {
    JsonObject output = new JsonObject();
    output.addProperty("output_type", "stream");
    output.addProperty("name", "stdout");
    output.addProperty("text", text);
    return append(output);
  }

  /** Adds a value, drawn as the kernel draws it, from any thread. */
  public Output appendDisplay(Object value) {
    KernelRenderer renderer = (KernelRenderer) BaseKernel.notebookKernel().getRenderer();
    JsonObject output = new Gson().toJsonTree(renderer.render(value)).getAsJsonObject();
    output.remove("transient");
    output.addProperty("output_type", "display_data");
    return append(output);
  }

  private synchronized Output append(JsonObject output) {
    JsonArray outputs = get("outputs").getAsJsonArray().deepCopy();
    if (outputs.size() >= MOST_OUTPUTS) {
      throw new IllegalStateException(
          "this widget holds " + MOST_OUTPUTS + " outputs already; clear it first");
    }
    outputs.add(output);
    set("outputs", outputs);
    return this;
  }

  /** The front end tells what it has captured, for those that connect later. */
  @Override
  @Nullable JsonElement accept(String key, JsonElement value) {
    boolean list = value instanceof JsonArray outputs && outputs.size() <= MOST_OUTPUTS;
    return key.equals("outputs") && list ? value : null;
  }

  private static KernelScope scope() {
    return KernelScope.of(BaseKernel.notebookKernel());
  }
}
