// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FeatureMap;
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
 * time, in the order of their instants. Questions about many files let others in between.
 */
public final class DecisionDesk {

  /** Most layers that are remembered; a question of a further one is answered by default. */
  public static final int MAX_LAYERS = 8;

  private static final System.Logger LOG = System.getLogger(DecisionDesk.class.getName());

  /** Files after which a question about many lets others in: about a millisecond's work. */
  private static final int PIECE = 128;

  /** Reports that come later than this are of a past that features no longer fit. */
  private static final Duration LATEST_REPORT = Duration.ofMinutes(10);

  private static final int MAX_NODES = 1_024;

  private final Supplier<@Nullable DecisionModel> model;
  private final DeskSettings settings;
  private final Clock clock;
  private final @Nullable Journal journal;
  private final Map<String, Layer> layers = new HashMap<>();
  private final Outcomes outcomes = new Outcomes();
  private final Map<String, Long> lastReports =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_NODES;
        }
      };
  private long questions;
  private long stored;
  private long byModel;
  private long modelFailures;
  private String reported = "";

  /**
   * What became of a report.
   *
   * @param accepted openings remembered
   * @param late openings too old to be remembered
   * @param repeated whether the report had been told before, and was passed over
   */
  public record Heard(int accepted, int late, boolean repeated) {}

  /** A file that is asked about, and what was known of it before. */
  private record Looked(AccessRecord opening, LogicalFileName name, FileStats stats) {}

  /**
   * A desk that remembers nothing yet.
   *
   * @param model the model that answers at the moment, null when there is none
   * @param settings bounds and validity of answers
   * @param clock tells the instant of a question
   * @param journal where openings are written down; null for nowhere
   */
  public DecisionDesk(
      Supplier<@Nullable DecisionModel> model,
      DeskSettings settings,
      Clock clock,
      @Nullable Journal journal) {
    this.model = model;
    this.settings = settings;
    this.clock = clock;
    this.journal = journal;
  }

  /** Remembers an opening of an earlier life; it is neither counted nor written down again. */
  public synchronized void restore(Journal.Opening opening) {
    Layer layer = layer(opening.layer());
    if (layer != null) {
      AccessRecord record = opening.record();
      layer.add(LogicalFileName.parse(record.lfn()), record);
    }
  }

  /**
   * Answers one question and remembers it as an opening.
   *
   * @throws RefusedException when the question tells its instant and the desk does not replay, or
   *     that instant is before that of an earlier question of the layer
   */
  public synchronized Answer answer(Question question) {
    requireReplay(question.timeMillis());
    Layer layer = layer(question.layer());
    if (layer == null) {
      return counted(CacheDecision.byDefault(true), null);
    }
    Instant at = layer.instantOf(question.timeMillis(), clock);
    AccessRecord opening = AccessRecord.of(question.lfn(), at, question.sizeBytes());
    LogicalFileName name = LogicalFileName.parse(question.lfn());
    Looked file = new Looked(opening, name, layer.before(name, at));
    Answer answer = answer(model.get(), file, question.explain());
    layer.add(name, opening);
    remember(new Journal.Heard(question.node(), question.layer(), "question"), opening, answer);
    return answer;
  }

  /**
   * Answers a question about many files, all by the same model; each is remembered as an opening. A
   * file is answered as if those before it in the question had not been asked in the same instant.
   */
  public List<Answer> answers(FilesQuestion question) {
    requireReplay(question.timeMillis());
    DecisionModel asked = model.get();
    List<Answer> answers = new ArrayList<>(question.files().size());
    for (int from = 0; from < question.files().size(); from += PIECE) {
      int to = Math.min(from + PIECE, question.files().size());
      synchronized (this) {
        answerPiece(question, asked, from, to, answers);
      }
    }
    return answers;
  }

  private void answerPiece(
      FilesQuestion question,
      @Nullable DecisionModel asked,
      int from,
      int to,
      List<Answer> answers) {
    Layer layer = layer(question.layer());
    Journal.Heard heard = new Journal.Heard(question.node(), question.layer(), "batch");
    Instant at = layer == null ? Instant.MIN : layer.instantOf(question.timeMillis(), clock);
    for (FilesQuestion.FileAsked file : question.files().subList(from, to)) {
      if (layer == null) {
        answers.add(counted(CacheDecision.byDefault(true), null));
        continue;
      }
      AccessRecord opening = AccessRecord.of(file.lfn(), at, file.sizeBytes());
      LogicalFileName name = LogicalFileName.parse(file.lfn());
      Looked looked = new Looked(opening, name, layer.before(name, at));
      Answer answer = answer(asked, looked, question.explain());
      answers.add(answer);
      layer.add(name, opening);
      remember(heard, opening, answer);
    }
  }

  /**
   * In which order cached files should leave: the least likely to be opened again first; among
   * equals the one opened longest ago, then in the order of the question. Nothing is remembered.
   */
  public PurgeOrder order(FilesQuestion question) {
    requireReplay(question.timeMillis());
    DecisionModel asked = model.get();
    while (asked != null) {
      try {
        return ranked(question, asked);
      } catch (RefusedException e) {
        throw e;
      } catch (RetiredModelException e) {
        asked = model.get();
      } catch (RuntimeException e) {
        synchronized (this) {
          failed(asked, "it cannot be asked", e);
        }
        asked = null;
      }
    }
    return ranked(question, null);
  }

  private PurgeOrder ranked(FilesQuestion question, @Nullable DecisionModel asked) {
    PurgeRanking ranking = new PurgeRanking(question, asked);
    @Nullable Instant at = null;
    for (int from = 0; from < question.files().size(); from += PIECE) {
      int to = Math.min(from + PIECE, question.files().size());
      synchronized (this) {
        Layer known = layers.get(question.layer());
        Layer layer = known == null ? new Layer(question.layer(), 1) : known;
        // All are compared as of one instant, whatever is asked meanwhile.
        at = at == null ? layer.instantOf(question.timeMillis(), clock) : at;
        ranking.look(layer, at, from, to);
      }
    }
    return ranking.order();
  }

  /** Remembers openings that a cache answered by itself. */
  public synchronized Heard heard(SeenReport report) {
    String life = report.node() + "\u0000" + report.start();
    Long last = lastReports.remove(life);
    lastReports.put(life, last == null ? report.seq() : Math.max(last, report.seq()));
    if (last != null && report.seq() <= last) {
      return new Heard(0, 0, true);
    }
    Layer layer = layer(report.layer());
    int accepted = 0;
    for (SeenReport.Seen seen : report.seen()) {
      accepted += layer != null && remember(layer, report, seen) ? 1 : 0;
    }
    return new Heard(accepted, report.seen().size() - accepted, false);
  }

  /** An opening told a moment late counts as of the latest one, for time does not go back. */
  private boolean remember(Layer layer, SeenReport report, SeenReport.Seen seen) {
    Instant told = Instant.ofEpochMilli(seen.timeMillis());
    Instant now = clock.instant();
    Instant at = !settings.replay() && told.isAfter(now) ? now : told;
    if (at.isBefore(layer.latest())) {
      if (at.plus(LATEST_REPORT).isBefore(layer.latest())) {
        return false;
      }
      at = layer.latest();
    }
    AccessRecord opening = AccessRecord.of(seen.lfn(), at, seen.sizeBytes());
    boolean added = layer.add(LogicalFileName.parse(seen.lfn()), opening);
    if (journal != null && added) {
      String source = seen.source().isEmpty() ? "seen" : seen.source();
      Boolean store = seen.stored();
      journal.add(
          new Journal.Heard(report.node(), report.layer(), source),
          opening,
          store == null ? null : CacheDecision.rule(store));
    }
    return added;
  }

  /** Joins what became of files with what was decided; how many decisions were found. */
  public synchronized int judge(Feedback feedback) {
    int joined = 0;
    for (Feedback.Outcome outcome : feedback.outcomes()) {
      joined += outcomes.add(feedback.layer(), outcome) ? 1 : 0;
    }
    return joined;
  }

  /** How the decisions of each version turned out. */
  public synchronized Map<Quality.Version, Quality> qualities() {
    return outcomes.qualities();
  }

  /** What was asked and answered so far. */
  public synchronized DeskCounters counters() {
    long files = 0;
    long late = 0;
    long truncations = 0;
    for (Layer layer : layers.values()) {
      files += layer.history().files();
      late += layer.history().late();
      truncations += layer.history().truncations();
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
        truncations,
        journal == null ? 0 : journal.dropped());
  }

  private void requireReplay(@Nullable Long timeMillis) {
    if (timeMillis != null && !settings.replay()) {
      throw RefusedException.malformed(
          "'time_ms' is accepted only by a sidecar that was started with --replay");
    }
  }

  /** The layer of a name; null when there are too many. */
  private @Nullable Layer layer(String name) {
    Layer layer = layers.get(name);
    if (layer == null && layers.size() < MAX_LAYERS) {
      layer = new Layer(name, settings.filesPerLayer());
      layers.put(name, layer);
    }
    return layer;
  }

  private void remember(Journal.Heard heard, AccessRecord opening, Answer answer) {
    outcomes.decided(heard.layer(), opening.lfn(), answer.decision());
    if (journal != null) {
      journal.add(heard, opening, answer.decision());
    }
  }

  /** The answer of a model, or of its successor when it is gone by now. */
  private Answer answer(@Nullable DecisionModel asked, Looked file, boolean explain) {
    DecisionModel answering = asked;
    while (answering != null) {
      try {
        return answerOf(answering, file, explain);
      } catch (RetiredModelException e) {
        answering = model.get();
      }
    }
    return counted(CacheDecision.byDefault(true), null);
  }

  private Answer answerOf(DecisionModel asked, Looked file, boolean explain) {
    try {
      CacheDecision decision = asked.policy().decide(file.opening(), file.name(), file.stats());
      Double score = decision.score();
      if (score == null) {
        failed(asked, "its answer is not a probability", null);
        return counted(decision, null);
      }
      return counted(decision, explain ? explanation(asked, score, file) : null);
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

  private static Explanation explanation(DecisionModel asked, double score, Looked file) {
    FeatureMap features = asked.features();
    return new Explanation(
        score,
        asked.threshold(),
        features.names(),
        features.vectorOf(file.opening(), file.name(), file.stats()));
  }

  private Answer counted(CacheDecision decision, @Nullable Explanation explanation) {
    questions++;
    stored += decision.store() ? 1 : 0;
    boolean answeredByModel = decision.reason() != CacheDecision.Reason.DEFAULT;
    byModel += answeredByModel ? 1 : 0;
    return new Answer(decision, settings.secondsFor(decision), explanation);
  }
}
