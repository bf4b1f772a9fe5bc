// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the sidecar shows who connects by TLS.
 *
 * @param certificate PEM: its certificate, then those that signed it
 * @param key PEM: the private key of the certificate, not encrypted
 */
public record Tls(Path certificate, Path key) {

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  /**
   * The two files, read and found to fit each other.
   *
   * @throws IOException when one cannot be used, saying which and why
   */
  PemKeyCertOptions read() throws IOException {
    byte[] chain = bytes(certificate);
    byte[] secret = bytes(key);
    X509Certificate own = own(chain);
    Matcher found = PKCS8.matcher(new String(secret, StandardCharsets.US_ASCII));
    if (found.find()) {
      requireFit(own.getPublicKey(), found.group(1));
    } else if (!new String(secret, StandardCharsets.US_ASCII).contains(" PRIVATE KEY-----")) {
      throw new IOException("the key " + key + " is not a private key in PEM");
    } else if (new String(secret, StandardCharsets.US_ASCII).contains("ENCRYPTED")) {
      throw new IOException("the key " + key + " is encrypted; give one that is not");
    }
    return new PemKeyCertOptions()
        .addCertValue(Buffer.buffer(chain))
        .addKeyValue(Buffer.buffer(secret));
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
  }

  private X509Certificate own(byte[] chain) throws IOException {
    try {
      X509Certificate own =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(chain));
      own.checkValidity();
      return own;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the certificate " + certificate + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** What the key signs, the certificate must confirm. */
  private void requireFit(PublicKey known, String base64) throws IOException {
    String algorithm =
        switch (known.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> known.getAlgorithm();
        };
    boolean fits;
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      PrivateKey secret =
          KeyFactory.getInstance(known.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(der));
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(known.getEncoded());
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(known);
      verifying.update(known.getEncoded());
      fits = verifying.verify(signing.sign());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the key " + key + " cannot be used: " + e.getMessage(), e);
    }
    if (!fits) {
      throw new IOException("the key " + key + " is not that of the certificate " + certificate);
    }
  }
}
