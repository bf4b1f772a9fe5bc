// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.magics.login.LoopbackServer;
import org.junit.jupiter.api.Test;

/** {@code %login} in a kernel that has found a token. */
class LoginCellsTest extends SessionKernel {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final String token =
      LoopbackServer.token(
          "{\"sub\":\"1234\",\"preferred_username\":\"ada\",\"iss\":\"https://iam.example\","
              + "\"groups\":[\"cms\"],\"exp\":"
              + Instant.now().plusSeconds(3600).getEpochSecond()
              + "}");

  @Override
  protected List<String> variables() {
    return List.of("BEARER_TOKEN=" + token, "XDG_RUNTIME_DIR=" + folder);
  }

  @Test
  void whoIsToldAndScriptsGetAFileAndNothingShowsTheToken() {
    assertThat(run("%login").result())
        .contains("user      ada", "groups    /cms", "from bearer token discovery");
    assertThat(run("%%bash\necho ${BEARER_TOKEN:-none} ${BEARER_TOKEN_FILE:-none}").stdout())
        .isEqualTo("none none\n");
    Run exported = run("%login export");
    assertThat(exported.result()).contains("file      " + folder);
    Run script =
        run(
            "%%bash\nstat -c '%a %s' $BEARER_TOKEN_FILE; echo ${BEARER_TOKEN:-none};"
                + " dirname $BEARER_TOKEN_FILE");
    List<String> lines = script.stdout().lines().toList();
    assertThat(lines.subList(0, 2)).containsExactly("600 " + (token.length() + 1), "none");
    assertThat(run("%login end").result()).contains("deleted");
    assertThat(Path.of(lines.get(2))).doesNotExist();
    assertThat(run("%login devise").trace()).contains("UsageError", "device");
    assertThat(run("%login device").trace())
        .contains("DECISIONLAB_ISSUER", "before the kernel starts")
        .doesNotContain("    at ");
    assertThat(run("%env").result()).contains("BEARER_TOKEN=(hidden)");
  }

  /** Runs a cell; nothing that comes of it holds the token. */
  private Run run(String code) {
    Run run = client.execute(code);
    assertThat(run.toString()).doesNotContain(token.substring(30, 80));
    return run;
  }

  @Test
  void verbsAndFlagsAreCompleted() {
    assertThat(completed("%login de")).isEqualTo("[\"device\"]");
    assertThat(completed("%login device --sc")).isEqualTo("[\"--scope\"]");
  }

  /** As a user does who presses the key again: the first time may take longer than typing bears. */
  private String completed(String code) {
    JsonObject request = new JsonObject();
    request.addProperty("code", code);
    request.addProperty("cursor_pos", code.length());
    long end = System.nanoTime() + PATIENCE.toNanos();
    JsonArray found = matches(request);
    while (found.isEmpty() && System.nanoTime() < end) {
      found = matches(request);
    }
    return found.toString();
  }

  private JsonArray matches(JsonObject request) {
    return client.request("shell", "complete_request", request).getAsJsonArray("matches");
  }
}
