// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One user's browser with its cookies, and the programs that talk to the provider. */
public final class Browser {

  /** Where the hub's logins return to; nobody listens there. */
  public static final String CALLBACK = "http://127.0.0.1:1/hub/oauth_callback";

  /** The scopes that a hub asks for. */
  public static final String SCOPES =
      "openid profile offline_access wlcg wlcg.groups storage.read:/cms model.read model.write";

  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final IamSim iam;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .connectTimeout(Duration.ofSeconds(30))
          .build();

  public Browser(IamSim iam) {
    this.iam = iam;
  }

  /** The tokens of a login of the hub's client. */
  JsonNode login(String user, Map<String, String> more) throws Exception {
    return JSON.readTree(tokens(user, more));
  }

  /** The answer of the token endpoint to a login of the hub's client. */
  public String tokens(String user, Map<String, String> more) throws Exception {
    return tokens(SimSettings.HUB, user, more);
  }

  /** The answer of the token endpoint to a login of a client with a secret. */
  String tokens(String client, String user, Map<String, String> more) throws Exception {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("response_type", "code");
    asked.put("client_id", client);
    asked.put("redirect_uri", CALLBACK);
    asked.put("scope", SCOPES);
    asked.put("state", "s");
    asked.putAll(more);
    HttpResponse<String> there = authorize(user, asked);
    String location = there.headers().firstValue("Location").orElse("");
    if (!location.startsWith(CALLBACK)) {
      throw new IllegalStateException("no login: " + there.statusCode() + " " + location);
    }
    Map<String, String> answer = query(URI.create(location));
    if (!answer.containsKey("code")) {
      throw new IllegalStateException("no code: " + location);
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", answer.get("code"));
    form.put("redirect_uri", CALLBACK);
    HttpResponse<String> tokens = post("/token", form, client(client));
    if (tokens.statusCode() != 200) {
      throw new IllegalStateException("no tokens: " + tokens.body());
    }
    return tokens.body();
  }

  /** Goes to the authorization page, logs in where asked to, and stops where the way leads out. */
  public HttpResponse<String> authorize(String user, Map<String, String> asked) throws Exception {
    HttpResponse<String> page = get(iam.base() + "/authorize?" + form(asked));
    for (int i = 0; i < 8 && page.statusCode() / 100 == 3; i++) {
      String location = page.headers().firstValue("Location").orElseThrow();
      URI next = iam.base().resolve(location);
      if (!next.toString().startsWith(iam.base().toString())) {
        return page;
      }
      page =
          next.getPath().equals("/login") && next.getQuery() == null
              ? logIn(user, Map.of())
              : get(next.toString());
    }
    return page;
  }

  /** Fills in the form of the login page. */
  public HttpResponse<String> logIn(String user, Map<String, String> more) throws Exception {
    String csrf = csrf(get(iam.base() + "/login").body());
    Map<String, String> form = new LinkedHashMap<>();
    form.put("username", user);
    form.put("password", iam.secrets().password());
    form.put("_csrf", csrf);
    form.putAll(more);
    return post("/login", form, null);
  }

  /** Asks the token endpoint as the hub's client. */
  public HttpResponse<String> token(Map<String, String> form) throws Exception {
    return post("/token", form, hub());
  }

  /** The hub's client in a header. */
  public String hub() {
    return client(SimSettings.HUB);
  }

  /** A client with a secret in a header. */
  String client(String id) {
    String pair = id + ":" + iam.secrets().client(id);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** Posts a form. */
  public HttpResponse<String> post(String path, Map<String, String> form, String authorization)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(iam.base().resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(form)));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Fetches a page. */
  public HttpResponse<String> get(String address, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The token against forged requests in a page. */
  public static String csrf(String page) {
    Matcher matcher = CSRF.matcher(page);
    if (!matcher.find()) {
      throw new IllegalStateException("no form in: " + page);
    }
    return matcher.group(1);
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String pair : uri.getRawQuery().split("&", -1)) {
      int equals = pair.indexOf('=');
      all.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return all;
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
