// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.decision.ModelDecisionPolicy;
import org.decisionlab.models.engine.ElementType;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.decide.RetiredModelException;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.outline.GraphOutline;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.StoredVersion;
import org.decisionlab.sidecar.wire.Rows;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model, ready to answer. Thread safe. What its engine holds is given back when
 * the registry has let it go and the last question under way is answered.
 */
public final class ServedModel implements RegistryEntry {

  private final StoredVersion stored;
  private final LoadedVersion loaded;
  private final List<String> labels;
  private final @Nullable DecisionModel decisions;
  private final FeatureOrder order;
  private final KeptOutline outline;

  /** Features that a row may lack. */
  private final BitSet mayBeMissing;

  /** Questions under way, and one for the registry. */
  private final AtomicInteger users = new AtomicInteger(1);

  private ServedModel(StoredVersion stored, LoadedVersion loaded) {
    this.stored = stored;
    this.labels = Labels.of(stored.files(), loaded.params());
    this.loaded = loaded;
    ModelCard card = loaded.card();
    this.decisions = card != null && loaded.decides() ? decisions(card) : null;
    this.order = new FeatureOrder(stored.name(), features());
    this.outline = new KeptOutline(stored);
    this.mayBeMissing = loaded.mayBeMissing();
  }

  static ServedModel of(StoredVersion stored, LoadedVersion loaded) {
    return new ServedModel(stored, loaded);
  }

  private DecisionModel decisions(ModelCard card) {
    return new DecisionModel(
        card,
        stored.version(),
        loaded.cost().isCheapFor(1),
        ModelDecisionPolicy.asking(
            card, stored.version(), row -> toCaches(() -> loaded.rows().answer(row))),
        rows -> toCaches(() -> found(OrderedRows.of(rows))));
  }

  private <T> T toCaches(Supplier<T> answers) {
    if (!retain()) {
      throw new RetiredModelException();
    }
    try {
      return answers.get();
    } finally {
      release();
    }
  }

  /** Keeps the engine until {@link #release}; false when the model is gone already. */
  boolean retain() {
    int now = users.get();
    while (now > 0) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
      now = users.get();
    }
    return false;
  }

  /** The end of a question, or of being in the registry. */
  void release() {
    if (users.decrementAndGet() == 0) {
      loaded.rows().close();
    }
  }

  @Override
  public ModelName name() {
    return stored.name();
  }

  /** Number of the version. */
  public int version() {
    return stored.version();
  }

  /** When the version was published. */
  public Instant publishedAt() {
    return stored.publishedAt();
  }

  /** The version on disk. */
  public StoredVersion stored() {
    return stored;
  }

  /** TFaaS's parameters of the model. */
  public TfaasParams params() {
    return loaded.params();
  }

  /** Its card, null when it has none. */
  public @Nullable ModelCard card() {
    return loaded.card();
  }

  /** Names of what goes in, in order; empty when they are not known. */
  public List<String> features() {
    return loaded.features();
  }

  /** What goes in and comes out. */
  public Signature signature() {
    return loaded.rows().signature();
  }

  /**
   * Whether it has several inputs or outputs, an input without a size for rows, or one of 64 bits,
   * so that it is more than rows of floats.
   */
  public boolean isOfTensors() {
    return signature().inputs().size() > 1
        || signature().outputs().size() > 1
        || width() < 0
        || isWide();
  }

  /** Whether an input has numbers of 64 bits. */
  public boolean isWide() {
    return loaded.rows().isWide();
  }

  /** What runs it. */
  public EngineDescription engine() {
    return loaded.engine();
  }

  /** What its answers were compared with before use: golden rows, an engine, or {@code none}. */
  public String check() {
    return loaded.check();
  }

  /** Numbers in a row that goes in; -1 when it cannot be asked by rows. */
  public int width() {
    return loaded.rows().width();
  }

  /** Numbers in an answer; -1 when that is not fixed. */
  public int outputs() {
    return loaded.rows().outputs();
  }

  /** Names of what comes out, in order; empty when they are not known. */
  public List<String> labels() {
    return labels;
  }

  /**
   * The model's graph; takes as long as loading it when it is first asked for.
   *
   * @throws RefusedException when it cannot be read as one
   */
  public GraphOutline graph() throws IOException {
    return outline.get();
  }

  /** The model's answers to caches, null when it was not made for that. */
  public @Nullable DecisionModel decisions() {
    return decisions;
  }

  Cost cost() {
    return loaded.cost();
  }

  /**
   * Rows in the model's order.
   *
   * @param told the rows as they were written. Where the names of the model's features are known,
   *     the values are brought into their order; otherwise the names are not looked at
   * @throws RefusedException when names or number of values are not those of the model, or a number
   *     would become another one that its client has not asked for
   */
  OrderedRows ordered(Rows told) {
    float[][] rows = isInOrder(told) ? told.values() : order.rows(told.names(), told.values());
    for (float[] row : rows) {
      if (row.length != width() && width() >= 0) {
        throw RefusedException.malformed(
            "model '"
                + name()
                + "' takes "
                + width()
                + " values, found "
                + row.length
                + (features().isEmpty() ? "" : "; its features are " + features()));
      }
      requirePresent(row);
    }
    BitSet wide = loaded.rows().wide();
    requireTold(told, wide);
    if (wide.isEmpty()) {
      return OrderedRows.of(rows);
    }
    @Nullable BigDecimal[][] written = told.rounding().written();
    OrderedRows ordered =
        new OrderedRows(rows, isInOrder(told) ? written : order.written(told.names(), written));
    requireFitting(ordered, wide);
    return ordered;
  }

  private boolean isInOrder(Rows told) {
    return told.names().isEmpty() || features().isEmpty();
  }

  /** What a client said to be of a type with more numbers must not be rounded for another. */
  private void requireTold(Rows told, BitSet wide) {
    float[][] lost = told.rounding().lost();
    if (!isInOrder(told)) {
      lost = order.rows(told.names(), lost);
    }
    for (int r = 0; r < lost.length; r++) {
      for (int c = 0; c < lost[r].length; c++) {
        if (lost[r][c] != 0 && !wide.get(c)) {
          throw RefusedException.malformed(
              ofRow(r, c)
                  + " is no float of 32 bits, which the model takes; round it and send FP32");
        }
      }
    }
  }

  /** Inputs of 64 bits get the numbers that were written, and no others. */
  private void requireFitting(OrderedRows rows, BitSet wide) {
    for (int r = 0; r < rows.values().length; r++) {
      for (int c = wide.nextSetBit(0); c >= 0; c = wide.nextSetBit(c + 1)) {
        ElementType type = loaded.rows().input(c).type();
        if (!rows.fits(r, c, type)) {
          BigDecimal number = rows.told(r, c);
          throw RefusedException.malformed(
              ofRow(r, c)
                  + " must be "
                  + (type == ElementType.INT64
                      ? "a whole number of 64 bits, and as a float of 32 bits at most 16777216"
                      : "a number of 64 bits")
                  + ", found "
                  + (number == null ? Float.toString(rows.values()[r][c]) : number.toString()));
        }
      }
    }
  }

  private String ofRow(int row, int column) {
    return "model '"
        + name()
        + "': "
        + (features().isEmpty() ? "value " + column : "feature '" + features().get(column) + "'")
        + " of row "
        + row;
  }

  /** What is missing must be something that the model has an answer without. */
  private void requirePresent(float[] row) {
    for (int i = 0; i < row.length; i++) {
      if (Float.isNaN(row[i]) && !mayBeMissing.get(i)) {
        throw RefusedException.malformed(
            "model '"
                + name()
                + "' needs "
                + (features().isEmpty() ? "value " + i : "feature '" + features().get(i) + "'")
                + ", which is missing (null or not a number); it does not say what stands for it");
      }
    }
  }

  /** The model's answers to rows of floats in its order, in the calling thread. */
  float[][] answers(float[][] rows) {
    return answers(OrderedRows.of(rows));
  }

  /** The model's answers to rows in its order, in the calling thread. */
  float[][] answers(OrderedRows rows) {
    float[][] answers = found(rows);
    for (float[] answer : answers) {
      for (float number : answer) {
        if (!Float.isFinite(number)) {
          throw new RefusedException(
              Reason.UNSOUND, "model '" + name() + "' gives " + number + " for this row");
        }
      }
    }
    return answers;
  }

  private float[][] found(OrderedRows rows) {
    if (!cost().oneRowOnly()) {
      return loaded.rows().answers(rows);
    }
    float[][] answers = new float[rows.values().length][];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = loaded.rows().answers(rows.only(i))[0];
    }
    return answers;
  }

  /** The model's answer to tensors, in the calling thread. */
  List<TensorValue> run(List<TensorValue> inputs) {
    return loaded.rows().run(inputs);
  }

  /** Tensors and the answer to them as rows; null where they are not as many rows on both sides. */
  Ask.@Nullable Rows asRows(List<TensorValue> inputs, List<TensorValue> outputs) {
    float[][] rows = loaded.rows().rows(inputs);
    float[][] answers = loaded.rows().rowsOf(outputs);
    return rows.length == 0 || rows.length != answers.length
        ? null
        : new Ask.Rows(this, rows, answers);
  }

  @Override
  public void list(ObjectNode entry) {
    params().list(entry, stored.publishedAt().toString());
    entry.put("state", "serving");
    entry.put("version", stored.version());
    entry.put("published_at", stored.publishedAt().toString());
    entry.put("inputs", width()).put("outputs", loaded.rows().outputs());
    features().forEach(entry.putArray("features")::add);
    entry.put("decides", decisions != null);
    entry.put("engine", engine().toString()).put("checked_by", check());
  }
}
