// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.tfaas.CacheExplanation;
import org.decisionlab.models.tfaas.CacheQuestion;
import org.decisionlab.models.tfaas.ModelListing;
import org.decisionlab.models.tfaas.TfaasClient;
import org.decisionlab.models.tfaas.TfaasSettings;
import org.jspecify.annotations.Nullable;

/** What {@code %tfaas} does, for one server. */
public final class TfaasService {

  /** Environment variable with the address of the server. */
  public static final String ADDRESS = "DECISIONLAB_SIDECAR_URL";

  /** Environment variable with a bearer token (WLCG bearer token discovery). */
  public static final String TOKEN = "BEARER_TOKEN";

  private final URI server;
  private final TfaasClient client;

  private TfaasService(URI server, TfaasClient client) {
    this.server = server;
    this.client = client;
  }

  /**
   * The service of the server that is asked for, or else of the one that the environment names.
   *
   * @param address address of the server; null for that of the environment
   * @param environment environment variables by name
   * @throws IllegalArgumentException when neither names a server, or the address is not one
   */
  public static TfaasService of(
      @Nullable String address, Function<String, @Nullable String> environment) {
    String named = address == null ? environment.apply(ADDRESS) : address;
    if (named == null || named.isBlank()) {
      throw new IllegalArgumentException(
          "which server? Name it with --url http://HOST:PORT, or in the environment variable "
              + ADDRESS
              + " before the kernel starts; './lab up' does that");
    }
    URI server = URI.create(named.strip());
    TfaasSettings settings =
        TfaasSettings.of(server)
            .withToken(
                () -> Optional.ofNullable(environment.apply(TOKEN)).filter(t -> !t.isBlank()));
    return new TfaasService(server, new TfaasClient(settings));
  }

  /**
   * Publishes a bundle.
   *
   * @param bundle the bundle's folder or {@code .tar.gz}
   * @return name of the published model
   * @throws IOException when it is no whole bundle, or the server refuses it
   */
  public String upload(Path bundle) throws IOException, InterruptedException {
    if (!Files.exists(bundle)) {
      throw new IOException("there is no bundle " + bundle.toAbsolutePath());
    }
    ModelBundle whole = ModelBundle.read(bundle);
    client.upload(whole);
    return whole.name();
  }

  /** The models that the server has. */
  public List<ModelListing> models() throws IOException, InterruptedException {
    return client.models();
  }

  /** The parameters of a model. */
  public JsonNode params(String model) throws IOException, InterruptedException {
    return client.params(model);
  }

  /** Deletes a model. */
  public void delete(String model) throws IOException, InterruptedException {
    client.delete(model);
  }

  /**
   * The model's answer for one row.
   *
   * @param row values by name of the feature
   */
  public float[] predict(String model, Map<String, ? extends Number> row)
      throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    float[] values = new float[row.size()];
    for (Map.Entry<String, ? extends Number> entry : row.entrySet()) {
      values[names.size()] = entry.getValue().floatValue();
      names.add(entry.getKey());
    }
    return client.predict(model, names, values);
  }

  /** Asks whether a file is worth keeping, and what the answer rests on. */
  public CacheExplanation decide(String lfn) throws IOException, InterruptedException {
    return client.explain(CacheQuestion.of(lfn));
  }

  /** Address of the server. */
  public URI server() {
    return server;
  }
}
