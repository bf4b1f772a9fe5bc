// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Answers caches. Every question is itself an opening of the file, remembered after it was
 * answered, so the features of the next question are those of the records that the caches will
 * report.
 *
 * <p>Each layer of caches has a history of its own, because what an outer layer sees of a file is
 * only what the inner layer missed. Histories are not thread safe: questions are let in one at a
 * time, in the order of their instants.
 */
public final class DecisionDesk {

  /** Most layers that are remembered; a question of a further one is answered by default. */
  public static final int MAX_LAYERS = 8;

  private static final System.Logger LOG = System.getLogger(DecisionDesk.class.getName());

  private final Supplier<@Nullable DecisionModel> model;
  private final DeskSettings settings;
  private final Clock clock;
  private final Map<String, Layer> layers = new HashMap<>();
  private long questions;
  private long stored;
  private long byModel;
  private long modelFailures;
  private String reported = "";

  private static final class Layer {
    private final FileHistory history;
    private Instant latest = Instant.MIN;

    Layer(FileHistory history) {
      this.history = history;
    }
  }

  /**
   * A desk that remembers nothing yet.
   *
   * @param model the model that answers at the moment, null when there is none
   * @param settings bounds and validity of answers
   * @param clock tells the instant of a question
   */
  public DecisionDesk(Supplier<@Nullable DecisionModel> model, DeskSettings settings, Clock clock) {
    this.model = model;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Answers one question and remembers it as an opening.
   *
   * @throws RefusedException when the question tells its instant and the desk does not replay, or
   *     that instant is before that of an earlier question of the layer
   */
  public synchronized Answer answer(Question question) {
    if (question.timeMillis() != null && !settings.replay()) {
      throw RefusedException.malformed(
          "'time_ms' is accepted only by a sidecar that was started with --replay");
    }
    Layer layer = layers.get(question.layer());
    if (layer == null) {
      if (layers.size() == MAX_LAYERS) {
        return counted(CacheDecision.byDefault(true), null);
      }
      layer = new Layer(new FileHistory(FileHistory.DEFAULT_RETENTION, settings.filesPerLayer()));
      layers.put(question.layer(), layer);
    }
    Instant at = instantOf(question, layer);
    layer.latest = at;
    AccessRecord opening = AccessRecord.of(question.lfn(), at, question.sizeBytes());
    LogicalFileName name = LogicalFileName.parse(question.lfn());
    Answer answer = answer(opening, layer.history.before(name, at), question.explain());
    layer.history.add(name, opening);
    return answer;
  }

  /** What was asked and answered so far. */
  public synchronized DeskCounters counters() {
    long files = 0;
    long late = 0;
    long truncations = 0;
    for (Layer layer : layers.values()) {
      files += layer.history.files();
      late += layer.history.late();
      truncations += layer.history.truncations();
    }
    return new DeskCounters(
        questions,
        stored,
        byModel,
        questions - byModel,
        modelFailures,
        layers.size(),
        files,
        late,
        truncations);
  }

  private Instant instantOf(Question question, Layer layer) {
    Long told = question.timeMillis();
    if (told == null) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      return now.isBefore(layer.latest) ? layer.latest : now;
    }
    Instant at = Instant.ofEpochMilli(told);
    if (at.isBefore(layer.latest)) {
      throw RefusedException.malformed(
          "'time_ms' goes back: "
              + at
              + " is before "
              + layer.latest
              + ", the latest question of layer '"
              + question.layer()
              + "'");
    }
    return at;
  }

  private Answer answer(AccessRecord opening, FileStats stats, boolean explain) {
    DecisionModel asked = model.get();
    if (asked == null) {
      return counted(CacheDecision.byDefault(true), null);
    }
    try {
      return answer(asked, opening, stats, explain);
    } catch (RetiredModelException e) {
      return answer(opening, stats, explain);
    }
  }

  private Answer answer(
      DecisionModel asked, AccessRecord opening, FileStats stats, boolean explain) {
    try {
      CacheDecision decision = asked.policy().decide(opening, stats);
      Double score = decision.score();
      if (score == null) {
        failed(asked, "its answer is not a probability", null);
        return counted(decision, null);
      }
      return counted(decision, explain ? explanation(asked, score, opening, stats) : null);
    } catch (RetiredModelException e) {
      throw e;
    } catch (RuntimeException e) {
      failed(asked, "it cannot be asked", e);
      return counted(CacheDecision.byDefault(true), null);
    }
  }

  /** The first failure of a version is logged, all are counted. */
  private void failed(DecisionModel asked, String how, @Nullable Throwable fault) {
    modelFailures++;
    String version = asked.name() + " version " + asked.version();
    if (!version.equals(reported)) {
      reported = version;
      LOG.log(Level.ERROR, "model " + version + " failed: " + how + "; files are stored", fault);
    }
  }

  private static Explanation explanation(
      DecisionModel asked, double score, AccessRecord opening, FileStats stats) {
    FeatureMap features = asked.features();
    return new Explanation(
        score, asked.threshold(), features.names(), features.vectorOf(opening, stats));
  }

  private Answer counted(CacheDecision decision, @Nullable Explanation explanation) {
    questions++;
    stored += decision.store() ? 1 : 0;
    boolean answeredByModel = decision.reason() != CacheDecision.Reason.DEFAULT;
    byModel += answeredByModel ? 1 : 0;
    return new Answer(decision, settings.secondsFor(decision), explanation);
  }
}
