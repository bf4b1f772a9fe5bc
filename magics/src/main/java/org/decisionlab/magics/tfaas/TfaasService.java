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
import java.util.function.Function;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.tfaas.CacheExplanation;
import org.decisionlab.models.tfaas.CacheQuestion;
import org.decisionlab.models.tfaas.ModelListing;
import org.decisionlab.models.tfaas.TfaasClient;
import org.decisionlab.models.tfaas.TfaasException;
import org.decisionlab.models.tfaas.TfaasSettings;
import org.jspecify.annotations.Nullable;

/** What {@code %tfaas} does, for one server. */
public final class TfaasService {

  /** Environment variable with the address of the server. */
  public static final String ADDRESS = "DECISIONLAB_SIDECAR_URL";

  private static final int UNAUTHORIZED = 401;

  private final URI server;
  private final TfaasClient client;
  private final ServerToken token;

  private TfaasService(URI server, ServerToken token) {
    this.server = server;
    this.token = token;
    this.client = new TfaasClient(TfaasSettings.of(server).withToken(token::secret));
  }

  /** As {@link #of(String, Function, TfaasTokens)}, without tokens. */
  public static TfaasService of(
      @Nullable String address, Function<String, @Nullable String> environment) {
    return of(address, environment, null);
  }

  /**
   * The service of the server that is asked for, or else of the one that the environment names.
   *
   * @param address address of the server; null for that of the environment
   * @param environment environment variables by name
   * @param tokens the tokens of the kernel; null for none
   * @throws IllegalArgumentException when neither names a server, or the address is not one
   */
  public static TfaasService of(
      @Nullable String address,
      Function<String, @Nullable String> environment,
      @Nullable TfaasTokens tokens) {
    String named = address == null ? environment.apply(ADDRESS) : address;
    if (named == null || named.isBlank()) {
      throw new IllegalArgumentException(
          "which server? Name it with --url http://HOST:PORT, or in the environment variable "
              + ADDRESS
              + " before the kernel starts; './lab up' does that");
    }
    URI server = URI.create(named.strip());
    return new TfaasService(server, tokens == null ? ServerToken.none() : tokens.of(server));
  }

  /**
   * Publishes a bundle.
   *
   * @param bundle the bundle's folder or {@code .tar.gz}
   * @return name of the published model
   * @throws IOException when it is no whole bundle, or the server refuses it
   */
  public String upload(Path bundle) throws IOException, InterruptedException {
    return upload(bundle, null);
  }

  /**
   * Publishes a bundle, and says who may read the model.
   *
   * @param bundle the bundle's folder or {@code .tar.gz}
   * @param readers {@code all}, {@code owner}, or groups with commas between them; null for what is
   *     usual at the server
   * @return name of the published model
   * @throws IOException when it is no whole bundle, or the server refuses it or knows no readers
   */
  public String upload(Path bundle, @Nullable String readers)
      throws IOException, InterruptedException {
    if (!Files.exists(bundle)) {
      throw new IOException("there is no bundle " + bundle.toAbsolutePath());
    }
    ModelBundle whole = ModelBundle.read(bundle);
    writing(
        "published",
        () -> {
          if (readers == null) {
            client.upload(whole);
          } else {
            client.upload(whole, readers);
          }
        });
    return whole.name();
  }

  /** The models that the server has. */
  public List<ModelListing> models() throws IOException, InterruptedException {
    return reading(client::models);
  }

  /** The parameters of a model. */
  public JsonNode params(String model) throws IOException, InterruptedException {
    return reading(() -> client.params(model));
  }

  /** Deletes a model. */
  public void delete(String model) throws IOException, InterruptedException {
    writing("deleted", () -> client.delete(model));
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
    return reading(() -> client.predict(model, names, values));
  }

  /** Asks whether a file is worth keeping, and what the answer rests on. */
  public CacheExplanation decide(String lfn) throws IOException, InterruptedException {
    return reading(() -> client.explain(CacheQuestion.of(lfn)));
  }

  /** Address of the server. */
  public URI server() {
    return server;
  }

  private interface Question<T> {
    T ask() throws IOException, InterruptedException;
  }

  private interface Change {
    void make() throws IOException, InterruptedException;
  }

  /** Asks, and where the token is refused once more with a new one: such an answer did nothing. */
  private <T> T reading(Question<T> question) throws IOException, InterruptedException {
    token.prepare();
    try {
      return question.ask();
    } catch (TfaasException e) {
      if (e.status() != UNAUTHORIZED) {
        throw e;
      }
      token.renew(e);
      return question.ask();
    }
  }

  /**
   * Changes something, once. Where the server may be shown a token, a question before it finds out
   * whether it wants one and accepts this one, so that a change hardly ever is refused.
   */
  private void writing(String done, Change change) throws IOException, InterruptedException {
    if (token.mayBeSent()) {
      try {
        reading(client::models);
      } catch (TfaasException e) {
        if (e.status() == UNAUTHORIZED) {
          throw e;
        }
        // Who may not list models, or whose list cannot be read, may change them all the same.
      }
    }
    token.prepare();
    try {
      change.make();
    } catch (TfaasException e) {
      if (e.status() != UNAUTHORIZED) {
        throw e;
      }
      token.renew(e);
      throw new IOException(
          e.getMessage()
              + ". Nothing is "
              + done
              + ", and nothing is sent twice by itself; there is a new token now: run the cell again",
          e);
    }
  }
}
