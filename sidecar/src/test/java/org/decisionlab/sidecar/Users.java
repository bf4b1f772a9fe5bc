// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarSettings.Access;

/** A sidecar with users of an issuer, of whom each has another place in its groups. */
final class Users implements AutoCloseable {

  /** Publishes, and is of {@code /cms}. */
  static final String OWNER = "owner";

  /** Is of {@code /cms} and {@code /cms/trees}. */
  static final String MEMBER = "member";

  /** May do what the owner may, and is of {@code /cms} and {@code /cms/higgs}. */
  static final String OTHER = "other";

  static final String ADMIN = "admin";

  /** Has no token. */
  static final String NOBODY = "nobody";

  /** Known by a file of tokens: reads, predicts and publishes, and is of no issuer. */
  static final String ROBOT = "robot";

  /** Known by the same file: reads what is counted. */
  static final String WATCH = "watch";

  private static final String RIGHTS =
      "\"rights\":[\"read\",\"predict\",\"decide\",\"publish\",\"train\"]";

  private final LocalIssuer issuer;
  private final Path directory;
  private LocalSidecar sidecar;
  private Client client;
  private int starts;

  /**
   * Starts one.
   *
   * @param readers what the file of issuers says of new models, such as {@code "owner"}; empty for
   *     nothing
   */
  Users(Path directory, String readers) throws Exception {
    this.directory = directory;
    this.issuer = new LocalIssuer();
    Files.writeString(
        directory.resolve("issuers.json"),
        """
        {"issuers":[{"issuer":"%s","audiences":["%s"],%s
          "grants":[{"group":"/cms",%s},{"group":"/cms/admins","rights":["admin"]}]}]}
        """
            .formatted(
                issuer.uri(),
                LocalIssuer.AUDIENCE,
                readers.isEmpty() ? "" : "\"readers\":" + readers + ",",
                RIGHTS));
    Files.writeString(
        directory.resolve("tokens.json"),
        """
        {"tokens":[{"sha256":"%s","name":"robot",%s},
          {"sha256":"%s","name":"watch","rights":["read","observe"]}]}
        """
            .formatted(sha256(ROBOT), RIGHTS, sha256(WATCH)));
    Files.writeString(
        directory.resolve("jobs.json"),
        "{\"jobs\":{\"secret\":{\"command\":[\"true\"]},\"shared\":{\"command\":[\"true\"]}}}");
    start();
  }

  private static String sha256(String token) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash);
  }

  private void start() throws Exception {
    sidecar = another();
    client = sidecar.client();
  }

  /** Another sidecar on the same store. */
  LocalSidecar another() throws Exception {
    Path state = directory.resolve("state" + ++starts);
    Access access = new Access(directory.resolve("tokens.json"), 0);
    return LocalSidecar.start(
        models(),
        s ->
            s.withAccess(access.trusting(directory.resolve("issuers.json")))
                .withTrainingJobs(directory.resolve("jobs.json"))
                .withObserving(new Observing(state, 0, true, 1 << 20)));
  }

  void restart() throws Exception {
    sidecar.close();
    start();
  }

  /** The directory of published models. */
  Path models() {
    return directory.resolve("models");
  }

  /** Ends it; what was written down of changes. */
  String audit() throws IOException {
    sidecar.close();
    StringBuilder lines = new StringBuilder();
    for (int start = 1; start <= starts; start++) {
      lines.append(Files.readString(directory.resolve("state" + start + "/audit-000001.jsonl")));
    }
    return lines.toString();
  }

  Client client() {
    return client;
  }

  /** The name of a user among those of all issuers. */
  String name(String user) {
    return user + "-1@" + issuer();
  }

  /** The issuer without a slash at its end. */
  String issuer() {
    return issuer.uri().toString().replaceFirst("/$", "");
  }

  /** The headers of a user's requests. */
  String[] headers(String user, String... more) {
    if (user.equals(NOBODY)) {
      return more;
    }
    String[] all = new String[more.length + 2];
    System.arraycopy(more, 0, all, 0, more.length);
    all[more.length] = "Authorization";
    all[more.length + 1] = "Bearer " + token(user);
    return all;
  }

  private String token(String user) {
    List<String> groups =
        switch (user) {
          case MEMBER -> List.of("/cms", "/cms/trees");
          case OTHER -> List.of("/cms", "/cms/higgs");
          case ADMIN -> List.of("/cms", "/cms/admins");
          default -> List.of("/cms");
        };
    return user.equals(ROBOT) || user.equals(WATCH)
        ? user
        : issuer.token(
            Map.of("sub", user + "-1", "preferred_username", user, "wlcg.groups", groups));
  }

  Reply get(String user, String path) {
    return client.send("GET", path, new byte[0], headers(user));
  }

  Reply put(String user, String path, String body) {
    return client.send("PUT", path, Fixtures.utf8(body), headers(user));
  }

  Reply post(String user, String path, String body) {
    return client.send("POST", path, Fixtures.utf8(body), headers(user));
  }

  /**
   * Publishes a model of three inputs.
   *
   * @param query what follows the path, such as {@code ?readers=owner}
   */
  Reply publish(String user, String model, String query) {
    return form(user, "POST", "/upload" + query, Fixtures.f1Form(model));
  }

  /** Publishes a model that can answer caches. */
  Reply publishDecider(String user, String model, String query) {
    byte[] archive = Models.archive(Models.constant(model, 1, 0.5));
    return client.post("/upload" + query, archive, headers(user));
  }

  Reply form(String user, String method, String path, Map<String, Part> parts) {
    return client.form(method, path, parts, headers(user));
  }

  /** What the registry tells of a model. */
  Reply status(String user, String model) {
    return get(user, "/v1/registry/models/" + model + "/status");
  }

  @Override
  public void close() {
    sidecar.close();
    issuer.close();
  }
}
