// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** What the Jupyter protocol asks of a kernel beyond running cells. */
class ProtocolTest extends RunningKernel {

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void kernelInfoSaysWhatTheFrontEndNeeds() {
    JsonObject info = client.request("control", "kernel_info_request", new JsonObject());
    assertThat(info.get("status").getAsString()).isEqualTo("ok");
    assertThat(info.get("protocol_version").getAsString()).isEqualTo("5.5");
    JsonObject language = info.getAsJsonObject("language_info");
    assertThat(language.get("name").getAsString()).isEqualTo("java");
    assertThat(language.get("mimetype").getAsString()).isEqualTo("text/x-java");
    assertThat(language.get("codemirror_mode").getAsString()).isEqualTo("text/x-java");
    assertThat(language.get("file_extension").getAsString()).isEqualTo(".jshell");
  }

  @Test
  void aSilentCellShowsNothingAndDoesNotCount() {
    int count = count(client.execute("0"));
    Run silent = client.execute("System.out.println(1); 5", json("{'silent': true}"));
    assertThat(silent.status()).isEqualTo("ok");
    assertThat(silent.outputs()).isEmpty();
    Run kept = client.execute("6", json("{'store_history': false}"));
    assertThat(kept.result()).isEqualTo("6");
    assertThat(count(client.execute("7"))).isEqualTo(count + 1);
  }

  private static int count(Run run) {
    return run.reply().get("execution_count").getAsInt();
  }

  @Test
  void anErrorAbortsTheCellsThatWaitUnlessAskedOtherwise() {
    JsonObject none = new JsonObject();
    String slow = client.submit("Thread.sleep(1000); throw new RuntimeException(\"first\");", none);
    String second = client.submit("System.out.println(2);", none);
    String info = client.send("shell", "kernel_info_request", new JsonObject());
    String third = client.submit("System.out.println(3);", none);
    assertThat(client.finish(slow).status()).isEqualTo("error");
    assertThat(client.finish(second).status()).isEqualTo("aborted");
    assertThat(client.finish(info).status()).isEqualTo("ok");
    assertThat(client.finish(third).outputs()).isEmpty();
    assertThat(client.execute("4").result()).isEqualTo("4");

    JsonObject goOn = json("{'stop_on_error': false}");
    String failing = client.submit("Thread.sleep(500); int x = 1 / 0;", goOn);
    String next = client.submit("5", none);
    assertThat(client.finish(failing).status()).isEqualTo("error");
    assertThat(client.finish(next).result()).isEqualTo("5");
  }

  @Test
  void userExpressionsAreAnswered() {
    Run run =
        client.execute(
            "int k = 6;", json("{'user_expressions': {'good': 'k * 7', 'bad': 'missing'}}"));
    JsonObject answers = run.reply().getAsJsonObject("user_expressions");
    assertThat(answers.getAsJsonObject("good").getAsJsonObject("data").get("text/plain"))
        .hasToString("\"42\"");
    assertThat(answers.getAsJsonObject("bad").get("status").getAsString()).isEqualTo("error");
    assertThat(answers.getAsJsonObject("bad").get("evalue").getAsString())
        .contains("missing", "user expression 'bad', line 1");
  }

  @Test
  void aUserExpressionIsStoppedAsACellIs() {
    String id =
        client.submit(
            "int calm = 5;",
            json(
                "{'user_expressions': {'a': 'System.out.printf(\"on%n\")', 'b':"
                    + " 'Stream.iterate(0L, n -> n + 1).count()', 'c': 'calm', 'd':"
                    + " 'new Object() { public String toString() { throw new Error(); } }'}}"));
    client.await(m -> m.parent().equals(id) && m.type().equals("stream"));
    client.request("control", "interrupt_request", new JsonObject());
    JsonObject answers = client.finish(id).reply().getAsJsonObject("user_expressions");
    assertThat(answers.getAsJsonObject("a").get("status").getAsString()).isEqualTo("ok");
    assertThat(answers.getAsJsonObject("b").get("ename").getAsString()).isEqualTo("Interrupted");
    assertThat(client.execute("calm").result()).isEqualTo("5");
  }

  @Test
  void completenessIsTold() {
    assertThat(completeness("int x = 1;")).isEqualTo("complete");
    assertThat(completeness("x + 1")).isEqualTo("complete");
    assertThat(completeness("%echo a")).isEqualTo("complete");
    assertThat(completeness("%%shout")).isEqualTo("incomplete");
    assertThat(completeness("%%shout\nanything (")).isEqualTo("incomplete");
    assertThat(completeness("%%shout\nanything (\n")).isEqualTo("complete");
    assertThat(completeness("%echo 'a")).isEqualTo("invalid");
    assertThat(completeness("for (int i = 0; i < 3; i++) {")).isEqualTo("incomplete");
    assertThat(completeness("String s = \"\"\"\nabc")).isEqualTo("incomplete");
    assertThat(completeness("int x = ;")).isEqualTo("invalid");
    assertThat(completeness("int y = 1; }")).isEqualTo("invalid");
  }

  private String completeness(String code) {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    return client.request("shell", "is_complete_request", content).get("status").getAsString();
  }

  @Test
  void codeAndMagicsAreCompleted() {
    client.execute("String städte = \"x\";");
    assertThat(matches("int a = 1;\nstädte.subs")).contains("substring(");
    assertThat(matches("var l = new ArrayLi")).anyMatch(match -> match.startsWith("ArrayList"));
    assertThat(matches("org.deci")).containsExactly("decisionlab.");
    assertThat(matches("import org.decisionlab.kernel.dis")).contains("display.");
    assertThat(matches("java.util.concur")).contains("concurrent.");
    assertThat(matches("org.decisionlab.kernel.cell.Cell")).contains("CellContext");
    assertThat(matches("städte.length().x")).isEmpty();
    assertThat(matches("int a = 1;\n%ec")).containsExactly("echo");
    assertThat(matches("%%sh")).containsExactly("shout");
  }

  @Test
  void theCursorIsCountedInCodePoints() {
    client.execute("String word = \"w\";");
    String code = "/* 😀😀 */ word.subst";
    JsonObject content = new JsonObject();
    content.addProperty("code", code + "; // 😀");
    content.addProperty("cursor_pos", code.codePointCount(0, code.length()));
    JsonObject reply = client.request("shell", "complete_request", content);
    assertThat(reply.get("matches").toString()).contains("substring(");
    assertThat(reply.get("cursor_start").getAsInt()).isEqualTo(14);
    assertThat(reply.get("cursor_end").getAsInt()).isEqualTo(19);
    JsonObject first =
        reply
            .getAsJsonObject("metadata")
            .getAsJsonArray("_jupyter_types_experimental")
            .get(0)
            .getAsJsonObject();
    assertThat(first.get("type").getAsString()).isEqualTo("function");
    assertThat(first.get("start").getAsInt()).isEqualTo(14);
  }

  @Test
  void argumentsOfMagicsAreCompletedByTheirExtension() {
    assertThat(matches("int a = 1;\n%echo --lo")).containsExactly("--loud");
    assertThat(matches("%%shout\nsel")).containsExactly("select");
    assertThat(inspected("%echo --lo")).contains("%echo --loud TEXT");
    assertThat(inspected("%fail")).contains("%fail is a line magic");
  }

  @Test
  void pathsAreCompletedInStringsAndInMagics() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "paths of test"));
    Files.writeString(folder.resolve("täg.csv"), "");
    assertThat(matches("Path p = Path.of(\"target/paths of test/t"))
        .containsExactly("target/paths of test/täg.csv");
    assertThat(matches("%refuse target/paths")).containsExactly("'target/paths of test/'");
    assertThat(matches("var d = read(\"echo://a")).containsExactly("echo://abc");
    assertThat(matches("%refuse echo://a")).containsExactly("echo://abc");
  }

  private List<String> matches(String code) {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    content.addProperty("cursor_pos", code.codePointCount(0, code.length()));
    JsonArray matches =
        client.request("shell", "complete_request", content).getAsJsonArray("matches");
    List<String> texts = new ArrayList<>();
    for (JsonElement match : matches) {
      texts.add(match.getAsString());
    }
    return texts;
  }

  @Test
  void namesAreInspected() {
    client.execute("int half(int n) { return n / 2; }\nString word = \"w\";");
    assertThat(inspected("half")).contains("int half(int n)");
    assertThat(inspected("word")).contains("String word");
    assertThat(inspected("word.substring(")).contains("substring(int");
    assertThat(inspected("ArrayList")).contains("java.util.ArrayList");
    assertThat(inspected("CellSession")).contains("org.decisionlab.kernel.cell.CellSession");
    assertThat(inspected("nothingOfTheKind")).isEqualTo("null");
    assertThat(inspected("org.dflib.jjava.jupyter.Extension")).contains("Extension");
    JsonObject html = json("{'code': 'Map<String, List<Integer>> m', 'cursor_pos': 3}");
    JsonObject data = client.request("shell", "inspect_request", html).getAsJsonObject("data");
    assertThat(data.get("text/html").getAsString()).contains("<pre>java.util.Map&lt;K, V&gt;");
    assertThat(data.get("text/markdown").getAsString()).startsWith("```java\njava.util.Map<K, V>");
  }

  @Test
  void aQuestionMarkAsksForHelp() {
    int count = count(client.execute("int third(int n) { return n / 3; }\n0"));
    Run run = client.execute("third?");
    JsonObject page = run.reply().getAsJsonArray("payload").get(0).getAsJsonObject();
    assertThat(page.get("source").getAsString()).isEqualTo("page");
    assertThat(page.getAsJsonObject("data").get("text/plain").getAsString())
        .contains("int third(int n)");
    assertThat(count(client.execute("1"))).isEqualTo(count + 1);
  }

  private String inspected(String code) {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    content.addProperty("cursor_pos", code.length());
    content.addProperty("detail_level", 0);
    JsonObject reply = client.request("shell", "inspect_request", content);
    return String.valueOf(reply.getAsJsonObject("data").get("text/plain"));
  }

  @Test
  void aCellReadsWhatTheUserTypes() {
    String id =
        client.submit(
            "new Scanner(System.in).nextLine().toUpperCase()", json("{'allow_stdin': true}"));
    client.await(m -> m.channel().equals("stdin") && m.type().equals("input_request"));
    client.send("stdin", "input_reply", json("{'status': 'ok', 'value': 'typed'}"));
    assertThat(client.finish(id).result()).isEqualTo("TYPED");
    assertThat(client.execute("System.in.read()").trace()).contains("does not offer input");
  }

  private Run answered(String code, JsonObject question, String line) {
    String id = client.submit(code, json("{'allow_stdin': true}"));
    Received asked = client.await(m -> m.type().equals("input_request") && m.parent().equals(id));
    assertThat(asked.content()).isEqualTo(question);
    JsonObject answer = new JsonObject();
    answer.addProperty("value", line);
    client.send("stdin", "input_reply", answer);
    return client.finish(id);
  }

  @Test
  void thereAreWordsForInput() {
    JsonObject name = json("{'prompt': 'Name: ', 'password': false}");
    assertThat(answered("input(\"Name: \").length()", name, "d\u00fcsen").result()).isEqualTo("5");
    JsonObject word = json("{'prompt': 'Word: ', 'password': true}");
    assertThat(answered("password(\"Word: \").length()", word, "hush").result()).isEqualTo("4");
    assertThat(client.execute("input(\"\")").trace()).contains("does not offer input");
    String waiting = client.submit("password(\"\")", json("{'allow_stdin': true}"));
    client.await(m -> m.type().equals("input_request") && m.parent().equals(waiting));
    client.request("control", "interrupt_request", new JsonObject());
    assertThat(client.finish(waiting).error()).isEqualTo("Interrupted");
  }

  @Test
  void onlyACellThatRunsAsks() {
    String asking =
        """
        var ended = new java.util.concurrent.CompletableFuture<String>();
        var asked = new java.util.concurrent.CountDownLatch(1);
        var questioner = new Thread(() -> {
          try { asked.countDown(); ended.complete("read " + System.in.read()); }
          catch (IOException e) { ended.complete(e.getMessage()); }
        });
        questioner.start();
        asked.await();\
        """;
    String id = client.submit(asking, json("{'allow_stdin': true}"));
    assertThat(client.finish(id).status()).isEqualTo("ok");
    assertThat(client.execute("ended.get()").result())
        .contains("has ended", "only a cell that runs");
    JsonObject plain = json("{'prompt': '', 'password': false}");
    assertThat(answered("System.in.read()", plain, "q").result()).isEqualTo("113");
    client.execute(
        """
        var gate = new java.util.concurrent.CountDownLatch(1);
        var later = new java.util.concurrent.CompletableFuture<String>();
        new Thread(() -> {
          try { gate.await(); later.complete(input("")); }
          catch (Exception e) { later.complete(e.getMessage()); }
        }).start();\
        """);
    String running = client.submit("gate.countDown(); later.get()", json("{'allow_stdin': true}"));
    assertThat(client.finish(running).result()).contains("has ended");
  }

  @Test
  void theRestOfALineIsNotForTheNextCell() {
    JsonObject plain = json("{'prompt': '', 'password': false}");
    assertThat(answered("System.in.read()", plain, "q").result()).isEqualTo("113");
    assertThat(answered("new Scanner(System.in).nextLine()", plain, "fresh").result())
        .isEqualTo("fresh");
  }

  @Test
  void whatACellHasDeclaredSoFarIsCompletedAndInspected() {
    String cell = "String early = \"\";\nint twice(int n) { return 2 * n; }\nclass Gauge {}\n";
    assertThat(matches(cell + "early.subS")).containsExactly("subSequence(");
    assertThat(matches(cell + "earl")).containsExactly("early");
    assertThat(matches(cell + "twi")).containsExactly("twice(");
    assertThat(matches(cell + "new Gau")).contains("Gauge");
    assertThat(inspected(cell + "early.isBlank")).contains("boolean String.isBlank()");
    assertThat(matches("// Syst")).isEmpty();
    assertThat(matches("%help lsm")).containsExactly("lsmagic");
  }

  @Test
  void brokenCodeIsNotExplained() {
    List<String> broken =
        List.of("f(".repeat(40) + "x", "x = 5; class {{{ ;; @#", "((((", "int int int");
    for (String code : broken) {
      assertThat(inspected(code)).isEqualTo("null");
      assertThat(matches(code)).isNotNull();
    }
  }

  @Test
  void whatARequestLacksIsTold() {
    for (String type : List.of("execute", "complete", "inspect", "is_complete")) {
      JsonObject reply = client.request("shell", type + "_request", json("{'code': null}"));
      assertThat(reply.get("status").getAsString()).isEqualTo("error");
      assertThat(reply.get("evalue").getAsString())
          .isEqualTo("the request must have a text 'code'");
    }
    JsonObject odd = json("{'code': '1', 'cursor_pos': 'here'}");
    assertThat(client.request("shell", "complete_request", odd).get("evalue").getAsString())
        .contains("cursor_pos");
    JsonObject number = json("{'code': '1', 'user_expressions': {'a': 5}}");
    JsonObject reply = client.request("shell", "execute_request", number);
    assertThat(reply.get("status").getAsString()).isEqualTo("ok");
    assertThat(reply.getAsJsonObject("user_expressions").toString()).contains("a text 'a'");
  }

  @Test
  void aMessageWithAWrongSignatureIsNotAnswered() {
    String forged = client.send("shell", "kernel_info_request", new JsonObject(), "wrong key");
    String good = client.send("shell", "kernel_info_request", new JsonObject());
    Received reply = client.await(m -> m.parent().equals(good) || m.parent().equals(forged));
    assertThat(reply.parent()).isEqualTo(good).isNotEqualTo(forged);
    assertThat(client.poll(Duration.ofMillis(100), m -> m.parent().equals(forged))).isFalse();
  }

  @Test
  void anUnknownRequestIsRefusedCleanly() {
    JsonObject reply = client.request("shell", "odd_request", new JsonObject());
    assertThat(reply.get("status").getAsString()).isEqualTo("error");
    assertThat(reply.get("evalue").getAsString()).contains("odd_request");
    JsonObject onControl = client.request("control", "execute_request", json("{'code': '1'}"));
    assertThat(onControl.get("evalue").getAsString()).contains("shell channel");
  }

  @Test
  void thereIsNoDebugger() {
    JsonObject reply =
        client.request("control", "debug_request", json("{'command': 'debugInfo', 'seq': 7}"));
    assertThat(reply.get("success").getAsBoolean()).isFalse();
    assertThat(reply.get("request_seq").getAsInt()).isEqualTo(7);
    assertThat(reply.get("message").getAsString()).contains("no debugger");
  }
}
