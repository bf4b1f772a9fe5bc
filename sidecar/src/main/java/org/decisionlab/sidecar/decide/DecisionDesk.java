// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.sidecar.fault.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Answers caches. Every question is itself an opening of the file, remembered after it was
 * answered, so the features of the next question are those of the records that the caches will
 * report.
 *
 * <p>Histories are not thread safe: files are looked up and remembered by one question at a time,
 * in the order of their instants. Questions about many files let others in between, and nobody
 * waits for a model that takes long.
 */
public final class DecisionDesk {

  /** Most layers that are remembered; a question of a further one is answered by default. */
  public static final int MAX_LAYERS = 8;

  /** Files after which a question about many lets others in: less than a millisecond's work. */
  private static final int PIECE = 128;

  private final Supplier<@Nullable DecisionModel> model;
  private final DeskSettings settings;
  private final Clock clock;
  private final DecisionWatch watch;
  private final Memory memory;
  private final Outcomes outcomes = new Outcomes();
  private final Tally tally = new Tally();
  private final Advice advice;

  /**
   * What became of a report.
   *
   * @param accepted openings remembered
   * @param late openings too old to be remembered
   * @param repeated whether the report had been told before, and was passed over
   */
  public record Heard(int accepted, int late, boolean repeated) {}

  /**
   * A desk that remembers nothing yet.
   *
   * @param model the model that answers at the moment, null when there is none
   * @param settings bounds and validity of answers
   * @param clock tells the instant of a question
   * @param journal where openings are written down; null for nowhere
   * @param watch is told what models answered
   */
  public DecisionDesk(
      Supplier<@Nullable DecisionModel> model,
      DeskSettings settings,
      Clock clock,
      @Nullable Journal journal,
      DecisionWatch watch) {
    this.model = model;
    this.settings = settings;
    this.clock = clock;
    this.watch = watch;
    this.memory = new Memory(settings, clock, journal);
    this.advice = new Advice(model, tally);
  }

  /** Remembers an opening of an earlier life; it is neither counted nor written down again. */
  public synchronized void restore(Journal.Opening opening) {
    memory.restore(opening);
  }

  /** The model that is to answer the next question; null when there is none. */
  public @Nullable DecisionModel next() {
    return model.get();
  }

  /**
   * Answers one question and remembers it as an opening.
   *
   * @param asked the model that is to answer, as {@link #next()} told it
   * @throws RefusedException when the question tells its instant and the desk does not replay, or
   *     that instant is before that of an earlier question of the layer
   */
  public Answer answer(Question question, @Nullable DecisionModel asked) {
    requireReplay(question.timeMillis());
    Journal.Heard heard = new Journal.Heard(question.node(), question.layer(), "question");
    if (asked != null && !asked.isCheap()) {
      Looked file;
      synchronized (this) {
        file = looked(question);
      }
      Decided decided = file == null ? Decided.BY_DEFAULT : advice.about(asked, file);
      synchronized (this) {
        taken(heard, file, decided);
      }
      return shownAndTold(decided, question.explain());
    }
    Decided decided;
    synchronized (this) {
      Looked file = looked(question);
      decided = file == null ? Decided.BY_DEFAULT : advice.about(asked, file);
      taken(heard, file, decided);
    }
    return shownAndTold(decided, question.explain());
  }

  private @Nullable Looked looked(Question question) {
    Layer layer = memory.layer(question.layer());
    return layer == null
        ? null
        : looked(
            layer,
            question.lfn(),
            layer.instantOf(question.timeMillis(), clock),
            question.sizeBytes());
  }

  private static Looked looked(Layer layer, String lfn, Instant at, @Nullable Long size) {
    LogicalFileName name = LogicalFileName.parse(lfn);
    return new Looked(AccessRecord.of(lfn, at, size), name, layer.before(name, at));
  }

  /** Counts a decision, and remembers the opening that it is about. */
  private void taken(Journal.Heard heard, @Nullable Looked file, Decided decided) {
    tally.count(decided.decision());
    Layer layer = memory.layer(heard.layer());
    if (file != null && layer != null) {
      outcomes.decided(heard.layer(), file.opening().lfn(), decided.decision());
      memory.remember(layer, heard, file.name(), file.opening(), decided.decision());
    }
  }

  private Answer told(Decided decided, boolean explain) {
    CacheDecision decision = decided.decision();
    Double score = decision.score();
    DecisionModel by = decided.by();
    float[] row = decided.row();
    Explanation explanation =
        explain && by != null && row != null && score != null
            ? new Explanation(score, by.threshold(), by.features().names(), row)
            : null;
    return new Answer(decision, settings.secondsFor(decision), explanation);
  }

  /** To be called when nobody is held up by it. */
  private Answer shownAndTold(Decided decided, boolean explain) {
    Double score = decided.decision().score();
    DecisionModel by = decided.by();
    float[] row = decided.row();
    if (by != null && row != null && score != null) {
      watch.answered(by, new float[][] {row}, new float[][] {{score.floatValue()}});
    }
    return told(decided, explain);
  }

  /**
   * Answers a question about many files, all by the same model; each is remembered as an opening. A
   * file is answered as if the others of the question had not been asked in the same instant.
   */
  public List<Answer> answers(FilesQuestion question) {
    requireReplay(question.timeMillis());
    DecisionModel asked = model.get();
    Journal.Heard heard = new Journal.Heard(question.node(), question.layer(), "batch");
    List<Answer> answers = new ArrayList<>(question.files().size());
    Shown shown = new Shown(watch);
    for (int from = 0; from < question.files().size(); from += PIECE) {
      List<FilesQuestion.FileAsked> piece =
          question.files().subList(from, Math.min(from + PIECE, question.files().size()));
      List<Looked> files;
      synchronized (this) {
        files = looked(question, piece);
      }
      List<Decided> decided =
          files.isEmpty()
              ? Collections.nCopies(piece.size(), Decided.BY_DEFAULT)
              : advice.about(asked, files);
      synchronized (this) {
        for (int i = 0; i < decided.size(); i++) {
          taken(heard, files.isEmpty() ? null : files.get(i), decided.get(i));
        }
      }
      for (Decided each : decided) {
        shown.add(each);
        answers.add(told(each, question.explain()));
      }
    }
    shown.end();
    return answers;
  }

  /** What is known of some files; nothing where there are too many layers. */
  private List<Looked> looked(FilesQuestion question, List<FilesQuestion.FileAsked> piece) {
    Layer layer = memory.layer(question.layer());
    if (layer == null) {
      return List.of();
    }
    Instant at = layer.instantOf(question.timeMillis(), clock);
    return piece.stream().map(file -> looked(layer, file.lfn(), at, file.sizeBytes())).toList();
  }

  /**
   * In which order cached files should leave: the least likely to be opened again first; among
   * equals the one opened longest ago, then in the order of the question. Nothing is remembered.
   */
  public PurgeOrder order(FilesQuestion question) {
    requireReplay(question.timeMillis());
    DecisionModel asked = model.get();
    PurgeRanking ranking = new PurgeRanking(question);
    look(question, ranking);
    while (asked != null) {
      try {
        PurgeOrder order = ranking.order(asked);
        watch.ordered(asked, ranking.rows(), ranking.answers());
        return order;
      } catch (RetiredModelException e) {
        asked = model.get();
      } catch (RuntimeException e) {
        tally.failed(asked, "it cannot be asked", e);
        asked = null;
      }
    }
    return ranking.orderByAge();
  }

  /** All are compared as of one instant, whatever is asked meanwhile. */
  private void look(FilesQuestion question, PurgeRanking ranking) {
    @Nullable Instant at = null;
    for (int from = 0; from < question.files().size(); from += PIECE) {
      int to = Math.min(from + PIECE, question.files().size());
      ranking.parse(from, to);
      synchronized (this) {
        Layer layer = memory.known(question.layer());
        at = at == null ? layer.instantOf(question.timeMillis(), clock) : at;
        ranking.look(layer, at, from, to);
      }
    }
  }

  /** Remembers openings that a cache answered by itself. */
  public synchronized Heard heard(SeenReport report) {
    return memory.heard(report);
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
    return tally.with(memory);
  }

  private void requireReplay(@Nullable Long timeMillis) {
    if (timeMillis != null && !settings.replay()) {
      throw RefusedException.malformed(
          "'time_ms' is accepted only by a sidecar that was started with --replay");
    }
  }
}
