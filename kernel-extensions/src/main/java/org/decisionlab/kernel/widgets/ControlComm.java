// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a front end that has just connected which widgets there are. */
final class ControlComm extends Comm {

  static final String TARGET = "jupyter.widget.control";

  private static final Logger LOG = LoggerFactory.getLogger(ControlComm.class);

  private final CommManager manager;

  ControlComm(CommManager manager, String id) {
    super(manager, id, TARGET);
    this.manager = manager;
  }

  @Override
  protected void onMessage(Message<CommMsgCommand> message) {
    JsonObject data = message.getContent().getData();
    String method = data == null ? "" : Widget.text(data.get("method"));
    if (!method.equals("request_states")) {
      LOG.warn("the widget control ignores a message with method '{}'", method);
      return;
    }
    JsonObject states = new JsonObject();
    WidgetComm.widgets(manager)
        .forEach(comm -> states.add(comm.getID(), description(comm.widget().state())));
    JsonObject answer = new JsonObject();
    answer.addProperty("method", "update_states");
    answer.add("states", states);
    answer.add("buffer_paths", new JsonArray());
    send(answer);
  }

  private static JsonObject description(JsonObject state) {
    JsonObject description = new JsonObject();
    for (String key : new String[] {"model_name", "model_module", "model_module_version"}) {
      description.add(key, state.get("_" + key));
    }
    description.add("state", state);
    return description;
  }

  @Override
  protected void onClose(Message<CommCloseCommand> message, boolean sending) {}
}
