// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** Widgets in a real kernel: what goes over the wire, and what front ends may say. */
class WidgetsTest extends RunningKernel {

  private static List<Received> opened(Run run) {
    return run.outputs().stream().filter(m -> m.type().equals("comm_open")).toList();
  }

  private static JsonObject data(Received message) {
    return message.content().getAsJsonObject("data");
  }

  /** What comms were told, as {@code method state}, for one of them. */
  private static List<String> told(List<Received> messages, String comm) {
    return messages.stream()
        .filter(m -> m.type().equals("comm_msg"))
        .filter(m -> m.content().get("comm_id").getAsString().equals(comm))
        .map(m -> data(m).get("method").getAsString() + " " + data(m).get("state"))
        .toList();
  }

  private static String printed(List<Received> messages) {
    StringBuilder text = new StringBuilder();
    messages.stream()
        .filter(m -> m.type().equals("stream"))
        .forEach(m -> text.append(m.content().get("text").getAsString()));
    return text.toString();
  }

  /** Shows a widget of the cells; returns the id of its model. */
  private String show(String name) {
    Run run = client.execute("display(" + name + ");");
    assertThat(run.status()).as(run.reply().toString()).isEqualTo("ok");
    return run.outputs().stream()
        .filter(m -> m.type().equals("display_data"))
        .map(m -> m.content().getAsJsonObject("data"))
        .map(d -> d.getAsJsonObject("application/vnd.jupyter.widget-view+json"))
        .map(view -> view.get("model_id").getAsString())
        .findFirst()
        .orElseThrow();
  }

  private List<Received> say(String comm, String json) {
    JsonObject content = new JsonObject();
    content.addProperty("comm_id", comm);
    content.add("data", JsonParser.parseString(json));
    return client.tell("comm_msg", content);
  }

  private List<Received> set(String comm, String key, String value) {
    return say(
        comm,
        "{\"method\":\"update\",\"state\":{\"" + key + "\":" + value + "},\"buffer_paths\":[]}");
  }

  @Test
  void aWidgetIsOpenedWithItsPartsWhenItIsFirstShown() {
    Run made = client.execute("var first = new IntSlider(5, 0, 10).description(\"n\");");
    assertThat(opened(made)).isEmpty();
    Run run = client.execute("first");
    List<Received> opened = opened(run);
    assertThat(opened)
        .extracting(m -> data(m).getAsJsonObject("state").get("_model_name").getAsString())
        .containsExactly("LayoutModel", "SliderStyleModel", "IntSliderModel");
    Received slider = opened.get(2);
    assertThat(slider.content().get("target_name").getAsString()).isEqualTo("jupyter.widget");
    assertThat(slider.metadata().get("version").getAsString()).isEqualTo("2.1.0");
    JsonObject state = data(slider).getAsJsonObject("state");
    assertThat(state.get("layout").getAsString())
        .isEqualTo("IPY_MODEL_" + opened.get(0).content().get("comm_id").getAsString());
    assertThat(state.get("tooltip").isJsonNull()).isTrue();
    assertThat(state.get("value").getAsInt()).isEqualTo(5);
    assertThat(run.result()).isEqualTo("IntSlider(description=\"n\", max=10, value=5)");
    assertThat(opened(client.execute("first"))).isEmpty();
  }

  @Test
  void whatTheUserDoesReachesTheObserversAndIsEchoed() {
    client.execute(
        "var moved = new IntSlider(5, 0, 10).observe(v -> System.out.println(\"now \" + v));");
    String comm = show("moved");
    List<Received> answer = set(comm, "value", "7");
    assertThat(told(answer, comm)).containsExactly("echo_update {\"value\":7}");
    assertThat(printed(answer)).isEqualTo("now 7\n");
    assertThat(client.execute("moved.value()").result()).isEqualTo("7");
    assertThat(set(comm, "value", "7")).extracting(Received::type).containsOnly("comm_msg");
    Run run = client.execute("moved.value(9).bounds(0, 8);");
    assertThat(told(run.outputs(), comm))
        .containsExactly("update {\"value\":9}", "update {\"max\":8}", "update {\"value\":8}");
    assertThat(run.stdout()).isEqualTo("now 9\nnow 8\n");
  }

  @Test
  void valuesOfTheWireAreChecked() {
    client.execute("var checked = new IntSlider(5, 0, 10);");
    String comm = show("checked");
    assertThat(told(set(comm, "value", "99"), comm))
        .containsExactly("echo_update {\"value\":10}", "update {\"value\":10}");
    assertThat(told(set(comm, "value", "\"x\""), comm)).containsExactly("update {\"value\":10}");
    assertThat(told(set(comm, "value", "1.5"), comm)).containsExactly("update {\"value\":10}");
    assertThat(told(set(comm, "max", "1000"), comm)).containsExactly("update {\"max\":10}");
    assertThat(set(comm, "unknown", "1")).isEmpty();
    assertThat(say(comm, "{\"method\":\"nonsense\"}")).isEmpty();
    assertThat(say(comm, "{}")).isEmpty();
    assertThat(say(comm, "{\"method\":\"custom\"}")).isEmpty();
    assertThat(client.execute("checked.value()").result()).isEqualTo("10");
    client.execute("var real = new FloatSlider(0.5, 0, 1);");
    String other = show("real");
    assertThat(told(set(other, "value", "0.25"), other))
        .containsExactly("echo_update {\"value\":0.25}");
    assertThat(told(set(other, "value", "-3"), other)).contains("update {\"value\":0.0}");
  }

  @Test
  void selectionsTextsAndBoxesToTick() {
    client.execute("var list = new Dropdown<>(List.of(10, 20, 30)).description(\"d\");");
    String comm = show("list");
    set(comm, "index", "2");
    assertThat(client.execute("list.value() + 1").result()).isEqualTo("31");
    assertThat(told(set(comm, "index", "3"), comm)).containsExactly("update {\"index\":2}");
    assertThat(client.execute("list.value(40);").trace())
        .contains("IllegalArgumentException: 40 is none of the options");
    client.execute("var box = new Checkbox(false);");
    set(show("box"), "value", "true");
    assertThat(client.execute("box.value()").result()).isEqualTo("true");
    client.execute("var field = new Text().onSubmit(t -> System.out.print(\"<\" + t + \">\"));");
    String text = show("field");
    set(text, "value", "\"abc\"");
    assertThat(printed(say(text, "{\"method\":\"custom\",\"content\":{\"event\":\"submit\"}}")))
        .isEqualTo("<abc>");
  }

  @Test
  void callbacksRunBetweenCellsAndTheirErrorsAreShown() {
    client.execute(
        "var button = new Button(\"go\").onClick(() -> { throw new IllegalStateException(\"no\"); })"
            + ".onClick(() -> System.out.println(Thread.currentThread().getName()));");
    String comm = show("button");
    JsonObject content = new JsonObject();
    content.addProperty("comm_id", comm);
    content.add(
        "data",
        JsonParser.parseString("{\"method\":\"custom\",\"content\":{\"event\":\"click\"}}"));
    String running = client.submit("Thread.sleep(300); System.out.println(\"cell\");");
    List<Received> answer = client.tell("comm_msg", content);
    assertThat(client.finish(running).stdout()).isEqualTo("cell\n");
    assertThat(printed(answer)).isEqualTo("cell\n");
    assertThat(answer)
        .filteredOn(m -> m.type().equals("error"))
        .singleElement()
        .satisfies(m -> assertThat(m.content().get("evalue").getAsString()).isEqualTo("no"));
    client.execute("button.disabled(true);");
    assertThat(client.tell("comm_msg", content)).isEmpty();
  }

  @Test
  void anOutputNamesTheRequestWhoseOutputItTakes() {
    client.execute("var out = new Output();");
    String comm = show("out");
    Run run =
        client.execute(
            "out.capture(() -> { System.out.print(1); throw new IOException(\"x\"); });");
    String id = run.outputs().get(0).parent();
    assertThat(run.outputs().stream().map(Received::type))
        .containsExactly("execute_input", "comm_msg", "stream", "error", "comm_msg");
    assertThat(told(run.outputs(), comm))
        .containsExactly("update {\"msg_id\":\"" + id + "\"}", "update {\"msg_id\":\"\"}");
    assertThat(run.status()).isEqualTo("ok");
    String outputs = "[{\"output_type\":\"stream\",\"name\":\"stdout\",\"text\":\"1\"}]";
    set(comm, "outputs", outputs);
    client.execute("out.appendStdout(\"2\");");
    assertThat(states().getAsJsonObject(comm).getAsJsonObject("state").get("outputs").toString())
        .contains("\"text\":\"1\"", "\"text\":\"2\"");
  }

  @Test
  void aFrontEndThatConnectsLaterIsToldOfAllWidgets() {
    client.execute("var seen = new VBox(new Label(\"a\"), new IntProgress(3, 0, 4));");
    String comm = show("seen");
    client.execute("seen.children(List.of(new HTML(\"<b>\")));");
    JsonObject box = states().getAsJsonObject(comm);
    assertThat(box.get("model_name").getAsString()).isEqualTo("VBoxModel");
    JsonArray children = box.getAsJsonObject("state").getAsJsonArray("children");
    String child = children.get(0).getAsString().replace("IPY_MODEL_", "");
    assertThat(states().getAsJsonObject(child).get("model_name").getAsString())
        .isEqualTo("HTMLModel");
    JsonObject comms =
        client.request("shell", "comm_info_request", new JsonObject()).getAsJsonObject("comms");
    assertThat(comms.keySet()).contains(comm, child);
    Run closed = client.execute("seen.close();");
    assertThat(closed.types()).contains("comm_close");
    assertThat(states().keySet()).doesNotContain(comm).contains(child);
    assertThat(client.execute("seen").result()).contains("this widget has been closed");
  }

  @Test
  void interactShowsTheValueOfTheFunctionForTheValueOfTheControl() {
    Run run = client.execute("var s = new IntSlider(2, 0, 9); Widgets.interact(s, n -> n * n);");
    List<String> types = run.outputs().stream().map(Received::type).toList();
    assertThat(types).containsSubsequence("clear_output", "display_data", "comm_open");
    assertThat(run.data("display_data", "text/plain")).isEqualTo("4");
    List<Received> answer = set(show("s"), "value", "3");
    assertThat(answer.stream().filter(m -> m.type().equals("display_data")))
        .singleElement()
        .satisfies(
            m ->
                assertThat(m.content().getAsJsonObject("data").get("text/plain").getAsString())
                    .isEqualTo("9"));
  }

  @Test
  void changesFromManyThreadsAreToldInTheirOrder() {
    client.execute("var busy = new IntText(0);");
    String comm = show("busy");
    Run run =
        client.execute(
            """
            var writers = new ArrayList<Thread>();
            for (int w = 0; w < 8; w++) {
              int from = w * 1000;
              writers.add(new Thread(() -> { for (int i = 1; i <= 200; i++) busy.value(from + i); }));
            }
            for (var each : writers) each.start();
            for (var each : writers) each.join();
            busy.value()\
            """);
    List<String> told = told(run.outputs(), comm);
    assertThat(told).hasSizeGreaterThan(200);
    assertThat(told.get(told.size() - 1)).isEqualTo("update {\"value\":" + run.result() + "}");
  }

  @Test
  void aCallbackThatFailsWithAnErrorOfItsOwnHindersNoOther() {
    client.execute(
        """
        class Wrong extends Error { Wrong() { super("wrong"); } }
        var failing = new Button("f").onClick(() -> { throw new Wrong(); })
            .onClick(() -> System.out.println("next"));\
        """);
    String comm = show("failing");
    List<Received> answer = say(comm, "{\"method\":\"custom\",\"content\":{\"event\":\"click\"}}");
    assertThat(printed(answer)).isEqualTo("next\n");
    assertThat(answer).extracting(Received::type).contains("error");
  }

  @Test
  void aCallbackCanBeInterrupted() {
    client.execute(
        "var endless = new Button(\"e\").onClick(() -> { System.out.println(1); while (true) {} });");
    String comm = show("endless");
    JsonObject content = new JsonObject();
    content.addProperty("comm_id", comm);
    content.add(
        "data",
        JsonParser.parseString("{\"method\":\"custom\",\"content\":{\"event\":\"click\"}}"));
    String id = client.send("shell", "comm_msg", content);
    client.await(m -> m.parent().equals(id) && m.type().equals("stream"));
    client.request("control", "interrupt_request", new JsonObject());
    client.await(m -> m.parent().equals(id) && m.type().equals("error"));
    assertThat(client.execute("6 * 7").result()).isEqualTo("42");
  }

  private JsonObject states() {
    JsonObject open = new JsonObject();
    open.addProperty("comm_id", "control");
    open.addProperty("target_name", "jupyter.widget.control");
    open.add("data", new JsonObject());
    client.tell("comm_open", open);
    List<Received> answer = say("control", "{\"method\":\"request_states\"}");
    JsonElement states = data(answer.get(0)).get("states");
    assertThat(Set.of(data(answer.get(0)).get("method").getAsString()))
        .containsExactly("update_states");
    return states.getAsJsonObject();
  }
}
