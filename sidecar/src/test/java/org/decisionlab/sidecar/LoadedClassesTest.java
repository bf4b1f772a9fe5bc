// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that trusts no issuer starts without what issuers' tokens need. */
class LoadedClassesTest {

  private static final String NIMBUS = "com.nimbusds.jose.";
  private static final String VALIDATOR = "org.decisionlab.identity.tokens.verify.TokenValidator";

  @TempDir Path directory;

  private String loaded(String... options) throws Exception {
    Path log = Files.createTempFile(directory, "classes", ".log");
    String flag = "-Xlog:class+load:file=" + log;
    try (SidecarProcess sidecar =
        SidecarProcess.startWith(flag, directory.resolve("models"), options)) {
      assertThat(sidecar.client().get("/models").status()).isIn(200, 401);
      assertThat(sidecar.terminate()).isZero();
    }
    return Files.readString(log);
  }

  @Test
  void onlyWhereIssuersAreTrusted() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens.json"), "{\"tokens\":[]}");
    assertThat(loaded("--tokens", tokens.toString())).doesNotContain(NIMBUS, VALIDATOR);
    Path issuers =
        Files.writeString(
            directory.resolve("issuers.json"),
            "{\"issuers\":[{\"issuer\":\"https://iam.example.org\",\"any_audience\":true,"
                + "\"grants\":[{\"scope\":\"a\",\"rights\":[\"read\"]}]}]}");
    assertThat(loaded("--issuers", issuers.toString())).contains(VALIDATOR);
  }
}
