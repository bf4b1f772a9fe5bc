// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.training.dataset.TableRows;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a model's probabilities are worth on a window it has not seen, against the trivial rules.
 *
 * @param rows rows judged
 * @param positives rows that were reused
 * @param auc area under the model's ROC curve
 * @param brier mean squared error of its probabilities
 * @param logLoss mean negative log likelihood in nats
 * @param calibration its calibration
 * @param contests the model against each rule
 */
public record Judgement(
    int rows,
    int positives,
    double auc,
    double brier,
    double logLoss,
    Calibration calibration,
    List<Contest> contests) {

  /** Column of file names; rows of one group of files are drawn together for intervals. */
  public static final String FILE_COLUMN = "lfn";

  /**
   * The model against one rule.
   *
   * @param baseline name of the rule
   * @param auc area under the rule's ROC curve
   * @param gain AUC of the model minus AUC of the rule, with its interval
   */
  public record Contest(String baseline, double auc, Bootstrap.Interval gain) {

    /** One sentence: better, worse, or within noise. */
    public String sentence() {
      String verdict =
          !gain.excludesZero()
              ? "no difference beyond noise from"
              : gain.value() > 0 ? "better than" : "WORSE than";
      return String.format(
          Locale.ROOT,
          "The model is %s \"%s\": AUC difference %+.3f, interval %+.3f to %+.3f.",
          verdict,
          baseline,
          gain.value(),
          gain.low(),
          gain.high());
    }
  }

  /** Copies the list. */
  public Judgement {
    contests = List.copyOf(contests);
  }

  /** Judges against both rules of {@link Baseline#all()} with the standard {@link Bootstrap}. */
  public static Judgement of(Table test, String label, float[] probabilities) {
    return of(test, label, probabilities, Baseline.all(), Bootstrap.standard());
  }

  /**
   * Judges a model.
   *
   * @param test the rows; where it has a column {@value #FILE_COLUMN}, rows of one group of files
   *     ({@link LogicalFileName#group}) are drawn together for the intervals
   * @param label name of the label column
   * @param probabilities what the model says of each row
   * @param baselines the rules; their columns must be in the table
   * @param bootstrap how the intervals are found
   * @throws IllegalArgumentException when a column or value is refused, the lengths differ, or all
   *     labels are equal
   */
  public static Judgement of(
      Table test,
      String label,
      float[] probabilities,
      List<Baseline> baselines,
      Bootstrap bootstrap) {
    boolean[] labels = TableRows.labels(test, label);
    double[] scores = Metrics.widened(probabilities);
    Metrics.requireProbabilities(labels, scores);
    int[] clusters = clusters(test);
    List<Contest> contests = new ArrayList<>();
    for (Baseline baseline : baselines) {
      double[] rule = baseline.score(test);
      contests.add(
          new Contest(
              baseline.name(),
              Metrics.auc(labels, rule),
              bootstrap.aucDifference(labels, scores, rule, clusters)));
    }
    int positives = 0;
    for (boolean reused : labels) {
      positives += reused ? 1 : 0;
    }
    return new Judgement(
        labels.length,
        positives,
        Metrics.auc(labels, scores),
        Metrics.brier(labels, scores),
        Metrics.logLoss(labels, scores),
        Calibration.of(labels, scores),
        contests);
  }

  /** A task opens a whole dataset: what happens to its files happens to all of them together. */
  private static int[] clusters(Table test) {
    int[] clusters = new int[test.rowCount()];
    boolean hasFiles = test.containsColumn(FILE_COLUMN);
    Map<Object, Integer> numbers = new HashMap<>();
    for (int row = 0; row < clusters.length; row++) {
      Object group =
          hasFiles
              ? LogicalFileName.parse(test.column(FILE_COLUMN).getString(row)).group()
              : (Object) row;
      Integer number = numbers.putIfAbsent(group, numbers.size());
      clusters[row] = number == null ? numbers.size() - 1 : number;
    }
    return clusters;
  }

  /**
   * The model and the rules as a table; a rule gives no probabilities, so it has no Brier score.
   */
  public Table table() {
    Table table =
        Table.create(
            "judgement",
            StringColumn.create("scorer"),
            DoubleColumn.create("AUC"),
            DoubleColumn.create("model gain"),
            DoubleColumn.create("gain low"),
            DoubleColumn.create("gain high"),
            DoubleColumn.create("Brier"),
            DoubleColumn.create("log loss"),
            DoubleColumn.create("calibration error"));
    append(table, "model", auc, Double.NaN, Double.NaN, Double.NaN);
    table.doubleColumn("Brier").set(0, brier);
    table.doubleColumn("log loss").set(0, logLoss);
    table.doubleColumn("calibration error").set(0, calibration.expectedError());
    for (Contest c : contests) {
      append(table, c.baseline(), c.auc(), c.gain().value(), c.gain().low(), c.gain().high());
    }
    return table;
  }

  private static void append(Table table, String name, double... figures) {
    table.stringColumn(0).append(name);
    for (int c = 1; c < table.columnCount(); c++) {
      table.doubleColumn(c).append(c <= figures.length ? figures[c - 1] : Double.NaN);
    }
  }

  /** What can be said, one sentence per rule and one about calibration. */
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d rows, %.1f %% reused. AUC %.3f, Brier %.3f, log loss %.3f.%n",
            rows,
            100.0 * positives / rows,
            auc,
            brier,
            logLoss));
    contests.forEach(contest -> text.append(contest.sentence()).append('\n'));
    text.append(
        String.format(
            Locale.ROOT,
            "Its probabilities are off by %.3f on average (expected calibration error).",
            calibration.expectedError()));
    return text.toString();
  }
}
