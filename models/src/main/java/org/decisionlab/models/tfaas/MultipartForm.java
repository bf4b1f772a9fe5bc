// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A {@code multipart/form-data} body. */
final class MultipartForm {

  private final String boundary = "decisionlab-" + UUID.randomUUID();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  MultipartForm field(String name, String value) {
    begin("form-data; name=\"" + name + "\"", null);
    return end(value.getBytes(StandardCharsets.UTF_8));
  }

  MultipartForm file(String name, String fileName, byte[] content) {
    begin(
        "form-data; name=\"" + name + "\"; filename=\"" + fileName + "\"",
        "application/octet-stream");
    return end(content);
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  byte[] toByteArray() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(body.toByteArray());
    whole.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return whole.toByteArray();
  }

  private void begin(String disposition, @Nullable String type) {
    text("--" + boundary + "\r\nContent-Disposition: " + disposition + "\r\n");
    if (type != null) {
      text("Content-Type: " + type + "\r\n");
    }
    text("\r\n");
  }

  private MultipartForm end(byte[] content) {
    body.writeBytes(content);
    text("\r\n");
    return this;
  }

  private void text(String text) {
    body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
