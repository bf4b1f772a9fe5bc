// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/** Collects what is known of the files of one question, and sorts them. */
final class PurgeRanking {

  /** Rows that a model is asked together: what it holds of them meanwhile is bounded. */
  private static final int AT_ONCE = 1_024;

  private final List<FilesQuestion.FileAsked> files;
  private final @Nullable Long needBytes;
  private final LogicalFileName[] names;
  private final FileStats[] stats;
  private final long[] lastOpened;
  private final long[] sizes;
  private float[][] rows = {};
  private float[][] answers = {};
  private Instant at = Instant.EPOCH;

  /** Nothing known yet. */
  PurgeRanking(FilesQuestion question) {
    this.files = question.files();
    this.needBytes = question.needBytes();
    this.names = new LogicalFileName[files.size()];
    this.stats = new FileStats[files.size()];
    this.lastOpened = new long[files.size()];
    this.sizes = new long[files.size()];
  }

  /** Takes some names apart. */
  void parse(int from, int to) {
    for (int i = from; i < to; i++) {
      names[i] = LogicalFileName.parse(files.get(i).lfn());
    }
  }

  /** Looks some files up, of which the names were taken apart. */
  void look(Layer layer, Instant instant, int from, int to) {
    at = instant;
    for (int i = from; i < to; i++) {
      stats[i] = layer.before(Objects.requireNonNull(names[i]), instant);
    }
  }

  /** The rows that a model was asked. */
  float[][] rows() {
    return rows;
  }

  /** Its answers, one number for each row. */
  float[][] answers() {
    return answers;
  }

  /**
   * The order of a model's answers, when all were looked up.
   *
   * @throws IllegalStateException when one is not a probability
   */
  PurgeOrder order(DecisionModel asked) {
    describe();
    rows = new float[files.size()][];
    for (int i = 0; i < rows.length; i++) {
      FilesQuestion.FileAsked file = files.get(i);
      AccessRecord opening = AccessRecord.of(file.lfn(), at, file.sizeBytes());
      rows[i] =
          asked
              .features()
              .vectorOf(
                  opening, Objects.requireNonNull(names[i]), Objects.requireNonNull(stats[i]));
    }
    answers = new float[rows.length][];
    for (int from = 0; from < rows.length; from += AT_ONCE) {
      float[][] some = Arrays.copyOfRange(rows, from, Math.min(from + AT_ONCE, rows.length));
      System.arraycopy(asked.answers().apply(some), 0, answers, from, some.length);
    }
    double[] scores = new double[rows.length];
    for (int i = 0; i < scores.length; i++) {
      float score = answers[i][0];
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalStateException("the answer is not a probability");
      }
      scores[i] = score;
    }
    int[] order =
        sorted(
            (a, b) -> {
              int byScore = Double.compare(scores[a], scores[b]);
              return byScore != 0 ? byScore : byAge(a, b);
            });
    return new PurgeOrder(order, scores, enough(order), asked);
  }

  /** The order of the last openings, when all were looked up. */
  PurgeOrder orderByAge() {
    describe();
    double[] scores = new double[files.size()];
    Arrays.fill(scores, Double.NaN);
    int[] order = sorted(this::byAge);
    return new PurgeOrder(order, scores, enough(order), null);
  }

  private int byAge(int a, int b) {
    return Long.compare(lastOpened[a], lastOpened[b]);
  }

  private void describe() {
    for (int i = 0; i < stats.length; i++) {
      FilesQuestion.FileAsked file = files.get(i);
      FileStats known = Objects.requireNonNull(stats[i]);
      lastOpened[i] = lastOpened(file, known);
      Long size = file.sizeBytes() == null ? known.sizeBytes() : file.sizeBytes();
      sizes[i] = size == null ? 0 : size;
    }
  }

  private static long lastOpened(FilesQuestion.FileAsked file, FileStats stats) {
    Instant last = stats.lastAccess();
    long known = last == null ? Long.MIN_VALUE : last.toEpochMilli();
    return file.openedMillis() == null ? known : Math.max(known, file.openedMillis());
  }

  private int[] sorted(Comparator<Integer> comparison) {
    Integer[] order = new Integer[files.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, comparison);
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  private @Nullable Integer enough(int[] order) {
    if (needBytes == null) {
      return null;
    }
    long freed = 0;
    for (int i = 0; i < order.length; i++) {
      if (freed >= needBytes) {
        return i;
      }
      freed += Math.min(sizes[order[i]], Long.MAX_VALUE - freed);
    }
    return freed >= needBytes ? order.length : null;
  }
}
