// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Every log and trace format that can be read. Each also reads itself compressed with gzip or
 * Zstandard.
 */
public enum AccessFormat {
  /**
   * JSON lines of an XRootD monitoring collector: an object with a data part, or that part alone.
   */
  XROOTD_JSON("xrootd-json", XrootdJson::open, XrootdJson::matches),
  /** Comma-separated values with the 25 named columns of the CMS cache simulation studies. */
  CMS_CSV("cms-csv", CmsCsv::open, CmsCsv::matches),
  /** Tab-separated web server log with a header row, as of the Internet Traffic Archive. */
  WEB_LOG("web-log", WebLog::open, WebLog::matches),
  /** Text lines of {@code time id size}: Unix seconds, object name, bytes (webcachesim, LRB). */
  TIME_ID_SIZE("time-id-size", TimeIdSize::open, TimeIdSize::matches),
  /** libCacheSim's binary records of 24 bytes: time, object, size, index of the next request. */
  ORACLE_GENERAL("oracle-general", OracleGeneral::open, OracleGeneral::matches);

  /** Bytes at the start of a file that {@link #detect} looks at. */
  private static final int LOOKED_AT = 1 << 16;

  private final String word;
  private final Opener opener;
  private final Matcher matcher;

  AccessFormat(String word, Opener opener, Matcher matcher) {
    this.word = word;
    this.opener = opener;
    this.matcher = matcher;
  }

  /** The name used in commands and parameters. */
  public String word() {
    return word;
  }

  /** Opens a file of this format with the default limits. */
  public AccessSource open(Path file) throws IOException {
    return open(file, ReadLimits.DEFAULT);
  }

  /** Opens a file of this format. */
  public AccessSource open(Path file, ReadLimits limits) throws IOException {
    return new FileAccessSource(file.toString(), opener.open(file, limits), limits);
  }

  /**
   * The format called {@code word}.
   *
   * @throws IllegalArgumentException naming the known words, when there is none
   */
  public static AccessFormat of(String word) {
    String wanted = word.toLowerCase(Locale.ROOT).replace('_', '-');
    for (AccessFormat format : values()) {
      if (format.word.equals(wanted)) {
        return format;
      }
    }
    throw new IllegalArgumentException("unknown access format '" + word + "'; known: " + words());
  }

  /**
   * The format of a file, told by its first bytes.
   *
   * @throws IOException when the file cannot be read or looks like none of the formats
   */
  public static AccessFormat detect(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Compression.open(file)) {
      head = in.readNBytes(LOOKED_AT);
    }
    if (head.length == 0) {
      throw new IOException(file + " is empty; its format cannot be told");
    }
    String text = LineReader.withoutMark(new String(head, StandardCharsets.UTF_8));
    for (AccessFormat format : values()) {
      if (format.matcher.matches(text, head)) {
        return format;
      }
    }
    throw new IOException(
        file + " is in none of the known access formats (" + words() + "); name one explicitly");
  }

  private static String words() {
    return Arrays.stream(values()).map(AccessFormat::word).collect(Collectors.joining(", "));
  }

  @FunctionalInterface
  private interface Opener {
    RecordReader open(Path file, ReadLimits limits) throws IOException;
  }

  @FunctionalInterface
  private interface Matcher {
    boolean matches(String text, byte[] bytes);
  }
}
