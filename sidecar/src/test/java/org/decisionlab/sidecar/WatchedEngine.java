// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.models.engine.JavaEngine;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorValue;

/** The evaluator in Java, with something done before a model is loaded and before it answers. */
final class WatchedEngine implements Engine {

  private final JavaEngine engine = new JavaEngine();
  private final Consumer<ModelFile> beforeLoading;
  private final Consumer<TensorValue> beforeAnswer;

  WatchedEngine(Consumer<ModelFile> beforeLoading, Consumer<TensorValue> beforeAnswer) {
    this.beforeLoading = beforeLoading;
    this.beforeAnswer = beforeAnswer;
  }

  @Override
  public EngineDescription description() {
    return engine.description();
  }

  @Override
  public LoadedModel load(ModelFile model) throws IOException {
    beforeLoading.accept(model);
    return new Watched(engine.load(model));
  }

  private final class Watched implements LoadedModel {
    private final LoadedModel model;

    Watched(LoadedModel model) {
      this.model = model;
    }

    @Override
    public Signature signature() {
      return model.signature();
    }

    @Override
    public List<TensorValue> run(List<TensorValue> inputs) {
      beforeAnswer.accept(inputs.get(0));
      return model.run(inputs);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
