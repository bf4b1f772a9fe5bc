// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.channels.Request;
import org.dflib.jjava.jupyter.channels.DefaultReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.KernelTimestamp;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;

/** Hands comm messages to the comm manager of the kernel library. */
final class Comms {

  private final CommManager manager;
  private final Gson gson = new Gson();

  Comms(CommManager manager) {
    this.manager = manager;
  }

  void handle(Request request) {
    manager.setIOPubChannel(request.iopub());
    switch (request.type()) {
      case "comm_open" -> {
        Message<CommOpenCommand> message =
            message(request, MessageType.COMM_OPEN_COMMAND, CommOpenCommand.class);
        manager.handleCommOpenCommand(new Environment(request, message), message);
      }
      case "comm_msg" -> {
        Message<CommMsgCommand> message =
            message(request, MessageType.COMM_MSG_COMMAND, CommMsgCommand.class);
        manager.handleCommMsgCommand(new Environment(request, message), message);
      }
      default -> {
        Message<CommCloseCommand> message =
            message(request, MessageType.COMM_CLOSE_COMMAND, CommCloseCommand.class);
        manager.handleCommCloseCommand(new Environment(request, message), message);
      }
    }
  }

  /** Content of a {@code comm_info_reply}. */
  JsonObject info(JsonObject content) {
    JsonElement wanted = content.get("target_name");
    JsonObject open = new JsonObject();
    for (Comm comm : manager) {
      if (wanted == null
          || wanted.isJsonNull()
          || comm.getTargetName().equals(wanted.getAsString())) {
        JsonObject info = new JsonObject();
        info.addProperty("target_name", comm.getTargetName());
        open.add(comm.getID(), info);
      }
    }
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "ok");
    reply.add("comms", open);
    return reply;
  }

  @SuppressWarnings("unchecked") // JSON metadata is a map with text keys
  private <T> Message<T> message(Request request, MessageType<T> type, Class<T> content) {
    JsonObject header = request.message().header();
    return new Message<>(
        request.message().identities(),
        new Header<>(
            text(header, "msg_id"),
            text(header, "username"),
            text(header, "session"),
            new KernelTimestamp(text(header, "date")),
            type,
            text(header, "version")),
        null,
        gson.fromJson(request.message().metadata(), Map.class),
        gson.fromJson(request.content(), content),
        List.copyOf(request.message().buffers()));
  }

  private static String text(JsonObject header, String name) {
    JsonElement value = header.get(name);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }

  /** Publishes for the comm manager; busy and idle are published for every request anyway. */
  private static final class Environment extends DefaultReplyEnvironment {

    Environment(Request request, MessageContext context) {
      super(null, request.iopub(), context);
    }

    @Override
    public void setBusyDeferIdle() {}
  }
}
