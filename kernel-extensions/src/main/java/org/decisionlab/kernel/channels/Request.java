// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being answered: replies go back on its channel, publications to everybody.
 *
 * @param message what was asked
 * @param loop the channel it came on
 * @param iopub where output is published
 * @param queue the shell in which it waits, if any
 */
public record Request(
    WireMessage message, RequestLoop loop, IoPub iopub, @Nullable ShellQueue queue) {

  /** Type of the request, such as {@code execute_request}. */
  public String type() {
    return message.type();
  }

  /** What the request asks. */
  public JsonObject content() {
    return message.content();
  }

  /** The same request in a shell. */
  Request on(ShellQueue shell) {
    return new Request(message, loop, iopub, shell);
  }

  /** Takes out of its shell the requests that had come before now. */
  public List<Request> waiting() {
    return queue == null ? List.of() : queue.drain();
  }

  /** Replies under the name that belongs to the request: {@code x_request} gets {@code x_reply}. */
  public void reply(JsonObject content) {
    loop.send(message.reply(type().replace("_request", "_reply"), content));
  }

  /** Replies with an error; what is not a request gets no reply. */
  public void refuse(String name, String reason) {
    if (!type().endsWith("_request")) {
      return;
    }
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "error");
    reply.addProperty("ename", name);
    reply.addProperty("evalue", reason);
    JsonArray traceback = new JsonArray();
    traceback.add(name + ": " + reason);
    reply.add("traceback", traceback);
    reply(reply);
  }

  /** Publishes output on behalf of this request. */
  public void publish(String type, JsonObject content) {
    iopub.publish(message.publication(type, content));
  }

  /** Publishes the state of the kernel: {@code busy} or {@code idle}. */
  public void publishStatus(String state) {
    JsonObject content = new JsonObject();
    content.addProperty("execution_state", state);
    publish("status", content);
  }
}
