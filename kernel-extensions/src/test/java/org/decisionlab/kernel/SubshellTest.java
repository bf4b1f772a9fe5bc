// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** Subshells answer while a cell of the main shell runs (JEP 91). */
class SubshellTest extends RunningKernel {

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private String create() {
    JsonObject reply = client.request("control", "create_subshell_request", new JsonObject());
    return reply.get("subshell_id").getAsString();
  }

  private JsonObject ask(String subshell, String type, String content) {
    String id = client.sendTo(subshell, type, json(content));
    return client.await(m -> m.channel().equals("shell") && m.parent().equals(id)).content();
  }

  @Test
  void kernelInfoOffersThem() {
    JsonObject info = client.request("shell", "kernel_info_request", new JsonObject());
    assertThat(info.get("supported_features")).hasToString("[\"kernel subshells\"]");
    assertThat(info.get("debugger").getAsBoolean()).isFalse();
  }

  @Test
  void theyAreMadeListedAndDeleted() {
    String first = create();
    String second = create();
    JsonObject list = client.request("control", "list_subshell_request", new JsonObject());
    assertThat(list.get("subshell_id").toString()).contains(first, second);
    JsonObject id = new JsonObject();
    id.addProperty("subshell_id", first);
    assertThat(client.request("control", "delete_subshell_request", id).get("status").getAsString())
        .isEqualTo("ok");
    JsonObject again = client.request("control", "delete_subshell_request", id);
    assertThat(again.get("evalue").getAsString()).contains("there is no subshell " + first);
    JsonObject unknown = ask(first, "kernel_info_request", "{}");
    assertThat(unknown.get("evalue").getAsString()).contains("there is no subshell " + first);
    assertThat(ask(second, "kernel_info_request", "{}").get("status").getAsString())
        .isEqualTo("ok");
  }

  @Test
  void theyAnswerWhileACellRuns() {
    String subshell = create();
    String running = client.submit("System.out.println(\"on\"); while (true) {}");
    client.await(m -> m.parent().equals(running) && m.type().equals("stream"));
    assertThat(ask(subshell, "kernel_info_request", "{}").get("status").getAsString())
        .isEqualTo("ok");
    assertThat(ask(subshell, "comm_info_request", "{}").has("comms")).isTrue();
    assertThat(ask(subshell, "complete_request", "{'code': '%ec', 'cursor_pos': 3}").toString())
        .contains("echo");
    assertThat(ask(subshell, "inspect_request", "{'code': 'List', 'cursor_pos': 4}").toString())
        .contains("A cell is running");
    assertThat(ask(subshell, "is_complete_request", "{'code': 'int a'}").toString())
        .contains("unknown");
    assertThat(ask(subshell, "history_request", "{'hist_access_type': 'tail', 'n': 1}").toString())
        .contains("history");
    JsonObject refused = ask(subshell, "execute_request", "{'code': '1'}");
    assertThat(refused.get("ename").getAsString()).isEqualTo("SubshellBusy");
    assertThat(refused.get("evalue").getAsString()).contains("is running");
    client.request("control", "interrupt_request", new JsonObject());
    assertThat(client.finish(running).error()).isEqualTo("Interrupted");
  }

  @Test
  void theyRunCellsWhileTheMainShellIsIdle() {
    client.execute("int shared = 41;");
    String id = client.sendTo(create(), "execute_request", json("{'code': 'shared + 1'}"));
    assertThat(client.finish(id).result()).isEqualTo("42");
  }
}
