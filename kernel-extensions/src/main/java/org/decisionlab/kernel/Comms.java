// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.cell.CellComm;
import org.decisionlab.kernel.channels.Request;
import org.dflib.jjava.jupyter.channels.DefaultReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.KernelTimestamp;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;

/** Answers comm messages of clients. */
final class Comms {

  private final KernelComms comms;
  private final ExecuteRequests executions;
  private final Gson gson = new Gson();

  /**
   * @param comms the comms of the kernel
   * @param executions runs what messages set off
   */
  Comms(KernelComms comms, ExecuteRequests executions) {
    this.comms = comms;
    this.executions = executions;
  }

  void handle(Request request) throws Exception {
    RequestContent.text(request.content(), "comm_id");
    switch (request.type()) {
      case "comm_open" -> {
        Message<CommOpenCommand> message =
            message(request, MessageType.COMM_OPEN_COMMAND, CommOpenCommand.class);
        comms.handleCommOpenCommand(new Environment(request, message), message);
      }
      case "comm_msg" -> handleMessage(request);
      default -> {
        Message<CommCloseCommand> message =
            message(request, MessageType.COMM_CLOSE_COMMAND, CommCloseCommand.class);
        comms.handleCommCloseCommand(new Environment(request, message), message);
      }
    }
  }

  /** Content of a {@code comm_info_reply}. */
  JsonObject info(JsonObject content) {
    return comms.info(content);
  }

  private void handleMessage(Request request) throws Exception {
    Message<CommMsgCommand> message =
        message(request, MessageType.COMM_MSG_COMMAND, CommMsgCommand.class);
    Environment environment = new Environment(request, message);
    Comm comm = comms.getCommByID(message.getContent().getCommID());
    if (comm instanceof CellComm) {
      executions.callback(request, () -> comms.handleCommMsgCommand(environment, message));
    } else {
      comms.answering(request.message(), () -> comms.handleCommMsgCommand(environment, message));
    }
  }

  @SuppressWarnings("unchecked") // JSON metadata is a map with text keys
  private <T> Message<T> message(Request request, MessageType<T> type, Class<T> content) {
    return new Message<>(
        request.message().identities(),
        header(request.message().header(), type),
        null,
        gson.fromJson(request.message().metadata(), Map.class),
        gson.fromJson(request.content(), content),
        List.copyOf(request.message().buffers()));
  }

  /** A header as the library knows it. */
  static <T> Header<T> header(JsonObject header, MessageType<T> type) {
    return new Header<>(
        text(header, "msg_id"),
        text(header, "username"),
        text(header, "session"),
        new KernelTimestamp(text(header, "date")),
        type,
        text(header, "version"));
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
