// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.decisionlab.kernel.engine.Pieces;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever a cell holds, the kernel answers it, becomes idle, and stays right.
 *
 * <p>A cell that is refused before anything of it runs is run again piece by piece: one of the
 * pieces must be refused too.
 *
 * <p>System properties: {@code decisionlab.fuzz.cells} (how many, 400), {@code
 * decisionlab.fuzz.seed}, {@code decisionlab.fuzz.first} (number of the first cell, 0), {@code
 * decisionlab.fuzz.patience} (milliseconds until a cell is interrupted, 2000).
 */
class FuzzTest extends RunningKernel {

  private static final int CELLS = Integer.getInteger("decisionlab.fuzz.cells", 400);
  private static final long SEED = Long.getLong("decisionlab.fuzz.seed", 20_261_121);
  private static final int FIRST = Integer.getInteger("decisionlab.fuzz.first", 0);
  private static final Duration UNTIL_INTERRUPT =
      Duration.ofMillis(Long.getLong("decisionlab.fuzz.patience", 2000));
  private static final Predicate<String> MAGIC =
      Pattern.compile("\\s*(?:[\\w.]+\\s+)*(?:\\w+\\s*=\\s*)?%.*").asMatchPredicate();
  private static final int BATCH = Integer.getInteger("decisionlab.fuzz.batch", 20);

  private final RandomCells cells = new RandomCells(SEED);
  private final Pieces pieces = new Pieces();
  private int compared;

  @AfterEach
  void closePieces() {
    pieces.close();
  }

  @Test
  void noCellKillsOrWedgesTheKernel() {
    int interrupted = 0;
    for (int number = FIRST; number < FIRST + CELLS; number++) {
      String cell = cells.cell(number);
      try {
        interrupted += execute(cell, cells.random(-number)) ? 1 : 0;
        ask(cell, cells.random(-number));
        if (number % BATCH == BATCH - 1) {
          probe(number);
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(report(number, cell), e);
      }
    }
    probe(FIRST + CELLS);
    System.out.printf(
        "fuzz: seed %d, %d cells from %d, %d interrupted, %d refused and run in pieces%n",
        SEED, CELLS, FIRST, interrupted, compared);
  }

  /** Runs a cell; returns whether it had to be interrupted. */
  private boolean execute(String cell, SplittableRandom random) {
    JsonObject options = new JsonObject();
    options.addProperty("allow_stdin", false);
    options.addProperty("silent", random.nextInt(10) == 0);
    options.addProperty("store_history", random.nextInt(10) != 0);
    String id = client.submit(cell, options);
    boolean looping =
        !client.poll(UNTIL_INTERRUPT, m -> m.channel().equals("shell") && m.parent().equals(id));
    if (looping) {
      client.request("control", "interrupt_request", new JsonObject());
    }
    Run run = client.finish(id);
    assertThat(run.status()).isIn("ok", "error", "aborted");
    if (isRefused(run)) {
      runApart(cell, run.trace());
    }
    return looping;
  }

  private static boolean isRefused(Run run) {
    return run.status().equals("error") && run.error().equals("CompileException");
  }

  private Run runOnce(String cell) {
    String id = client.submit(cell, new JsonObject());
    if (!client.poll(UNTIL_INTERRUPT, m -> m.channel().equals("shell") && m.parent().equals(id))) {
      client.request("control", "interrupt_request", new JsonObject());
    }
    return client.finish(id);
  }

  /** What was refused as a whole is refused somewhere when it is not seen as a whole. */
  private void runApart(String cell, String refusal) {
    List<String> parts = cell.lines().anyMatch(MAGIC) ? List.of() : pieces.of(cell);
    if (parts.size() < 2 || !isRefused(runOnce(cell))) {
      return;
    }
    compared++;
    boolean refused = false;
    for (String part : parts) {
      Run run = runOnce(part);
      refused |=
          isRefused(run)
              || run.stream("stderr").contains("usable only when")
              || run.stream("stderr").contains("cannot be used");
    }
    assertThat(refused).as("refused as a whole, but not in pieces: %s", refusal).isTrue();
  }

  /** Sends some of the cells, cut at any place, as the questions of a front end. */
  private void ask(String cell, SplittableRandom random) {
    if (random.nextInt(5) != 0) {
      return;
    }
    JsonObject content = new JsonObject();
    content.addProperty("code", cell);
    content.addProperty("cursor_pos", random.nextInt(cell.codePointCount(0, cell.length()) + 1));
    content.addProperty("detail_level", random.nextInt(2));
    String question =
        List.of("complete", "inspect", "is_complete").get(random.nextInt(3)) + "_request";
    assertThat(client.request("shell", question, content).get("status"))
        .as(question)
        .isInstanceOf(JsonPrimitive.class);
  }

  private void probe(int number) {
    assertThat(process.handle().isAlive()).as("the process lives").isTrue();
    Run run = client.execute("6 * 7 + " + number);
    assertThat(run.reply().get("status").getAsString()).as("%s", run.reply()).isEqualTo("ok");
    assertThat(run.result()).isEqualTo(String.valueOf(42 + number));
  }

  private String report(int number, String cell) {
    return "seed %d, cell %d (at most %d cells before it since the kernel was last seen right), within %s; -Ddecisionlab.fuzz.seed=%d -Ddecisionlab.fuzz.first=%d -Ddecisionlab.fuzz.cells=1\n%s\n--- the log of the process ends\n%s"
        .formatted(
            SEED,
            number,
            number % BATCH,
            KernelProcess.PATIENCE,
            SEED,
            number,
            new JsonPrimitive(cell),
            logEnd());
  }

  private String logEnd() {
    try {
      String log = process.log();
      return log.substring(Math.max(0, log.length() - 2000));
    } catch (IOException e) {
      return "cannot be read: " + e;
    }
  }
}
