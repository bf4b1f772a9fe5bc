// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a cache is: in bytes, or as a share of the distinct bytes of the trace.
 *
 * <p>Written {@code 128MiB}, {@code 10T}, {@code 200GiB}, {@code 1.5TB}, {@code 4096} or {@code
 * 10%}. KiB, MiB, GiB, TiB and PiB are powers of 1024, and so are the single letters K, M, G, T and
 * P, as in XRootD's settings. kB, MB, GB, TB and PB are powers of 1000. A number alone or with B is
 * bytes. Case does not matter. Parts of a byte are dropped.
 */
public sealed interface CacheSize {

  /**
   * The capacity in bytes.
   *
   * @param distinctBytes sum of the sizes of all files of the trace, in bytes
   * @throws IllegalArgumentException when it comes to less than one byte
   */
  long bytesOf(long distinctBytes);

  /**
   * A capacity in bytes.
   *
   * @param bytes at least 1
   */
  record Absolute(long bytes) implements CacheSize {

    /** Refuses less than one byte. */
    public Absolute {
      if (bytes < 1) {
        throw new IllegalArgumentException("a cache needs at least one byte: " + bytes);
      }
    }

    @Override
    public long bytesOf(long distinctBytes) {
      return bytes;
    }

    @Override
    public String toString() {
      String shortest = bytes + "B";
      for (int power = 1; power <= Parser.LETTERS.length(); power++) {
        String letter = Parser.LETTERS.substring(power - 1, power);
        shortest = shorter(shortest, 1L << (10 * power), letter + "iB");
        shortest = shorter(shortest, Parser.THOUSANDS[power], power == 1 ? "kB" : letter + "B");
      }
      return shortest;
    }

    private String shorter(String known, long unit, String name) {
      String text = bytes / unit + name;
      return bytes % unit == 0 && text.length() < known.length() ? text : known;
    }
  }

  /**
   * A share of the distinct bytes of the trace.
   *
   * @param percent above 0 and at most 100
   */
  record Share(BigDecimal percent) implements CacheSize {

    /** Refuses what is not above 0 and at most 100 per cent. */
    public Share {
      percent = percent.stripTrailingZeros();
      if (percent.signum() <= 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
        throw new IllegalArgumentException(
            "a share of the distinct bytes must be above 0 % and at most 100 %: "
                + percent.toPlainString()
                + "%");
      }
    }

    @Override
    public long bytesOf(long distinctBytes) {
      long bytes =
          percent
              .multiply(BigDecimal.valueOf(distinctBytes))
              .movePointLeft(2)
              .setScale(0, RoundingMode.DOWN)
              .longValueExact();
      if (bytes < 1) {
        throw new IllegalArgumentException(
            this + " of " + distinctBytes + " distinct bytes is less than one byte");
      }
      return bytes;
    }

    @Override
    public String toString() {
      return percent.toPlainString() + "%";
    }
  }

  /** A capacity in bytes. */
  static CacheSize ofBytes(long bytes) {
    return new Absolute(bytes);
  }

  /**
   * Reads a size as people write it.
   *
   * @throws IllegalArgumentException when it is not one, with what was expected
   */
  static CacheSize parse(String text) {
    return Parser.parse(text);
  }

  /** Reads sizes separated by commas; see {@link #parse}. */
  static List<CacheSize> parseList(String text) {
    return Arrays.stream(text.split(",", -1)).map(CacheSize::parse).toList();
  }

  /** The grammar of sizes. */
  final class Parser {

    private static final String LETTERS = "KMGTP";
    private static final long[] THOUSANDS = {
      1, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000L, 1_000_000_000_000_000L
    };
    private static final Pattern SIZE =
        Pattern.compile(
            "(\\d{1,18}(?:\\.\\d{1,9})?)\\s*(%|([KMGTP]?)(iB|B)?)", Pattern.CASE_INSENSITIVE);

    private Parser() {}

    private static CacheSize parse(String text) {
      Matcher matcher = SIZE.matcher(text.strip());
      if (!matcher.matches()) {
        throw wrong(text, "expected a number with %, B, K, KiB, kB, M, MiB, MB, ... up to P");
      }
      BigDecimal number = new BigDecimal(matcher.group(1));
      if (matcher.group(2).equals("%")) {
        return new Share(number);
      }
      String letter = matcher.group(3);
      String suffix = matcher.group(4);
      if (letter.isEmpty() && suffix != null && suffix.length() == 2) {
        throw wrong(text, "iB needs one of the letters K, M, G, T, P before it");
      }
      boolean decimal = suffix != null && suffix.length() == 1;
      int power =
          letter.isEmpty() ? 0 : LETTERS.indexOf(Character.toUpperCase(letter.charAt(0))) + 1;
      BigDecimal unit = BigDecimal.valueOf(decimal ? 1000 : 1024).pow(power);
      BigDecimal bytes = number.multiply(unit).setScale(0, RoundingMode.DOWN);
      if (bytes.signum() == 0 || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
        throw wrong(text, "expected between 1 byte and 8191 PiB");
      }
      return new Absolute(bytes.longValueExact());
    }

    private static IllegalArgumentException wrong(String text, String expected) {
      return new IllegalArgumentException(
          "'" + text + "' is not a cache size: " + expected + "; for example 128MiB, 10T or 10%");
    }
  }
}
