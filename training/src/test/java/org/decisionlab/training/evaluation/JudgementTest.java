// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class JudgementTest {

  @Test
  void theTwoRulesByHand() {
    Table table =
        Table.create(
            FloatColumn.create("file_accesses", 0f, 3f, 1f, 0f),
            FloatColumn.create("file_idle", 8f, 1f, 5f, 8f));
    assertThat(Baseline.SEEN_BEFORE.score(table)).containsExactly(0, 1, 1, 0);
    assertThat(Baseline.LAST_GAP.score(table)).containsExactly(-8, -1, -5, -8);
  }

  /** Rows whose label follows a hidden chance; the idle time tells it with noise. */
  private static Table world(int rows, double noise, int rowsPerFile) {
    Random random = new Random(11);
    Table table =
        Table.create(
            FloatColumn.create("file_accesses", rows),
            FloatColumn.create("file_idle", rows),
            FloatColumn.create("chance", rows),
            StringColumn.create("lfn", rows),
            BooleanColumn.create("label", rows));
    float chance = 0;
    boolean reused = false;
    for (int i = 0; i < rows; i++) {
      if (i % rowsPerFile == 0) {
        chance = random.nextFloat();
        reused = random.nextFloat() < chance;
      }
      table.floatColumn("chance").set(i, chance);
      table.floatColumn("file_accesses").set(i, chance > 0.5 ? 1f : 0f);
      table.floatColumn("file_idle").set(i, (float) (1 - chance + noise * random.nextGaussian()));
      table.stringColumn("lfn").set(i, "file" + i / rowsPerFile);
      table.booleanColumn("label").set(i, reused);
    }
    return table;
  }

  @Test
  void aBetterModelIsCalledBetter() {
    Table table = world(4000, 1, 1);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    Judgement judgement = Judgement.of(table, "label", probabilities);
    assertThat(judgement.rows()).isEqualTo(4000);
    assertThat(judgement.contests()).hasSize(2);
    Judgement.Contest lastGap = judgement.contests().get(1);
    assertThat(lastGap.gain().value()).isEqualTo(judgement.auc() - lastGap.auc());
    assertThat(lastGap.gain().low()).isPositive().isLessThan(lastGap.gain().value());
    assertThat(lastGap.sentence()).startsWith("The model is better than \"last gap\"");
    assertThat(judgement.table().stringColumn("scorer").asList())
        .containsExactly("model", "seen before", "last gap");
    assertThat(judgement.summary()).contains("4,000 rows", "better than");
  }

  @Test
  void anEqualModelIsWithinNoise() {
    Table table = world(400, 0.02, 1);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    Judgement.Contest lastGap = Judgement.of(table, "label", probabilities).contests().get(1);
    assertThat(lastGap.gain().excludesZero()).isFalse();
    assertThat(lastGap.sentence()).contains("no difference beyond noise");
  }

  @Test
  void aWorseModelIsCalledWorse() {
    Table table = world(4000, 0, 1);
    float[] reversed = table.floatColumn("file_idle").asFloatArray();
    assertThat(Judgement.of(table, "label", reversed).contests().get(0).sentence())
        .contains("WORSE");
  }

  @Test
  void rowsOfOneFileSayTheSameThingOnce() {
    Table table = world(4000, 1, 20);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    double together = width(Judgement.of(table, "label", probabilities));
    double apart = width(Judgement.of(table.removeColumns("lfn"), "label", probabilities));
    assertThat(together)
        .as("twenty copies of each row do not make the interval narrow")
        .isGreaterThan(2 * apart);
  }

  @Test
  void filesOfOneDatasetSayTheSameThingOnce() {
    Table table = world(4000, 1, 20);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    double oneFile = width(Judgement.of(table, "label", probabilities));
    for (int i = 0; i < table.rowCount(); i++) {
      String dataset = "/store/mc/Campaign/Process" + i / 20 + "/AODSIM/conditions-v1/10000/";
      table.stringColumn("lfn").set(i, dataset + i + ".root");
    }
    assertThat(width(Judgement.of(table, "label", probabilities))).isEqualTo(oneFile);
  }

  /** Drawn again, a single dataset is always itself: an interval without width would be a lie. */
  @Test
  void fewDatasetsTellNothing() {
    Table table = world(4000, 1, 1);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    for (int i = 0; i < table.rowCount(); i++) {
      table.stringColumn("lfn").set(i, "/directory" + i % 9 + "/file" + i);
    }
    Judgement.Contest lastGap = Judgement.of(table, "label", probabilities).contests().get(1);
    assertThat(lastGap.gain().low()).isEqualTo(-1);
    assertThat(lastGap.gain().high()).isEqualTo(1);
    assertThat(lastGap.sentence()).contains("no difference beyond noise");
  }

  private static double width(Judgement judgement) {
    Bootstrap.Interval gain = judgement.contests().get(0).gain();
    return gain.high() - gain.low();
  }

  @Test
  void theSeedDecidesTheInterval() {
    Table table = world(500, 1, 1);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    Judgement first = Judgement.of(table, "label", probabilities);
    assertThat(Judgement.of(table, "label", probabilities)).isEqualTo(first);
    Judgement other =
        Judgement.of(table, "label", probabilities, Baseline.all(), new Bootstrap(500, 0.95, 2));
    assertThat(other.contests()).isNotEqualTo(first.contests());
  }

  @Test
  void refusesATableWithoutTheRulesColumns() {
    Table table = world(50, 1, 1);
    float[] probabilities = table.floatColumn("chance").asFloatArray();
    assertThatThrownBy(() -> Judgement.of(table.removeColumns("file_idle"), "label", probabilities))
        .hasMessageContaining("no column 'file_idle'");
    assertThatThrownBy(() -> new Bootstrap(10, 0.95, 1)).hasMessageContaining("20 or more");
  }
}
