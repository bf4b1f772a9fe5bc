// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.onnx.OnnxGuard;

/**
 * onnxruntime. One session for each model, which computes in the calling thread; the model is given
 * as bytes, so that nothing beside its file can be read.
 */
public final class OnnxEngine implements Engine {

  private static final EngineDescription DESCRIPTION =
      new EngineDescription("onnxruntime", "1.28.0", Set.of(ModelFormat.ONNX), true);

  @Override
  public EngineDescription description() {
    return DESCRIPTION;
  }

  @Override
  public LoadedModel load(ModelFile model) throws IOException {
    byte[] bytes = Files.readAllBytes(model.file());
    OnnxGuard.check(bytes);
    OrtSession session = null;
    try (SessionOptions options = new SessionOptions()) {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "decisionlab");
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      session = environment.createSession(bytes, options);
      LoadedModel loaded = OnnxModel.of(environment, session);
      session = null;
      return loaded;
    } catch (OrtException | IllegalArgumentException e) {
      throw new ModelFormatException(e.getMessage(), e);
    } finally {
      if (session != null) {
        close(session);
      }
    }
  }

  static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the session could not be closed: " + e.getMessage(), e);
    }
  }
}
