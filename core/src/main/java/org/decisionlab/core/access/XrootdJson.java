// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * JSON lines of an XRootD monitoring collector (GLED and its heirs): each line an object with a
 * {@code data} part, or that part alone. Times are milliseconds since 1970; numbers may come as
 * text. Bytes read are {@code read_bytes_at_close}, else {@code read_bytes}.
 */
final class XrootdJson {

  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private XrootdJson() {}

  static boolean matches(String text, byte[] bytes) {
    String start = text.stripLeading();
    int end = start.indexOf('\n');
    String first = end < 0 ? start : start.substring(0, end);
    return first.startsWith("{") && first.contains("\"file_lfn\"");
  }

  static RecordReader open(Path file, ReadLimits limits) throws IOException {
    LineReader lines = new LineReader(Compression.open(file), limits.maxLineBytes());
    return new TextRecordReader(file.toString(), lines, XrootdJson::parse);
  }

  private static RecordReader.Row parse(String line) throws RowException {
    JsonNode root;
    try {
      root = READER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new RowException("not a JSON object: " + e.getOriginalMessage());
    }
    JsonNode data = root.path("data").isObject() ? root.path("data") : root;
    if (!data.isObject()) {
      throw new RowException("expected a JSON object");
    }
    String lfn = text(data, "file_lfn");
    Long opened = number(data, "start_time");
    if (lfn == null || opened == null) {
      throw new RowException((lfn == null ? "file_lfn" : "start_time") + " is missing");
    }
    Long closed = number(data, "end_time");
    Long read = number(data, "read_bytes_at_close");
    String user = text(data, "user");
    return new RecordReader.Row.Parsed(
        new AccessRecord(
            lfn,
            number(data, "file_size"),
            read == null ? number(data, "read_bytes") : read,
            Fields.millis("start_time", opened),
            closed == null ? null : Fields.millis("end_time", closed),
            text(data, "server_site"),
            user == null ? text(data, "user_dn") : user,
            text(data, "protocol"),
            null));
  }

  private static @Nullable String text(JsonNode data, String field) {
    JsonNode node = data.path(field);
    return node.isMissingNode() || node.isNull() || node.asText().isBlank() ? null : node.asText();
  }

  private static @Nullable Long number(JsonNode data, String field) throws RowException {
    JsonNode node = data.path(field);
    if (node.isMissingNode() || node.isNull() || (node.isTextual() && node.asText().isBlank())) {
      return null;
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isTextual()) {
      return Fields.number(field, node.asText());
    }
    throw new RowException(field + " is not a whole number: " + node);
  }
}
