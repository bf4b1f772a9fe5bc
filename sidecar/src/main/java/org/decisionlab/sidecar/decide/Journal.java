// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.sidecar.telemetry.RollingFile;
import org.jspecify.annotations.Nullable;

/**
 * Every opening that the desk heard of, one line of JSON each, in files that roll. It is what
 * decisions are joined with later, and what the desk remembers from after a start. Written by a
 * thread of its own, so a sidecar that is killed forgets the last moment.
 */
public final class Journal implements Closeable {

  private static final System.Logger LOG = System.getLogger(Journal.class.getName());
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String NAME = "openings";
  private static final int MAX_LINE_BYTES = 1 << 20;
  private static final int BYTES_OF_MOST = 512;

  /**
   * An opening as it was written down.
   *
   * @param layer layer of caches
   * @param record the opening
   */
  public record Opening(String layer, AccessRecord record) {}

  /**
   * Where an opening was heard of.
   *
   * @param node cache server
   * @param layer layer of caches
   * @param source {@code question}, {@code batch}, or what a report of openings says
   */
  record Heard(String node, String layer, String source) {}

  private final Path directory;
  private final RollingFile file;

  /**
   * Continues the journal of a directory, made when it does not exist.
   *
   * @param maxBytes most bytes of all its files together; the oldest are deleted
   */
  public Journal(Path directory, long maxBytes) throws IOException {
    this.directory = directory;
    this.file = new RollingFile(directory, NAME, maxBytes);
  }

  /**
   * Reads what was written before, oldest first. Lines that are damaged, or cut where a sidecar was
   * killed, are passed over, counted and told.
   *
   * @return lines passed over
   */
  public long replay(Consumer<Opening> openings) throws IOException {
    long damaged = 0;
    for (Path each : RollingFile.files(directory, NAME)) {
      damaged += replay(each, openings);
    }
    if (damaged > 0) {
      LOG.log(
          Level.WARNING,
          "{0} lines of the journal {1} were damaged or cut and passed over",
          damaged,
          directory);
    }
    return damaged;
  }

  /** Lines are told apart as bytes and decoded one by one: a damaged one costs no other. */
  private static long replay(Path file, Consumer<Opening> openings) throws IOException {
    long damaged = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (byte[] line = line(in); line != null; line = line(in)) {
        Opening opening = line.length > MAX_LINE_BYTES ? null : opening(line);
        if (opening == null) {
          damaged++;
        } else {
          openings.accept(opening);
        }
      }
    }
    return damaged;
  }

  /** The next line without its end, one byte more than the longest where it is longer; or null. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(BYTES_OF_MOST);
    while (next >= 0 && next != '\n') {
      if (line.size() <= MAX_LINE_BYTES) {
        line.write(next);
      }
      next = in.read();
    }
    return line.toByteArray();
  }

  void add(Heard heard, AccessRecord opening, @Nullable CacheDecision decision) {
    ObjectNode line = JSON.createObjectNode();
    line.put("at", ChronoUnit.MICROS.between(Instant.EPOCH, opening.openedAt()));
    line.put("node", heard.node()).put("layer", heard.layer()).put("lfn", opening.lfn());
    if (opening.sizeBytes() != null) {
      line.put("size", opening.sizeBytes());
    }
    line.put("source", heard.source());
    if (decision != null) {
      line.put("store", decision.store()).put("why", decision.reason().name());
      if (decision.model() != null) {
        line.put("model", decision.model()).put("version", decision.version());
        line.put("score", decision.score());
      }
    }
    file.add(line.toString());
  }

  /** Openings that were not written because too many came at once. */
  public long dropped() {
    return file.dropped();
  }

  @Override
  public void close() {
    file.close();
  }

  private static @Nullable Opening opening(byte[] line) {
    try {
      JsonNode root = JSON.readTree(line);
      if (!root.path("at").isIntegralNumber() || !root.path("lfn").isTextual()) {
        return null;
      }
      Instant at = Instant.EPOCH.plus(root.path("at").asLong(), ChronoUnit.MICROS);
      Long size = root.path("size").isIntegralNumber() ? root.path("size").asLong() : null;
      return new Opening(
          root.path("layer").asText(), AccessRecord.of(root.path("lfn").asText(), at, size));
    } catch (IOException | DateTimeException | IllegalArgumentException | ArithmeticException e) {
      return null;
    }
  }
}
