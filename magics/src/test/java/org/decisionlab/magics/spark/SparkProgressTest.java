// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cell shows while its Spark jobs are at work. */
class SparkProgressTest extends SparkCellsKernel {

  private static final String PROGRESS = "decisionlab-spark-progress";
  private static final Pattern SHARE = Pattern.compile("aria-valuenow=\"(\\d+)\"");
  private static final int NO_SHARE = -1;

  /** That nothing comes can be told by time alone: twice what it takes where something does. */
  private static final Duration ENOUGH_TO_SHOW = Duration.ofSeconds(2);

  @Test
  void progressOfAnAdaptiveQueryNeverGoesBackAndEndsAtOneHundred(@TempDir Path gates)
      throws Exception {
    ok("spark.range(10).count()");
    // Two rows a task, two tasks at a time: each gate holds two of the six tasks.
    String cell =
        client.submit(
            """
            spark.udf().register("held", (org.apache.spark.sql.api.java.UDF1<Long, Long>) x -> {
              %s
              return x %% 3;
            }, org.apache.spark.sql.types.DataTypes.LongType);
            spark.range(0, 12, 1, 6).selectExpr("held(id) AS k").groupBy("k").count()
                .orderBy("k").collectAsList().size()
            """
                .formatted(heldBy(gates, "x / 4")));
    int seen = 0;
    for (int gate = 0; gate < 2; gate++) {
      Files.createFile(gates.resolve(String.valueOf(gate)));
      int least = seen + 1;
      seen = share(client.await(m -> m.parent().equals(cell) && share(m) >= least));
    }
    Files.createFile(gates.resolve("2"));
    Run run = client.finish(cell);
    assertThat(run.status()).as(run.toString()).isEqualTo("ok");
    assertThat(run.result()).isEqualTo("3");
    List<Received> shown = progress(run);
    assertThat(shown.get(0).type()).isEqualTo("display_data");
    assertThat(shown.stream().skip(1)).allMatch(m -> m.type().equals("update_display_data"));
    assertThat(shown.stream().map(m -> id(m)).distinct()).hasSize(1);
    int before = 0;
    for (Received each : shown.subList(0, shown.size() - 1)) {
      if (share(each) != NO_SHARE) {
        assertThat(share(each)).isBetween(before, 99);
        before = share(each);
      }
    }
    assertThat(before).isGreaterThanOrEqualTo(seen);
    String last = html(shown.get(shown.size() - 1));
    assertThat(last).contains("<details>", "done", "skipped").doesNotContain("progressbar");
    Matcher tasks = Pattern.compile("(\\d+)/(\\d+) tasks").matcher(last);
    assertThat(tasks.find()).isTrue();
    assertThat(tasks.group(1)).isEqualTo(tasks.group(2));
    Matcher seconds = Pattern.compile("tasks, (\\d+\\.\\d) s").matcher(last);
    assertThat(seconds.find()).as(last).isTrue();
    assertThat(shown.size())
        .as("views, at most four in any second")
        .isLessThanOrEqualTo(4 * (1 + (int) Double.parseDouble(seconds.group(1))));
  }

  @Test
  void shortJobsAndSwitchedOffProgressShowNothing(@TempDir Path gates) throws Exception {
    ok("spark.range(3).count()");
    assertThat(progress(ok("spark.range(5).count()"))).isEmpty();
    ok("%spark progress off");
    assertThat(showsProgressWhileItRuns(gates, "off", ENOUGH_TO_SHOW)).isFalse();
    ok("%spark progress on");
    assertThat(showsProgressWhileItRuns(gates, "on", KernelProcess.PATIENCE)).isTrue();
  }

  /** Whether progress is shown within a time in which a job is at work. */
  private boolean showsProgressWhileItRuns(Path gates, String gate, Duration limit)
      throws Exception {
    String cell =
        client.submit(
            "sc.parallelize(List.of(1), 1).map(x -> { System.out.println(\"runs\"); "
                + heldBy(gates, '"' + gate + '"')
                + " return x; }).count()");
    client.await(m -> m.parent().equals(cell) && m.type().equals("stream"));
    boolean shown = client.poll(limit, m -> m.parent().equals(cell) && isProgress(m));
    Files.createFile(gates.resolve(gate));
    Run run = client.finish(cell);
    assertThat(run.result()).as(run.toString()).isEqualTo("1");
    assertThat(progress(run).isEmpty()).isEqualTo(!shown);
    return shown;
  }

  /**
   * What a task does that is held until the test makes a file.
   *
   * @param name tells in the cell which file of the folder that is
   */
  private static String heldBy(Path gates, String name) {
    return """
        java.nio.file.Path gate = java.nio.file.Path.of("%s", String.valueOf(%s));
        long end = System.nanoTime() + %dL;
        while (!java.nio.file.Files.exists(gate)) {
          if (System.nanoTime() - end > 0) { throw new IllegalStateException(gate + " is not there"); }
          java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        """
        .formatted(gates, name, KernelProcess.PATIENCE.toNanos());
  }

  private static List<Received> progress(Run run) {
    return run.outputs().stream().filter(SparkProgressTest::isProgress).toList();
  }

  private static boolean isProgress(Received message) {
    return message.type().endsWith("display_data")
        && message.content().toString().contains(PROGRESS);
  }

  /** The percentage that a view of progress tells; {@link #NO_SHARE} where it is not known yet. */
  private static int share(Received message) {
    if (!isProgress(message)) {
      return NO_SHARE;
    }
    Matcher share = SHARE.matcher(html(message));
    return share.find() ? Integer.parseInt(share.group(1)) : NO_SHARE;
  }

  private static String html(Received message) {
    return message.content().getAsJsonObject("data").get("text/html").getAsString();
  }

  private static String id(Received message) {
    return message.content().getAsJsonObject("transient").get("display_id").getAsString();
  }
}
