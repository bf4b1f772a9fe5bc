// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.decisionlab.testbed.hdfs.HdfsData;
import org.decisionlab.testbed.hdfs.HdfsNames;
import org.decisionlab.testbed.httpfs.HttpFs;

/**
 * HttpFS that wants tokens, in front of a NameNode and a DataNode; and the issuer of the tokens.
 * Accounts are {@code preferred_username}.
 */
public final class HttpFsWithTokens implements AutoCloseable {

  /** What its tokens are for. */
  public static final String AUDIENCE = "https://httpfs.example.org:14000";

  private final SigningIssuer issuer;
  private final HdfsNames names;
  private final HdfsData data;
  private final HttpFs httpFs;

  private HttpFsWithTokens(SigningIssuer issuer, HdfsNames names, HdfsData data, HttpFs httpFs) {
    this.issuer = issuer;
    this.names = names;
    this.data = data;
    this.httpFs = httpFs;
  }

  /**
   * Starts all of it.
   *
   * @param jar what is added to the class path of HttpFS
   */
  public static HttpFsWithTokens start(Path folder, Path jar) throws Exception {
    SigningIssuer issuer = new SigningIssuer();
    Path issuers =
        Files.writeString(
            folder.resolve("issuers.json"),
            "{\"issuers\":[{\"issuer\":\""
                + issuer.name()
                + "\",\"audiences\":[\""
                + AUDIENCE
                + "\"],\"accounts\":\"preferred_username\"}]}");
    HdfsNames names = HdfsNames.start(folder.resolve("names"));
    HdfsData data = HdfsData.start(names, folder.resolve("data"));
    HttpFs httpFs =
        HttpFs.start(
            names,
            folder.resolve("httpfs"),
            Map.of(
                "httpfs.authentication.type",
                "org.decisionlab.identity.hadoop.BearerAuthenticationHandler",
                "httpfs.authentication.bearer.issuers.file",
                issuers.toString(),
                "httpfs.authentication.bearer.keys.dir",
                Files.createDirectory(folder.resolve("keys")).toString()),
            List.of(jar));
    return new HttpFsWithTokens(issuer, names, data, httpFs);
  }

  /** Makes {@code /home/USER}, which nobody else can enter. */
  public void makeHome(String user) throws IOException, InterruptedException {
    asSuperuser("/home", "MKDIRS&permission=755");
    asSuperuser("/home/" + user, "MKDIRS&permission=700");
    asSuperuser("/home/" + user, "SETOWNER&owner=" + user);
  }

  /** The name node itself asks nobody: what operators are warned of. */
  private void asSuperuser(String path, String operation) throws IOException, InterruptedException {
    URI uri =
        URI.create(
            names.web()
                + "/webhdfs/v1"
                + path
                + "?op="
                + operation
                + "&user.name="
                + System.getProperty("user.name"));
    HttpRequest request = HttpRequest.newBuilder(uri).PUT(BodyPublishers.noBody()).build();
    HttpResponse<String> reply = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    if (reply.statusCode() != 200) {
      throw new IOException(uri + " answered " + reply.statusCode() + ": " + reply.body());
    }
  }

  /** A token that the issuer has signed. */
  public String token(String user, String audience, String scope, Instant end) throws Exception {
    return issuer.token(user, audience, scope, end);
  }

  /** The issuer's name. */
  public String issuer() {
    return issuer.name();
  }

  /** {@code http://127.0.0.1:PORT} of HttpFS. */
  public String address() {
    return httpFs.address();
  }

  /** What HttpFS prints. */
  public Path log() {
    return httpFs.log();
  }

  @Override
  public void close() {
    httpFs.close();
    data.close();
    names.close();
    issuer.close();
  }
}
