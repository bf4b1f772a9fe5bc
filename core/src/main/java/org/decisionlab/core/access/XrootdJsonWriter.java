// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as the JSON lines that {@link AccessFormat#XROOTD_JSON} reads. Job times are not
 * part of that format and are not written. Equal records give equal bytes on every machine.
 */
public final class XrootdJsonWriter implements Closeable {

  private final JsonGenerator json;

  /** Writes to a stream, which {@link #close} closes. */
  public XrootdJsonWriter(OutputStream out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.setRootValueSeparator(new com.fasterxml.jackson.core.io.SerializedString("\n"));
  }

  /** Writes one record as one line. */
  public void write(AccessRecord access) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("data");
    json.writeStringField("file_lfn", access.lfn());
    number("file_size", access.sizeBytes());
    number("read_bytes_at_close", access.readBytes());
    json.writeNumberField("start_time", access.openedAt().toEpochMilli());
    Instant closedAt = access.closedAt();
    number("end_time", closedAt == null ? null : (Long) closedAt.toEpochMilli());
    text("server_site", access.site());
    text("user", access.user());
    text("protocol", access.protocol());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void number(String field, @Nullable Long value) throws IOException {
    if (value != null) {
      json.writeNumberField(field, value);
    }
  }

  private void text(String field, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(field, value);
    }
  }

  @Override
  public void close() throws IOException {
    if (!json.isClosed()) {
      json.writeRaw('\n');
      json.close();
    }
  }
}
