// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.decisionlab.kernel.channels.IoPub;
import org.decisionlab.kernel.channels.WireMessage;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * The comms of the kernel. What they send goes out in order with what cells print, on behalf of the
 * running cell or of the message that is being answered. Usable from any thread.
 */
final class KernelComms extends CommManager {

  private final Gson gson = new Gson();

  @SuppressWarnings("ThreadLocalUsage") // one for each kernel, and nothing here is static
  private final ThreadLocal<@Nullable WireMessage> answered = new ThreadLocal<>();

  private volatile @Nullable Exit exit;

  /**
   * Where messages leave the kernel.
   *
   * @param iopub the channel
   * @param cell the running cell
   */
  private record Exit(IoPub iopub, Supplier<RunningCell> cell) {}

  KernelComms() {
    targets = new ConcurrentHashMap<>();
    comms = new ConcurrentHashMap<>();
  }

  /** Connects the comms; before, nothing can be sent. */
  void connect(IoPub channel, Supplier<RunningCell> cell) {
    setIOPubChannel(channel);
    exit = new Exit(channel, cell);
  }

  /** Runs code that answers a message: what it sends goes out on behalf of that message. */
  void answering(WireMessage message, Runnable code) {
    answered.set(message);
    try {
      code.run();
    } finally {
      answered.remove();
    }
  }

  /** Opens a comm in the front end. */
  void open(Comm comm, JsonObject data, JsonObject metadata) {
    registerComm(comm);
    JsonObject content = content(comm.getID(), data);
    content.addProperty("target_name", comm.getTargetName());
    send("comm_open", content, metadata, List.of());
  }

  @Override
  public void messageComm(
      String id,
      JsonObject data,
      @Nullable Map<String, Object> metadata,
      @Nullable List<byte[]> buffers) {
    JsonElement also = metadata == null ? new JsonObject() : gson.toJsonTree(metadata);
    send(
        "comm_msg",
        content(id, data),
        also.getAsJsonObject(),
        buffers == null ? List.of() : buffers);
  }

  @Override
  public void messageComm(String id, JsonObject data) {
    messageComm(id, data, null, null);
  }

  @Override
  public synchronized void closeComm(Comm comm) {
    setMessageContext(new Cause(cause(connected())));
    super.closeComm(comm);
  }

  /** Content of a {@code comm_info_reply}. */
  JsonObject info(JsonObject asked) {
    JsonElement wanted = asked.get("target_name");
    JsonObject open = new JsonObject();
    for (Comm comm : this) {
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

  private static JsonObject content(String id, JsonObject data) {
    JsonObject content = new JsonObject();
    content.addProperty("comm_id", id);
    content.add("data", data);
    return content;
  }

  private void send(String type, JsonObject content, JsonObject metadata, List<byte[]> buffers) {
    Exit way = connected();
    WireMessage plain = cause(way).publication(type, content);
    way.iopub.publish(
        new WireMessage(
            plain.identities(), plain.header(), plain.parent(), metadata, content, buffers));
  }

  /** What the next message is published on behalf of; what its cell has printed goes out first. */
  private WireMessage cause(Exit way) {
    WireMessage message = answered.get();
    if (message != null) {
      return message;
    }
    RunningCell cell = way.cell.get();
    cell.flush();
    return cell.request();
  }

  private Exit connected() {
    Exit way = exit;
    if (way == null) {
      throw new IllegalStateException("the kernel is not connected yet");
    }
    return way;
  }

  /** A cause as the library knows it. */
  private record Cause(WireMessage message) implements MessageContext {

    @Override
    public List<byte[]> getIdentities() {
      return message.identities();
    }

    @Override
    public Header<?> getHeader() {
      return Comms.header(message.header(), MessageType.getType(message.type()));
    }
  }
}
