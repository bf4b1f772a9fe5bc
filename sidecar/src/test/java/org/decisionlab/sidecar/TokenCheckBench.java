// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.IssuerTokens;
import org.decisionlab.sidecar.auth.TokenFile;

/** What a request costs that shows a token which is known already: rights looked up, too. */
public final class TokenCheckBench {

  private static final int TOKENS = 100;

  /**
   * Times of one check, in microseconds.
   *
   * @param characters length of a token
   * @param median of batches
   * @param worst batch
   */
  record Times(int characters, double median, double worst) {}

  private TokenCheckBench() {}

  /** Prints the times; takes the number of batches and of checks in each. */
  public static void main(String[] arguments) throws Exception {
    System.out.println(measure(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
  }

  static Times measure(int batches, int checks) throws Exception {
    Path folder = Files.createTempDirectory("token-check");
    Path file = folder.resolve("issuers.json");
    Path listed = folder.resolve("tokens.json");
    try (LocalIssuer issuer = new LocalIssuer()) {
      Files.writeString(
          file,
          """
          {"issuers":[{"issuer":"%s","audiences":["%s"],"grants":[
            {"group":"/cms","rights":["read","predict"]},{"scope":"model.read","rights":["read"]},
            {"scope":"model.write","rights":["publish"]},{"group":"/x","rights":["admin"]}]}]}
          """
              .formatted(issuer.uri(), LocalIssuer.AUDIENCE));
      Files.writeString(listed, "{\"tokens\":[]}");
      Clock clock = Clock.systemUTC();
      try (IssuerTokens tokens =
          new IssuerTokens(file, new TokenFile(listed, clock), folder.resolve("keys"), clock)) {
        return measure(tokens, tokens(issuer, tokens), batches, checks);
      }
    } finally {
      try (var files = Files.walk(folder)) {
        for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /** As long as those of IAM's profile wlcg are. */
  private static List<String> tokens(LocalIssuer issuer, IssuerTokens tokens) throws Exception {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < TOKENS; i++) {
      Map<String, Object> claims =
          Map.of(
              "sub", "80e5fb8d-b7c8-451a-89ba-" + i,
              "scope", "openid profile offline_access wlcg wlcg.groups model.read",
              "wlcg.groups", List.of("/cms", "/cms/analysis", "/decisionlab"),
              "wlcg.ver", "1.0",
              "client_id", "decisionlab-hub");
      String token = issuer.token(claims);
      tokens.ask(token);
      all.add(token);
    }
    return all;
  }

  private static Times measure(IssuerTokens tokens, List<String> known, int batches, int checks)
      throws Exception {
    double[] times = new double[batches];
    long rights = 0;
    for (int batch = -batches; batch < batches; batch++) {
      long start = System.nanoTime();
      for (int i = 0; i < checks; i++) {
        Identity identity = tokens.identify(known.get(i % TOKENS));
        rights += identity.rights().size();
      }
      if (batch >= 0) {
        times[batch] = (System.nanoTime() - start) / 1e3 / checks;
      }
    }
    if (rights != 2L * 2 * batches * checks) {
      throw new IllegalStateException("not what was granted: " + rights);
    }
    Arrays.sort(times);
    return new Times(known.get(0).length(), times[batches / 2], times[batches - 1]);
  }
}
