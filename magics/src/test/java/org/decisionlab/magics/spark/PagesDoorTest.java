// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reads Spark's pages: the user's own server, which signs, and nobody else. */
class PagesDoorTest {

  private static final String KEY =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

  /** Made by Python's hmac, as the server's extension makes it. */
  private static final String SIGNED =
      "1700000000 1f78361c30aae506053b9a7ffa536bc69c2f4b2e1768cdef1ceada9aa9a3dfe0";

  private static final int PORT = 4040;

  @Test
  void whatTheServerSignsIsGoodForHalfAMinuteAndAtOnePort() {
    assertThat(at(0).isOurs(SIGNED, PORT)).isTrue();
    assertThat(at(30).isOurs(SIGNED, PORT)).isTrue();
    assertThat(at(-30).isOurs(SIGNED, PORT)).isTrue();
    assertThat(at(31).isOurs(SIGNED, PORT)).isFalse();
    assertThat(at(-31).isOurs(SIGNED, PORT)).isFalse();
    assertThat(at(0).isOurs(SIGNED, PORT + 1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1700000000",
        "1700000000 ",
        "1700000001 1f78361c30aae506053b9a7ffa536bc69c2f4b2e1768cdef1ceada9aa9a3dfe0",
        "1700000000 1f78361c30aae506053b9a7ffa536bc69c2f4b2e1768cdef1ceada9aa9a3dfe1",
        "1700000000 1F78361C30AAE506053B9A7FFA536BC69C2F4B2E1768CDEF1CEADA9AA9A3DFE0",
        "99999999999999999999 1f78361c30aae506053b9a7ffa536bc69c2f4b2e1768cdef1ceada9aa9a3dfe0"
      })
  void anythingElseIsRefused(String header) {
    assertThat(at(0).isOurs(header, PORT)).isFalse();
  }

  @Test
  void withoutAKeyOrWithAPoorOneNobodyIsLetThrough() {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
    for (String key :
        new String[] {null, "", "0001", "not hexadecimal, but long enough for a key"}) {
      assertThat(new PagesDoor(key, clock).isOurs(SIGNED, PORT)).as("key %s", key).isFalse();
    }
    assertThat(at(0).isOurs(null, PORT)).isFalse();
  }

  @Test
  void sparksOwnPagesAnswerWhatIsSignedAlone() throws Exception {
    SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "true")
            .config("spark.ui.port", "0")
            .config("spark.ui.filters", KeyedDoor.class.getName())
            .getOrCreate();
    try {
      URI pages = URI.create(session.sparkContext().uiWebUrl().get());
      for (String path :
          new String[] {
            "/jobs/",
            "/environment/",
            "/executors/",
            "/api/v1/applications",
            "/static/webui.js",
            "/metrics/json"
          }) {
        URI page = URI.create("http://127.0.0.1:" + pages.getPort() + path);
        assertThat(ask(page, null).statusCode()).as(path).isEqualTo(403);
        assertThat(ask(page, signed(pages.getPort() + 1)).statusCode()).as(path).isEqualTo(403);
        assertThat(ask(page, signed(pages.getPort())).statusCode()).as(path).isEqualTo(200);
      }
      URI jobs = URI.create("http://127.0.0.1:" + pages.getPort() + "/jobs/");
      assertThat(ask(jobs, null).body()).contains("at the hub").doesNotContain("Spark Jobs");
    } finally {
      session.stop();
    }
  }

  /** As Spark makes it, with the key of this test. */
  public static final class KeyedDoor implements Filter {

    private final PagesDoor door = new PagesDoor(KEY, Clock.systemUTC());

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain pages)
        throws IOException, ServletException {
      door.doFilter(request, response, pages);
    }
  }

  private static PagesDoor at(int secondsLater) {
    Instant now = Instant.ofEpochSecond(1_700_000_000 + secondsLater);
    return new PagesDoor(KEY, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static String signed(int port) throws Exception {
    String text = Instant.now().getEpochSecond() + " " + port;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(HexFormat.of().parseHex(KEY), "HmacSHA256"));
    byte[] made = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    return text.substring(0, text.indexOf(' ')) + " " + HexFormat.of().formatHex(made);
  }

  private static HttpResponse<String> ask(URI page, String header) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(60));
    if (header != null) {
      request.header("X-Decisionlab-Signed", header);
    }
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
