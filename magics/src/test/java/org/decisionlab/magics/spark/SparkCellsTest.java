// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.junit.jupiter.api.Test;

/** {@code %spark} and {@code %%sql} in cells. */
class SparkCellsTest extends SparkCellsKernel {

  /** Takes hours on one core. */
  private static final String LONG =
      "spark.range(0, 1_000_000_000_000L, 1, 1).filter(\"hash(id) = 5\").count()";

  @Test
  void aSessionStartsByProfileAndSettingsAndShowsNoSecret() {
    assertThat(ok("%spark start --profile one --conf spark.sql.shuffle.partitions=5").result())
        .contains("on local[1]");
    assertThat(ok("%spark conf shuffle.partitions").result()).containsPattern("partitions +5");
    ok("%spark stop");
    assertThat(ok("%spark start --conf spark.x.password=hidden1").result()).contains("on local[2]");
    Run conf = ok("%spark conf");
    assertThat(conf.result())
        .containsPattern("spark.sql.shuffle.partitions +3")
        .contains("(redacted)");
    assertThat(conf.outputs().toString()).doesNotContain("s3cr3t").doesNotContain("hidden1");
    assertThat(ok("%spark profiles").result()).containsPattern("default +local\\[2] +two threads");
    Run fixed = client.execute("%spark stop\n%spark start --conf spark.hadoop.some.token=other");
    assertThat(fixed.trace()).contains("is fixed by the profile 'default'", "line 7");
    assertThat(client.execute("%spark start --profile noe").trace()).contains("did you mean one?");
  }

  @Test
  void besideNeighboursAClusterIsRefusedWithWhatToChoose() {
    String cluster = "spark://127.0.0.1:7077";
    ok(
        "System.setProperty(\"decisionlab.neighbours\", \"true\");"
            + " String served = System.clearProperty(\"spark.repl.class.outputDir\");");
    try {
      Run magic = client.execute("%spark start --master " + cluster);
      assertThat(magic.trace().lines()).hasSize(1);
      assertThat(magic.trace())
          .contains(cluster, "get no classes of cells", "spark.decisionlab.functions=off")
          .contains("docs/facility.md");
      Run built =
          client.execute(
              "org.apache.spark.sql.SparkSession.builder().master(\""
                  + cluster
                  + "\").getOrCreate()");
      assertThat(built.status()).isEqualTo("error");
      assertThat(built.trace()).contains("get no classes of cells");
      assertThat(ok("spark.range(9).count()").result()).isEqualTo("9");
    } finally {
      ok(
          "System.clearProperty(\"decisionlab.neighbours\");"
              + " System.setProperty(\"spark.repl.class.outputDir\", served);");
    }
  }

  @Test
  void theLogAndTheSettingsShowNoSecrets() {
    ok(
        "%spark start --conf spark.redaction.regex=nothing"
            + " --conf spark.hadoop.my.access.key=hush1 --conf spark.my.url=https://me:hush2@host");
    Run conf = ok("%spark conf my");
    assertThat(conf.outputs().toString())
        .contains("spark.hadoop.my.access.key", "spark.my.url")
        .doesNotContain("hush");
    ok(
        "org.apache.logging.log4j.LogManager.getLogger(\"org.apache.spark.probe\")"
            + ".info(\"opened with password=hush3 and https://me:hush4@host\");");
    ok("%spark stop");
    Run log = ok("%spark logs -n 1000");
    assertThat(log.outputs().toString())
        .contains("opened with password")
        .doesNotContain("hush3")
        .doesNotContain("hush4");
  }

  @Test
  void theLogIsAFileWhoseLastLinesAreShown() {
    ok("spark.range(3).count()");
    Run log = ok("%spark logs -n 5");
    assertThat(log.result().lines().toList()).hasSize(6);
    assertThat(log.result()).contains("INFO", "spark-" + process.handle().pid() + ".log");
    assertThat(log.stdout()).isEmpty();
  }

  @Test
  void pagesAreLinkedUnderTheHubAndTheirLinksToo() {
    String link = ok("%spark start --conf spark.ui.enabled=true\n%spark ui").result();
    Matcher port = Pattern.compile("/user/ada/proxy/(\\d+)/jobs/").matcher(link);
    assertThat(port.find()).as(link).isTrue();
    String page =
        ok("new String(new java.net.URL(\"http://127.0.0.1:"
                + port.group(1)
                + "/jobs/\").openStream().readAllBytes())")
            .result();
    assertThat(page).contains("href=\"/user/ada/proxy/" + port.group(1) + "/stages/\"");
    assertThat(page).doesNotContain("href=\"/stages/");
    assertThat(client.execute("%spark stop\n%spark start --conf spark.ui.killEnabled=true").trace())
        .contains("spark.ui.killEnabled must be false");
  }

  @Test
  void jobsAreListedByCellAndCancelledByNumberCellOrAll() {
    Run background =
        ok(
            """
            var job = java.util.concurrent.CompletableFuture.supplyAsync(() -> %s);
            while (sc.sc().statusTracker().getActiveJobIds().length == 0) { Thread.onSpinWait(); }
            """
                .formatted(LONG));
    String label = "Cell " + background.reply().get("execution_count").getAsInt();
    String jobs = ok("%spark jobs").result();
    assertThat(jobs).contains(label).contains("running");
    assertThat(ok("%spark cancel Cell 9999").result()).contains("No such job");
    assertThat(ok("%spark cancel " + label).result()).contains("Told to end");
    awaitResult("job.isDone()", "true");
    assertThat(ok("%spark jobs").result()).contains("cancelled");
    assertThat(ok("%spark cancel all").result()).contains("No job is at work");
    assertThat(client.execute("%spark cancel jbo").trace()).contains("is no number of a job");
  }

  @Test
  void interruptEndsTheJobsOfASessionThatTheCellBuildsItselfAndNoOther() {
    ok("%spark stop");
    Run run =
        client.interrupted(
            """
            SparkSession mine = SparkSession.builder().master("local[2]").getOrCreate();
            new Thread(() -> {
              while (mine.sparkContext().statusTracker().getActiveJobIds().length == 0) {
                Thread.onSpinWait();
              }
              System.out.println("runs");
            }).start();
            mine.range(0, 1_000_000_000_000L, 1, 1).filter("hash(id) = 5").count()
            """);
    assertThat(run.error()).as(run.trace()).isEqualTo("Interrupted");
    awaitResult("sc.sc().statusTracker().getActiveJobIds().length", "0");
  }

  @Test
  void whatIgnoresAnInterruptIsReported() {
    Run run =
        client.interrupted(
            """
            sc.parallelize(List.of(1), 1).map(x -> {
              System.out.println("runs");
              return java.util.stream.LongStream.range(0, 3_000_000_000L).sum();
            }).count()
            """);
    assertThat(run.error()).isEqualTo("Interrupted");
    assertThat(run.outputs().toString()).contains("still runs", "1 task(s) of job");
  }

  @Test
  void sqlBindsValuesDeclaresSamplesAndDraws() {
    ok("String evil = \"x' OR '1'='1\"; int most = 3; String table = \"numbers\";");
    ok(
        "%%sql -q\nCREATE OR REPLACE TEMP VIEW numbers AS SELECT id, id * id AS square FROM range(9)");
    assertThat(ok("%%sql\nSELECT count(*) AS n FROM numbers WHERE '${evil}' = 'x'").result())
        .containsPattern("n\nbigint\n +0");
    assertThat(ok("%%sql\nSELECT ${evil} AS text, ${most} AS n").result())
        .containsPattern("x' OR '1'='1 +3");
    ok("%%sql -q -o few\nSELECT * FROM IDENTIFIER(${table}) WHERE id < ${most}");
    assertThat(ok("few.count()").result()).isEqualTo("3");
    assertThat(ok("few.schema().fieldNames()[1]").result()).contains("square");
    ok("%%sql -q -r 0.5 -o some\nSELECT * FROM range(10000)");
    assertThat(Integer.parseInt(ok("some.count()").result())).isBetween(4500, 5500);
    Run two = ok("%%sql\nSELECT 1 AS one; SELECT 2 AS two");
    assertThat(two.data("display_data", "text/plain")).contains("one");
    assertThat(two.result()).contains("two");
    for (String plot : List.of("line id square", "bar id square", "scatter id square", "hist id")) {
      Run drawn = ok("%%sql --plot " + plot + "\nSELECT * FROM numbers");
      assertThat(drawn.outputs().toString()).as(plot).contains("image/");
    }
    refused("%%sql\nSELECT ${nosuch}", "${nosuch} has no value", "nosuch");
    refused("%%sql\nSELECT * FROM ${table}", "IDENTIFIER(${...})");
    refused("%%sql\nSELECT * FROM n${table}", "is part of a name");
    refused("%%sql\nSELECT 1; SELEC 2", "statement 2 of 2 (line 2 of the cell)");
    refused("%%sql --plot pie id square\nSELECT * FROM numbers", "--plot knows");
    refused("%%sql --plot line id nothing\nSELECT * FROM numbers", "no column 'nothing'");
  }

  @Test
  void theFrontEndOfSparkMonitorIsAnswered() {
    ok("spark.range(3).count()");
    JsonObject open = new JsonObject();
    open.addProperty("comm_id", "monitor-1");
    open.addProperty("target_name", "SparkMonitor");
    open.add("data", JsonParser.parseString("{\"msgtype\":\"openfromfrontend\"}"));
    client.send("shell", "comm_open", open);
    client.await(m -> m.type().equals("comm_msg") && m.content().toString().contains("commopen"));
    List<String> events = new ArrayList<>();
    ok("spark.range(0, 100, 1, 2).count()").outputs().forEach(m -> events.add(monitored(m)));
    for (String event :
        List.of(
            "sparkApplicationStart",
            "sparkJobStart",
            "sparkStageSubmitted",
            "sparkStageCompleted",
            "sparkJobEnd",
            "sparkTaskStart",
            "sparkTaskEnd")) {
      if (!events.contains(event)) {
        client.await(m -> event.equals(monitored(m)));
      }
    }
  }

  @Test
  void tablesColumnsAndFlagsAreCompleted() {
    ok("%%sql -q\nCREATE OR REPLACE TEMP VIEW openings AS SELECT 1 AS lfn, 2 AS size_bytes");
    assertThat(completions("%%sql\nSELECT * FROM open")).contains("openings");
    assertThat(completions("%%sql\nSELECT o.siz| FROM openings o")).containsExactly("size_bytes");
    assertThat(completions("%%sql --pl")).contains("--plot");
    assertThat(completions("%spark start --pro")).contains("--profile");
  }

  private List<String> completions(String code) {
    int bar = code.indexOf('|');
    JsonObject content = new JsonObject();
    content.addProperty("code", code.replace("|", ""));
    content.addProperty("cursor_pos", bar < 0 ? code.length() : bar);
    JsonArray matches =
        client.request("shell", "complete_request", content).getAsJsonArray("matches");
    List<String> texts = new ArrayList<>();
    matches.forEach(match -> texts.add(match.getAsString()));
    return texts;
  }

  private static String monitored(Received message) {
    if (!message.type().equals("comm_msg")) {
      return "";
    }
    JsonObject data = message.content().getAsJsonObject("data");
    return data.has("msg")
        ? JsonParser.parseString(data.get("msg").getAsString())
            .getAsJsonObject()
            .get("msgtype")
            .getAsString()
        : "";
  }

  private void refused(String cell, String... parts) {
    Run run = client.execute(cell);
    assertThat(run.status()).as(cell).isEqualTo("error");
    assertThat(run.trace()).as(cell).contains(parts).doesNotContain("    at ");
  }

  private void awaitResult(String expression, String value) {
    String last = "";
    for (int attempt = 0; attempt < 150 && !last.equals(value); attempt++) {
      last = ok(expression).result();
      if (!last.equals(value)) {
        client.poll(Duration.ofMillis(200), message -> false);
      }
    }
    assertThat(last).as(expression).isEqualTo(value);
  }
}
