// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.tool;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Inspection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program {@code model}: {@code show} and {@code import}. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Looks into model bundles, and makes bundles of models that others made.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "1:the model is refused; the reason was printed", "2:wrong options"})
public final class ModelTool implements Callable<Integer> {

  private final Engines engines;
  @Spec private @Nullable CommandSpec spec;

  /** With the engines that may run models. */
  public ModelTool(Engines engines) {
    this.engines = engines;
  }

  /** Runs once. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ModelTool(Engines.installed())).execute(arguments));
  }

  @Override
  public Integer call() {
    spec().commandLine().usage(out());
    return 2;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Prints what a model takes and gives, its features and what runs it.")
  int show(
      @Parameters(paramLabel = "PATH", description = "A bundle: a folder or .tar.gz.") Path path) {
    return run(() -> Inspection.of(path, engines).print(out()));
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a bundle of a SavedModel folder, a frozen .pb or an .onnx file that others made, or"
            + " of the trees that XGBoost (.json, .ubj) or LightGBM (.txt) saved.",
        "Golden rows are added: the answers that the engine gives here and now, so that whoever"
            + " serves the bundle gives the same."
      })
  int importModel(
      @Parameters(
              paramLabel = "PATH",
              description = "SavedModel folder, .pb, .onnx, .json, .ubj or .txt.")
          Path path,
      @Option(names = "--name", required = true, description = "Name of the model.") String name,
      @Option(
              names = "--features",
              required = true,
              paramLabel = "FILE",
              description = "JSON: an array of the names of the inputs, in order.")
          Path features,
      @Option(names = "--input-node", description = "Of a frozen .pb: node that takes rows.")
          @Nullable String inputNode,
      @Option(names = "--output-node", description = "Of a frozen .pb: node that answers.")
          @Nullable String outputNode,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "Where to write the .tar.gz; replaced if it is there.")
          Path out) {
    return run(
        () -> {
          ForeignModel.of(path, name, features, inputNode, outputNode)
              .writeTo(out, engines)
              .print(out());
          out()
              .println(
                  "written  "
                      + out
                      + "; publish it with: curl --data-binary @"
                      + out
                      + " http://127.0.0.1:8083/upload");
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private int run(Work work) {
    try {
      work.run();
      out().flush();
      return 0;
    } catch (RefusedException e) {
      return refused(e.told());
    } catch (IOException | IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }

  private int refused(String message) {
    PrintWriter err = spec().commandLine().getErr();
    err.println("model: " + message);
    err.flush();
    return 1;
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("the command is run by picocli");
    }
    return spec;
  }
}
