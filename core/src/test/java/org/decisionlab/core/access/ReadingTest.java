// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all formats have in common, tried on {@code time id size}. */
class ReadingTest {

  private static final AccessFormat FORMAT = AccessFormat.TIME_ID_SIZE;

  @TempDir Path folder;

  private Reading read(String text) throws IOException {
    return Reading.ofText(FORMAT, folder, text);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(folder, "log", ".txt"), bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 a 10\n2 b 20\n",
        "1 a 10\n2 b 20",
        "1 a 10\r\n2 b 20\r\n",
        "\uFEFF1 a 10\n2 b 20\n",
        "\n \n1 a 10\n\n2\t b   20 extra columns\n\n"
      })
  void lineEndsBlankLinesAndByteOrderMark(String text) throws IOException {
    Path file = Reading.write(folder, text);
    assertThat(AccessFormat.detect(file)).isEqualTo(FORMAT);
    Reading reading = Reading.of(FORMAT, file, ReadLimits.DEFAULT);
    assertThat(reading.records()).extracting(AccessRecord::lfn).containsExactly("a", "b");
    assertThat(reading.records()).extracting(AccessRecord::sizeBytes).containsExactly(10L, 20L);
    assertThat(reading.report().rows()).isEqualTo(2);
  }

  @Test
  void aMalformedLineIsCountedAndKeptWithItsPlace() throws IOException {
    String bad = "noon " + "x".repeat(300) + " 5";
    Path file = Reading.write(folder, "1 a 10\n\n" + bad + "\n2 b\n3 c -1\n4 d 40\n");
    Reading reading = Reading.of(FORMAT, file);
    assertThat(reading.records()).extracting(AccessRecord::lfn).containsExactly("a", "d");
    assertThat(reading.report().rows()).isEqualTo(5);
    assertThat(reading.report().malformed()).isEqualTo(3);
    assertThat(reading.report().samples())
        .containsExactly(
            new MalformedRecord(
                file.toString(), 3, "time is not a whole number: 'noon'", bad.substring(0, 200)),
            new MalformedRecord(
                file.toString(), 4, "expected 'time id size', found 2 field(s)", "2 b"),
            new MalformedRecord(file.toString(), 5, "sizeBytes is negative: -1", "3 c -1"));
  }

  @Test
  void keptTextIsNeverCutThroughACharacter() {
    String text = "x".repeat(199) + "\uD83D\uDE00";
    assertThat(new MalformedRecord("f", 1, "r", text).text()).isEqualTo("x".repeat(199));
  }

  @Test
  void onlyTheFirstSamplesAreKept() throws IOException {
    Reading reading = read("bad line here\n".repeat(50));
    assertThat(reading.report().malformed()).isEqualTo(50);
    assertThat(reading.report().samples())
        .hasSize(ReadReport.KEPT_SAMPLES)
        .extracting(MalformedRecord::position)
        .startsWith(1L, 2L, 3L);
  }

  @Test
  void readingStopsWhenTooMuchIsMalformed() throws IOException {
    // 1 of 10 is tolerated; that the second malformed row is too much is known at the end.
    Path file = Reading.write(folder, "bad\n" + "1 a 10\n".repeat(10) + "bad\n" + "1 z 1\n");
    ReadLimits limits = new ReadLimits(0.1, 10, 1000);
    try (AccessSource source = FORMAT.open(file, limits)) {
      Iterator<AccessRecord> records = source.records().iterator();
      for (int i = 0; i < 10; i++) {
        assertThat(records.next().lfn()).isEqualTo("a");
      }
      assertThat(records.next().lfn()).isEqualTo("z");
      assertThatThrownBy(records::hasNext)
          .isInstanceOf(UncheckedIOException.class)
          .cause()
          .isInstanceOf(TooManyMalformedException.class)
          .hasMessageContaining(
              file + ": 2 of 13 rows are malformed, more than the tolerated 10.0 %")
          .hasMessageContaining("row 1, expected 'time id size'")
          .hasMessageContaining("maxMalformedShare");
      assertThat(source.report().records()).isEqualTo(11);
    }
  }

  /** Bad rows lie together: 60 of the first 160 rows, and yet 3 in a hundred of the file. */
  @Test
  void malformedRowsThatLieTogetherAreJudgedByTheWholeFile() throws IOException {
    String text = "1 a 10\n".repeat(100) + "bad\n".repeat(60) + "1 a 10\n".repeat(1840);
    ReadLimits limits = new ReadLimits(0.03, 10, 1000);
    Reading reading = Reading.of(FORMAT, Reading.write(folder, text), limits);
    assertThat(reading.records()).hasSize(1940);
    assertThat(reading.report().malformed()).isEqualTo(60);
  }

  /** A file of another format is not read to its end: more than half of what came is no record. */
  @Test
  void aFileThatIsMostlyMalformedIsGivenUpEarly() throws IOException {
    Path file = Reading.write(folder, "1 a 10\n" + "bad\n".repeat(100_000));
    try (AccessSource source = FORMAT.open(file, new ReadLimits(0.03, 10, 1000))) {
      Iterator<AccessRecord> records = source.records().iterator();
      records.next();
      assertThatThrownBy(records::hasNext)
          .cause()
          .isInstanceOf(TooManyMalformedException.class)
          .hasMessageContaining("9 of 10 rows are malformed, more than the tolerated 3.0 %");
    }
    ReadLimits most = new ReadLimits(0.9, 10, 1000);
    assertThatThrownBy(() -> Reading.of(FORMAT, file, most))
        .hasRootCauseInstanceOf(TooManyMalformedException.class)
        .hasMessageContaining("10 of 11 rows");
  }

  @Test
  void theShareIsJudgedAtTheEndOfAShortFile() throws IOException {
    Path file = Reading.write(folder, "1 a 1\nbad\n");
    assertThatThrownBy(() -> Reading.of(FORMAT, file, ReadLimits.DEFAULT))
        .hasRootCauseInstanceOf(TooManyMalformedException.class)
        .hasMessageContaining("1 of 2 rows");
    ReadLimits half = ReadLimits.DEFAULT.withMaxMalformedShare(0.5);
    assertThat(Reading.of(FORMAT, file, half).records()).hasSize(1);
  }

  @Test
  void recordsCanBeAskedForOnce() throws IOException {
    try (AccessSource source = FORMAT.open(Reading.write(folder, "1 a 1\n"))) {
      assertThat(source.records()).hasSize(1);
      assertThatThrownBy(source::records).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void lineTooLongIsMalformedAndTheNextIsRead() throws IOException {
    ReadLimits limits = new ReadLimits(1, 1000, 64);
    String fits = "1 " + "a".repeat(60) + " 5";
    assertThat(fits.length()).isEqualTo(64);
    for (int length : new int[] {65, 66, 70_000, 200_000}) {
      Path file = Reading.write(folder, fits + "\n" + "1 " + "b".repeat(length - 2) + "\n2 c 1\n");
      Reading reading = Reading.of(FORMAT, file, limits);
      assertThat(reading.records()).hasSize(2);
      assertThat(reading.report().samples()).hasSize(1);
      assertThat(reading.report().samples().get(0).reason())
          .isEqualTo("line of " + length + " bytes, longer than the limit of 64");
    }
  }

  @Test
  void linesLongerThanTheBufferAreWhole() throws IOException {
    String name = "n".repeat(200_000);
    Reading reading = read("1 a 1\n2 " + name + " 2\n3 b 3\n");
    assertThat(reading.records()).extracting(AccessRecord::lfn).containsExactly("a", name, "b");
  }

  @Test
  void notUtf8IsMalformed() throws IOException {
    byte[] latin1 = "1 a 1\n2 caf\u00e9 2\n3 b 3\n".getBytes(StandardCharsets.ISO_8859_1);
    Reading reading = Reading.of(FORMAT, write(latin1));
    assertThat(reading.records()).extracting(AccessRecord::lfn).containsExactly("a", "b");
    assertThat(reading.report().samples().get(0).reason()).isEqualTo("not UTF-8 text");
    assertThat(reading.report().samples().get(0).position()).isEqualTo(2);
  }

  @Test
  void compressionIsToldByContentWhateverTheName() throws IOException {
    byte[] text = "1 a 10\n2 b 20\n".getBytes(StandardCharsets.UTF_8);
    for (byte[] bytes : new byte[][] {text, gzip(text), Zstd.compress(text)}) {
      for (String suffix : new String[] {"", ".gz", ".zst", ".json"}) {
        Path file = Files.write(Files.createTempFile(folder, "log", suffix), bytes);
        assertThat(AccessFormat.detect(file)).isEqualTo(FORMAT);
        assertThat(Reading.of(FORMAT, file, ReadLimits.DEFAULT).records()).hasSize(2);
      }
    }
  }

  @Test
  void compressedPartsOneAfterAnotherAreOneText() throws IOException {
    byte[] first = "1 a 10\n2 b".getBytes(StandardCharsets.UTF_8);
    byte[] second = " 20\n".getBytes(StandardCharsets.UTF_8);
    for (byte[][] parts :
        new byte[][][] {
          {gzip(first), gzip(second)}, {Zstd.compress(first), Zstd.compress(second)}
        }) {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(parts[0]);
      both.writeBytes(parts[1]);
      assertThat(Reading.of(FORMAT, write(both.toByteArray())).records()).hasSize(2);
    }
  }

  @Test
  void aTruncatedCompressedFileIsAnErrorThatNamesTheFile() throws IOException {
    byte[] text = "1 a 10\n".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    for (byte[] whole : new byte[][] {gzip(text), Zstd.compress(text)}) {
      for (int left : new int[] {whole.length / 2, whole.length - 3}) {
        Path file = write(Arrays.copyOf(whole, left));
        assertThatThrownBy(() -> Reading.of(FORMAT, file))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining(file + ": cannot be read");
      }
    }
    Path head = write(Arrays.copyOf(gzip(text), 5));
    assertThatThrownBy(() -> FORMAT.open(head)).hasMessageContaining(head + ": cannot be read");
  }

  @Test
  void filesThatAreNotThereOrNotFilesAreNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> FORMAT.open(nowhere))
        .isInstanceOf(IOException.class)
        .hasMessage(nowhere + ": no such file");
    assertThatThrownBy(() -> AccessFormat.detect(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"XROOTD_JSON", "TIME_ID_SIZE", "ORACLE_GENERAL"})
  void anEmptyFileHasNoRecords(AccessFormat format) throws IOException {
    Path file = write(new byte[0]);
    assertThat(Reading.of(format, file, ReadLimits.DEFAULT))
        .isEqualTo(new Reading(List.of(), ReadReport.EMPTY));
  }

  @Test
  void oracleGeneralFieldsAreUnsigned() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(24 + 5).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt((int) 4_000_000_000L).putLong(-1L).putInt((int) 3_000_000_000L).putLong(-1L);
    Reading reading = Reading.of(AccessFormat.ORACLE_GENERAL, write(bytes.array()));
    assertThat(reading.records())
        .containsExactly(
            AccessRecord.of(
                "18446744073709551615", Instant.ofEpochSecond(4_000_000_000L), 3_000_000_000L));
    assertThat(reading.report().samples())
        .extracting(MalformedRecord::position, MalformedRecord::reason)
        .containsExactly(tuple(2L, "record of 5 bytes, expected 24"));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
