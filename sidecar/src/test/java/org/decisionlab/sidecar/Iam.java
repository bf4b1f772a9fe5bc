// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The simulator of INDIGO IAM in a process of its own, and users who log in there. */
final class Iam implements AutoCloseable {

  static final String HUB = "decisionlab-hub";
  static final String SIDECAR = "decisionlab-sidecar";
  private static final String CALLBACK = "http://127.0.0.1:1/hub/oauth_callback";
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long START_SECONDS = 180;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Process process;
  private final Path folder;
  private final URI base;

  private Iam(Process process, Path folder, URI base) {
    this.process = process;
    this.folder = folder;
    this.base = base;
  }

  /** Starts one from the classes of its own room, with the class path of that room. */
  static Iam start(Path folder) throws Exception {
    Path target = Path.of(System.getProperty("decisionlab.iam-sim"));
    String classPath =
        target.resolve("classes") + ":" + Files.readString(target.resolve("class-path")).strip();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                "org.decisionlab.identity.iamsim.IamSimProgram",
                "--folder",
                folder.resolve("secrets").toString(),
                "--redirect",
                CALLBACK)
            .redirectError(folder.resolve("iam-sim.log").toFile())
            .start();
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                BufferedReader out = process.inputReader();
                return String.valueOf(out.readLine());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    String said = line.get(START_SECONDS, TimeUnit.SECONDS);
    Matcher address = Pattern.compile("at (http://[0-9.:]+)/,").matcher(said);
    if (!address.find()) {
      process.destroyForcibly();
      throw new AssertionError(said + "; " + Files.readString(folder.resolve("iam-sim.log")));
    }
    return new Iam(process, folder.resolve("secrets"), URI.create(address.group(1)));
  }

  /** Its address, without a slash at the end. */
  URI base() {
    return base;
  }

  /** The file with the secret of a client. */
  Path secretFile(String client) {
    return folder.resolve("client-" + client);
  }

  /** Turns some of its switches. */
  void switches(Map<String, Object> some) throws Exception {
    control("PATCH", "", JSON.writeValueAsString(some));
  }

  /** Makes another key that signs from now on. */
  void rotate(String algorithm, boolean keepOld) throws Exception {
    control("POST", "/keys", "{\"algorithm\":\"" + algorithm + "\",\"keepOld\":" + keepOld + "}");
  }

  private void control(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/iam-sim/control" + path))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + secret("control"))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> done = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    if (done.statusCode() != 200) {
      throw new AssertionError(done.body());
    }
  }

  private String secret(String name) throws IOException {
    return Files.readString(folder.resolve(name)).strip();
  }

  /** An access token of a client of the profile wlcg, for scopes and an audience; "" for none. */
  String token(String user, String scope, String audience) throws Exception {
    return new Person(user).token(scope, audience);
  }

  /**
   * An access token of a client without a profile of its own: by default neither scopes nor groups
   * are in it.
   */
  String plainToken(String user, String audience) throws Exception {
    return new Person(user).plainToken(audience);
  }

  /** One user with a browser of their own. */
  private final class Person {
    private final String name;
    private final HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .connectTimeout(LIMIT)
            .build();

    Person(String name) {
      this.name = name;
    }

    String token(String scope, String audience) throws Exception {
      logIn();
      Map<String, String> asked = new LinkedHashMap<>();
      asked.put("response_type", "code");
      asked.put("client_id", HUB);
      asked.put("redirect_uri", CALLBACK);
      asked.put("scope", scope);
      asked.put("state", "s");
      if (!audience.isEmpty()) {
        asked.put("audience", audience);
      }
      HttpResponse<String> page = get(base + "/authorize?" + form(asked));
      String there = page.headers().firstValue("Location").orElse("");
      Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(there);
      if (!there.startsWith(CALLBACK) || !code.find()) {
        throw new AssertionError("no login: " + page.statusCode() + " " + there);
      }
      Map<String, String> form = new LinkedHashMap<>();
      form.put("grant_type", "authorization_code");
      form.put("code", code.group(1));
      form.put("redirect_uri", CALLBACK);
      return accessToken(post("/token", form, HUB));
    }

    String plainToken(String audience) throws Exception {
      JsonNode device = post("/devicecode", Map.of("scope", "openid profile"), SIDECAR);
      logIn();
      String page = get(device.path("verification_uri_complete").asText()).body();
      post(
          "/device/verify",
          Map.of("user_code", device.path("user_code").asText(), "_csrf", csrf(page)),
          "");
      Map<String, String> form = new LinkedHashMap<>();
      form.put("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
      form.put("device_code", device.path("device_code").asText());
      form.put("audience", audience);
      return accessToken(post("/token", form, SIDECAR));
    }

    private void logIn() throws Exception {
      Map<String, String> form = new LinkedHashMap<>();
      form.put("username", name);
      form.put("password", secret("password"));
      form.put("_csrf", csrf(get(base + "/login").body()));
      post("/login", form, "");
    }

    private HttpResponse<String> get(String address) throws Exception {
      return http.send(
          HttpRequest.newBuilder(URI.create(address)).timeout(LIMIT).build(),
          BodyHandlers.ofString());
    }

    /** Posts a form, as a client where one is named. */
    private JsonNode post(String path, Map<String, String> form, String client) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(base.resolve(path))
              .timeout(LIMIT)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(form(form)));
      if (!client.isEmpty()) {
        String pair = client + ":" + secret("client-" + client);
        byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
        request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
      }
      HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
      return client.isEmpty() ? JSON.createObjectNode() : JSON.readTree(reply.body());
    }

    private String accessToken(JsonNode tokens) {
      String token = tokens.path("access_token").asText();
      if (token.isEmpty()) {
        throw new AssertionError("no token for " + name + ": " + tokens);
      }
      return token;
    }
  }

  private static String csrf(String page) {
    Matcher found = CSRF.matcher(page);
    if (!found.find()) {
      throw new AssertionError("no form in " + page);
    }
    return found.group(1);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(each -> List.of(each.getKey(), each.getValue()))
        .map(each -> each.get(0) + "=" + URLEncoder.encode(each.get(1), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
