// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/** Collects what is known of the files of one question, and sorts them. */
final class PurgeRanking {

  private final List<FilesQuestion.FileAsked> files;
  private final @Nullable Long needBytes;
  private final @Nullable DecisionModel model;
  private final double[] scores;
  private final long[] lastOpened;
  private final long[] sizes;

  /**
   * Nothing known yet.
   *
   * @param model what scores the files; null to sort them by their last opening only
   */
  PurgeRanking(FilesQuestion question, @Nullable DecisionModel model) {
    this.files = question.files();
    this.needBytes = question.needBytes();
    this.model = model;
    this.scores = new double[files.size()];
    this.lastOpened = new long[files.size()];
    this.sizes = new long[files.size()];
  }

  /**
   * Looks some files up and scores them.
   *
   * @throws IllegalStateException when the model's answer is not a probability
   */
  void look(Layer layer, Instant at, int from, int to) {
    for (int i = from; i < to; i++) {
      FilesQuestion.FileAsked file = files.get(i);
      LogicalFileName name = LogicalFileName.parse(file.lfn());
      FileStats stats = layer.before(name, at);
      lastOpened[i] = lastOpened(file, stats);
      Long size = file.sizeBytes() == null ? stats.sizeBytes() : file.sizeBytes();
      sizes[i] = size == null ? 0 : size;
      scores[i] =
          model == null
              ? Double.NaN
              : score(model, AccessRecord.of(file.lfn(), at, file.sizeBytes()), name, stats);
    }
  }

  private static double score(
      DecisionModel model, AccessRecord file, LogicalFileName name, FileStats stats) {
    CacheDecision decision = model.policy().decide(file, name, stats);
    Double score = decision.score();
    if (score == null) {
      throw new IllegalStateException("the answer is not a probability");
    }
    return score;
  }

  private static long lastOpened(FilesQuestion.FileAsked file, FileStats stats) {
    Instant last = stats.lastAccess();
    long known = last == null ? Long.MIN_VALUE : last.toEpochMilli();
    return file.openedMillis() == null ? known : Math.max(known, file.openedMillis());
  }

  PurgeOrder order() {
    Comparator<Integer> byScore = Comparator.comparingDouble(i -> scores[i]);
    Comparator<Integer> byAge = Comparator.comparingLong(i -> lastOpened[i]);
    int[] order =
        IntStream.range(0, files.size())
            .boxed()
            .sorted(model == null ? byAge : byScore.thenComparing(byAge))
            .mapToInt(Integer::intValue)
            .toArray();
    return new PurgeOrder(order, scores, enough(order), model);
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
