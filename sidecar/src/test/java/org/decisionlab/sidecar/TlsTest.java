// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.decisionlab.sidecar.http.Tls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar with a certificate, made by keytool for this test. */
class TlsTest {

  private static final char[] PASSWORD = "not a secret".toCharArray();

  @TempDir Path directory;
  private KeyStore store;
  private Tls tls;

  @BeforeEach
  void make() throws Exception {
    store = store("own");
    tls = pem(store, "own");
  }

  private KeyStore store(String name) throws Exception {
    Path file = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "sidecar",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      made.load(in, PASSWORD);
    }
    return made;
  }

  private Tls pem(KeyStore from, String name) throws Exception {
    return new Tls(
        pem(name + ".crt", "CERTIFICATE", from.getCertificate("sidecar").getEncoded()),
        pem(name + ".key", "PRIVATE KEY", from.getKey("sidecar", PASSWORD).getEncoded()));
  }

  private Path pem(String file, String what, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private LocalSidecar start(Tls shown) throws StartException {
    SidecarSettings.Access access = new SidecarSettings.Access(null, 0, shown, false);
    return LocalSidecar.start(directory.resolve("models"), s -> s.withAccess(access));
  }

  @Test
  void whoTrustsTheCertificateIsAnswered() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("sidecar", store.getCertificate("sidecar"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (LocalSidecar sidecar = start(tls)) {
      assertThat(sidecar.client().base().getScheme()).isEqualTo("https");
      HttpRequest request =
          HttpRequest.newBuilder(sidecar.client().base().resolve("/models"))
              .timeout(Duration.ofSeconds(60))
              .build();
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .sslContext(context)
              .build()
              .send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("[]\n");
      assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void filesThatDoNotFitAreRefused() throws Exception {
    Tls other = pem(store("other"), "other");
    refused(new Tls(tls.certificate(), other.key()), "is not that of the certificate");
    refused(new Tls(tls.key(), tls.key()), "own.key cannot be used");
    refused(new Tls(tls.certificate(), tls.certificate()), "is not a private key");
    refused(new Tls(directory.resolve("nosuch"), tls.key()), "there is no file");
  }

  private void refused(Tls shown, String why) {
    assertThatThrownBy(() -> start(shown))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("TLS cannot be spoken")
        .hasMessageContaining(why);
  }

  @Test
  void tokensAreNotSentInClearBeyondThisMachine() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens.json"), "{\"tokens\":[]}");
    SidecarSettings.Access clear = new SidecarSettings.Access(tokens, 0, null, false);
    assertThatThrownBy(
            () ->
                LocalSidecar.start(
                    directory.resolve("models"), s -> s.at("0.0.0.0").withAccess(clear)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--tls-certificate")
        .hasMessageContaining("--behind-proxy");
  }
}
