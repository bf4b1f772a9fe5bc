// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;
import org.decisionlab.models.tfaas.CacheExplanation;
import org.decisionlab.models.tfaas.ModelListing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** {@code %tfaas}: publishes models and asks them, on the sidecar or any TFaaS server. */
@Command(name = "%tfaas", description = "Publishes models and asks them.")
final class TfaasMagic {

  @Option(
      names = "--url",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The server (default: the sidecar of this lab).")
  private @Nullable String url;

  private final Template.Evaluator cells;
  private final Function<String, @Nullable String> environment;
  private final @Nullable TfaasTokens tokens;

  /**
   * @param cells evaluates variables of the cells
   * @param environment environment variables by name
   * @param tokens the tokens of the kernel, or null for none
   */
  TfaasMagic(
      Template.Evaluator cells,
      Function<String, @Nullable String> environment,
      @Nullable TfaasTokens tokens) {
    this.cells = cells;
    this.environment = environment;
    this.tokens = tokens;
  }

  @Command(name = "upload", description = "Publishes a bundle; its version answers from then on.")
  String upload(
      @Parameters(paramLabel = "BUNDLE", description = "Folder or .tar.gz of a bundle.")
          Path bundle,
      @Option(
              names = "--readers",
              paramLabel = "WHO",
              description =
                  "Who may read the model on the sidecar: all, owner, or groups as /GROUP,..."
                      + " (default: as before; of a new model what is usual there).")
          @Nullable String readers)
      throws Exception {
    TfaasService service = service();
    return service.upload(bundle, readers) + " is published on " + service.server();
  }

  @Command(name = "models", description = "Lists the models of the server.")
  Table models() throws Exception {
    List<ModelListing> listed = service().models();
    return Table.create(
        "models of " + service().server(),
        column("name", listed, ModelListing::name),
        column("version", listed, TfaasMagic::version),
        column("answers", listed, model -> model.decides() ? "caches" : ""),
        column("model", listed, ModelListing::model),
        column("description", listed, ModelListing::description),
        column("timestamp", listed, ModelListing::timestamp));
  }

  @Command(name = "params", description = "Shows the parameters of a model.")
  String params(@Parameters(paramLabel = "MODEL") String model) throws Exception {
    JsonNode params = service().params(model);
    return params.toPrettyString();
  }

  @Command(name = "delete", description = "Deletes a model with all its versions.")
  String delete(@Parameters(paramLabel = "MODEL") String model) throws Exception {
    TfaasService service = service();
    List<String> names = service.models().stream().map(ModelListing::name).toList();
    if (!names.contains(model)) {
      throw new MagicUsageException(
          "%tfaas delete: "
              + service.server()
              + " has no model '"
              + model
              + "'; it has: "
              + (names.isEmpty() ? "none" : String.join(", ", names)));
    }
    service.delete(model);
    return model + " is deleted on " + service.server();
  }

  @Command(name = "predict", description = "Asks a model about one row, by names of the features.")
  float[] predict(
      @Parameters(index = "0", paramLabel = "MODEL") String model,
      @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME=VALUE")
          @Nullable List<String> values,
      @Option(
              names = "--row",
              paramLabel = "VARIABLE",
              description =
                  "A Map of the cells: values by name of the feature; NAME=VALUE beside it wins.")
          @Nullable String variable)
      throws Exception {
    Map<String, Number> row = new LinkedHashMap<>();
    if (variable != null) {
      row.putAll(row(variable, cells.evaluate(variable)));
    }
    if (values != null) {
      Map<String, Number> named = new LinkedHashMap<>();
      for (String value : values) {
        add(value, named);
      }
      row.putAll(named);
    }
    if (row.isEmpty()) {
      throw new MagicUsageException(
          "%tfaas predict: name the row, as NAME=VALUE or --row VARIABLE.");
    }
    return service().predict(model, row);
  }

  @Command(name = "decide", description = "Asks the sidecar whether files are worth keeping.")
  Table decide(@Parameters(paramLabel = "LFN", arity = "1..*") List<String> lfns) throws Exception {
    TfaasService service = service();
    StringColumn files = StringColumn.create("lfn");
    BooleanColumn store = BooleanColumn.create("store");
    DoubleColumn score = DoubleColumn.create("score");
    DoubleColumn threshold = DoubleColumn.create("threshold");
    StringColumn why = StringColumn.create("why");
    StringColumn model = StringColumn.create("model");
    for (String lfn : lfns) {
      CacheExplanation told = service.decide(lfn);
      files.append(lfn);
      store.append(told.answer().store());
      append(score, told.score());
      append(threshold, told.threshold());
      why.append(told.answer().why());
      String name = told.answer().model();
      model.append(name == null ? "" : name + " version " + told.answer().version());
    }
    return Table.create(
        "decisions of " + service.server(), files, store, score, threshold, why, model);
  }

  private static void append(DoubleColumn column, @Nullable Double value) {
    if (value == null) {
      column.appendMissing();
    } else {
      column.append(value);
    }
  }

  private TfaasService service() throws MagicUsageException {
    try {
      return TfaasService.of(url, environment, tokens);
    } catch (IllegalArgumentException e) {
      throw new MagicUsageException("%tfaas: " + e.getMessage());
    }
  }

  /** Adds what {@code NAME=VALUE} says. */
  private static void add(String value, Map<String, Number> row) throws MagicUsageException {
    int equals = value.indexOf('=');
    String name = value.substring(0, Math.max(equals, 0));
    if (name.isEmpty()) {
      throw noValue(value);
    }
    float number;
    try {
      number = Float.parseFloat(value.substring(equals + 1));
    } catch (NumberFormatException e) {
      throw noValue(value);
    }
    if (!Float.isFinite(number)) {
      throw noValue(value);
    }
    if (row.put(name, number) != null) {
      throw new MagicUsageException("%tfaas predict: " + name + " is given twice.");
    }
  }

  private static MagicUsageException noValue(String value) {
    return new MagicUsageException(
        "%tfaas predict: expected NAME=VALUE with a finite number, not '" + value + "'.");
  }

  private static Map<String, Number> row(String variable, @Nullable Object value)
      throws MagicUsageException {
    Map<String, Number> row = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!(entry.getValue() instanceof Number number)) {
          throw new MagicUsageException(
              "%tfaas predict: "
                  + variable
                  + ": the value of "
                  + entry.getKey()
                  + " is not a number: "
                  + entry.getValue());
        }
        row.put(String.valueOf(entry.getKey()), number);
      }
      return row;
    }
    throw new MagicUsageException(
        "%tfaas predict: --row "
            + variable
            + " must be a Map of numbers by name, not "
            + (value == null ? "null" : value.getClass().getName()));
  }

  private static String version(ModelListing model) {
    return model.version() == null ? "" : Integer.toString(model.version());
  }

  private static StringColumn column(
      String name, List<ModelListing> models, Function<ModelListing, String> value) {
    return StringColumn.create(name, new ArrayList<>(models.stream().map(value).toList()));
  }
}
