// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.decisionlab.identity.iamsim.Browser;
import org.decisionlab.identity.iamsim.IamSim;
import org.decisionlab.identity.iamsim.SimSettings;

/** Measures the broker's answers, from memory and not, beside the provider's own time. */
public final class BrokerBench {

  /**
   * Times in milliseconds.
   *
   * @param cachedMedian an answer from memory
   * @param cachedP99 one of a hundred is slower
   * @param coldMedian an answer that needs an exchange at the provider
   * @param providerMedian the exchange alone, asked directly
   */
  public record Times(
      double cachedMedian, double cachedP99, double coldMedian, double providerMedian) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "cached p50 %.2f ms, p99 %.2f ms; cold p50 %.2f ms, of which provider %.2f ms",
          cachedMedian,
          cachedP99,
          coldMedian,
          providerMedian);
    }
  }

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final int NO_LIMIT = 1_000_000;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private BrokerBench() {}

  /** Measures and prints. Arguments: how many answers from memory, how many cold ones. */
  public static void main(String[] arguments) throws Exception {
    int cached = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5000;
    int cold = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    System.out.println(measured(cached, cold));
  }

  static Times measured(int cached, int cold) throws Exception {
    Path folder = Files.createTempDirectory("broker-bench");
    try (IamSim iam = IamSim.start(SimSettings.demo(folder, List.of(Browser.CALLBACK)));
        HubStandIn hub = new HubStandIn();
        Broker broker =
            BrokerWorld.broker(
                iam, hub.api(), HubStandIn.BROKER, BrokerSettings.Exchange.AUTO, NO_LIMIT)) {
      Browser browser = new Browser(iam);
      hub.login("bob", browser.tokens("bob", Map.of()));
      String server = hub.server("bob");
      for (int i = 0; i < cached; i++) {
        ask(broker, server, "https://warm");
      }
      double[] fromMemory = new double[cached];
      for (int i = 0; i < cached; i++) {
        fromMemory[i] = ask(broker, server, "https://warm");
      }
      double[] made = new double[cold];
      double[] provider = new double[cold];
      for (int i = -cold / 2; i < cold; i++) {
        double direct = exchange(browser, hub.accessToken("bob"), "https://direct" + i);
        double through = ask(broker, server, "https://cold" + i);
        if (i >= 0) {
          provider[i] = direct;
          made[i] = through;
        }
      }
      return new Times(
          share(fromMemory, 0.5), share(fromMemory, 0.99), share(made, 0.5), share(provider, 0.5));
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static double ask(Broker broker, String server, String audience) throws Exception {
    String body =
        JSON.createObjectNode().put("audience", audience).put("scope", "model.read").toString();
    HttpRequest request =
        HttpRequest.newBuilder(broker.address().resolve("token"))
            .header("Authorization", "token " + server)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    long start = System.nanoTime();
    HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    double millis = (System.nanoTime() - start) / 1e6;
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("status " + answer.statusCode());
    }
    return millis;
  }

  private static double exchange(Browser browser, String token, String audience) throws Exception {
    long start = System.nanoTime();
    var answer =
        browser.token(
            Map.of(
                "grant_type", EXCHANGE,
                "subject_token", token,
                "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                "audience", audience,
                "scope", "model.read"));
    double millis = (System.nanoTime() - start) / 1e6;
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("status " + answer.statusCode());
    }
    return millis;
  }

  private static double share(double[] times, double share) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }
}
