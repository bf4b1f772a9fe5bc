// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XrootdJsonWriterTest {

  private static final long SEED = 20180701;

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackEqual() throws IOException {
    List<AccessRecord> records = new ArrayList<>();
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      records.add(random(random));
    }
    Path file = write("a", records);
    assertThat(AccessFormat.detect(file)).isEqualTo(AccessFormat.XROOTD_JSON);
    Reading back = Reading.of(AccessFormat.XROOTD_JSON, file, ReadLimits.DEFAULT);
    assertThat(back.records()).as("seed %d", SEED).isEqualTo(records);
    assertThat(back.report().malformed()).isZero();
    assertThat(Files.mismatch(file, write("b", records))).isEqualTo(-1);
  }

  @Test
  void oneLinePerRecordAndClosingTwiceIsHarmless() throws IOException {
    Path file = folder.resolve("two");
    Instant at = Instant.parse("2018-07-01T00:00:00Z");
    XrootdJsonWriter writer = new XrootdJsonWriter(Files.newOutputStream(file));
    writer.write(AccessRecord.of("/a\n\"b\"", at, 1L));
    writer.write(AccessRecord.of("/c", at, null));
    writer.close();
    writer.close();
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {"data":{"file_lfn":"/a\\n\\"b\\"","file_size":1,"start_time":1530403200000}}
            {"data":{"file_lfn":"/c","start_time":1530403200000}}
            """);
  }

  private Path write(String name, List<AccessRecord> records) throws IOException {
    Path file = folder.resolve(name);
    try (XrootdJsonWriter writer = new XrootdJsonWriter(Files.newOutputStream(file))) {
      for (AccessRecord record : records) {
        writer.write(record);
      }
    }
    return file;
  }

  private static AccessRecord random(Random random) {
    Instant opened =
        Instant.parse("2018-07-01T00:00:00Z")
            .plus(random.nextInt(1_000_000_000), ChronoUnit.MILLIS);
    return new AccessRecord(
        "/store/mc/" + text(random) + "é\uD83D\uDE00",
        random.nextBoolean() ? null : (Long) random.nextLong(Long.MAX_VALUE),
        random.nextBoolean() ? null : (Long) random.nextLong(Long.MAX_VALUE),
        opened,
        random.nextBoolean() ? null : opened.plusMillis(random.nextInt(1000)),
        random.nextBoolean() ? null : "T2_" + text(random),
        random.nextBoolean() ? null : text(random) + "x",
        random.nextBoolean() ? null : "xroot",
        null);
  }

  private static String text(Random random) {
    byte[] bytes = new byte[random.nextInt(30)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(1, 127);
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
