// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.decisionlab.kernel.cell.CellComm;
import org.decisionlab.kernel.cell.KernelScope;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;

/** The comm of one widget. */
final class WidgetComm extends CellComm {

  static final String TARGET = "jupyter.widget";

  private static final int MOST_OPEN = 5_000;

  private final Widget widget;

  private WidgetComm(CommManager manager, Widget widget) {
    super(manager, widget.id(), TARGET);
    this.widget = widget;
  }

  /**
   * Opens a widget in the front end.
   *
   * @throws IllegalStateException if too many widgets are open
   */
  static WidgetComm open(Widget widget, JsonObject state) {
    BaseKernel kernel = BaseKernel.notebookKernel();
    CommManager manager = kernel.getCommManager();
    if (widgets(manager).count() >= MOST_OPEN) {
      throw new IllegalStateException(
          MOST_OPEN
              + " models of widgets are open; close widgets that are no longer needed, or all of"
              + " them: Widgets.closeAll()");
    }
    WidgetComm comm = new WidgetComm(manager, widget);
    JsonObject data = new JsonObject();
    data.add("state", state);
    data.add("buffer_paths", new JsonArray());
    JsonObject metadata = new JsonObject();
    metadata.addProperty("version", WidgetModels.protocolVersion());
    KernelScope.of(kernel).openComm(comm, data, metadata);
    return comm;
  }

  /** The comms of the widgets that are open. */
  static Stream<WidgetComm> widgets(CommManager manager) {
    return StreamSupport.stream(manager.spliterator(), false)
        .filter(WidgetComm.class::isInstance)
        .map(WidgetComm.class::cast);
  }

  Widget widget() {
    return widget;
  }

  /** Sends attributes to the front end. */
  void update(String method, JsonObject state) {
    JsonObject data = new JsonObject();
    data.addProperty("method", method);
    data.add("state", state);
    data.add("buffer_paths", new JsonArray());
    send(data);
  }

  @Override
  protected void onMessage(Message<CommMsgCommand> message) {
    JsonObject data = message.getContent().getData();
    if (data != null) {
      widget.receive(this, data);
    }
  }

  @Override
  protected void onClose(Message<CommCloseCommand> message, boolean sending) {
    if (!sending) {
      widget.lost();
    }
  }
}
