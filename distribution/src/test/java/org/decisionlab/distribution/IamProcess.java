// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The IAM simulator as a program of its own, and the browser of one of its users. */
final class IamProcess implements AutoCloseable {

  private static final Pattern STARTED = Pattern.compile("IAM simulator at (http://\\S+?)/?,");
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

  private final Process process;
  private final Path folder;
  private final URI base;

  private IamProcess(Process process, Path folder, URI base) {
    this.process = process;
    this.folder = folder;
    this.base = base;
  }

  static IamProcess start(Path folder) throws IOException {
    Path libraries = Path.of(System.getProperty("decisionlab.iam.lib"));
    if (!Files.isDirectory(libraries)) {
      throw new IllegalStateException(
          libraries + " is not there; package the module identity/iam-sim before this test");
    }
    Files.createDirectories(folder);
    Path log = folder.resolve("iam.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    libraries.resolve("*").toString(),
                    "org.decisionlab.identity.iamsim.IamSimProgram",
                    "--folder",
                    folder.resolve("secrets").toString()))
            .redirectError(log.toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null) {
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        return new IamProcess(process, folder.resolve("secrets"), URI.create(started.group(1)));
      }
      line = out.readLine();
    }
    process.destroyForcibly();
    throw new IOException("the simulator did not start:\n" + Files.readString(log));
  }

  URI base() {
    return base;
  }

  /** Opens the page of a login by device code in a browser, logs in there, and enters the code. */
  void enter(String user, String page, String code) throws Exception {
    HttpClient browser =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .build();
    String login = csrf(get(browser, base + "/login"));
    post(
        browser,
        "/login",
        Map.of(
            "username", user,
            "password", Files.readString(folder.resolve("password")).strip(),
            "_csrf", login));
    HttpResponse<String> done =
        post(
            browser,
            "/device/verify",
            Map.of("user_code", code, "_csrf", csrf(get(browser, page))));
    String location = done.headers().firstValue("Location").orElse("");
    if (!location.endsWith("/device/done")) {
      throw new IllegalStateException(done.statusCode() + " " + location + ": " + done.body());
    }
  }

  private static String get(HttpClient browser, String address) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60)).build();
    return browser.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private HttpResponse<String> post(HttpClient browser, String path, Map<String, String> form)
      throws Exception {
    String body =
        form.entrySet().stream()
            .map(
                each ->
                    each.getKey()
                        + "="
                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return browser.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String csrf(String page) {
    Matcher matcher = CSRF.matcher(page);
    if (!matcher.find()) {
      throw new IllegalStateException("no form in: " + page);
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the simulator did not end within 60 s of SIGTERM");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the simulator ended", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
