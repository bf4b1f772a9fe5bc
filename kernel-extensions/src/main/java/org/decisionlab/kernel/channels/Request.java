// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import com.google.gson.JsonObject;

/**
 * A request that is being answered: replies go back on its channel, publications to everybody.
 *
 * @param message what was asked
 * @param loop the channel it came on
 * @param iopub where output is published
 */
public record Request(WireMessage message, RequestLoop loop, IoPub iopub) {

  /** Type of the request, such as {@code execute_request}. */
  public String type() {
    return message.type();
  }

  /** What the request asks. */
  public JsonObject content() {
    return message.content();
  }

  /** Replies under the name that belongs to the request: {@code x_request} gets {@code x_reply}. */
  public void reply(JsonObject content) {
    loop.send(message.reply(type().replace("_request", "_reply"), content));
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
