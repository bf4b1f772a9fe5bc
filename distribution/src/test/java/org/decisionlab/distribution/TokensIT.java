// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.identity.tokens.source.LoginPrompt;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.magics.tfaas.TfaasService;
import org.decisionlab.magics.tfaas.TfaasTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a kernel at the real doors: the sidecar's, and those of an identity provider. */
class TokensIT {

  private static final LoginPrompt NOBODY =
      new LoginPrompt() {
        @Override
        public void show(URI address, URI direct, String code, Instant until) {
          throw new AssertionError("nobody is there");
        }

        @Override
        public void done(String outcome) {
          throw new AssertionError("nobody is there");
        }
      };

  private static final Pattern LINK = Pattern.compile("href=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("<code>([^<]+)</code>");

  @TempDir private Path folder;

  @Test
  void theSidecarIsShownATokenWhenItAsksAndANewOneWhenItRefuses() throws Exception {
    Path listed = folder.resolve("tokens.json");
    Files.writeString(
        listed,
        "{\"tokens\":["
            + entry("ended-token", "\"expires\":\"2026-01-01T00:00:00Z\",")
            + ","
            + entry("fresh-token", "")
            + "]}");
    Path file = Files.writeString(folder.resolve("token"), "ended-token");
    try (SidecarProcess sidecar =
        SidecarProcess.start(
            folder.resolve("models"),
            folder.resolve("sidecar.log"),
            "--tokens",
            listed.toString())) {
      Map<String, String> environment = new HashMap<>();
      environment.put("BEARER_TOKEN_FILE", file.toString());
      environment.put(TfaasService.ADDRESS, sidecar.address().toString());
      try (KernelTokens tokens =
          new KernelTokens(environment, folder.resolve("none"), NOBODY, Clock.systemUTC())) {
        TfaasTokens shown = new TfaasTokens(tokens, environment::get);
        TfaasService service = TfaasService.of(null, environment::get, shown);
        assertThatThrownBy(service::models)
            .hasMessageContaining("401")
            .hasMessageContaining("expired")
            .hasMessageNotContaining("ended-token");
        Files.writeString(file, "fresh-token");
        assertThat(service.models()).isEmpty();
        assertThatThrownBy(() -> service.params("nothing"))
            .as("it is let in, and there is no such model")
            .hasMessageContaining("404");
        assertThatThrownBy(
                () ->
                    TfaasService.of(
                            sidecar.address().toString().replace("127.0.0.1", "localhost"),
                            environment::get,
                            shown)
                        .models())
            .as("another name is another server")
            .hasMessageContaining("401")
            .hasMessageContaining(TfaasService.ADDRESS);
      }
    }
  }

  private static String entry(String token, String more) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    return "{\"sha256\":\""
        + HexFormat.of().formatHex(hash)
        + "\","
        + more
        + "\"name\":\"ada\",\"rights\":[\"read\",\"publish\"]}";
  }

  @Test
  void aUserLogsInByDeviceCodeInACell() throws Exception {
    try (IamProcess iam = IamProcess.start(folder.resolve("iam"));
        KernelProcess process = KernelProcess.start(folder, kernel(iam));
        KernelClient client = KernelClient.ready(process)) {
      Run before = client.execute("%login");
      assertThat(before.trace()).contains("%login device");

      String given = client.submit("%login device");
      client.await(m -> m.parent().equals(given) && m.type().equals("display_data"));
      client.request("control", "interrupt_request", new JsonObject());
      Run up = client.finish(given);
      assertThat(up.error()).as(up.trace()).isEqualTo("Interrupted");
      assertThat(up.outputs().toString()).contains("did not come to an end");

      String cell = client.submit("%login device");
      Received shown =
          client.await(m -> m.parent().equals(cell) && m.type().equals("display_data"));
      String html = shown.content().getAsJsonObject("data").get("text/html").getAsString();
      iam.enter("ada", first(LINK, html).replace("&amp;", "&"), first(CODE, html));
      Run login = client.finish(cell);
      assertThat(login.result())
          .contains("/decisionlab/admins", iam.base().toString(), "from login by device code")
          .contains("BEARER_TOKEN_FILE");
      assertThat(login.outputs().toString())
          .contains("update_display_data", "login: logged in")
          .doesNotContain("eyJ");
      Run script =
          client.execute("%%bash\nstat -c %a $BEARER_TOKEN_FILE; head -c 3 $BEARER_TOKEN_FILE");
      assertThat(script.stdout()).isEqualTo("600\neyJ");
      assertThat(client.execute("%login").result()).contains("/cms/analysis");
      assertThat(client.execute("%login end").result()).contains("deleted");
      assertThat(client.execute("%login").trace()).contains("%login device");
      assertThat(process.log()).doesNotContain("eyJ");
    }
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }

  private List<String> kernel(IamProcess iam) throws Exception {
    KernelSpec spec =
        new KernelSpec(
            Path.of(System.getProperty("java.home")),
            Path.of(System.getProperty("decisionlab.kernel.lib")),
            KernelCommand.jvmFlags());
    Path kernelJson = spec.install(folder).resolve("kernel.json");
    List<String> argv =
        new ArrayList<>(
            List.of(
                "env",
                "DECISIONLAB_BASH=true",
                "DECISIONLAB_ISSUER=" + iam.base() + "/",
                "DECISIONLAB_CLIENT_ID=decisionlab-cli"));
    for (JsonNode word : JsonMapper.builder().build().readTree(kernelJson.toFile()).path("argv")) {
      argv.add(word.asText());
    }
    return argv;
  }
}
